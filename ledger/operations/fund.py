"""维修资金: deposits, the ledgers of homes and buildings, the proof for a sale, and the three statements."""

from datetime import date, datetime
from typing import Literal

from pydantic import computed_field
from sqlmodel import Session

from ledger.community.role_rules import Actor, Role, check_own_home
from ledger.fields import Amount, Code, Day, Out, PeriodText
from ledger.fund.actions import NewDeposit, bring_over, deposit
from ledger.fund.rules import DepositKind, Standing
from ledger.fund.unit_queries import building_ledger, sale_proof, unit_ledger
from ledger.fund.unit_rules import LineKind, SaleProof, UnitLedger
from ledger.installation import Installation
from ledger.journal.actions import Posted
from ledger.operations.choices import selling_units
from ledger.operations.circles import CHECKERS, OFFICE
from ledger.operations.operation import Declared, Document, Field, File, Listing, Operation, Record, Said
from ledger.periods import Period
from ledger.reports.statements import statements_pdf, statements_xlsx
from ledger.words import word

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Format = Literal["pdf", "xlsx"]
PaidIn = Literal[DepositKind.FIRST, DepositKind.TOPUP, DepositKind.ESTABLISH]


class FundLineOut(Out):
    on: date
    entry_no: int | None
    kind: LineKind
    in_fen: int
    out_fen: int
    balance_fen: int
    project_no: str | None
    receipt_no: str | None

    @computed_field
    def kind_zh(self) -> str:
        return word(self.kind)


class PassedPartOut(Out):
    on: date
    home: str
    in_fen: int
    out_fen: int


class UnitLedgerOut(Out):
    home: str
    building: str
    door: str
    area_dm2: int
    first_deposit_fen: int
    trigger_pct: int
    balance_fen: int
    standing: Standing | None
    holders_since: list[date]
    passed_parts: list[PassedPartOut]
    lines: list[FundLineOut]


class SaleProofOut(Out):
    home: str
    on: date
    first_deposit_fen: int
    deposited_fen: int
    passed_parts: list[PassedPartOut]
    balance_fen: int
    standing: Standing | None


def book_deposit(
    session: Session,
    community: str,
    receipt_no: Code,
    kind: PaidIn,
    amount_fen: Amount,
    on: Day,
    home: Code | None = None,
    party: Code | None = None,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book one deposit with its special receipt; balances are brought over by a register.

    《住宅专项维修资金管理办法》 Art. 34.

    Raises:
        what `ledger.fund.actions.deposit` refuses.
    """
    new = NewDeposit(receipt_no, kind, amount_fen, on, home, party)
    return deposit(session, community, [new], by=by, at=at)


def ledger_of_home(session: Session, community: str, home: Code, *, by: Actor, today: date) -> UnitLedger:
    """The unit ledger (分户账), every line with the balance after it; an owner sees his own home's only.

    Raises:
        NotYourHome, NoHome.
    """
    check_own_home(home, by=by)
    return unit_ledger(session, community, home, today)


def proof_of_home(session: Session, community: str, home: Code, *, by: Actor, today: date) -> SaleProof:
    """What passes with a home when it is sold: nothing is refunded, the balance stays with it.

    《住宅专项维修资金管理办法》 Art. 28.

    Raises:
        NotYourHome, NoHome.
    """
    check_own_home(home, by=by)
    return sale_proof(session, community, home, today)


def statements_file(
    session: Session,
    community: str,
    period: PeriodText,
    format: Format,  # noqa: A002
    installation: Installation,
    at: datetime,
) -> File:
    """会住维01–03表 of a month or a longer period (财会〔2020〕7号); 03 is left out of a month that ends no year."""
    of = Period.parse(period)
    if format == "pdf":
        body = statements_pdf(session, community, of, fonts=installation.config.fonts, at=at)
    else:
        body = statements_xlsx(session, community, of, at=at)
    return File(body, MEDIA[format], f"statements-{community}-{of}.{format}")


STATEMENTS = Document(
    path="/fund/statements/<period>.<format>",
    title=Said("会住维01至03表", "The three statements of the fund"),
    roles=CHECKERS,
    makes=statements_file,
    media_types=tuple(MEDIA.values()),
)

DECLARED: tuple[Declared, ...] = (
    Operation(
        path="/deposits",
        title=Said("登记交存", "Book a deposit"),
        roles=(Role.MANAGER,),
        does=book_deposit,
        seals=("fund.deposited",),
        confirms=True,
        fields={
            "receipt_no": Field(
                Said("专用票据号", "Number of the special receipt"),
                hint=Said(
                    "一张票据只记一次（《住宅专项维修资金管理办法》第14条）。",
                    "One receipt is booked once (《住宅专项维修资金管理办法》 Art. 14).",
                ),
            ),
            "on": Field(Said("交存日", "Day of the deposit")),
            "home": Field(
                Said("哪一户交的", "Home"),
                hint=Said("业主交的填这里；售房单位交的空着。", "For an owner; else leave it."),
                needed=True,
            ),
            "party": Field(
                Said("售房单位和幢", "Selling unit and building"),
                hint=Said("售房单位交的选这里；业主交的空着。", "For a selling unit; else leave it."),
                choices=selling_units,
                needed=True,
            ),
        },
    ),
    Operation(
        path="/opening-balances",
        title=Said("登记转入的余额", "Book a balance that is brought over"),
        roles=(Role.MANAGER,),
        does=bring_over,
        seals=("fund.brought-over",),
        confirms=True,
        fields={
            "amount_fen": Field(
                Said("转入多少（元）", "Balance (yuan)"),
                hint=Said(
                    "以前的账上结余的维修资金；每户只记一次，记在启用月的前一天。",
                    "What the books before held of the fund; booked once, on the day before the opening month.",
                ),
            ),
            "home": Field(
                Said("哪一户的", "Home"),
                hint=Said("业主的填这里；售房单位的空着。", "For an owner's; leave it for a selling unit's."),
                needed=True,
            ),
            "party": Field(
                Said("售房单位和幢", "Selling unit and building"),
                hint=Said("售房单位的选这里；业主的空着。", "For a selling unit's; leave it for an owner's."),
                choices=selling_units,
                needed=True,
            ),
            "document": Field(Said("原管理单位的对账单", "Statement of whoever kept the fund")),
        },
    ),
    Record(
        path="/fund/homes/<home>",
        personal=True,
        title=Said("分户账", "Unit ledger of a home"),
        roles=(Role.OWNER.of("home"), *CHECKERS),
        query=ledger_of_home,
        gives=UnitLedgerOut,
        heading="home",
        facts={"holders_since": Field(Said("登记的业主从哪天起", "Owners on record since"))},
    ),
    Record(
        path="/fund/homes/<home>/sale-proof",
        personal=True,
        title=Said("卖房用的维修资金证明", "What passes with a home when it is sold"),
        roles=(Role.OWNER.of("home"), *CHECKERS),
        query=proof_of_home,
        gives=SaleProofOut,
        heading="home",
    ),
    Listing(
        path="/fund/buildings/<building>",
        title=Said("幢账", "Ledger of a building"),
        roles=OFFICE,
        query=building_ledger,
        gives=FundLineOut,
        key="lines",
        columns=("on", "kind", "in_fen", "out_fen", "balance_fen", "project_no", "entry_no"),
        totals=("in_fen", "out_fen"),
        empty=Said("这一幢还没有收支。", "Nothing has moved for this building yet."),
    ),
)
