"""表决: a question to the owners from its notice to the objections to its result. Totals only, nobody's choice."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Annotated

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import Actor, Role
from ledger.fields import Code, Out, Upload
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.files.tables import StoredFile
from ledger.operations.choices import homes_still_open
from ledger.operations.circles import HOLDERS, STREET
from ledger.operations.labels import own_code
from ledger.operations.operation import Field, Listing, Operation, Record, Said
from ledger.votes import actions, queries
from ledger.votes import rules as of_votes
from ledger.votes.objections import actions as disputing
from ledger.votes.objections.queries import objection, objections
from ledger.votes.objections.rules import DECIDED, LEADS_TO, ObjectionState
from ledger.votes.objections.tables import VoteObjection
from ledger.votes.proxies.actions import cast_own, entrust
from ledger.votes.proxies.queries import ballots_left, proxies_given
from ledger.votes.rules import Matter, MotionState, Way
from ledger.votes.sheet_actions import enter_sheet
from ledger.votes.sheet_queries import unmatched

EVERYBODY = tuple(Role)


class MotionOut(Out):
    code: str
    matter: Matter
    question: str
    budget_fen: int | None
    opens_on: date
    closes_on: date
    deemed_clause: str | None
    state: MotionState
    opened_by: str
    opened_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    passed: bool | None
    posted_on: date | None
    posted_paper: str | None


class TurnoutOut(Out):
    area_all: int
    heads_all: int
    area_part: int
    heads_part: int


class CountOut(TurnoutOut):
    area_yes: int
    heads_yes: int
    quorum: bool
    passed: bool


class PostingOut(Out):
    due_on: date
    posted_on: date | None
    days_late: int


class VoteOut(MotionOut):
    votes: Annotated[CountOut | TurnoutOut, Limit(union_mode="left_to_right")]
    proxies: int
    unmatched_sheets: int
    posting: PostingOut | None
    objections: list[ObjectionState]
    voting: bool
    countable: bool


class VoteSeen(VoteOut):
    """The same for whoever looks at it: ``may_cast`` unless all ballots that are his have been cast, ``has_cast`` when a
    home of his has voted."""

    may_cast: bool
    has_cast: bool


class VotePaperOut(Out):
    sha256: str


class CastBallotOut(Out):
    home: str
    counted: bool


class OwnBallotOut(Out):
    home: str
    choice: of_votes.Choice
    way: Way
    cast_at: datetime
    leaf_index: int | None
    entry_no: int | None
    leaf: str | None
    digest: str | None
    disclosure: str | None
    proof: str | None


class EnteredOut(Out):
    waiting: list[str]
    counted: list[str]
    disagreeing: list[str]


class UnmatchedOut(Out):
    home: str
    sheet: str
    entered_by: list[str]
    disagreed: bool


class ProxyOut(Out):
    home: str
    family: bool


class ObjectionOut(Out):
    motion: str
    no: int
    state: ObjectionState
    raised_on: date
    ground: str
    answer: str | None
    case_no: str | None
    ruling: str | None


def vote(session: Session, community: str, code: Code, today: date, by: Actor) -> VoteSeen:
    """A vote as anyone may see it: the turnout while it runs, the totals after, how its posting stands.

    ``voting`` says that ballots are taken on the day, ``countable`` that it may be counted.

    Raises:
        NoMotion: there is none with this code.
    """
    motion = queries.motion(session, community, code)
    is_open = motion.state is MotionState.OPEN
    posted = queries.posting(session, motion, today)
    return VoteSeen.of(
        {
            **MotionOut.of(motion).model_dump(),
            "votes": queries.told(session, community, code),
            "proxies": proxies_given(session, community, code),
            "unmatched_sheets": len(unmatched(session, community, code)),
            "posting": PostingOut.of(posted) if posted else None,
            "objections": [challenge.state for challenge in objections(session, community, code)],
            "may_cast": by.role is not Role.OWNER
            or bool(ballots_left(session, community, code, by.homes, today)),
            "has_cast": queries.has_voted(session, community, code, by.homes),
            "voting": is_open and of_votes.is_voting_day(motion.opens_on, motion.closes_on, today),
            "countable": is_open
            and of_votes.may_count(queries.not_voted(session, community, code), motion.closes_on, today),
        }
    )


def own_ballot(
    session: Session, community: str, code: Code, home: Code | None = None, *, by: Actor, today: date
) -> OwnBallotOut:
    """His own ballot with the address of its proof: from the leaf that holds its digest to a signed checkpoint.

    Raises:
        what `ledger.votes.queries.own_ballot` refuses.
    """
    ballot = queries.own_ballot(session, community, code, home, by=by, today=today)
    proof = f"/api/v1/communities/{community}/entries/{ballot.entry_no}/proof" if ballot.entry_no else None
    return OwnBallotOut.of({**ballot._asdict(), "proof": proof})


def take_in_paper(session: Session, community: str, file: Upload, *, by: Actor, at: datetime) -> StoredFile:
    """Keep a ballot sheet, a written proxy, a photographed posting or a ruling; gives the digest that names it.

    Raises:
        FileRefused, FileTooLarge, PictureUnreadable: it is no picture and no PDF.
    """
    return keep_file(session, community, file.body, file.name, FileKind.PAPER, by=by, at=at)


def count_votes(
    session: Session, community: str, code: Code, *, by: Actor, at: datetime
) -> dict[str, int | bool]:
    """End a vote; by area and by heads (《民法典》第278条), after the last day or once all have voted.

    Raises:
        MotionClosed, VoteStillOpen: see `ledger.votes.actions.close_motion`.
    """
    actions.close_motion(session, community, code, by=by, at=at)
    return queries.told(session, community, code)


def is_open(row: VoteOut) -> bool:
    return row.state is MotionState.OPEN


def may_become(*states: ObjectionState) -> Callable[[VoteObjection], bool]:
    """Whether an objection may go into one of these states, as the rule of its way says."""
    to: Collection[ObjectionState] = frozenset(states)
    return lambda row: not LEADS_TO[row.state].isdisjoint(to)


VOTE = Record(
    path="/votes/<path:code>",
    title=Said("一项表决", "One vote"),
    roles=EVERYBODY,
    query=vote,
    gives=VoteOut,
    heading="question",
    state=("state", "opens_on", "closes_on", "posted_on"),
    known_as=("motion", "preauthorised"),
    hidden=("may_cast",),
    facts={"passed": Field(Said("计票结果为通过", "The count said yes"))},
)

OBJECTION = Record(
    path="/votes/<path:code>/objections/<int:no>",
    title=Said("一件异议", "One objection"),
    roles=(*HOLDERS, Role.SUPERVISOR, Role.AUDITOR),
    query=objection,
    gives=ObjectionOut,
    heading="ground",
    state=("state",),
    facts={"ground": Field(Said("异议理由", "Ground"))},
)

DECLARED = (
    Listing(
        path="/votes",
        title=Said("表决", "Votes"),
        roles=EVERYBODY,
        query=queries.motions,
        gives=MotionOut,
        key="votes",
        record=VOTE,
        columns=("code", "question", "matter", "opens_on", "closes_on", "state", "passed", "posted_on"),
        empty=Said("还没有表决。由业委会或居委会公告第一项。", "There is no vote yet; announce the first."),
    ),
    VOTE,
    Operation(
        path="/votes",
        title=Said("公告一项表决", "Announce a vote"),
        roles=HOLDERS,
        does=actions.ask_owners,
        gives=MotionOut,
        seals=("vote.announced",),
        confirms=True,
        fields={
            "code": own_code("2026-04", Said("表决编号", "Code of the vote")),
            "opens_on": Field(
                Said("从哪天开始投票", "Voting opens on"),
                hint=Said(
                    "公告当天不算，要等公告期满才能开始（《物业管理条例》第14条）。",
                    "No sooner than the notice allows; the day of the notice does not count.",
                ),
            ),
            "closes_on": Field(Said("投到哪天", "Voting closes on")),
            "building": Field(
                Said("只问哪一幢", "Only of this building"),
                hint=Said("不填就是问全小区。", "Left out, the whole community is asked."),
            ),
            "stairwell": Field(
                Said("只问哪个单元", "Only of this stairwell"),
                hint=Said("填单元要先填幢。", "A stairwell needs its building."),
            ),
            "side": Field(
                Said("只问哪一侧", "Only of this side"),
                hint=Said("填哪一侧要先填单元。", "A side needs its stairwell."),
            ),
            "deemed_clause": Field(
                Said("视为同意的议事规则条款", "Clause that takes silence for consent"),
                hint=Said(
                    "议事规则没有明文规定的，不要填。",
                    "Leave it out unless the rules of procedure say so.",
                ),
            ),
        },
    ),
    Operation(
        path="/votes/papers",
        title=Said("上传表决文件", "Upload a paper of a vote"),
        roles=(*HOLDERS, STREET),
        does=take_in_paper,
        gives=VotePaperOut,
        seals=("vote.cast",),
        fields={
            "file": Field(
                Said(
                    "选票、委托书、张贴照片或裁判文书",
                    "Ballot sheet, written proxy, photograph of the posting, ruling",
                ),
                hint=Said(
                    "照片或 PDF；太大的照片会自动缩小。",
                    "A photograph or a PDF; a large photograph is made smaller.",
                ),
            )
        },
    ),
    Operation(
        path="/votes/<path:code>/ballots",
        title=Said("投票", "Cast my ballot"),
        roles=(Role.OWNER,),
        does=cast_own,
        gives=CastBallotOut,
        seals=("vote.cast",),
        on=VOTE,
        offered=lambda row: row.voting and row.may_cast,
        confirms=True,
        fields={
            "choice": Field(
                Said("您的意见", "Your choice"),
                hint=Said("一户只能投一次，投了不能改。", "A home votes once and for good."),
            ),
            "home": Field(
                Said("为哪一户投", "For which home"),
                hint=Said(
                    "您名下只有一户的可以不填。也可以为书面委托您的那一户投。",
                    "May be left out if you have one home; or a home that entrusted you in writing.",
                ),
            ),
        },
    ),
    Record(
        path="/votes/<path:code>/my-ballot",
        title=Said("我投的票", "My own ballot"),
        roles=(Role.OWNER,),
        query=own_ballot,
        gives=OwnBallotOut,
        offered=lambda vote: vote.has_cast,
        heading="choice",
        facts={
            "leaf": Field(Said("日志里的原文", "The leaf in the log")),
            "digest": Field(Said("选票摘要", "Digest of the ballot")),
            "way": Field(Said("怎么投的", "How it was cast")),
        },
    ),
    Operation(
        path="/votes/<path:code>/closing",
        title=Said("计票", "Count the vote"),
        roles=HOLDERS,
        does=count_votes,
        gives=CountOut,
        seals=("vote.closed",),
        on=VOTE,
        offered=lambda row: row.countable,
        confirms=True,
    ),
    Operation(
        path="/votes/<path:code>/sheets",
        title=Said("录入纸质选票", "Enter a paper sheet"),
        roles=HOLDERS,
        does=enter_sheet,
        gives=EnteredOut,
        seals=("vote.cast",),
        on=VOTE,
        offered=is_open,
        fields={
            "sheet": Field(
                Said("哪张选票", "Which sheet"),
                hint=Said("选票的照片。", "A photograph of the sheet."),
            ),
            "choices": Field(
                Said("各户意见", "Choices by home"),
                hint=Said(
                    "须由两个人各录一遍，一致才算数。",
                    "A ballot counts when two people have read the same.",
                ),
                choices=homes_still_open,
                pair=(Said("房屋", "Home"), Said("意见", "Choice")),
            ),
        },
        confirms=True,
    ),
    Listing(
        path="/votes/<path:code>/sheets",
        personal=True,
        title=Said("还不算数的纸质选票", "Paper ballots that do not count yet"),
        roles=HOLDERS,
        query=unmatched,
        gives=UnmatchedOut,
        key="sheets",
        columns=("home", "sheet", "entered_by", "disagreed"),
        empty=Said("录入的纸质选票都已核对一致。", "All paper ballots that were entered count."),
    ),
    Operation(
        path="/votes/<path:code>/proxies",
        title=Said("登记书面委托", "Record a written proxy"),
        roles=HOLDERS,
        does=entrust,
        gives=ProxyOut,
        seals=("vote.entrusted",),
        on=VOTE,
        offered=is_open,
        fields={
            "home": Field(Said("哪一户委托", "Home that gives it")),
            "paper": Field(
                Said("委托书", "Written proxy"),
                hint=Said("委托书的照片或扫描件。", "A photograph or scan of it."),
            ),
            "holder_home": Field(
                Said("受托人的房屋", "Home of the holder"),
                hint=Said(
                    "受托人不是本小区业主的不填，他只能投纸质选票。",
                    "Left out for somebody who owns no home here; he votes on paper.",
                ),
            ),
        },
    ),
    Operation(
        path="/votes/<path:code>/posting",
        title=Said("登记结果已经张贴", "Record that the result was posted on site"),
        roles=HOLDERS,
        does=actions.post_result,
        gives=MotionOut,
        seals=("vote.posted",),
        on=VOTE,
        offered=lambda row: row.closed_at is not None and row.posted_on is None,
        fields={
            "paper": Field(
                Said("张贴照片", "Photograph of the posting"),
                hint=Said("贴出来的样子，拍一张照片。", "A photograph of it where it was put up."),
            )
        },
    ),
    Operation(
        path="/votes/<path:code>/objections",
        title=Said("对结果提出异议", "Object to a result"),
        roles=(Role.OWNER.of("home"),),
        does=disputing.raise_objection,
        gives=ObjectionOut,
        seals=("vote.objection.raised",),
        on=VOTE,
        offered=lambda row: row.closed_at is not None,
        fields={
            "ground": Field(
                Said("异议理由", "Ground"),
                hint=Said(
                    "自结果公示起一年内提出（《建筑物区分所有权解释》第12条）。",
                    "Within a year of the posting of the result.",
                ),
            ),
            "home": Field(
                Said("为哪一户提", "For which home"),
                hint=Said("您名下只有一户的可以不填。", "May be left out if you have one home."),
            ),
        },
    ),
    Listing(
        path="/votes/<path:code>/objections",
        title=Said("对结果的异议", "Objections to a result"),
        roles=(*HOLDERS, Role.SUPERVISOR, Role.AUDITOR),
        query=objections,
        gives=ObjectionOut,
        key="objections",
        record=OBJECTION,
        columns=("no", "ground", "raised_on", "state", "answer", "case_no"),
        facts={"ground": Field(Said("异议理由", "Ground"))},
        empty=Said("没有人提出异议。", "Nobody has objected."),
    ),
    OBJECTION,
    Operation(
        path="/votes/<path:code>/objections/<int:no>/answer",
        title=Said("答复异议", "Answer an objection"),
        roles=HOLDERS,
        does=disputing.answer_objection,
        gives=ObjectionOut,
        seals=("vote.objection.answered",),
        on=OBJECTION,
        offered=may_become(ObjectionState.ANSWERED),
    ),
    Operation(
        path="/votes/<path:code>/objections/<int:no>/court",
        title=Said("登记法院已经受理", "Record that a court took the case"),
        roles=(*HOLDERS, STREET),
        does=disputing.take_to_court,
        gives=ObjectionOut,
        seals=("vote.objection.court",),
        on=OBJECTION,
        offered=may_become(ObjectionState.COURT),
    ),
    Operation(
        path="/votes/<path:code>/objections/<int:no>/ruling",
        title=Said("登记裁决", "Record a ruling on an objection"),
        roles=(Role.COMMUNITY_OFFICE, STREET),
        does=disputing.record_ruling,
        gives=ObjectionOut,
        seals=("vote.objection.dismissed", "vote.objection.upheld"),
        on=OBJECTION,
        offered=may_become(*DECIDED),
        confirms=True,
        fields={
            "upheld": Field(
                Said("支持异议", "The objection is upheld"),
                hint=Said(
                    "支持异议的，这项表决就作废。公告或计票的人不能登记。",
                    "An upheld objection annuls the vote. Not by whoever announced or counted it.",
                ),
            ),
            "ruling": Field(
                Said("裁判文书或决定", "Judgment or order"),
                hint=Said("裁判文书的照片或扫描件。", "A photograph or scan of it."),
            ),
        },
    ),
)
