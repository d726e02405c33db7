"""The red flags over stored uses: the profile's limits, and what counts as a use."""

from datetime import date, timedelta

import pytest

from ledger.community.tables import Community, Firm
from ledger.demo.tickets import picture
from ledger.files.actions import keep_file, use_file
from ledger.files.queries import used_elsewhere
from ledger.files.rules import FileKind, Purpose
from ledger.findings.queries import candidates
from ledger.findings.rules import Flag, Severity
from ledger.fund.uses import actions as uses
from ledger.fund.uses.actions import Plan
from ledger.fund.uses.queries import project
from ledger.fund.uses.rules import ScopeKind
from ledger.fund.uses.step_actions import take
from ledger.fund.uses.step_and_emergency_rules import Action, ProjectState
from ledger.repairs.actions import Report, log_ticket
from ledger.repairs.rules import Category, State
from ledger.repairs.tables import TicketStep
from tests.cast import CHEN, HE, MEI, NOON, WEN
from tests.factories import SHA, a_community, a_component, a_firm, a_home
from tests.files.photographs import a_scene, taken
from tests.uses import PHOTO

PLACE = "town"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def place(session):
    """Two buildings of two homes with a roof each, and two contractors."""
    a_community(session, PLACE)
    for building in ("1", "2"):
        a_component(session, f"roof-{building}", building=building, community=PLACE)
        for door in ("101", "102"):
            a_home(session, f"{building}-1-{door}", community=PLACE)
    for firm in ("hong", "jian"):
        a_firm(session, firm)
    return session


def proposed(session, code, after=0, *, fen=29_000_00, building="1", contractor="hong"):
    plan = Plan("屋面", f"roof-{building}", ScopeKind.BUILDING, contractor, fen, building=building)
    return uses.propose(session, PLACE, code, plan, by=MEI, at=NOON + timedelta(days=after))


def flagged(session, first=YEAR[0], last=YEAR[1]):
    return [(candidate.flag, candidate.subject) for candidate in candidates(session, PLACE, first, last)]


def test_t10_shows_as_a_candidate_from_its_last_project_on(place):
    """T10: three projects 29,000 each, same contractor, same building, 40 days → R03 (threshold 30,000)."""
    for code, after in (("P-1", 0), ("P-2", 20), ("P-3", 40)):
        proposed(place, code, after)
    newest = NOON.date() + timedelta(days=40)

    (candidate,) = candidates(place, PLACE, *YEAR)

    assert (candidate.flag, candidate.subject, candidate.on) == (Flag.SPLITTING, "P-1、P-2、P-3", newest)
    assert candidate.severity is Severity.HIGH
    assert flagged(place, last=newest - timedelta(days=1)) == [("R03", "P-1、P-2")]
    assert flagged(place, first=newest + timedelta(days=1)) == []


def test_other_contractors_at_other_buildings_and_sums_below_are_not_flagged(place):
    proposed(place, "P-1")
    proposed(place, "P-2", 20, building="2", contractor="jian")
    proposed(place, "P-3", 40, fen=999_99)

    assert flagged(place) == []


def test_the_limits_are_those_of_the_place_and_given_up_uses_do_not_count(place):
    proposed(place, "P-1")
    proposed(place, "P-2", 20)
    assert flagged(place) == [("R03", "P-1、P-2")]

    place.get(Community, PLACE).jurisdiction = "shanghai"  # every use has its price reviewed there
    place.flush()
    assert flagged(place) == []
    place.get(Community, PLACE).jurisdiction = "national_default"
    place.flush()
    uses.cancel(place, PLACE, "P-2", "重复", by=CHEN, at=NOON)
    assert flagged(place) == []


def test_the_limit_of_what_needs_no_vote_of_its_own_is_watched_as_well(place):
    proposed(place, "P-1", fen=60_000_00)
    proposed(place, "P-2", 40, fen=60_000_00)

    (candidate,) = candidates(place, PLACE, *YEAR)

    assert "100,000.00" in candidate.zh
    assert "第278条" in candidate.article


def test_b8_a_title_or_a_payee_of_other_things_is_a_candidate_though_a_second_person_let_it_pass(place):
    plan = Plan("绿化带挡土墙加固", "roof-1", ScopeKind.BUILDING, "hong", 9_000_00, building="1")
    uses.propose(place, PLACE, "P-1", plan, by=MEI, at=NOON)
    place.get(Firm, "jian").name = "洁美保洁服务有限公司"
    proposed(place, "P-2", building="2", contractor="jian")

    assert set(flagged(place)) == {("R05", "P-1"), ("R05", "P-2")}
    assert "绿化" in next(one.zh for one in candidates(place, PLACE, *YEAR) if one.subject == "P-1")
    assert flagged(place, last=NOON.date() - timedelta(days=1)) == []
    for code in ("P-1", "P-2"):
        uses.cancel(place, PLACE, code, "不该列支", by=CHEN, at=NOON)
    assert flagged(place) == []


def test_b7_one_picture_for_survey_acceptance_and_posting_is_a_candidate(place):
    seen = keep_file(place, PLACE, picture(1), "", FileKind.PHOTO, by=MEI, at=NOON).sha256
    other = keep_file(place, PLACE, picture(2), "", FileKind.PHOTO, by=MEI, at=NOON).sha256
    later = NOON + timedelta(days=3)
    use_file(place, PLACE, seen, "project/P-1", Purpose.SURVEY, by=MEI, at=NOON)
    use_file(place, PLACE, other, "ticket/1", Purpose.COMPLETION, by=MEI, at=NOON)
    assert flagged(place) == []

    use_file(place, PLACE, seen, "project/P-1", Purpose.ACCEPTANCE, by=MEI, at=later)
    use_file(place, PLACE, seen, "project/P-1", Purpose.POSTING, by=MEI, at=NOON)
    use_file(place, PLACE, other, "ticket/2", Purpose.COMPLETION, by=MEI, at=NOON)

    assert flagged(place) == [("R09", "project/P-1"), ("R09", "ticket/1、ticket/2")]
    candidate = candidates(place, PLACE, *YEAR)[0]
    assert (candidate.on, candidate.severity) == (later.date(), Severity.HIGH)
    assert "使用维修资金 P-1 验收、使用维修资金 P-1 张贴、使用维修资金 P-1 查勘" in candidate.zh
    assert "use of the fund P-1 acceptance" in candidate.en
    assert flagged(place, last=NOON.date() - timedelta(days=1)) == []


def test_b7_one_picture_for_two_postings_of_a_use_or_for_a_repair_that_was_done_over_is_a_candidate(place):
    proposed(place, "P-1")
    for action in (Action.POST_PLAN, Action.POST_RESULT):
        take(place, project(place, PLACE, "P-1"), action, ProjectState.POSTED, PHOTO, by=HE, at=NOON)
    of_a_repair = keep_file(place, PLACE, taken(a_scene(2)), "", FileKind.PHOTO, by=WEN, at=NOON).sha256
    use_file(place, PLACE, of_a_repair, "ticket/1", Purpose.COMPLETION, by=WEN, at=NOON)
    ticket = log_ticket(place, PLACE, Report(Category.ROAD, "路面破损", building="1"), by=MEI, at=NOON)
    place.add_all(
        TicketStep(
            community=PLACE,
            ticket=ticket.no,
            line=line,
            state=State.DONE,
            by_login="wen",
            at=NOON,
            photo=of_a_repair,
        )
        for line in (90, 91)
    )
    place.flush()

    seen = {candidate.subject: candidate for candidate in candidates(place, PLACE, *YEAR)}

    assert "使用维修资金 P-1 张贴" in seen["project/P-1"].zh
    assert "使用维修资金 P-1 公示表决结果" in seen["project/P-1"].zh
    assert {flag for flag, _ in flagged(place)} == {"R09"}
    assert set(seen) == {"project/P-1", "ticket/1"}


def test_b7_one_paper_for_the_review_the_audit_and_the_invoices_of_two_uses_is_a_candidate(place):
    def paper(name):
        body = f"%PDF-1.4 {name}".encode()
        return keep_file(place, PLACE, body, f"{name}.pdf", FileKind.PAPER, by=MEI, at=NOON).sha256

    one, bill, own = paper("one"), paper("bill"), paper("own")
    later = NOON + timedelta(days=3)
    use_file(place, PLACE, one, "project/P-1", Purpose.PRICE_REVIEW, by=MEI, at=NOON)
    use_file(place, PLACE, bill, "project/P-1", Purpose.INVOICE, by=MEI, at=NOON)
    use_file(place, PLACE, own, "project/P-1", Purpose.AUDIT, by=MEI, at=NOON)
    use_file(place, PLACE, own, "project/P-1", Purpose.AUDIT, by=MEI, at=later)
    assert flagged(place) == []

    use_file(place, PLACE, one, "project/P-1", Purpose.AUDIT, by=MEI, at=later)
    use_file(place, PLACE, bill, "project/P-2", Purpose.INVOICE, by=MEI, at=NOON)

    assert flagged(place) == [("R08", "project/P-1"), ("R08", "project/P-1、project/P-2")]
    candidate = candidates(place, PLACE, *YEAR)[0]
    assert (candidate.on, candidate.severity) == (later.date(), Severity.HIGH)
    assert "使用维修资金 P-1 审计" in candidate.zh
    assert "use of the fund P-1" in candidate.en
    assert flagged(place, last=NOON.date() - timedelta(days=1)) == []


def test_b7_the_picture_of_the_survey_is_no_price_review(place):
    seen = keep_file(place, PLACE, picture(1), "", FileKind.PHOTO, by=MEI, at=NOON).sha256
    for purpose in (Purpose.SURVEY, Purpose.PRICE_REVIEW):
        use_file(place, PLACE, seen, "project/P-1", purpose, by=MEI, at=NOON)

    assert flagged(place) == [("R08", "project/P-1")]


def test_one_paper_for_several_purposes_is_no_picture_used_again(place):
    for purpose in (Purpose.CONTRACT, Purpose.ACCEPTANCE, Purpose.SURVEY):
        use_file(place, PLACE, SHA, "project/P-1", purpose, by=MEI, at=NOON)

    assert flagged(place) == []


def test_a10_a_picture_used_again_is_a_candidate_though_its_bytes_differ(place):
    scene = a_scene(7)
    first, again = (
        keep_file(place, PLACE, taken(scene, quality=quality), "", FileKind.PHOTO, by=MEI, at=NOON).sha256
        for quality in (90, 50)
    )
    other = keep_file(place, PLACE, taken(a_scene(8)), "", FileKind.PHOTO, by=MEI, at=NOON).sha256
    use_file(place, PLACE, first, "ticket/1", Purpose.COMPLETION, by=MEI, at=NOON)
    use_file(place, PLACE, other, "ticket/2", Purpose.COMPLETION, by=MEI, at=NOON)
    use_file(place, PLACE, again, "ticket/1", Purpose.COMPLETION, by=MEI, at=NOON)
    assert flagged(place) == []

    use_file(place, PLACE, again, "ticket/3", Purpose.COMPLETION, by=MEI, at=NOON)

    assert flagged(place) == [("R09", "ticket/1、ticket/3")]
    assert used_elsewhere(place, PLACE, [first, again, other]) == {first, again}
