"""What each picture looks like, so that the same one is known again though its bytes differ.

It is derived from the bytes that are kept, those of the pictures that are here already too, and goes when they are erased.
"""

import sqlalchemy as sa
from alembic import op

from ledger.files.developing import look_of

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "picture_look",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("look", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "sha256"], ["stored_file.community", "stored_file.sha256"],
            name=op.f("fk_picture_look_community_sha256"),
        ),
        sa.PrimaryKeyConstraint("community", "sha256", name=op.f("pk_picture_look")),
        sqlite_strict=True,
    )  # fmt: skip
    file = sa.table(
        "stored_file", *map(sa.column, ("community", "sha256", "media_type")), sa.column("body", sa.LargeBinary())
    )
    kept = sa.select(file.c.community, file.c.sha256).where(
        file.c.media_type.like("image/%"), file.c.body.is_not(None)
    )
    look = sa.table("picture_look", *map(sa.column, ("community", "sha256", "look")))
    for community, sha256 in op.get_bind().execute(kept).all():
        one = sa.select(file.c.body).where(file.c.community == community, file.c.sha256 == sha256)
        if shown := look_of(op.get_bind().execute(one).scalar_one()):
            op.execute(look.insert().values(community=community, sha256=sha256, look=shown))
