"""What a code stands for is chosen by its name, and what follows from the books stands in the form already."""

import re
from datetime import date

import pytest

from ledger.community.actions import appoint
from ledger.community.role_rules import Actor, Role, Seat
from ledger.community.rules import FirmKind, HomeKind
from ledger.community.tables import Person
from ledger.desk.forms import as_many_as_fit
from ledger.intake.import_actions import import_payments
from tests.cast import HE, MEI, NOON, OUYANG
from tests.factories import a_firm, a_home, a_package
from tests.intake.files import CMB_HEADER

DESK = "/desk/meiyuan/do"


def asked(page: str, name: str) -> tuple[str, dict[str, str]]:
    """The label of a question and what it offers, by value."""
    label = re.search(rf'<label for="{re.sub(chr(92) + "W", "-", name)}">([^<]+)', page)
    offered = re.search(rf'<select id="[^"]+" name="{re.escape(name)}".*?</select>', page, re.S)
    assert label
    assert offered
    return label[1].strip(), dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)<', offered[0]))


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        (MEI, {"worker"}),
        (HE, {"committee", "owner", "tenant"}),
        (Actor("root", Role.OPERATOR), set(Role) - {"operator"}),
    ],
    ids=["manager", "community_office", "operator"],
)
@pytest.mark.parametrize("form", ["people", "people/wen/appointments"])
def test_a_seat_is_offered_to_whoever_may_give_it_and_to_nobody_else(at_the_desk, database, who, roles, form):
    with database.writing() as session:
        session.add(Person(login="root", name="方管理", password="", since=NOON))
        session.flush()
        appoint(session, "root", "meiyuan", Seat(Role.OPERATOR), date(2026, 1, 1), by=MEI, at=NOON)

    page = at_the_desk(who).get(f"{DESK}/{form}").text

    radios = re.findall(r'<input type="radio" [^>]*name="role" value="([^"]+)"', page)
    assert set(radios or asked(page, "role")[1]) == roles


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "棉纺厂 公司 · 2 幢"), ("en", "棉纺厂 公司, building 2")]
)
def test_a_selling_unit_is_chosen_with_its_building(at_the_desk, database, language, words):
    with database.writing() as session:
        a_firm(session, "棉纺厂", FirmKind.SELLER)
        a_home(session, "2-1-101", kind=HomeKind.SOLD_PUBLIC, seller="棉纺厂")

    page = at_the_desk(MEI).get(f"{DESK}/deposits?lang={language}").text

    assert asked(page, "party")[1] == {"棉纺厂@2": words}


@pytest.mark.parametrize(
    ("language", "label", "words"),
    [
        ("zh", "过渡科目", "物业费 · 待查收款"),
        ("en", "Clearing account", "Property fee · Receipts to be identified"),
    ],
)
def test_what_keeps_a_month_open_is_named(at_the_desk, database, language, label, words):
    statement = CMB_HEADER + "2026-06-03,CNY,36.00,36.00,转账汇款,路人,谢谢\n"
    with database.writing() as session:
        import_payments(
            session, "meiyuan", statement.encode(), "cmb", name="6.csv", into="bank", by=MEI, at=NOON
        )

    page = at_the_desk(MEI).get(f"{DESK}/months/2026-06/closing?lang={language}").text

    heading, offered = asked(page, "exceptions:0.key")
    assert (heading, offered["fee/2241"]) == (label, words)
    assert '<option value="fee/2241" selected>' in page


def test_the_next_version_of_a_plan_stands_in_its_form(at_the_desk, database):
    with database.writing() as session:
        a_package(session, accepted_on=NOON.date())

    page = at_the_desk(MEI).get(f"{DESK}/works/plans?works=2022&package=A").text

    assert re.search(r'name="version"[^>]* value="2"', page)


def test_a_form_that_begins_its_record_begins_with_what_is_known(at_the_desk):
    """Though the record is not there yet: the accounts that are to be reconciled stand in it."""
    page = at_the_desk(MEI).get(f"{DESK}/reconciliations/fee/bank/2026-06").text

    assert '<option value="bank" selected>' in page


def homes_of_twenty_buildings(session) -> None:
    for building in range(2, 22):
        for floor in range(1, 7):
            a_home(session, f"{building}-1-{floor}01")
            a_home(session, f"{building}-1-{floor}02")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("zh", "共 246 个，写一部分再从列出的里面选。"), ("en", "There are 246: write a part of it")],
)
def test_every_home_of_many_is_offered_in_the_order_in_which_people_count(
    at_the_desk, database, language, sentence
):
    with database.writing() as session:
        homes_of_twenty_buildings(session)

    page = at_the_desk(MEI).get(f"{DESK}/fees/disputes?lang={language}").text

    offered = re.findall(r'<option value="([^"]+)">', re.search(r"<datalist.*?</datalist>", page, re.S)[0])
    assert len(offered) == 246
    assert offered.index("3-1-101") < offered.index("15-1-101")
    assert sentence in page


def test_the_homes_are_listed_once_for_all_rows_of_a_form(at_the_desk, database):
    with database.writing() as session:
        homes_of_twenty_buildings(session)

    page = at_the_desk(MEI).get(f"{DESK}/fees/demands").text

    assert page.count("<datalist") == 1


def test_what_a_page_cannot_carry_is_cut_at_an_amount():
    choices = [(f"{no:06}", "x" * 94) for no in range(2_000)]

    assert len(as_many_as_fit(choices)) == 1_500


def test_an_owner_is_offered_her_own_home_alone(at_the_desk):
    page = at_the_desk(OUYANG).get("/desk/meiyuan/do/tickets").text
    homes = re.search(r'<select[^>]*name="home".*?</select>', page, re.DOTALL)[0]

    assert re.findall(r'<option value="([^"]+)"', homes) == sorted(OUYANG.homes)


def test_a_form_names_the_person_it_is_about(at_the_desk):
    page = at_the_desk(HE).get("/desk/meiyuan/do/people/wen/endings").text

    assert "人员 Wen" in re.sub(r"<[^>]+>", "", page)
