"""酬金制下的预算和成本, 酬金, shared costs, and how a community is managed."""

from collections.abc import Sequence
from datetime import date

from pydantic import Field as Limit
from pydantic import computed_field, model_validator
from sqlmodel import Session

from ledger.community.role_rules import Role
from ledger.community.rules import Mode
from ledger.fees.budgets.actions import adopt_budget, book_cost, take_remuneration
from ledger.fees.budgets.queries import year_report
from ledger.fees.budgets.rules import FOR_THE_FUND, CostLine
from ledger.fees.modes.actions import begin_mode, share_cost
from ledger.fees.modes.queries import modes_meant
from ledger.fees.modes.rules import Answers, Money
from ledger.fees.rules import FEE
from ledger.fields import Out
from ledger.operations.choices import books, passed, published
from ledger.operations.circles import STREET
from ledger.operations.fees import EntryIfAnyOut
from ledger.operations.operation import Choice, Field, Listing, Operation, Record, Said
from ledger.votes.rules import Matter
from ledger.words import word

COST_LINE = Field(
    Said("费用项目", "Cost line"),
    hint=Said(
        "大修、中修由维修资金列支，不能列在这里（物业服务收费管理办法第11条）。",
        "Major and medium repair are paid from the maintenance fund, not here.",
    ),
    members={line: False for line in CostLine if line not in FOR_THE_FUND},
)


class BudgetLineOut(Out):
    line: CostLine
    budget_fen: int
    actual_fen: int


class YearBudgetOut(Out):
    year: int
    income_fen: int
    cost_fen: int
    remuneration_fen: int
    surplus_fen: int
    lines: list[BudgetLineOut] = Limit(validation_alias="rows")


class SharedCostOut(Out):
    """The entry of each community's part, by community."""

    entries: dict[str, int]

    @model_validator(mode="before")
    @classmethod
    def of_each(cls, postings: dict[str, object]) -> dict[str, object]:
        return {"entries": {place: getattr(posted, "no", posted) for place, posted in postings.items()}}


class ModeOut(Out):
    mode: Mode
    since: date
    until: date | None
    money: Money
    answers: Answers
    must_end: bool

    @computed_field
    def zh(self) -> str:
        return word(self.mode)

    @computed_field
    def en(self) -> str:
        return word(self.mode, language="en")


VOUCHER = Field(
    Said("凭证", "Voucher"), hint=Said("每张凭证只能登记一次。", "A voucher is booked once only.")
)
BUDGET = Record(
    path="/fees/budgets/<int:year>",
    title=Said("一年的预算和执行", "A year's budget against actual"),
    roles=tuple(Role),
    query=year_report,
    gives=YearBudgetOut,
    state=("year",),
    facts={
        "income_fen": Field(Said("物业费收入", "Fee income")),
        "cost_fen": Field(Said("服务成本", "Costs of the service")),
        "lines": Field(Said("各项预算和实际", "By cost line")),
        "line": COST_LINE,
    },
)


def fee_book(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The one book out of which what communities share is paid."""
    return [choice for choice in books(session, community, today) if choice.value == FEE]


DECLARED = (
    BUDGET,
    Operation(
        path="/fees/budgets/<int:year>",
        title=Said("登记表决通过的预算", "Enter the budget that the owners voted"),
        roles=(Role.COMMITTEE,),
        does=adopt_budget,
        seals=("fees.budget",),
        fields={
            "lines": Field(Said("各项预算", "Budget by cost line"), hint=COST_LINE.hint),
            "motion": Field(
                Said("业主决议", "The owners' resolution"),
                hint=Said(
                    "预算由业主表决通过（民法典第278条第（九）项）。选通过的表决。",
                    "The owners vote on the budget (Civil Code, Art. 278 (9)). Choose the vote that passed.",
                ),
                choices=passed(Matter.OTHER),
            ),
        },
        on=BUDGET,
        offered=lambda report: not any(row.budget_fen for row in report.rows),
        confirms=True,
    ),
    Operation(
        path="/fees/costs",
        title=Said("登记服务支出", "Book a cost of the service"),
        roles=(Role.MANAGER,),
        does=book_cost,
        seals=("fees.cost",),
        without=("link",),
        fields={
            "line": COST_LINE,
            "voucher": VOUCHER,
        },
        confirms=True,
    ),
    Operation(
        path="/fees/months/<month>/remuneration",
        title=Said("批准提取当月酬金", "Release the firm's remuneration for a month"),
        roles=(Role.COMMITTEE,),
        does=take_remuneration,
        gives=EntryIfAnyOut,
        seals=("fees.remuneration",),
        confirms=True,
    ),
    Operation(
        path="/fees/shared-costs",
        title=Said("登记几个小区共担的支出", "Pay a cost that bundled communities share"),
        roles=(Role.MANAGER,),
        does=share_cost,
        gives=SharedCostOut,
        seals=("fees.cost",),
        fields={
            "line": COST_LINE,
            "voucher": VOUCHER,
            "communities": Field(
                Said("一起分摊的小区", "Communities that share"),
                hint=Said(
                    "您在每个小区都要是物业经理。",
                    "You must be the manager of each.",
                ),
            ),
            "book": Field(
                Said("从哪个账套付", "Out of which book"),
                hint=Said(
                    "只能是物业费；维修资金和公共收益不能跨小区用（民法典第281、282条）。",
                    "The fee only: fund and public revenue never cross communities (Civil Code Arts. 281, 282).",
                ),
                choices=fee_book,
            ),
            "published_sha256": Field(
                Said("公示过的分摊办法", "Rule for sharing, as it was published"), choices=published
            ),
        },
        confirms=True,
    ),
    Listing(
        path="/fees/modes",
        title=Said("管理方式", "Modes of management"),
        roles=tuple(Role),
        query=modes_meant,
        gives=ModeOut,
        key="modes",
        columns=("mode", "since", "until", "money", "answers", "must_end"),
        empty=Said(
            "还没有登记管理方式。由社区或街道登记。",
            "No mode entered yet. The residents' committee or the street office enters the first.",
        ),
    ),
    Operation(
        path="/fees/modes",
        title=Said("登记管理方式", "Say how the community is managed"),
        roles=(Role.COMMUNITY_OFFICE, STREET),
        does=begin_mode,
        seals=("fees.mode",),
        fields={
            "until": Field(
                Said("到哪天", "Until"),
                needed=True,
                hint=Said(
                    "只有应急物业服务要写，最长六个月。",
                    "For emergency management only: six months at most.",
                ),
            ),
            "reference": Field(
                Said("依据", "What it rests on"),
                hint=Said("合同、决议或街道通知的编号。", "The contract, resolution or decision."),
            ),
        },
        confirms=True,
    ),
)
