"""Firms come in by their licence, once for all communities, and what is known of them is corrected by a paper."""

from threading import Thread
from time import sleep

import pytest

from ledger.community.queries import NoFirm, firm
from ledger.community.rules import FirmKind
from ledger.errors import Refused
from ledger.files.rules import FileMissing
from ledger.journal.rules import AskedDifferently
from ledger.register.firm_actions import correct_firm, register_firm
from ledger.register.queries import firms
from ledger.register.rules import FirmThere, FirmUnchanged, LicenceThere, NewFirm
from tests.cast import HE, NOON
from tests.factories import SHA, a_community, a_place

PLACE = "meiyuan"
NEW = NewFirm("hengxin", "恒信修缮工程有限公司", FirmKind.CONTRACTOR, "91310000MA1XXXXX0A", "021-5550000")


@pytest.fixture
def place(session):
    return a_community(session)


def registered(session, new=NEW, *, community=PLACE, document=SHA):
    return register_firm(session, community, new, document, by=HE, at=NOON)


def test_a_contractor_who_was_not_known_on_the_first_day_can_be_hired(session, place):
    assert registered(session).fresh
    assert not registered(session).fresh

    assert firm(session, "hengxin").kind is FirmKind.CONTRACTOR


def test_a_firm_is_registered_once_for_every_community(session, place):
    a_place(session, "guihua")
    registered(session)

    with pytest.raises(FirmThere, match="恒信修缮"):
        registered(session, community="guihua")
    with pytest.raises(LicenceThere, match="hengxin"):
        registered(session, NEW._replace(code="hx"), community="guihua")
    with pytest.raises(AskedDifferently):
        registered(session, NEW._replace(name="恒信"))
    registered(session, NEW._replace(code="no-licence", licence=""), community="guihua")
    registered(session, NEW._replace(code="none-either", licence=""), community="guihua")


def test_what_is_known_of_a_firm_is_corrected_by_a_paper(session, place):
    registered(session)
    registered(session, NewFirm("other", "另一家", FirmKind.OTHER, "91310000MA1YYYYY0B"))
    correction = {"licence": NEW.licence, "phone": "021-5551111", "by": HE, "at": NOON}

    correct_firm(session, PLACE, "hengxin", "恒信建设有限公司", FirmKind.PROPERTY, SHA, **correction)

    hired = firm(session, "hengxin")
    assert (hired.name, hired.kind, hired.phone) == ("恒信建设有限公司", FirmKind.PROPERTY, "021-5551111")
    with pytest.raises(FirmUnchanged):
        correct_firm(session, PLACE, "hengxin", "恒信建设有限公司", FirmKind.PROPERTY, SHA, **correction)
    correct_firm(session, PLACE, "hengxin", NEW.name, NEW.kind, SHA, **correction)
    assert firm(session, "hengxin").name == NEW.name
    with pytest.raises(LicenceThere, match="hengxin"):
        correct_firm(
            session, PLACE, "other", "另一家", FirmKind.OTHER, SHA, licence=NEW.licence, by=HE, at=NOON
        )
    with pytest.raises(FirmUnchanged):
        correct_firm(
            session,
            PLACE,
            "other",
            "另一家",
            FirmKind.OTHER,
            SHA,
            licence="91310000MA1YYYYY0B",
            by=HE,
            at=NOON,
        )


def test_no_firm_without_a_paper_and_none_corrected_that_is_not_there(session, place):
    with pytest.raises(FileMissing), session.begin_nested():
        registered(session, document="0" * 64)
    with pytest.raises(NoFirm):
        correct_firm(session, PLACE, "nobody", "没有的", FirmKind.OTHER, SHA, by=HE, at=NOON)


@pytest.mark.parametrize(
    ("other", "refusal"), [(NEW._replace(code="hx"), LicenceThere), (NEW._replace(licence=""), FirmThere)]
)
def test_of_two_communities_that_register_a_firm_at_once_one_is_refused(database, other, refusal):
    with database.writing() as session:
        a_community(session)
        a_place(session, "guihua")
    answers = []

    def register_elsewhere():
        try:
            with database.writing() as session:
                answers.append(registered(session, other, community="guihua"))
        except Refused as refused:
            answers.append(refused)

    elsewhere = Thread(target=register_elsewhere)
    with database.writing() as session:
        registered(session)
        elsewhere.start()
        sleep(0.5)
    elsewhere.join()

    [answer] = answers
    assert isinstance(answer, refusal)
    with database.reading() as session:
        assert [row.code for row in firms(session) if row.licence == NEW.licence] == ["hengxin"]


def test_of_two_firms_that_are_given_a_licence_at_once_one_is_refused(database):
    with database.writing() as session:
        a_community(session)
        a_place(session, "guihua")
        registered(session, NEW._replace(licence=""))
        registered(session, NEW._replace(code="hx", name="恒信", licence=""))
    answers = []

    def correct(session, community, code):
        return correct_firm(
            session, community, code, NEW.name, NEW.kind, SHA, licence=NEW.licence, by=HE, at=NOON
        )

    def correct_elsewhere():
        try:
            with database.writing() as session:
                answers.append(correct(session, "guihua", "hx"))
        except Refused as refused:
            answers.append(refused)

    elsewhere = Thread(target=correct_elsewhere)
    with database.writing() as session:
        correct(session, PLACE, "hengxin")
        elsewhere.start()
        sleep(0.5)
    elsewhere.join()

    [answer] = answers
    assert isinstance(answer, LicenceThere)
