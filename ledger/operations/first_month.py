"""第一个月: the checklist of a community that was just opened, with who does each step and where."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from ledger.community.role_rules import Role
from ledger.fields import Out
from ledger.first_month.queries import first_month
from ledger.first_month.rules import FirstStep, Step, StepState
from ledger.operations import accounts, books, disclosures, fees, handover, people, statements
from ledger.operations.operation import Declared, Field, InBoth, Listing, Operation, Said
from ledger.words import told


def _at(declared: Sequence[Declared], path: str, of: type[Declared] = Operation) -> Declared:
    return next(
        declaration for declaration in declared if declaration.path == path and type(declaration) is of
    )


WHERE: Mapping[Step, Declared] = {
    Step.PEOPLE: _at(people.DECLARED, "/people"),
    Step.SLIPS: _at(people.DECLARED, "/slips", Listing),
    Step.CONTRACT: _at(handover.DECLARED, "/services"),
    Step.PRICES: _at(fees.DECLARED, "/fees/tariffs"),
    Step.ACCOUNTS: _at(accounts.DECLARED, "/accounts"),
    Step.APPROVAL: _at(accounts.DECLARED, "/accounts", Listing),
    Step.CHARGE: _at(fees.DECLARED, "/months/<month>/charges"),
    Step.STATEMENT: _at(statements.DECLARED, "/statements"),
    Step.SUSPENSE: _at(statements.DECLARED, "/suspense", Listing),
    Step.RECONCILE: _at(accounts.DECLARED, "/reconciliations", Listing),
    Step.CLOSE: _at(books.DECLARED, "/months/<month>/closing"),
    Step.DISCLOSE: _at(disclosures.DECLARED, "/disclosures", Listing),
}
"""Where each step is done."""
WHO: Mapping[Step, tuple[Role, ...]] = {
    Step.SUSPENSE: (Role.MANAGER,),
    Step.PEOPLE: (Role.OPERATOR, Role.COMMUNITY_OFFICE),
    Step.SLIPS: (Role.OPERATOR, Role.COMMUNITY_OFFICE),
    Step.APPROVAL: (Role.COMMITTEE,),
    Step.RECONCILE: (Role.MANAGER, Role.COMMITTEE),
    Step.DISCLOSE: (Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR),
}
"""Who does a step that is done on what a list leads to; of the others their operation says it."""


LACKS: Mapping[Step, Said] = {
    Step.PEOPLE: Said("还没有：{}", "nobody yet: {}"),
    Step.SLIPS: Said("还没登录：{}", "not signed in yet: {}"),
    Step.CONTRACT: Said("没有在期的合同", "no contract is in force"),
    Step.PRICES: Said("还没有价格：{}", "no price yet for: {}"),
    Step.ACCOUNTS: Said("还没有账户：{}", "no account yet for: {}"),
    Step.APPROVAL: Said("还没有批准：{}", "not approved yet: {}"),
    Step.CHARGE: Said("{} 还没有计收", "{} is not charged yet"),
    Step.STATEMENT: Said("{} 的流水还没有导入", "no statement of {} is read yet"),
    Step.SUSPENSE: Said("还有 {} 笔不知道是谁的", "receipts not yet matched to a home: {}"),
    Step.RECONCILE: Said("还没有确认：{}", "not confirmed yet: {}"),
    Step.CLOSE: Said("{} 还没有结", "{} is not closed yet"),
    Step.DISCLOSE: Said("{} 还没有公示", "{} is not disclosed yet"),
}
"""What a step lacks, with what is missing."""
AFTER, NOT_BEFORE = Said("先要：{}", "first: {}"), Said("从 {} 起", "from {} on")
"""What a step waits for: others, or the end of the month."""


class FirstStepOut(Out):
    step: Step
    state: StepState
    who: list[Role]
    lacking: InBoth


def who_does(step: Step) -> tuple[Role, ...]:
    """Whose turn a step is."""
    return WHO.get(step) or tuple(role if isinstance(role, Role) else role.role for role in WHERE[step].roles)


def lacking(step: FirstStep) -> Said:
    """What a step lacks, or what it waits for, as a sentence; nothing where it is done."""
    if step.state is StepState.DONE:
        return Said("", "")
    return Said(*(_lacking(step, language) for language in ("zh", "en")))


def _lacking(step: FirstStep, language: str) -> str:
    if step.state is StepState.OPEN:
        return LACKS[step.step].in_(language).format(told(step.lacks, language))
    if step.after:
        return AFTER.in_(language).format(told(step.after, language))
    return NOT_BEFORE.in_(language).format(told(step.not_before, language))


def steps_here(session: Session, community: str, today: date) -> Sequence[FirstStepOut]:
    """The steps up to the first disclosure, in their order; none once it is published."""
    return [
        FirstStepOut(step=step.step, state=step.state, who=list(who_does(step.step)), lacking=lacking(step))
        for step in first_month(session, community, today)
    ]


CHECKLIST = Listing(
    path="/first-month",
    title=Said("第一个月的清单", "The checklist of the first month"),
    roles=(
        Role.MANAGER,
        Role.COMMITTEE,
        Role.COMMUNITY_OFFICE,
        Role.SUPERVISOR,
        Role.AUDITOR,
        Role.OPERATOR,
    ),
    query=steps_here,
    gives=FirstStepOut,
    key="steps",
    facts={
        "step": Field(Said("步骤", "Step")),
        "state": Field(Said("办到哪里", "How it stands")),
        "who": Field(Said("谁来办", "Whose turn")),
        "lacking": Field(Said("还差什么", "What is missing")),
    },
    empty=Said(
        "第一次公示已经办完，或在本系统启用之前。",
        "The first disclosure is published, or lies before the ledger.",
    ),
)
DECLARED: tuple[Declared, ...] = (CHECKLIST,)
