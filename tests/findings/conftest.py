from tests.disclosure.lived import lived, session, shared

__all__ = ["lived", "session", "shared"]
