"""A new office, from an empty directory to its first disclosure and on: by ``mingbai`` alone, without a browser."""

import json
from datetime import timedelta

import pytest

from ledger.cli.context import CommandContext
from ledger.demo.tickets import picture
from ledger.periods import day_in_shanghai
from tests.cli.conftest import Desk
from tests.heyuan import HOMES, PLACE, REGISTER, SHOPS, TODAY, bill
from tests.intake.registers import filled


class Office:
    """``mingbai do`` and ``mingbai show`` in the new community, each by somebody whom the register named."""

    def __init__(self, desk: Desk, operator: str) -> None:
        self.desk = desk
        self.logins = {"operator": operator}

    def does(self, who: str, words: str, *place: str, **values: object) -> dict:
        (answer,) = self.desk.json("do", *words.split(), PLACE, *place, *self._said(who, values))
        return answer

    def sees(self, who: str, words: str, *place: str, **values: object) -> list[dict]:
        return self.desk.json("show", *words.split(), PLACE, *place, *self._said(who, values))

    def _said(self, who: str, values: dict[str, object]) -> list[object]:
        options = [part for name, value in values.items() for part in (f"--{name.replace('_', '-')}", value)]
        return [*options, "--as", self.logins.get(who, who)]

    def paper(self, name: str) -> str:
        file = self.desk.folder / f"{name}.pdf"
        file.write_bytes(b"%PDF-1.7 " + name.encode())
        return str(file)

    def photo(self, name: str) -> str:
        file = self.desk.folder / f"{name}.png"
        file.write_bytes(picture(1))
        return str(file)


@pytest.fixture
def clock(monkeypatch):
    """A day on which the office opens, until a test lets days pass."""

    def waits(days: int) -> str:
        nonlocal now
        now += timedelta(days=days)
        monkeypatch.setattr(CommandContext, "clock", now)
        return str(day_in_shanghai(now))

    now = TODAY
    waits(0)
    return waits


@pytest.fixture
def office(tmp_path, clock):
    """An empty directory after ``mingbai init``."""
    desk = Desk(tmp_path)
    _database, operator = desk.json("init")
    return Office(desk, operator["login"])


def is_opened(office: Office) -> None:
    """From its workbook; everybody whom it names has a sign-in of his own."""
    register = office.desk.folder / "登记簿.xlsx"
    register.write_bytes(filled(REGISTER))
    (opened,) = office.desk.json("do", "communities", "--file", register, "--as", office.logins["operator"])
    assert (opened["homes"], opened["people"]) == (30, 7)
    office.logins |= {seat["name"]: seat["login"] for seat in office.sees("operator", "people all")}
    for account in ("fee", "wallet", "fund", "revenue"):
        office.does("陈主任", "accounts approval", account)


def june_is_closed(office: Office) -> None:
    office.does("梅经理", "months charges new", "2026-06")
    counts = office.does(
        "梅经理", "statements new", file=bill(office.desk.folder), profile="wechat", into="wallet"
    )
    assert (counts["matched"], counts["suspense"]) == (1, 1)
    (line,) = office.sees("梅经理", "suspense all")
    which = {name: line[name] for name in ("account", "fingerprint", "occurrence")}
    office.does("梅经理", "suspense resolutions", **which, home=HOMES[20], on="2026-06-13")
    for book, role, opening_fen, closing_fen in (
        ("fee", "wallet", 0, 80_00),
        ("fee", "bank", 0, 0),
        ("fund", "bank", 30_000_00, 30_000_00),
        ("revenue", "bank", 0, 0),
    ):
        account = "wallet" if role == "wallet" else book
        said = [{"account": account, "opening_fen": opening_fen, "closing_fen": closing_fen}]
        sheet = office.does(
            "梅经理", "reconciliations new", book, role, "2026-06", statements=json.dumps(said)
        )
        office.does("陈主任", "reconciliations confirmation", book, role, "2026-06", digest=sheet["digest"])
    reasons = json.dumps(dict.fromkeys(("fee", "fund", "revenue"), "银行没有出流水"))
    office.does("梅经理", "months closing", "2026-06", without_statement=reasons)


def the_half_year_is_disclosed(office: Office) -> None:
    office.does("梅经理", "disclosures new", "2026-H1")
    (draft,) = office.sees("陈主任", "disclosures draft all", "2026-H1")
    office.does("陈主任", "disclosures check", "2026-H1", sha256=draft["sha256"])
    office.does("林委员", "disclosures publication", "2026-H1")
    report = office.desk.folder / "check.pdf"
    office.sees("苏科长", "reports check pdf", "2026-H1", output=report)
    assert report.read_bytes().startswith(b"%PDF-")


def the_register_changes(office: Office) -> None:
    sale = {"name": "赵敏", "cause": "sale", "since": "2026-07-01", "document": office.paper("deed")}
    office.does("何书记", "holders transfer", HOMES[5], **sale)
    (holder,) = office.sees("何书记", "holders one", HOMES[5])
    assert holder["name"] == "赵敏"
    builder = {"code": "jian", "name": "市建工", "kind": "contractor", "document": office.paper("licence")}
    office.does("陈主任", "firms new", **builder)


def the_contract_is_renewed(office: Office, clock) -> None:
    office.does("何书记", "people owners", building="1", since="2026-07-02")
    office.does(
        "陈主任", "votes new",
        code="2026-1", matter="firm", question="是否与安居物业续签三年？", opens_on="2026-07-18", closes_on="2026-07-20",
    )  # fmt: skip
    clock(16)
    for shop in SHOPS:
        office.does(f"{PLACE}-{shop}", "votes ballots", "2026-1", choice="yes")
    clock(3)
    assert office.does("陈主任", "votes closing", "2026-1")["passed"]
    office.does("何书记", "votes posting", "2026-1", posted_on=clock(0), paper=office.photo("wall"))
    renewed = {"number": "HT-2", "firm": "anju", "starts_on": "2027-01-01", "ends_on": "2029-12-31"}
    office.does("陈主任", "services new", **renewed, motion="2026-1", document=office.paper("contract"))
    contracts = office.sees("苏科长", "services all")
    assert [contract["number"] for contract in contracts] == ["HT-2", "HT-1"]


def test_from_an_empty_directory_to_a_contract_renewed_by_the_owners(office, clock):
    is_opened(office)
    june_is_closed(office)
    the_half_year_is_disclosed(office)
    the_register_changes(office)
    the_contract_is_renewed(office, clock)

    assert office.desk.rows("notice") == 1
    office.desk("fsck")
