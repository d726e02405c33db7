"""What people do in a month, by ``mingbai do`` alone: from the first word to the books."""

import json
from zlib import crc32

import pytest

from ledger.demo.tickets import picture
from tests.doors import HOMES

PLAN = {
    "code": "P-1", "title": "水泵更换", "component": "pump", "scope": "community", "contractor": "anju",
    "budget": "1200.00",
}  # fmt: skip
NO_OBSTACLE = [
    "--no-exclusive", "--no-utility", "--no-damaged-by-known-person", "--no-daily-upkeep", "--no-forbidden-elsewhere",
    "--no-unrelated-to-repair", "--no-unclear", "--no-ageing-friendly",
]  # fmt: skip
CONTRACT = {
    "number": "GY-01", "category": "ad_lift", "counterparty": "media", "object": "电梯广告",
    "starts-on": "2026-04-01", "ends-on": "2027-03-31", "price": "4000", "every-months": 3, "resolution": "M-1",
    "site": "DT-1",
}  # fmt: skip
BANK_FILE = """记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要
2026-07-03,CNY,36.00,,转账,某某,物业费
"""


class Shell:
    """``mingbai do`` and ``mingbai show`` in the community, each by somebody."""

    def __init__(self, desk) -> None:
        self.desk = desk

    def __call__(self, login: str, words: str, expect: int = 0, **values: object) -> dict:
        """Do it; gives what it says, or what is wrong with it."""
        said = self.desk("--json", "do", *self._line(login, words, values), expect=expect)
        return json.loads(said.stdout) if expect == 0 else {"refused": said.stderr}

    def shows(self, login: str, words: str, **values: object) -> list[dict]:
        return self.desk.json("show", *self._line(login, words, values))

    @staticmethod
    def _line(login: str, words: str, values: dict[str, object]) -> list[object]:
        *path, place = words.split(" @ ") if " @ " in words else (words, "")
        options = [word for name, value in values.items() for word in ("--" + name.replace("_", "-"), value)]
        return [*path[0].split(), "meiyuan", *place.split(), *options, "--as", login]

    def paper(self, name: str) -> str:
        """The name of a file to attach."""
        file = self.desk.folder / f"{name}.pdf"
        file.write_bytes(b"%PDF-1.7 " + name.encode())
        return str(file)

    def photo(self, name: str) -> str:
        """The same of a photograph."""
        file = self.desk.folder / f"{name}.png"
        file.write_bytes(picture(crc32(name.encode())))
        return str(file)

    def papers(self, **named: str) -> str:
        return json.dumps(
            {kind: (self.photo if kind == "photo" else self.paper)(name) for kind, name in named.items()}
        )

    def adds_up(self) -> bool:
        return self.desk("fsck").exit_code == 0


@pytest.fixture
def shell(desk) -> Shell:
    return Shell(desk)


def the_owners_vote(shell: Shell, clock, motion: str) -> None:
    """One at the screen, five on paper that two people read; counted after the last day and posted."""
    clock.waits(15)
    shell("ouyang", f"votes ballots @ {motion}", choice="yes")
    choices = json.dumps(dict.fromkeys(HOMES[1:], "yes"))
    sheet, day = shell.paper("sheet"), clock.waits(0)
    for reader, what in (("he", "waiting"), ("chen", "counted")):
        read = shell(reader, f"votes sheets @ {motion}", sheet=sheet, choices=choices, returned_on=day)
        assert read[what] == list(HOMES[1:])
    clock.waits(3)


def days_of_voting(clock) -> dict[str, str]:
    opens, closes = clock.waits(15), clock.waits(2)
    clock.waits(-17)
    return {"opens_on": opens, "closes_on": closes}


def test_a_month_is_charged_paid_and_closed(shell):
    shell("mei", "months charges new @ 2026-07")
    paid = {"home": HOMES[1], "amount": "36.00", "on": "2026-07-20", "key": "payment-1"}
    first = shell("mei", "fees payments new", reference="LS-1", **paid)
    assert shell("mei", "fees payments new", reference="LS-1", **paid) == first | {"done_before": True}
    assert "chen" not in shell("chen", "months closing @ 2026-07", expect=1)["refused"]
    reasons = json.dumps(dict.fromkeys(("bank", "wallet", "fund-bank", "revenue-bank"), "银行没有出流水"))
    shell("mei", "months closing @ 2026-07", without_statement=reasons)
    refused = shell("mei", "fees payments new", expect=1, reference="LS-2", **paid | {"key": "payment-2"})
    assert "2026年7月" in refused["refused"]
    assert shell.adds_up()


def test_the_same_command_on_the_same_day_is_done_once_and_says_so(shell, clock):
    lamp = {"category": "lighting", "title": "楼道灯不亮", "building": "1"}
    first = shell("mei", "tickets new --no-urgent", **lamp)
    again = shell.desk("--json", "do", *shell._line("mei", "tickets new --no-urgent", lamp))
    assert json.loads(again.stdout) == first | {"done_before": True}
    assert "今天已经照样办过" in again.stderr
    assert shell("mei", "tickets new --no-urgent", key="a second lamp", **lamp) != first
    clock.waits(1)
    assert shell("mei", "tickets new --no-urgent", **lamp) != first


def test_a_disclosure_is_made_by_three_people(shell):
    shell("mei", "disclosures new @ 2026-H1")
    (draft,) = shell.shows("chen", "disclosures draft all @ 2026-H1")
    shell("chen", "disclosures check @ 2026-H1", sha256=draft["sha256"])
    shell("chen", "disclosures publication @ 2026-H1", expect=1)
    shell("lin", "disclosures publication @ 2026-H1")
    (draft,) = shell.shows("an", "disclosures draft all @ 2026-H1")
    assert (draft["state"], draft["published_by"]) == ("published", "lin")
    assert shell.desk.rows("notice") == 1
    assert shell.adds_up()


def test_a_use_of_the_fund_goes_from_its_plan_to_the_contractors_money(shell, clock):
    shell("mei", "projects new " + " ".join(NO_OBSTACLE).replace("--no-daily", "--daily"), expect=1, **PLAN)
    shell("mei", "projects new " + " ".join(NO_OBSTACLE), **PLAN)
    shell("wen", "surveys @ P-1", papers=shell.papers(photo="damage"))
    shell("he", "plan-postings @ P-1", papers=shell.papers(photo="plan on the wall"))
    motion = shell("chen", "projects vote @ P-1", **days_of_voting(clock))["motion"]
    the_owners_vote(shell, clock, motion)
    assert shell("chen", "projects count @ P-1")["heads_yes"] == 6
    shell("he", "vote-postings @ P-1", papers=shell.papers(photo="result on the wall"))
    shell("mei", "applications @ P-1", papers=shell.papers(application="application"))
    shell("chen", "approvals @ P-1", expect=1, approved="1200")
    shell("huang", "approvals @ P-1", approved="1200")
    bill = {"payee": "anju", "on": clock.waits(0)}
    shell("bao", "payments @ P-1", bill="300", stage="advance", invoice_no="FP-1", **bill)
    shell("mei", "works new @ P-1", papers=shell.papers(contract="contract"))
    shell("chen", "acceptances @ P-1", papers=shell.papers(photo="new pump"))
    shell("mei", "payments @ P-1", expect=1, bill="900", invoice_no="FP-2", **bill)
    shell("bao", "payments @ P-1", bill="900", invoice_no="FP-2", **bill)
    shell("mei", "apportionments @ P-1")
    shell("he", "use-disclosures @ P-1", papers=shell.papers(photo="shares on the wall"))
    shell("he", "archives @ P-1")
    (use,) = shell.shows("an", "projects one @ P-1")
    assert (use["state"], use["paid_fen"], use["bearers"]) == ("archived", 120_000, 6)
    assert shell.adds_up()


def test_a_vote_and_a_contract_lead_to_the_funds_share(shell, clock):
    motion = {"code": "M-1", "matter": "common_parts_business", "question": "让广告公司用电梯轿厢吗？"}
    shell("chen", "votes new", **motion, **days_of_voting(clock))
    the_owners_vote(shell, clock, "M-1")
    assert shell("he", "votes closing @ M-1")["passed"] is True
    shell("he", "votes posting @ M-1", posted_on=clock.waits(0), paper=shell.photo("wall"))
    site = {"code": "DT-1", "name": "1 号电梯轿厢", "category": "ad_lift", "since": "2026-01-01"}
    shell("mei", "revenue sites", document=shell.paper("plan"), **site)
    award = {"method": "quotes", "quotes": 3}
    shell("mei", "revenue contracts new", expect=1, award=json.dumps(award), **CONTRACT)
    award["evidence"] = shell.paper("quotes")
    shell("mei", "revenue contracts new", award=json.dumps(award), **CONTRACT)
    receipt = {"contract": "GY-01", "amount": "1000", "on": "2026-07-01", "reference": "LS-1"}
    shell("mei", "revenue receipts", **receipt)
    cost = {"kind": "energy", "amount": "200", "on": "2026-07-02", "voucher_no": "FP-9", "contract": "GY-01"}
    shell("mei", "revenue costs", **cost)
    clock.waits(60)
    shell("chen", "revenue remittances", expect=1, period="2026-Q3", on=clock.waits(0))
    shell("mei", "revenue remittances", period="2026-Q3", on=clock.waits(0))
    (share,) = shell.shows("an", "revenue shares @ 2026-Q3")
    assert share["due_fen"] == share["paid_fen"] > 0
    (contract,) = shell.shows("an", "revenue contracts one @ GY-01")
    assert (contract["due_fen"], contract["received_fen"]) == (300_000, 100_000)
    assert shell.adds_up()


def test_a_waiver_is_asked_for_and_approved_by_another(shell):
    waiver = {"code": "W-1", "percent": 50, "first": "2026-08", "last": "2026-09", "home": HOMES[2]}
    shell("mei", "fees waivers new", kind="compensation", basis="重病", **waiver)
    shell("mei", "fees waivers approval @ W-1", expect=1)
    shell("chen", "fees waivers approval @ W-1")
    shell("mei", "months charges new @ 2026-08")
    let_off, neighbour = (shell.shows("an", f"homes one @ {home}")[0]["owed"] for home in HOMES[2:4])
    assert sum(debt["fen"] for debt in neighbour) - sum(debt["fen"] for debt in let_off) == 1_800
    assert shell.adds_up()


def test_a_line_of_the_bank_is_brought_out_of_suspense(shell):
    file = shell.desk.folder / "cmb.csv"
    file.write_text(BANK_FILE, "utf-8")
    assert shell("mei", "statements new", file=file, profile="cmb", into="bank")["suspense"] == 1
    (line,) = shell.shows("mei", "suspense all")
    named = {name: line[name] for name in ("account", "fingerprint", "occurrence")}
    shell("chen", "suspense resolutions", expect=1, home=HOMES[0], on="2026-08-03", **named)
    shell("mei", "suspense resolutions", home=HOMES[0], on="2026-08-03", **named)
    assert shell.shows("mei", "suspense all") == []
    (owed,) = shell.shows("mei", f"homes one @ {HOMES[0]}")
    assert owed["home"] == HOMES[0]
    assert shell.adds_up()
