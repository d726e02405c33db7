"""What was there before the migration is there after it."""

from sqlalchemy import text

from ledger.db import Database, create_engine, migrate
from ledger.revenue.tables import RevenueContract

BEFORE = (
    "INSERT INTO community (code, name, name_en, address, jurisdiction, mode, transferred) "
    "VALUES ('m', '梅园', '', '', 'national_default', 'market', FALSE)",
    "INSERT INTO firm (code, name, kind, licence, phone) VALUES ('f', 'f', 'tenant', '', '')",
    "INSERT INTO ledger_head (community, origin, tree_size, frontier, last_no, last_hash, closed_through) "
    "VALUES ('m', 'o', 0, {empty}, 0, '', '')",
    "INSERT INTO book (community, code, zh, en) VALUES ('m', 'revenue', 'r', 'r'), ('m', 'fund', 'f', 'f')",
    "INSERT INTO revenue_contract (community, number, category, counterparty, object, starts_on, ends_on, "
    "price_fen, resolution, competitive) "
    "VALUES ('m', 'GY-1', 'ad_lift', 'f', 'o', '2025-01-01', '2026-12-31', 5, '决议 4', TRUE)",
)


def test_a_contract_from_before_is_brought_over_and_its_book_gets_the_new_account(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    migrate(url, "0003")
    with create_engine(url).begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement.format(empty="X''")))

    migrate(url)

    database = Database(url)
    with database.reading() as session:
        signed = session.get(RevenueContract, ("m", "GY-1"))
        assert (signed.brought_over, signed.method, signed.terminated_on) == (True, None, None)
        accounts = session.execute(text("SELECT book, code FROM account")).all()
        assert accounts == [("revenue", "PR6107")]
    database.close()
