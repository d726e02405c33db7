"""A small true community with a half-year behind it, written by the ledger's own actions."""

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

from sqlmodel import Session

from ledger.community.rules import ComponentKind, FirmKind, HomeKind
from ledger.community.tables import Community, Component, Package, ServiceContract, Works
from ledger.demo.tickets import picture
from ledger.disclosure import actions as disclosure
from ledger.disclosure.standing_notice_actions import publish_standing
from ledger.evaluation import actions as evaluation
from ledger.evaluation.rules import Measure, content, read_rubric, scorecard
from ledger.evaluation.standards import rubric_bytes
from ledger.fees import charge_actions as fees
from ledger.fees import payment_actions as fee_payments
from ledger.fees.queries import outstanding
from ledger.fees.rules import Basis
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.fund import actions as fund
from ledger.fund.gains.actions import credit_interest
from ledger.fund.rules import DepositKind
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses import motion_actions as motions
from ledger.fund.uses import payment_actions as payments
from ledger.fund.uses.payment_rules import Bill
from ledger.fund.uses.rules import (
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase
from ledger.grants import actions as grants
from ledger.grants.rules import Receipt, Source, book_of
from ledger.grants.tables import Funding
from ledger.log.actions import sign_head
from ledger.log.signer import Signer
from ledger.noticeboard.rules import NewAttachment, ReadyNotice, canonical_body
from ledger.noticeboard.tables import Notice
from ledger.periods import Month, Period, noon
from ledger.repairs import actions as repairs
from ledger.repairs.rules import Category, Priority
from ledger.revenue import actions as revenue
from ledger.revenue import receipt_actions as receipts
from ledger.revenue.cost_actions import pay_cost
from ledger.revenue.remittance.actions import remit
from ledger.revenue.rules import Category as Stream
from ledger.revenue.rules import CostKind
from ledger.votes.actions import cast
from ledger.votes.rules import Choice
from tests import uses as steps
from tests.cast import AN, BAO, CHEN, HE, HUANG, MEI, NOON, SU, WEN
from tests.factories import a_community, a_firm, a_home, a_paid_bill, a_worker, an_account

HALF = Period.parse("2026-H1")
PUBLISHED = datetime(2026, 7, 10, 2, 0, tzinfo=UTC)
CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 220" width="640" height="220">'
    '<rect width="640" height="220" fill="#fff"/><line x1="20" y1="200" x2="620" y2="200" stroke="#667"/>{bars}</svg>'
)


def a_chart(heights: list[int]) -> bytes:
    """A bar chart as an SVG file."""
    bars = "".join(
        f'<rect x="{30 + 50 * i}" y="{200 - h}" width="32" height="{h}" fill="#0b6b50"/>'
        for i, h in enumerate(heights)
    )
    return CHART.format(bars=bars).encode()


def the_files() -> list[NewAttachment]:
    """What is published beside a half-year: a paper, a list, charts."""
    return [
        NewAttachment("report.pdf", "application/pdf", b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"),
        NewAttachment("projects.csv", "text/csv", "项目,金额\nP-1,30000.00\n".encode()),
        NewAttachment(
            "chart-fund.svg", "image/svg+xml", a_chart([20, 30, 25, 40, 30, 60, 150, 25, 30, 180, 30, 45])
        ),
        NewAttachment("chart-revenue.svg", "image/svg+xml", a_chart([90, 150, 60])),
    ]


def meiyuan(session: Session) -> str:
    """梅园新村 from January to June 2026: deposits, projects, fees, revenue, works money, tickets; all closed."""
    code = a_community(session)
    a_worker(session)
    place = session.get(Community, code)
    place.address, place.built_year = "梅园路 18 号", 1994
    for firm, kind in (
        ("anju", FirmKind.PROPERTY),
        ("jianxin", FirmKind.CONTRACTOR),
        ("factory", FirmKind.SELLER),
    ):
        a_firm(session, firm, kind)
    for firm, kind in (("focus", FirmKind.TENANT), ("locker", FirmKind.TENANT)):
        a_firm(session, firm, kind)
    session.add(
        ServiceContract(
            community=code,
            number="WY-2024",
            firm="anju",
            starts_on=date(2024, 1, 1),
            ends_on=date(2026, 12, 31),
        )
    )
    homes = [
        a_home(
            session,
            f"{building}-{stairwell}-{floor}0{door}",
            area_dm2=5_400 + 350 * door + 10 * floor,
            kind=HomeKind.SOLD_PUBLIC if building == 2 and stairwell == 2 else HomeKind.COMMODITY,
            seller="factory" if building == 2 and stairwell == 2 else None,
            first_deposit_fen=0 if (building, stairwell, floor, door) == (1, 1, 1, 1) else 480_000,
        )
        for building in (1, 2)
        for stairwell in (1, 2)
        for floor in range(1, 7)
        for door in (1, 2)
    ]
    _works(session, code)
    set_tariff(
        session,
        code,
        "*",
        NewPrice(date(2025, 12, 1), Basis.PER_M2, 5500),
        "业主大会 2025-3 号决议",
        by=MEI,
        at=NOON,
    )
    _deposits(session, code, homes)
    _contracts(session, code)
    december = Month(2025, 12)
    fees.charge_month(session, code, december, by=MEI, at=NOON)
    fund.end_month(session, code, december, exceptions={}, by=MEI, at=noon(december.plus(1).first))
    for month in HALF.months:
        _month(session, code, month, homes)
    return code


def _works(session: Session, code: str) -> None:
    session.add(Works(community=code, code="W2025", name="2025 年老旧小区改造", started_on=date(2025, 3, 1)))
    session.flush()
    for package, name, price, accepted in (
        ("roof", "屋面防水与外墙", 286_000_000, date(2025, 11, 20)),
        ("pipes", "地下管网改造", 154_000_000, None),
    ):
        session.add(
            Package(
                community=code, works="W2025", code=package, name=name, contractor="jianxin",
                price_fen=price, accepted_on=accepted,
            )
        )  # fmt: skip
        session.flush()
        for source, planned in ((Source.GOVERNMENT, price * 8 // 10), (Source.RESIDENTS, price // 100)):
            session.add(
                Funding(community=code, works="W2025", package=package, source=source, planned_fen=planned)
            )
    for component, kind, name, building, package, until in (
        ("roof-1", ComponentKind.ROOF, "1 幢屋面", "1", "roof", date(2030, 11, 20)),
        ("lift-2", ComponentKind.LIFT, "2 幢电梯", "2", None, None),
        ("door-1", ComponentKind.SECURITY, "1 幢单元门", "1", None, None),
        ("drain", ComponentKind.PIPES, "小区污水总管", None, None, None),
    ):
        session.add(
            Component(
                community=code, code=component, kind=kind, name=name, building=building,
                works="W2025" if package else None, package=package, warranty_until=until,
            )
        )  # fmt: skip
    session.flush()
    for source, received, spent in (
        (Source.GOVERNMENT, 240_000_000, 200_000_000),
        (Source.RESIDENTS, 4_100_000, 0),
    ):
        grants.open_grant_book(session, code, source, by=MEI, at=NOON)
        an_account(session, source.value, book=book_of(source), community=code)
        grants.receive(
            session,
            code,
            Receipt(source, "W2025", received, date(2026, 1, 12)),
            key=f"grant-{source}",
            by=MEI,
            at=NOON,
        )
        if spent:
            a_paid_bill(
                session, "W2025", "roof", "jianxin", {source: spent}, date(2026, 3, 2), community=code,
                price_fen=286_000_000,
            )  # fmt: skip


def _deposits(session: Session, code: str, homes: list[str]) -> None:
    rows = [
        fund.NewDeposit(
            f"D{i:03d}", DepositKind.OPENING, 480_000 if i % 7 else 90_000, date(2026, 1, 5), home=home
        )
        for i, home in enumerate(homes[1:], start=1)
    ]
    rows.append(fund.NewDeposit("S001", DepositKind.FIRST, 1_500_000, date(2026, 1, 5), party="factory@2"))
    fund.deposit(session, code, rows, by=MEI, at=NOON)


def _contracts(session: Session, code: str) -> None:
    for number, kind, party, thing, price, every in (
        ("GG-01", Stream.AD_LIFT, "focus", "电梯轿厢广告 4 面", 2_400_000, 3),
        ("KD-01", Stream.PARCEL_LOCKER, "locker", "快递柜 2 组", 720_000, 6),
    ):
        revenue.sign_contract(
            session,
            code,
            revenue.NewContract(
                number,
                kind,
                party,
                thing,
                date(2026, 1, 1),
                date(2026, 12, 31),
                price,
                every,
                "业主大会 2025-4 号决议",
                date(2025, 11, 2),
            ),
            by=CHEN,
            at=NOON,
        )


def _month(session: Session, code: str, month: Month, homes: list[str]) -> None:
    fees.charge_month(session, code, month, by=MEI, at=NOON)
    payers = homes if month.number == 6 else homes[: 30 + month.number]
    owed = outstanding(session, code, homes)
    fee_payments.receive(
        session,
        code,
        [
            fee_payments.Payment(
                f"pay-{month}-{home}",
                home,
                sum(fen for _, fen in owed[home]),
                date(month.year, month.number, 18),
            )
            for home in payers[:44]
            if home in owed
        ],
        by=MEI,
        at=NOON,
    )
    credit_interest(
        session,
        code,
        21_734 + month.number,
        date(month.year, month.number, 21),
        key=f"interest/{month}",
        by=MEI,
        at=NOON,
    )
    if month.number in (1, 4):
        receipts.receive(
            session,
            code,
            "GG-01",
            600_000,
            date(2026, month.number, 9),
            reference=f"gg-{month}",
            by=MEI,
            at=NOON,
        )
    if month.number == 2:
        receipts.receive(session, code, "KD-01", 300_000, date(2026, 2, 9), reference="kd-1", by=MEI, at=NOON)
        pay_cost(
            session,
            code,
            CostKind.ENERGY,
            41_260,
            date(2026, 2, 20),
            voucher_no="F-7781",
            contract="KD-01",
            by=MEI,
            at=NOON,
        )
    if month.number == 3:
        _emergency(session, code)
    if month.number == 4:
        remit(session, code, "2026-Q1", date(2026, 4, 15), by=MEI, at=NOON)
    if month.number == 5:
        _voted_project(session, code, homes)
    _tickets(session, code, month)
    after = noon(month.plus(1).first)
    fund.end_month(session, code, month, exceptions={}, by=MEI, at=after)


def _emergency(session: Session, code: str) -> None:
    plan = uses.Plan(
        "污水总管堵塞抢修", "drain", ScopeKind.COMMUNITY, "jianxin", 860_000, emergency=EmergencyCase.DRAIN
    )
    steps.planned(session, code, "P-1", plan, at=noon(date(2026, 3, 3)))
    steps.applied(session, code, "P-1", at=noon(date(2026, 3, 3)))
    approvals.approve(session, code, "P-1", 860_000, by=HUANG, at=noon(date(2026, 3, 3)))
    steps.built(session, code, "P-1", 846_500, at=noon(date(2026, 3, 6)))
    payments.pay(
        session,
        code,
        "P-1",
        Bill(bill_fen=846_500, payee="jianxin", invoice_no="I-1", on=date(2026, 3, 12)),
        by=BAO,
        at=noon(date(2026, 3, 12)),
    )


def _voted_project(session: Session, code: str, homes: list[str]) -> None:
    plan = uses.Plan("2 幢电梯钢丝绳更换", "lift-2", ScopeKind.BUILDING, "jianxin", 3_120_000, building="2")
    steps.planned(session, code, "P-2", plan, at=noon(date(2026, 5, 2)))
    steps.posted(session, code, "P-2", at=noon(date(2026, 5, 2)))
    motion = motions.put_to_vote(
        session, code, "P-2", opens_on=date(2026, 5, 9), closes_on=date(2026, 5, 11), by=CHEN,
        at=noon(date(2026, 5, 2)),
    ).code  # fmt: skip
    voters = [home for home in homes if home.startswith("2-")]
    choices = {home: Choice.YES if i % 6 else Choice.NO for i, home in enumerate(voters[:21], start=1)}
    cast(session, code, motion, choices, by=HE, at=noon(date(2026, 5, 9)))
    motions.close_vote(session, code, "P-2", by=CHEN, at=noon(date(2026, 5, 12)))
    steps.applied(session, code, "P-2", at=noon(date(2026, 5, 12)))
    approvals.approve(session, code, "P-2", 3_120_000, by=HUANG, at=noon(date(2026, 5, 13)))
    steps.built(session, code, "P-2", 3_098_800, at=noon(date(2026, 5, 20)))
    payments.pay(
        session,
        code,
        "P-2",
        Bill(bill_fen=3_098_800, payee="jianxin", invoice_no="I-2", on=date(2026, 5, 27)),
        by=BAO,
        at=noon(date(2026, 5, 27)),
    )
    uses.propose(
        session, code, "P-3", uses.Plan("1 幢单元门更换", "door-1", ScopeKind.BUILDING, "jianxin", 640_000, building="1"),
        by=MEI, at=noon(date(2026, 5, 28)),
    )  # fmt: skip


def _tickets(session: Session, code: str, month: Month) -> None:
    kinds = [
        Category.LEAK,
        Category.DRAIN,
        Category.LIGHTING,
        Category.LIGHTING,
        Category.LIFT,
        Category.DOOR,
    ]
    for place, kind in enumerate(kinds[: 4 + month.number % 3]):
        report = repairs.Report(kind, "报修", component="roof-1" if kind is Category.LEAK else None)
        late = (place, month.number) in ((2, 2), (2, 5), (3, 4))
        left = (place, month.number) == (3, 6)
        _ticket(
            session,
            code,
            report,
            date(month.year, month.number, 3 + place),
            urgent=place in (0, 4),
            late=late,
            left=left,
        )
    if month.number in (2, 3, 5):
        _ticket(session, code, repairs.Report(Category.COMPLAINT, "投诉"), date(month.year, month.number, 12))


def _ticket(
    session: Session, code: str, report: repairs.Report, on: date, *, urgent=False, late=False, left=False
) -> None:
    at = noon(on)
    no = repairs.log_ticket(session, code, report, by=HE, at=at).no
    repairs.triage(session, code, no, Priority.P2 if urgent else Priority.P3, by=MEI, at=at)
    repairs.assign(session, code, no, WEN.login, by=MEI, at=at)
    repairs.arrive(session, code, no, by=WEN, at=at)
    if left:
        return
    end = noon(on.replace(day=on.day + (9 if late else 1)))
    photo = keep_file(session, code, picture(no), "", FileKind.PHOTO, by=WEN, at=end).sha256
    repairs.finish(session, code, no, photo=photo, by=WEN, at=end)
    repairs.verify(session, code, no, by=CHEN, at=end)
    repairs.follow_up(session, code, no, 3 if late else 5, by=HE, at=end)
    repairs.close(session, code, no, by=HE, at=end)


def publish_accounts(
    session: Session,
    code: str,
    *,
    why: str | None = None,
    at: datetime = PUBLISHED,
    attached: list[NewAttachment] | None = None,
) -> Notice:
    """Prepare, check and publish the half-year by three people."""
    if why:
        a_late_report(session, code)
    draft = disclosure.prepare(session, code, str(HALF), why=why, by=MEI, at=at)
    disclosure.check(session, code, str(HALF), draft.sha256, by=AN, at=at)
    titles = ("梅园新村 2026 年上半年收支公示", "Meiyuan: accounts of the first half of 2026")
    ready = ReadyNotice(draft.body, the_files() if attached is None else attached, titles)
    return disclosure.publish(session, code, str(HALF), prepared=ready, by=CHEN, at=at)


def publish_evaluation(
    session: Session, code: str, *, why: str | None = None, at: datetime = PUBLISHED
) -> Notice:
    """Evaluate the firm and publish the scorecard."""
    if why:
        a_late_report(session, code)
    body = evaluation.evaluate(session, code, HALF, by=SU, at=at)
    files = [NewAttachment("scorecard.pdf", "application/pdf", b"%PDF-1.7\n%%EOF\n")]
    titles = ("梅园新村 2026 年上半年物业服务评价", "Meiyuan: evaluation of the firm, first half of 2026")
    ready = ReadyNotice(body, files, titles)
    return evaluation.publish(session, code, str(HALF), prepared=ready, why=why, by=SU, at=at)


def a_late_report(session: Session, code: str) -> None:
    """A report of the half-year that comes to light after its end: without it there is nothing to correct."""
    late = repairs.Report(Category.LEAK, "漏水", reported_at=noon(date(2026, 6, 12)))
    no = repairs.log_ticket(session, code, late, by=HE, at=PUBLISHED).no
    repairs.triage(session, code, no, Priority.P3, by=MEI, at=PUBLISHED)


def graded_body(code: str) -> bytes:
    """A scorecard of the half-year before, with a grade: all assessed but A1 (few), B1 (no survey); D3 not handed in.

    It is by the first version of the standard, by which a grade asked for no survey.
    """
    rubric = read_rubric(rubric_bytes("default-2026.1").decode())
    measured = {i.id: Measure(Fraction(93, 100), 100, "93 / 100", "93 of 100") for i in rubric.indicators}
    measured["A3"] = Measure(Fraction(1, 60), 60, "1 / 60 起完工后返修", "1 of 60 finished tickets reopened")
    measured["A1"] = Measure(Fraction(1), 4, "4 / 4 起急修按时到场", "4 of 4 urgent tickets reached in time")
    measured["B1"] = Measure(None, 0, "满意度问卷尚未由社区开展", "no survey was run")
    measured["D3"] = Measure(None, 0, "没有提交银行对账单", "no bank statements were handed in", missing=True)
    return canonical_body(
        {
            "v": 1,
            "kind": evaluation.KIND,
            "community": {"code": code, "name": "梅园新村", "name_en": "Meiyuan"},
            "period": "2025-H2",
            "first": "2025-07-01",
            "last": "2025-12-31",
            "firm": "anju 公司",
            "contract_ends_on": "2026-12-31",
            "rubric_sha256": "0" * 64,
            "evaluated_on": "2026-01-20",
            **content(scorecard(rubric, measured)),
        }
    )


def build(database, keys: Path) -> Signer:
    """The whole sample: the community's half-year, both notices published, the head signed."""
    signer = Signer(keys)
    with database.writing() as session:
        code = meiyuan(session)
        publish_accounts(session, code)
        publish_evaluation(session, code)
        titles = (
            "梅园新村 2025 年下半年物业服务评价",
            "Meiyuan: evaluation of the firm, second half of 2025",
        )
        ready = ReadyNotice(graded_body(code), [], titles)
        evaluation.publish(session, code, "2025-H2", prepared=ready, by=SU, at=PUBLISHED)
        publish_standing(session, code, by=None, at=PUBLISHED)
        sign_head(session, code, signer, at=PUBLISHED)
    return signer
