import sys

sys.path.insert(0, "/work/main")
from datetime import date

from ledger.fees.actions import *
from ledger.fees.rules import Basis
from ledger.fund.actions import *
from ledger.fund.rules import *
from ledger.periods import Month
from tests.cast import *
from tests.factories import *


def test_smoke(session):
    c = a_community(session)
    a_firm(session, "factory", FirmKind.SELLER)
    a_firm(session)
    hs = [a_home(session, f"1-1-{i}01", area_dm2=8000 + i) for i in range(1, 6)]
    set_tariff(session, c, "*", date(2026, 1, 1), Basis.PER_M2, 4500, "r1", by=MEI, at=NOON)
    r = charge_month(session, c, Month(2026, 7), by=MEI, at=NOON)
    assert r.homes == 5 and r.posted.fresh
    assert not charge_month(session, c, Month(2026, 7), by=MEI, at=NOON).posted.fresh
    from ledger.fees.actions import receive

    ps = receive(
        session,
        c,
        [
            Payment("p1", "1-1-101", 5000, date(2026, 7, 3)),
            Payment("p2", None, 777, date(2026, 7, 3), memo="谁"),
        ],
        by=MEI,
        at=NOON,
    )
    deposit(
        session,
        c,
        [NewDeposit("r-" + h, DepositKind.FIRST, 500000, date(2026, 7, 1), home=h) for h in hs],
        by=MEI,
        at=NOON,
    )
    from ledger.journal.queries import held, trial_balance

    print(held(session, c, "fee", "arrears"))
    print(held(session, c, "fee", "prepaid"))
    print(held(session, c, "fund", "unit"))
    for r in trial_balance(session, c, "fee", Month(2026, 7), Month(2026, 7)):
        print(r)
    cl = (
        end_month(
            session,
            c,
            Month(2026, 7),
            exceptions={"fee/2241": "x"},
            by=MEI,
            at=datetime(2026, 8, 2, tzinfo=NOON.tzinfo),
        )
        if 0
        else None
    )

    session.commit() if 0 else None
    cl = end_month(
        session,
        c,
        Month(2026, 7),
        exceptions={"fee/2241": "x"},
        by=MEI,
        at=datetime(2026, 8, 2, tzinfo=NOON.tzinfo),
    )
    print(held(session, c, "fund", "unit"))
    for r in trial_balance(session, c, "fund", Month(2026, 7), Month(2026, 7)):
        print(r) if r.debit_fen or r.credit_fen else 0
    import pytest

    from ledger.journal.rules import MonthClosed

    with pytest.raises(MonthClosed):
        deposit(
            session,
            c,
            [NewDeposit("zz", DepositKind.FIRST, 5, date(2026, 7, 9), home=hs[0])],
            by=MEI,
            at=NOON,
        )
    from ledger.journal.actions import reverse

    print(
        reverse(
            session, c, ps[0].no, reason="错", key="rev1", by=MEI, at=datetime(2026, 8, 2, tzinfo=NOON.tzinfo)
        )
    )
    import tempfile
    from pathlib import Path

    from ledger.journal.fsck import problems
    from ledger.log.actions import sign_head
    from ledger.log.signer import Signer

    sg = Signer(Path(tempfile.mkdtemp()))
    print(sign_head(session, c, sg, at=NOON).note)
    assert list(problems(session, c, sg)) == []
    from ledger.log.queries import proof

    print(proof(session, c, 3).text)
