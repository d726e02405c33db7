"""What was signed, decided or paid of works money is append-only: the database itself refuses to change it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger.grants.contract_actions import approve_change, ask_change
from ledger.grants.plan_actions import approve_plan, change_plan, pledge
from tests.cast import CHEN, MEI, NOON
from tests.grants.renovation import JULY, PLACE, PLAN, STATE, a_renovation, ask, bill, come_in


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE works_contract SET price_fen = price_fen + 1",
        "UPDATE payout_part SET paid_fen = 1",
        "UPDATE plan_row SET planned_fen = 0",
        "UPDATE pledge SET amount_fen = 1",
        "UPDATE payout SET payee = 'me' WHERE approved_on IS NOT NULL",
        "UPDATE plan_version SET reason = 'other' WHERE approved_on IS NOT NULL",
        "UPDATE change_order SET amount_fen = 1",
        "DELETE FROM payout_part",
        "DELETE FROM payout",
        "DELETE FROM change_order",
        "DELETE FROM pledge",
    ],
)
def test_the_database_refuses(session, statement):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    bill(session, government=100_00)
    ask(session, "F-2", government=1_00)
    pledge(session, PLACE, "文-1", "2022", "A", STATE, 700_00, JULY, by=MEI, at=NOON)
    ask_change(session, PLACE, "K-1", "BG-1", 5_00, reason="增项", by=MEI, at=NOON)
    approve_change(session, PLACE, "K-1", "BG-1", by=CHEN, at=NOON)
    change_plan(session, PLACE, "2022", "A", 2, {**PLAN, STATE: 1_005_00}, reason="增项", by=MEI, at=NOON)
    approve_plan(session, PLACE, "2022", "A", 2, by=CHEN, at=NOON)
    session.flush()

    with pytest.raises(DBAPIError, match="in ink"), session.begin_nested():
        session.execute(text(statement))
