"""${message}

Say why, what changes for people, and what it costs on a full database. A landed migration is never edited.
"""

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
