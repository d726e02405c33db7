"""python-accounting: entries of two lines, each committed by itself, on SQLite. Prints entries a second.

Run as ``python_accounting_entries.py <file> <entries>`` over a file that is not there.
"""

import sys
from datetime import UTC, datetime
from time import perf_counter

from python_accounting.database.session import get_session
from python_accounting.models import Account, Base, Currency, Entity, LineItem
from python_accounting.transactions import JournalEntry
from sqlalchemy import create_engine, event


def main(file: str, entries: int) -> None:
    engine = create_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode = WAL"))
    Base.metadata.create_all(engine)
    with get_session(engine) as session:
        entity = Entity(name="bench")
        session.add(entity)
        session.commit()
        currency = Currency(name="Yuan", code="CNY", entity_id=entity.id)
        session.add(currency)
        session.commit()
        kinds = (Account.AccountType.BANK, Account.AccountType.OPERATING_REVENUE)
        bank, income = (
            Account(name=kind.name, account_type=kind, currency_id=currency.id, entity_id=entity.id)
            for kind in kinds
        )
        session.add_all([bank, income])
        session.commit()
        bank_id, income_id, entity_id = bank.id, income.id, entity.id

        def enter(number: int) -> None:
            entry = JournalEntry(
                narration="received",
                transaction_date=datetime.now(UTC),
                account_id=income_id,
                entity_id=entity_id,
            )
            session.add(entry)
            session.flush()
            line = LineItem(
                narration="received", account_id=bank_id, amount=number % 900 + 1, entity_id=entity_id
            )
            session.add(line)
            session.flush()
            entry.line_items.add(line)
            session.add(entry)
            entry.post(session)
            session.commit()

        for number in range(5):
            enter(number)
        start = perf_counter()
        for number in range(entries):
            enter(number)
        print(entries / (perf_counter() - start))


main(sys.argv[1], int(sys.argv[2]))
