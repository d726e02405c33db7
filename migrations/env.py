"""Runs the migrations, each in a transaction of its own; only forward."""

from alembic import context

from ledger.db import create_engine

engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
try:
    with engine.connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
finally:
    engine.dispose()
