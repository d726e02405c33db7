from tests.community.databases import session, shared

__all__ = ["session", "shared"]
