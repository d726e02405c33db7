"""Every link that a page of the desk shows somebody leads him somewhere."""

import re
import shutil
from collections import Counter
from datetime import date, timedelta
from html import unescape
from urllib.parse import urldefrag, urljoin

import pytest

from ledger.community.actions import appoint
from ledger.community.queries import homes
from ledger.community.role_rules import EVERYWHERE, Actor, Role, Seat
from ledger.community.tables import Person
from ledger.db import Database
from ledger.disclosure.standing_notice_actions import publish_standing
from ledger.fees.charge_actions import charge_month
from ledger.periods import Month
from ledger.publishing import sign_head_of
from ledger.repairs.actions import Report, log_ticket
from ledger.repairs.rules import Category
from ledger.votes.actions import announce
from ledger.votes.rules import Matter, NewMotion
from tests.cast import AN, BAO, CHEN, HE, HUANG, MEI, NOON, OUYANG, SU, WEN
from tests.desk.conftest import Visitor
from tests.doors import HASH, HOMES, application, furnish, sits_down
from tests.factories import a_deposit

ROOT = Actor("root", Role.OPERATOR)
TWICE = 2
"""So many pages of a kind are looked at: a list has many rows."""
LINK = re.compile(r'<a\b[^>]*?href="([^"]+)"')


@pytest.fixture(scope="module")
def app(sqlite_template, tmp_path_factory):
    home = tmp_path_factory.mktemp("links")
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, home / 'ledger.db')}")
    furnish(database)
    with database.writing() as session:
        charge_month(session, "meiyuan", Month(2026, 7), by=MEI, at=NOON)
        a_deposit(session, {HOMES[0]: 480_000})
        log_ticket(session, "meiyuan", Report(Category.LEAK, "漏水", home=HOMES[0]), by=MEI, at=NOON)
        question = NewMotion(
            "M-1", Matter.OTHER, "换门禁？", opens_on=NOON.date(), closes_on=NOON.date() + timedelta(days=9)
        )
        announced = NOON - timedelta(days=15)
        announce(session, "meiyuan", question, homes(session, "meiyuan"), by=CHEN, at=announced)
        publish_standing(session, "meiyuan", by=None, at=NOON)
        session.add(Person(login="root", name="Root", password=HASH, since=NOON))
        session.flush()
        appoint(session, "root", EVERYWHERE, Seat(Role.OPERATOR), date(2026, 1, 1), by=MEI, at=NOON)
    app = application(database, home)
    sign_head_of(app.extensions["installation"], "meiyuan", at=NOON)
    yield app
    database.close()


def kind(address: str) -> str:
    """An address without what tells pages of a kind apart."""
    return re.sub(r"\d+", "#", address.partition("?")[0])


@pytest.mark.parametrize(
    "actor", [MEI, WEN, CHEN, AN, SU, HUANG, BAO, HE, OUYANG, ROOT], ids=lambda actor: actor.login
)
def test_every_link_leads_somewhere(app, actor):
    desk = Visitor(app.test_client())
    sits_down(desk.client, actor)
    waiting, seen, dead = ["/desk/", "/desk/meiyuan/"], Counter(), []
    while waiting:
        address = waiting.pop()
        if seen[kind(address)] >= TWICE:
            continue
        seen[kind(address)] += 1
        answer = desk.client.get(address, follow_redirects=True)
        if answer.status_code >= 400:
            dead.append((address, answer.status_code))
        elif answer.mimetype == "text/html":
            links = (urldefrag(urljoin(address, unescape(link)))[0] for link in LINK.findall(answer.text))
            waiting += [link for link in links if link.startswith("/") and not link.startswith("/static")]

    assert dead == []
    assert len(seen) > 12
