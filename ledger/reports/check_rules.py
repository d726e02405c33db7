"""What a check report says of the figures beyond showing them: steps, duties, differences, what to look at. Pure.

Everything here is a candidate for a person to look at. Nothing is a verdict, and what was not looked at is
said to be so rather than passed over.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from ledger.disclosure.due_rules import Due
from ledger.findings.rules import Candidate, Flag
from ledger.fund.uses.step_and_emergency_rules import ProjectState
from ledger.reports import words
from ledger.votes.quorum_and_majority_rules import Tally
from ledger.votes.rules import Matter
from ledger.words import word, yuan

Figures = Mapping[str, Any]


class Step(NamedTuple):
    """One step of a use of the fund: what the ledger holds of it, and whether it is in order; None = not looked at."""

    name: str
    record: str
    holds: bool | None


BEFORE_FINAL = frozenset(
    state.value
    for state in (
        ProjectState.APPROVED,
        ProjectState.ADVANCE_PAID,
        ProjectState.IN_WORKS,
        ProjectState.ACCEPTED,
        ProjectState.SETTLED,
        ProjectState.OVERRUN_REVOTE,
        ProjectState.VOTING,
        ProjectState.VOTE_POSTED,
        ProjectState.APPLIED,
    )
)
"""Where only an advance can have been paid: it waits for the approval and not for the acceptance."""


class Trail(NamedTuple):
    """What the ledger knows of a project beyond its disclosure: days, and whether two steps were two people's."""

    proposed_on: date
    vote_closed_on: date | None
    approved_by_another: bool
    accepted_by_another: bool
    paid_on: date | None
    invoiced: bool
    shares_fen: int
    charged_fen: int
    shortfall_fen: int
    tally: Tally | None = None
    """What was counted in the vote on it, which a disclosure tells in part."""


class Check(NamedTuple):
    """Two figures for the same thing, from two places."""

    name: str
    one: str
    other: str
    one_fen: int
    other_fen: int

    @property
    def holds(self) -> bool:
        return self.one_fen == self.other_fen


class Duty(NamedTuple):
    """What was to be disclosed: of what and when, when it was published, and how that is to be called."""

    name: str
    due_on: date
    published_on: date | None
    versions: int
    says: str
    late: bool


class Concern(NamedTuple):
    """Something for a person to look at, and where it shows."""

    what: str
    where: str


def project_steps(project: Figures, trail: Trail) -> list[Step]:
    """A use of the fund from its plan to its apportionment."""
    place = words.place(project["scope"], project["building"], project["stairwell"], project.get("side"))
    approved, paid = project["approved_fen"], project["paid_fen"]
    steps = [
        Step(
            "方案",
            f"{words.day(trail.proposed_on)}提出；{project['component']}，{place}；预算 {yuan(project['budget_fen'])} 元",
            None,
        ),
        _authority(project, trail),
    ]
    if approved is not None:
        on = date.fromisoformat(project["approved_on"])
        fits = trail.approved_by_another and not (trail.vote_closed_on and on < trail.vote_closed_on)
        steps.append(
            Step(
                "批准",
                f"{words.day(on)}批准 {yuan(approved)} 元；批准人{_another(trail.approved_by_another)}",
                fits,
            )
        )
    steps.append(
        Step("合同", f"施工单位 {project['contractor']}；合同文本、报价和审价资料不在本系统内，未核查", None)
    )
    if project["accepted_on"]:
        fits = trail.accepted_by_another and project["accepted_on"] >= (project["approved_on"] or "")
        steps.append(
            Step(
                "验收",
                f"{words.day(project['accepted_on'])}验收；验收人{_another(trail.accepted_by_another)}",
                fits,
            )
        )
    if paid is not None and trail.paid_on:
        whole = project["state"] not in BEFORE_FINAL
        after = project["accepted_on"] if whole else project["approved_on"]
        fits = (
            paid <= max(approved or 0, project.get("settled_fen") or 0)
            and trail.invoiced
            and trail.paid_on.isoformat() >= (after or "9")
        )
        record = f"{words.day(trail.paid_on)}支付 {yuan(paid)} 元，第 {project['entry']} 号凭证；{'有' if trail.invoiced else '无'}发票号"
        steps.append(Step("支付", record, fits))
        record = (
            f"{project['bearers']} 个承担户（单位）应分摊 {yuan(trail.shares_fen)} 元，"
            f"列支 {yuan(trail.charged_fen)} 元，待补交 {yuan(trail.shortfall_fen)} 元"
        )
        fits = trail.charged_fen == paid and trail.charged_fen + trail.shortfall_fen == trail.shares_fen
        steps.append(Step("分摊", record, fits))
    return steps


def _authority(project: Figures, trail: Trail) -> Step:
    vote, tally = project["vote"], trail.tally
    if vote is None or tally is None:
        if project["emergency"]:
            case = word("fund.EmergencyCase", project["emergency"])
            return Step("授权", f"紧急使用（{case}），免予表决；情形的证明材料未核查", None)
        return Step("授权", "尚未表决", None if project["approved_fen"] is None else False)
    record = (
        f"{words.day(trail.vote_closed_on)}计票；" if trail.vote_closed_on else "表决未截止；"
    ) + (
        f"参加 {tally.heads_part}/{tally.heads_all} 人、{yuan(tally.area_part)}/{yuan(tally.area_all)} m²，"
        f"同意 {tally.heads_yes} 人、{yuan(tally.area_yes)} m²"
    )  # fmt: skip
    if vote["passed"] is None:
        return Step("授权", record, None)
    counted = tally.passed(Matter.USE_FUND)
    in_order = counted == vote["passed"] and (counted or project["state"] == ProjectState.REJECTED)
    return Step(
        "授权",
        f"{record}；{'通过' if counted else '未通过'}（《民法典》第278条，参加三分之二以上、同意过半数）",
        in_order,
    )


def _another(is_another: bool) -> str:
    return "与提出人不是同一人" if is_another else "就是提出人"


def duty(due: Due, versions: int, today: date) -> Duty:
    """How a disclosure stands on a day; late counts from the due day."""
    name = f"{words.period(due.period)}{word(due.topic)}"
    late = ((due.published_on or today) - due.on).days
    if due.published_on is not None:
        says = f"迟 {late} 日" if late > 0 else "按时"
    else:
        says = f"逾期 {late} 日未公示" if late > 0 else "未到期"
    return Duty(name, due.on, due.published_on, versions, says, late > 0)


def differences(published: Figures, gathered: Figures) -> list[Check]:
    """The money that was published beside the same figures taken from the books again, where they differ."""
    again = dict(_money(gathered))
    return [
        Check(name, "公示数", "账簿重算数", fen, again[name])
        for name, fen in _money(published)
        if name in again and again[name] != fen
    ]


def compared(published: Figures) -> int:
    """How many amounts `differences` looks at."""
    return sum(1 for _ in _money(published))


_TOTALS = {"opening_fen": "期初余额", "in_fen": "收入", "out_fen": "支出", "closing_fen": "期末余额"}
_FEE = {
    "charged_fen": "本期应收", "waived_fen": "减免", "received_fen": "已收", "arrears_opening_fen": "期初欠费",
    "arrears_received_fen": "收回历史欠费", "prepaid_fen": "预收", "suspense_fen": "待查收款",
}  # fmt: skip


def _money(figures: Figures) -> Iterator[tuple[str, int]]:
    """The amounts of a disclosure that a closed period fixes for good, by name."""
    for part, name, labels in (
        ("fund", "维修资金", _TOTALS),
        ("revenue", "公共收益", _TOTALS),
        ("fee", "物业费", _FEE),
    ):
        for key, label in labels.items():
            yield f"{name} {label}", figures[part][key]
    for key, (title, columns) in words.STATEMENTS.items():
        for line in figures["fund"][key]:
            for column, fen in zip(columns, line["fen"], strict=False):  # an older notice has fewer
                yield f"{title} {line['zh']} {column}", fen


FLAG_SECTION = {Flag.HANDOVER_GAPS: "第三节", Flag.CONTRACT_UNDECIDED: "第三节"}
"""Where the report tells of what a flag is about; the other flags are about uses of the fund."""


class PeriodChecks(NamedTuple):
    """What the report looked at beside the figures.

    ``checks`` are sums held against the books, ``changed`` those that moved since publication, ``projects`` the sample
    with its steps, ``unlisted`` paid projects that the figures leave out, ``overdue`` quarters not yet remitted.
    """

    checks: Sequence[Check] = ()
    changed: Sequence[Check] = ()
    projects: Sequence[tuple[Figures, Sequence[Step]]] = ()
    unlisted: Sequence[str] = ()
    flagged: Sequence[Candidate] = ()
    duties: Sequence[Duty] = ()
    overdue: Sequence[str] = ()
    closed: bool = True


def concerns(figures: Figures, seen: PeriodChecks) -> list[Concern]:
    """What the rules of this report put before a person, in the order of the report's sections."""
    points = []
    if not seen.closed:
        points.append(Concern("本期尚未结账，数字还会变动", "第二节"))
    for title, steps in ((p["title"], steps) for p, steps in seen.projects):
        points += [
            Concern(f"维修项目“{title}”的“{step.name}”不合要求：{step.record}", "第六节")
            for step in steps
            if step.holds is False
        ]
    points += [
        Concern(f"维修项目“{title}”在本期付款，公示的项目清单里没有", "第六节") for title in seen.unlisted
    ]
    points += [
        Concern(
            f"{candidate.flag}（{candidate.severity}）{candidate.zh}。依据：{candidate.article}",
            FLAG_SECTION.get(candidate.flag, "第六节"),
        )
        for candidate in seen.flagged
    ]
    points += [
        Concern(
            f"合同 {s['number']} 到期应收 {yuan(s['due_fen'])} 元，已收 {yuan(s['received_fen'])} 元",
            "第七节",
        )
        for s in figures["revenue"]["streams"]
        if s["received_fen"] < s["due_fen"]
    ]
    points += [
        Concern(f"{words.period(quarter)}应转入维修资金的公共收益已过期限，尚未转入", "第七节")
        for quarter in seen.overdue
    ]
    if suspense := figures["fee"]["suspense_fen"]:
        points.append(Concern(f"物业费有 {yuan(suspense)} 元收款尚未查明是谁交的", "第八节"))
    points += [
        Concern(
            f"{check.name}：{check.one} {yuan(check.one_fen)}，{check.other} {yuan(check.other_fen)}",
            "第十节",
        )
        for check in seen.checks
        if not check.holds
    ]
    for identity in figures["identities"]:
        if identity["holds"] is not True:
            how = "未能核对" if identity["holds"] is None else "不符"
            points.append(Concern(f"恒等式 {identity['id']} {how}：{identity['note']}", "第十节"))
    points += [
        Concern(f"{deadline.name}公示：{deadline.says}", "第十一节")
        for deadline in seen.duties
        if deadline.late
    ]
    if seen.changed:
        points.append(Concern(f"公示之后有 {len(seen.changed)} 个数字与账簿重算的不同", "第十一节"))
    return points
