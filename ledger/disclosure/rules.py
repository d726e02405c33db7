"""Which step of a disclosure follows which; what may be shown. Pure."""

from enum import StrEnum


class DisclosureState(StrEnum):
    PREPARED = "prepared"
    CHECKED = "checked"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
