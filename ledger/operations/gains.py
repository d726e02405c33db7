"""维修资金的收益: what the fund earns, how it is shared out, and the bonds it is put into."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from ledger.community.queries import home as home_of
from ledger.community.role_rules import Actor, Role, check_own_home
from ledger.fields import Amount, Code, Day, Out, Text
from ledger.fund.bonds.actions import buy_bond, end_bond, plan_bond
from ledger.fund.bonds.queries import bond, bonds
from ledger.fund.bonds.rules import BondState
from ledger.fund.gains.actions import credit_interest, credit_other, post_run, prepare_run, reverse_run
from ledger.fund.gains.queries import gains_of_home, gains_run, gains_runs, gains_shares_of, undistributed
from ledger.fund.gains.rules import PartKind, Source
from ledger.fund.power_rules import Power, ever
from ledger.fund.uses.rules import COLLECTIVE, OF_A_USE
from ledger.journal.actions import Posted
from ledger.operations.choices import passed
from ledger.operations.circles import OFFICE
from ledger.operations.labels import own_code
from ledger.operations.operation import Choice, Declared, Field, Listing, Operation, Part, Record, Said
from ledger.operations.uses import has
from ledger.votes.rules import Matter

SEES_HOMES = (Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR)


class GainsRunOut(Out):
    code: str
    period: str
    first_on: date
    last_on: date
    income_fen: int
    prepared_by: str
    prepared_on: date
    posted_by: str | None
    posted_on: date | None
    entry_no: int | None


class GainsOut(Out):
    undistributed_fen: int
    runs: list[GainsRunOut]


class GainsShareOut(Out):
    bearer: str
    kind: PartKind
    product: int
    share_fen: int


class GainOfHomeOut(Out):
    run: str
    period: str
    income_fen: int
    product: int
    share_fen: int
    entry: int | None


class GainsOfHomeOut(Out):
    home: str
    gains: list[GainOfHomeOut]


class BondOut(Out):
    code: str
    series: str
    state: BondState
    cost_fen: int
    sellers_fen: int
    sellers_consent: str | None
    issued_from: date
    issued_until: date
    matures_on: date
    motion: str
    planned_by: str
    planned_on: date
    bought_by: str | None
    bought_on: date | None
    bought_entry: int | None
    interest_fen: int | None
    matured_on: date | None
    matured_entry: int | None


def gains(session: Session, community: str) -> Mapping[str, Any]:
    """待分配累计收益, and how gains were shared out, the newest period first; without the rows of homes."""
    return {"undistributed_fen": undistributed(session, community), "runs": gains_runs(session, community)}


def of_home(session: Session, community: str, home: Code, *, by: Actor) -> Mapping[str, Any]:
    """Period, day-products (fen × days) and share of each posted run; an owner sees his own home only.

    Raises:
        NotYourHome, NoHome.
    """
    check_own_home(home, by=by)
    home_of(session, community, home)
    return {
        "home": home,
        "gains": [
            {
                "run": run.code,
                "period": run.period,
                "income_fen": run.income_fen,
                "product": share.product,
                "share_fen": share.share_fen,
                "entry": run.entry_no,
            }
            for run, share in gains_of_home(session, community, home)
        ],
    }


def take_in(
    session: Session,
    community: str,
    source: Source,
    amount_fen: Amount,
    on: Day,
    voucher_no: Code,
    what: Text | None = None,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book interest, scrap or other income of the fund (Dr 1001 / Cr 4101, 4301 or 4901); a voucher is booked once.

    ``what`` was sold or came in is kept privately.

    Raises:
        AskedDifferently: the voucher was booked with other content.
    """
    if source is Source.INTEREST:
        key = f"interest/{voucher_no}"
        return credit_interest(session, community, amount_fen, on, key=key, by=by, at=at)
    return credit_other(
        session, community, source, amount_fen, on, voucher_no=voucher_no, what=what or "", by=by, at=at
    )


RUN = Record(
    path="/gains/runs/<path:code>",
    title=Said("一次收益分配", "One sharing out of gains"),
    roles=SEES_HOMES,
    query=gains_run,
    gives=GainsRunOut,
    heading="period",
    state=("income_fen", "entry_no"),
    parts={"shares": Part(title=Said("各户所得", "Shares"), query=gains_shares_of, gives=GainsShareOut)},
)
BOND = Record(
    path="/gains/bonds/<path:code>",
    title=Said("一笔国债", "One treasury bond"),
    roles=OFFICE,
    query=bond,
    gives=BondOut,
    heading="series",
    state=("state", "cost_fen"),
)


def votes_on_investing(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The votes on the fund that passed, but those on one use and the collective ones: these decided on repairs."""
    votes = passed(Matter.USE_FUND)(session, community, today)
    return [vote for vote in votes if not vote.value.startswith((OF_A_USE, COLLECTIVE))]


DECLARED: tuple[Declared, ...] = (
    Record(
        path="/gains",
        title=Said("待分配收益", "Gains that wait"),
        roles=OFFICE,
        query=gains,
        gives=GainsOut,
    ),
    Listing(
        path="/gains/runs",
        title=Said("收益分配", "How gains were shared out"),
        roles=SEES_HOMES,
        query=gains_runs,
        gives=GainsRunOut,
        key="runs",
        record=RUN,
        columns=("code", "period", "income_fen", "prepared_by", "prepared_on", "posted_by", "posted_on"),
        totals=("income_fen",),
        empty=Said("还没有分配过收益。", "No gains were shared out yet."),
    ),
    RUN,
    Record(
        path="/gains/homes/<home>",
        personal=True,
        title=Said("一户分到的收益", "What a home got of the gains"),
        roles=(Role.OWNER.of("home"), *SEES_HOMES),
        query=of_home,
        gives=GainsOfHomeOut,
        heading="home",
    ),
    Operation(
        path="/gains/receipts",
        title=Said("登记利息或其他收益", "Book interest or other income of the fund"),
        roles=(Role.MANAGER,),
        does=take_in,
        seals=("fund.interest", "fund.other-income", "fund.scrap"),
        confirms=True,
        fields={
            "source": Field(Said("哪种收益", "What kind of gain")),
            "on": Field(Said("到账日", "Day it came in")),
            "voucher_no": Field(
                Said("银行回单或票据号", "Number of the voucher"),
                hint=Said("一张回单只记一次。", "One voucher is booked once."),
            ),
            "what": Field(
                Said("卖了什么或收了什么", "What was sold or came in"),
                hint=Said("利息可以空着；不公开。", "May be left out for interest; kept privately."),
            ),
        },
    ),
    Operation(
        path="/gains/runs",
        title=Said("准备收益分配", "Prepare a sharing out of gains"),
        roles=(Role.MANAGER,),
        does=prepare_run,
        gives=GainsRunOut,
        seals=("fund.gains-prepared",),
        fields={
            "code": own_code("ZZ-2026-H1"),
            "period": Field(
                Said("期间", "Period"),
                hint=Said("要先月结；例如 2026-H1。", "Its months are closed first; such as 2026-H1."),
            ),
            "income_fen": Field(Said("分配多少", "How much is shared out")),
        },
    ),
    Operation(
        path="/gains/runs/<path:code>/posting",
        title=Said("批准并记账", "Approve and post it"),
        roles=ever(Power.SHARE_GAINS),
        does=post_run,
        seals=("fund.gains-shared",),
        on=RUN,
        fits=has(Power.SHARE_GAINS),
        offered=lambda run: run.entry_no is None,
        confirms=True,
    ),
    Operation(
        path="/gains/runs/<path:code>/reversal",
        title=Said("红字冲销这次分配", "Take it back whole"),
        roles=ever(Power.SHARE_GAINS),
        does=reverse_run,
        seals=("reversal",),
        on=RUN,
        fits=has(Power.SHARE_GAINS),
        turns_back=True,
        offered=lambda run: run.entry_no is not None,
        confirms=True,
    ),
    Listing(
        path="/gains/bonds",
        title=Said("国债", "Treasury bonds"),
        roles=OFFICE,
        query=bonds,
        gives=BondOut,
        key="bonds",
        record=BOND,
        columns=("code", "series", "state", "cost_fen", "bought_on", "matures_on", "interest_fen"),
        totals=("cost_fen", "interest_fen"),
        empty=Said("没有买国债。", "There are no bonds."),
    ),
    BOND,
    Operation(
        path="/gains/bonds",
        title=Said("计划购买国债", "Plan to buy a treasury bond"),
        roles=(Role.MANAGER,),
        does=plan_bond,
        gives=BondOut,
        seals=("bond.planned",),
        fields={
            "code": own_code("GZ-2026-01"),
            "motion": Field(
                Said("业主大会的决议", "Resolution of the owners"),
                hint=Said(
                    "买国债要业主表决同意（《民法典》第278条第（五）项）。",
                    "The owners have to consent (《民法典》 Art. 278 (5)).",
                ),
                choices=votes_on_investing,
            ),
            "instrument": Field(
                Said("品种", "Instrument"),
                hint=Said(
                    "只能买一级市场新发行的国债（《住宅专项维修资金管理办法》第26条）。",
                    "Newly issued treasury bonds only (《住宅专项维修资金管理办法》 Art. 26).",
                ),
            ),
        },
    ),
    Operation(
        path="/gains/bonds/<path:code>/purchase",
        title=Said("购买", "Buy it"),
        roles=ever(Power.INVEST),
        does=buy_bond,
        seals=("bond.bought",),
        on=BOND,
        fits=has(Power.INVEST),
        offered=lambda bond: bond.state is BondState.PLANNED,
        confirms=True,
        fields={
            "on": Field(
                Said("购买日", "Bought on"),
                hint=Said(
                    "要在发行期内，计划的人不能付款。", "In the days of its issue; not by whoever planned it."
                ),
            )
        },
    ),
    Operation(
        path="/gains/bonds/<path:code>/ending",
        title=Said("到期兑付", "Take in what matured"),
        roles=ever(Power.KEEP_BOOKS),
        does=end_bond,
        seals=("bond.matured",),
        on=BOND,
        fits=has(Power.KEEP_BOOKS),
        offered=lambda bond: bond.state is BondState.HELD,
        confirms=True,
        fields={
            "on": Field(Said("兑付日", "Day it was cashed")),
            "way": Field(
                Said("怎么结束", "How it ends"),
                hint=Said(
                    "只能到期兑付，不得提前卖、回购、质押。",
                    "It is held to maturity: no sale, repo or pledge.",
                ),
            ),
        },
    ),
)
