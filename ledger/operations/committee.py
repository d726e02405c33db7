"""业主委员会: who was elected for which years, what of it is filed, changed and ended; its hand-over and its audits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field as Limit

from ledger.committee import actions
from ledger.committee.queries import audits_seen, handovers, members_seen, term_seen, terms
from ledger.committee.rules import AuditReason, Kept, Leaving, Office, Opinion, Standing, TermCause
from ledger.community.role_rules import Role
from ledger.fields import Out, Provisional
from ledger.operations.choices import committee_members, kept_still, owners, passed
from ledger.operations.operation import Declared, Field, Listing, Operation, Part, Record, Said
from ledger.votes.rules import Matter

REGISTERS = (Role.COMMUNITY_OFFICE, Role.OPERATOR)
"""Whoever enters who sits on the committee: they appoint its members, and it does not appoint itself."""
STANDS_FOR_OWNERS = (Role.COMMITTEE, Role.COMMUNITY_OFFICE)


class TermListedOut(Out):
    no: int
    standing: Standing
    starts_on: date
    ends_on: date
    last_day: date
    cause: TermCause | None
    elected_on: date
    motion: str | None
    seats: int
    sitting: int
    file_by: date | None
    file_by_provisional: Provisional = Limit(validation_alias="file_by")
    filed_on: date | None
    elect_by: date
    hand_over_by: date | None
    hand_over_by_provisional: Provisional = Limit(validation_alias="hand_over_by")
    still_kept: list[Kept]
    audits_open: int


class TermOut(TermListedOut):
    to_engage: list[AuditReason]
    to_receive: list[AuditReason]
    to_hand_over: int


class MemberOut(Out):
    name: str
    office: Office
    since: date
    until: date
    leaving: Leaving | None
    hand_over_by: date | None
    hand_over_by_provisional: Provisional = Limit(validation_alias="hand_over_by")
    handed_over_on: date | None


class TakenOverOut(Out):
    kept: Kept
    handed_on: date


class AuditOut(Out):
    reason: AuditReason
    fell_due_on: date
    report_by: date | None = None
    accountant: str | None = None
    engaged_on: date | None = None
    engagement_post_until: date | None = None
    engagement_post_until_provisional: Provisional = Limit(False, validation_alias="engagement_post_until")
    papers_by: date | None = None
    papers_by_provisional: Provisional = Limit(False, validation_alias="papers_by")
    received_on: date | None = None
    opinion: Opinion | None = None
    result_by: date | None = None
    result_by_provisional: Provisional = Limit(False, validation_alias="result_by")
    post_until: date | None = None
    post_until_provisional: Provisional = Limit(False, validation_alias="post_until")


FACTS = {
    "no": Field(Said("第几届", "Term")),
    "standing": Field(Said("现状", "How it stands")),
    "starts_on": Field(Said("任期第一天", "First day of the term")),
    "ends_on": Field(Said("任期最后一天", "Last day of the term")),
    "last_day": Field(Said("实际到哪天", "Sits until")),
    "cause": Field(Said("提前结束的原因", "Why it ends early")),
    "motion": Field(Said("选举的决议", "Resolution that elected it")),
    "kept": Field(Said("移交的内容", "What is handed over")),
    "handed_over_on": Field(Said("移交日", "Handed over on")),
    "name": Field(Said("姓名", "Name")),
    "reason": Field(Said("为什么审计", "Why it is audited")),
    "received_on": Field(Said("收到报告的日子", "Report received on")),
    "since": Field(Said("从哪天", "From")),
    "until": Field(Said("到哪天", "Until")),
}

TERM = Record(
    path="/committees/<int:no>",
    title=Said("一届业主委员会", "One term of the owners' committee"),
    roles=tuple(Role),
    query=term_seen,
    gives=TermOut,
    state=("standing", "last_day", "sitting", "filed_on", "still_kept", "to_engage", "to_receive"),
    facts=FACTS,
    parts={
        "members": Part(title=Said("成员", "Members"), query=members_seen, gives=MemberOut),
        "handovers": Part(
            title=Said("已经移交的", "What was handed over"), query=handovers, gives=TakenOverOut
        ),
        "audits": Part(title=Said("审计", "Audits"), query=audits_seen, gives=AuditOut),
    },
)


def not_over(term: Mapping[str, Any]) -> bool:
    return term["standing"] is not Standing.OVER


def sits(term: Mapping[str, Any]) -> bool:
    return term["standing"] is Standing.SITS


def has_vacancy(term: Mapping[str, Any]) -> bool:
    return sits(term) and term["sitting"] < term["seats"]


MEMBER = Field(Said("成员", "Member"), choices=committee_members, within="no")
RESULT = Field(
    Said("结果公告或会议记录", "The posted result or the minutes"),
    hint=Said("扫描件或照片。", "Scanned or photographed."),
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/committees",
        title=Said("业主委员会", "Owners' committee"),
        roles=tuple(Role),
        query=terms,
        gives=TermListedOut,
        key="terms",
        record=TERM,
        columns=(
            "no",
            "standing",
            "starts_on",
            "last_day",
            "sitting",
            "filed_on",
            "still_kept",
            "audits_open",
        ),
        facts=FACTS,
        empty=Said(
            "还没有登记业主委员会的任期，现在的委员见“人员和身份”。任期由社区登记。",
            "No term of a committee is entered; who sits on it now stands under people and roles. The residents' committee enters the term.",
        ),
    ),
    TERM,
    Operation(
        path="/committees",
        title=Said("登记选出的业主委员会", "Enter an elected committee"),
        roles=REGISTERS,
        does=actions.elect,
        seals=("committee.elected", "person.appointed", "person.ended"),
        confirms=True,
        fields={
            "members": Field(
                Said("成员", "Members"),
                hint=Said(
                    "成员必须是本小区业主，先有业主的登录身份（物业管理条例第16条）。没有选上的人，原来的业委会身份到任期开始为止。",
                    "Members are owners who sign in as such. Whoever was not elected loses his seat when the term begins.",
                ),
            ),
            "person": Field(Said("谁", "Who"), choices=owners),
            "elected_on": Field(Said("选举日", "Day of the election")),
            "starts_on": FACTS["starts_on"],
            "ends_on": Field(
                Said("任期最后一天", "Last day of the term"),
                hint=Said(
                    "每届不超过五年，当地另有规定的从其规定。",
                    "Five years at most, unless the place has another rule.",
                ),
            ),
            "motion": Field(
                Said("业主决议", "The owners' resolution"),
                hint=Said(
                    "民法典第278条第（三）项。只有启用账本以前选出的第一届可以不填。",
                    "Civil Code, Art. 278 (3). Only the first one, elected before the books began, goes without.",
                ),
                choices=passed(Matter.COMMITTEE),
            ),
            "filed_on": Field(
                Said("备案日", "Filed on"),
                hint=Said("还没有备案就不填。", "Leave it out until it is filed."),
            ),
            "document": Field(
                Said("选举结果公告，或备案材料", "The posted result, or the filing"),
                hint=Said("没有决议的用备案材料。", "The filing where there is no resolution."),
            ),
        },
    ),
    Operation(
        path="/committees/<int:no>/filings",
        title=Said("登记备案", "Enter the filing"),
        roles=STANDS_FOR_OWNERS,
        does=actions.file_term,
        seals=("committee.filed",),
        on=TERM,
        offered=lambda term: not_over(term) and term["filed_on"] is None,
        fields={
            "no": FACTS["no"],
            "filed_on": Field(
                Said("备案日", "Filed on"),
                hint=Said(
                    "选举或成员变更之日起三十日内（物业管理条例第16条）。",
                    "Within thirty days of the election or the change of a member.",
                ),
            ),
            "document": Field(Said("备案证明", "Proof of the filing")),
        },
    ),
    Operation(
        path="/committees/<int:no>/members",
        title=Said("补选成员", "Fill a vacancy"),
        roles=REGISTERS,
        does=actions.add_member,
        seals=("committee.member-added", "person.appointed", "person.ended"),
        on=TERM,
        offered=has_vacancy,
        confirms=True,
        fields={
            "no": FACTS["no"],
            "person": Field(Said("谁", "Who"), choices=owners),
            "since": FACTS["since"],
            "motion": Field(
                Said("业主决议", "The owners' resolution"),
                hint=Said("候补委员按议事规则递补的，不填。", "Leave it out where a substitute moves up."),
                choices=passed(Matter.COMMITTEE),
            ),
            "document": RESULT,
        },
    ),
    Operation(
        path="/committees/<int:no>/offices",
        title=Said("登记推选的主任、副主任", "Enter another office of a member"),
        roles=STANDS_FOR_OWNERS,
        does=actions.name_office,
        seals=("committee.office-named",),
        on=TERM,
        offered=sits,
        fields={"no": FACTS["no"], "person": MEMBER, "since": FACTS["since"], "document": RESULT},
    ),
    Operation(
        path="/committees/<int:no>/leavings",
        title=Said("登记成员离任", "Enter that a member leaves"),
        roles=REGISTERS,
        does=actions.leave,
        seals=("committee.member-left", "person.ended"),
        on=TERM,
        turns_back=True,
        offered=sits,
        confirms=True,
        fields={
            "no": FACTS["no"],
            "person": MEMBER,
            "last_day": Field(Said("最后一天", "Last day")),
            "cause": Field(Said("离任原因", "Why")),
            "motion": Field(
                Said("业主决议", "The owners' resolution"),
                needed=True,
                hint=Said("业主决定终止资格的必填。", "Needed where the owners remove him."),
                choices=passed(Matter.COMMITTEE),
            ),
            "document": Field(
                Said("辞职信或书面依据", "The letter of resignation, or the paper it rests on")
            ),
        },
    ),
    Operation(
        path="/committees/<int:no>/ending",
        title=Said("登记提前结束", "Enter that it ends early"),
        roles=REGISTERS,
        does=actions.end_term,
        seals=("committee.ended", "person.ended"),
        on=TERM,
        turns_back=True,
        offered=lambda term: not_over(term) and term["cause"] is None,
        confirms=True,
        fields={
            "no": FACTS["no"],
            "last_day": Field(
                Said("最后一天", "Last day"),
                hint=Said(
                    "任期届满不用登记，到最后一天自动结束。",
                    "A term that is over ends by itself and is not entered.",
                ),
            ),
            "cause": FACTS["cause"],
            "motion": Field(
                Said("业主决议", "The owners' resolution"),
                needed=True,
                hint=Said("业主决定提前结束的必填。", "Needed where the owners recall it."),
                choices=passed(Matter.COMMITTEE),
            ),
            "document": Field(
                Said("决议公告或街道文书", "The posted resolution, or the street office's paper")
            ),
        },
    ),
    Operation(
        path="/committees/<int:no>/handovers",
        title=Said("登记接收移交", "Enter what was taken over"),
        roles=STANDS_FOR_OWNERS,
        does=actions.take_over,
        seals=("committee.handed-over",),
        on=TERM,
        offered=lambda term: bool(term["still_kept"]),
        confirms=True,
        fields={
            "no": FACTS["no"],
            "kept": Field(Said("接收了什么", "What was taken over"), choices=kept_still, within="no"),
            "handed_on": Field(Said("移交日", "Handed over on")),
            "document": Field(Said("双方签字的移交清单", "The list that both sides signed")),
        },
    ),
    Operation(
        path="/committees/<int:no>/member-handovers",
        title=Said("登记离任成员的移交", "Enter what a member who left handed over"),
        roles=STANDS_FOR_OWNERS,
        does=actions.take_over_from_member,
        seals=("committee.member-handed-over",),
        on=TERM,
        offered=lambda term: term["to_hand_over"] > 0,
        fields={
            "no": FACTS["no"],
            "person": MEMBER,
            "handed_on": Field(Said("移交日", "Handed over on")),
            "document": Field(Said("双方签字的移交清单", "The list that both signed")),
        },
    ),
    Operation(
        path="/committees/<int:no>/audits",
        title=Said("登记委托审计", "Enter that an audit was engaged"),
        roles=STANDS_FOR_OWNERS,
        does=actions.engage_audit,
        seals=("committee.audit-engaged",),
        on=TERM,
        offered=lambda term: bool(term["to_engage"]),
        fields={
            "no": FACTS["no"],
            "reason": FACTS["reason"],
            "accountant": Field(
                Said("会计师事务所", "Accounting firm"),
                hint=Said(
                    "审计报告只能由会计师事务所出（注册会计师法第14条）。受审计的人不能自己委托。",
                    "Only an accounting firm gives an audit report. Nobody who is audited engages it.",
                ),
            ),
            "engaged_on": Field(Said("委托日", "Engaged on")),
            "document": Field(Said("业务约定书", "Letter of engagement")),
        },
    ),
    Operation(
        path="/committees/<int:no>/audit-reports",
        title=Said("登记审计报告", "Enter the audit report"),
        roles=STANDS_FOR_OWNERS,
        does=actions.receive_audit,
        seals=("committee.audit-received",),
        on=TERM,
        offered=lambda term: bool(term["to_receive"]),
        fields={
            "no": FACTS["no"],
            "reason": FACTS["reason"],
            "received_on": FACTS["received_on"],
            "document": Field(Said("审计报告", "The audit report")),
        },
    ),
)
