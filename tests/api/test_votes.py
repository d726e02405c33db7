"""Votes through the JSON door: who may do what, and what is told of them."""

from datetime import UTC, date, datetime, timedelta
from json import loads

import pytest

from ledger.community.actions import appoint
from ledger.community.role_rules import Role, Seat
from ledger.community.tables import Person
from ledger.demo.tickets import picture
from ledger.log import merkle, note
from ledger.log.actions import sign_head
from ledger.log.leaf import digest_of, opened
from ledger.log.queries import latest_signed
from tests.cast import AN, CHEN, HE, MEI, NOON, OUYANG, SU, WEN
from tests.doors import HASH, HOMES, Caller, wait

PLACE = "/communities/meiyuan"
VOTES = f"{PLACE}/votes"
EVERYBODY = (MEI, WEN, CHEN, HE, SU, AN, OUYANG)
NEIGHBOUR = OUYANG._replace(login="neighbour")
"""Owns home 1-1-102."""


@pytest.fixture
def as_(client, database):
    """As everywhere, with a neighbour who owns the second home; all sign in before any day passes."""
    with database.writing() as session:
        session.add(Person(login="neighbour", name="Neighbour", password=HASH, since=NOON))
        session.flush()
        appoint(
            session,
            "neighbour",
            "meiyuan",
            Seat(Role.OWNER, home=HOMES[1]),
            date(2026, 1, 1),
            by=MEI,
            at=NOON,
        )
    callers = {actor: Caller(client, actor) for actor in (*EVERYBODY, NEIGHBOUR)}
    return callers.__getitem__


def announced(app, as_, code="M-1", **changes):
    """A question that opens in 15 days, for three days; gives its address."""
    opens = wait(app, 0) + timedelta(days=15)
    motion = {
        "code": code, "matter": "other", "question": "换门禁？", "opens_on": str(opens),
        "closes_on": str(opens + timedelta(days=2)), **changes,
    }  # fmt: skip
    as_(CHEN)("POST", VOTES, 201, **motion)
    return f"{VOTES}/{code}"


def photo(as_):
    return as_(HE)("POST", f"{VOTES}/papers", 201, file=(picture(1), "wall.png"))["sha256"]


def paper(as_, words=b"sheet", by=HE):
    return as_(by)("POST", f"{VOTES}/papers", 201, file=(b"%PDF-1.7 " + words, "x.pdf"))["sha256"]


def test_a_vote_from_its_notice_to_an_objection_that_annuls_it(app, as_):
    vote = announced(app, as_)
    as_(OUYANG)("POST", f"{vote}/ballots", 409, choice="yes")
    today = wait(app, 15)
    as_(OUYANG)("POST", f"{vote}/ballots", 201, choice="yes")
    as_(OUYANG)("POST", f"{vote}/ballots", 409, choice="no")
    read = {"sheet": paper(as_), "returned_on": str(today), "choices": dict.fromkeys(HOMES[2:5], "yes")}
    as_(HE)("POST", f"{vote}/sheets", 201, **read)
    as_(HE)("POST", f"{vote}/sheets", 403, **read)
    as_(CHEN)("POST", f"{vote}/sheets", 201, **{**read, "choices": {HOMES[2]: "no", HOMES[3]: "yes"}})
    waiting = as_(CHEN)("GET", f"{vote}/sheets", 200)["sheets"]
    assert [(sheet["home"], sheet["disagreed"]) for sheet in waiting] == [(HOMES[2], True), (HOMES[4], False)]
    shown = as_(OUYANG)("GET", vote, 200)
    assert shown["votes"] == {"area_all": 48_000, "heads_all": 6, "area_part": 16_000, "heads_part": 2}
    assert (shown["unmatched_sheets"], shown["posting"]) == (2, None)
    for by in (CHEN, HE):
        as_(by)("POST", f"{vote}/sheets", 201, **{**read, "choices": {HOMES[2]: "yes"}})
    as_(CHEN)("POST", f"{vote}/sheets", 201, **{**read, "choices": {HOMES[4]: "yes"}})
    as_(CHEN)("POST", f"{vote}/closing", 409)
    today = wait(app, 3)

    counted = as_(CHEN)("POST", f"{vote}/closing", 201)

    assert (counted["heads_part"], counted["heads_yes"], counted["passed"]) == (4, 4, True)
    as_(HE)("POST", f"{vote}/posting", 201, posted_on=str(today), paper=photo(as_))
    assert as_(WEN)("GET", vote, 200)["posting"] == {
        "due_on": str(today + timedelta(days=3)), "posted_on": str(today), "days_late": 0,
    }  # fmt: skip
    as_(OUYANG)("POST", f"{vote}/objections", 201, ground="请重新核对")
    as_(CHEN)("POST", f"{vote}/objections/1/answer", 201, answer="已复核")
    as_(SU)("POST", f"{vote}/objections/1/court", 201, case_no="（2026）苏0211民初1号")
    ruling = {"upheld": True, "ruling": paper(as_, b"judgment", by=SU)}
    assert as_(SU)("POST", f"{vote}/objections/1/ruling", 201, **ruling)["state"] == "upheld"
    annulled = as_(OUYANG)("GET", vote, 200)
    assert (annulled["state"], annulled["votes"]["passed"]) == ("annulled", False)
    assert as_(AN)("GET", f"{vote}/objections", 200)["objections"][0]["ground"] == "请重新核对"
    assert as_(AN)("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_a_voter_finds_his_ballot_in_the_log_and_nobody_else_sees_it(app, as_, database):
    vote = announced(app, as_)
    wait(app, 15)
    as_(OUYANG)("GET", f"{vote}/my-ballot", 404)
    as_(OUYANG)("POST", f"{vote}/ballots", 201, choice="no")
    as_(NEIGHBOUR)("POST", f"{vote}/ballots", 201, choice="yes")
    with database.writing() as session:
        sign_head(session, "meiyuan", app.extensions["installation"].signer, at=datetime.now(UTC))

    mine = as_(OUYANG)("GET", f"{vote}/my-ballot", 200)

    assert (mine["home"], mine["choice"]) == (HOMES[0], "no")
    assert opened(mine["disclosure"]) == (f"ballot/M-1/{HOMES[0]}", "no")
    assert digest_of(mine["disclosure"]) == mine["digest"]
    assert mine["digest"] in loads(mine["leaf"])["sd"]
    proof = note.parse_proof(as_(OUYANG)("GET", mine["proof"].removeprefix("/api/v1"), 200).decode())
    assert proof.index == mine["leaf_index"]
    with database.reading() as session:
        signed = latest_signed(session, "meiyuan")
    assert proof.checkpoint == signed.note
    leaf = merkle.leaf_hash(mine["leaf"].encode())
    assert merkle.verify_inclusion(leaf, proof.index, signed.tree_size, proof.path, signed.root)
    assert HOMES[0] not in mine["leaf"]
    assert '"no"' not in mine["leaf"]

    assert as_(NEIGHBOUR)("GET", f"{vote}/my-ballot", 200)["choice"] == "yes"
    as_(NEIGHBOUR)("GET", f"{vote}/my-ballot?home={HOMES[0]}", 404)
    for actor in set(EVERYBODY) - {OUYANG}:
        as_(actor)("GET", f"{vote}/my-ballot", 403)


def test_no_address_tells_a_choice_before_the_count_nor_a_home_s_after(app, as_):
    vote = announced(app, as_)
    today = wait(app, 15)
    as_(OUYANG)("POST", f"{vote}/ballots", 201, choice="no")
    read = {"sheet": paper(as_), "returned_on": str(today), "choices": {HOMES[1]: "abstain"}}
    as_(HE)("POST", f"{vote}/sheets", 201, **read)
    seen = [
        as_(actor)("GET", path, 200)
        for actor in (CHEN, HE)
        for path in (VOTES, vote, f"{vote}/sheets", f"{vote}/objections")
    ]
    assert not any(word in str(seen) for word in ("'no'", "abstain", "_yes", "choice"))
    wait(app, 3)
    as_(CHEN)("POST", f"{vote}/closing", 201)
    after = [as_(actor)("GET", path, 200) for actor in (CHEN, SU, OUYANG) for path in (VOTES, vote)]
    assert "heads_yes" in str(after)
    assert not any(word in str(after) for word in ("'no'", "abstain", HOMES[0], HOMES[1]))


def test_an_owner_casts_for_a_home_that_entrusted_him(app, as_):
    vote = announced(app, as_)
    as_(OUYANG)("POST", f"{vote}/ballots", 403, choice="yes", home=HOMES[3])
    entrusted = {"home": HOMES[3], "paper": paper(as_, b"proxy"), "holder_home": HOMES[0]}
    as_(HE)("POST", f"{vote}/proxies", 201, **entrusted)
    as_(HE)("POST", f"{vote}/proxies", 409, **{**entrusted, "home": HOMES[4]})
    wait(app, 15)

    assert as_(OUYANG)("POST", f"{vote}/ballots", 201, choice="yes", home=HOMES[3])["home"] == HOMES[3]
    assert as_(CHEN)("GET", vote, 200)["proxies"] == 1


def test_an_owner_of_two_homes_says_for_which_he_votes_objects_and_looks(app, as_, database):
    with database.writing() as session:
        since = date(2026, 1, 1)
        appoint(session, OUYANG.login, "meiyuan", Seat(Role.OWNER, home=HOMES[4]), since, by=MEI, at=NOON)
    vote = announced(app, as_)
    wait(app, 15)

    problem = as_(OUYANG)("POST", f"{vote}/ballots", 422, choice="yes")
    assert (problem["code"], problem["facts"]) == ("home-not-said", {"homes": [HOMES[0], HOMES[4]]})
    for home, choice in ((HOMES[0], "yes"), (HOMES[4], "no")):
        assert as_(OUYANG)("POST", f"{vote}/ballots", 201, choice=choice, home=home)["home"] == home
        assert as_(OUYANG)("GET", f"{vote}/my-ballot?home={home}", 200)["choice"] == choice
    as_(OUYANG)("GET", f"{vote}/my-ballot", 422)
    wait(app, 3)
    as_(CHEN)("POST", f"{vote}/closing", 201)
    as_(OUYANG)("POST", f"{vote}/objections", 422, ground="请核对")
    as_(OUYANG)("POST", f"{vote}/objections", 403, ground="请核对", home=HOMES[1])
    as_(OUYANG)("POST", f"{vote}/objections", 201, ground="请核对", home=HOMES[4])


def test_a_stairwell_and_a_side_of_it_are_asked_alone_and_an_unclear_scope_is_refused(app, as_):
    vote = announced(app, as_, building="1", stairwell="1")
    assert as_(CHEN)("GET", vote, 200)["votes"]["heads_all"] == 6
    opens = wait(app, 0) + timedelta(days=15)
    motion = {
        "code": "M-2", "matter": "other", "question": "换立管？", "opens_on": str(opens), "closes_on": str(opens),
    }  # fmt: skip
    as_(CHEN)("POST", VOTES, 409, **motion, building="1", stairwell="1", side="东")  # nobody lives there
    as_(CHEN)("POST", VOTES, 409, **motion, building="9")
    as_(CHEN)("POST", VOTES, 422, **motion, stairwell="1")
    as_(CHEN)("POST", VOTES, 422, **{**motion, "closes_on": str(opens - timedelta(days=1))})
    problem = as_(CHEN)("POST", VOTES, 409, **{**motion, "opens_on": str(wait(app, 0))})
    assert (problem["code"], problem["article"]) == ("notice-too-short", "《物业管理条例》第14条")


def test_the_wrong_roles_are_refused_at_every_step(app, as_):
    vote = announced(app, as_)
    digest = "0" * 64
    steps = {
        VOTES: ({CHEN, HE}, {
            "code": "M-3", "matter": "other", "question": "?", "opens_on": "2027-01-01", "closes_on": "2027-01-02",
        }),
        f"{vote}/ballots": ({OUYANG}, {"choice": "yes"}),
        f"{vote}/sheets": ({CHEN, HE}, {"sheet": digest, "returned_on": "2027-01-01", "choices": {HOMES[0]: "yes"}}),
        f"{vote}/proxies": ({CHEN, HE}, {"home": HOMES[0], "paper": digest}),
        f"{vote}/closing": ({CHEN, HE}, {}),
        f"{vote}/posting": ({CHEN, HE}, {"posted_on": "2027-01-01", "paper": digest}),
        f"{vote}/objections": ({OUYANG}, {"ground": "请核对"}),
        f"{vote}/objections/1/answer": ({CHEN, HE}, {"answer": "已复核"}),
        f"{vote}/objections/1/court": ({CHEN, HE, SU}, {"case_no": "1"}),
        f"{vote}/objections/1/ruling": ({HE, SU}, {"upheld": False, "ruling": digest}),
    }  # fmt: skip

    for path, (allowed, body) in steps.items():
        for actor in set(EVERYBODY) - allowed:
            as_(actor)("POST", path, 403, **body)
    for actor in (MEI, WEN, AN, OUYANG):
        as_(actor)("POST", f"{VOTES}/papers", 403, file=(b"%PDF-1.7", "x.pdf"))
        as_(actor)("GET", f"{vote}/sheets", 403)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"choice": "maybe"}, "choice"),
        ({"choice": None}, "choice"),
        ({"choice": "invalid"}, "choice"),
        ({"choice": "yes", "home": "a\nb"}, "home"),
        ({"choice": "yes", "for": HOMES[1]}, "for"),
    ],
)
def test_a_ballot_that_cannot_be_read_names_the_field(app, as_, body, field):
    vote = announced(app, as_)

    problem = as_(OUYANG)("POST", f"{vote}/ballots", 422, **body)

    assert [error["field"] for error in problem["errors"]] == [field]


def test_a_home_off_the_roll_and_a_motion_of_nowhere_are_told_apart(app, as_):
    vote = announced(app, as_)
    today = wait(app, 15)
    read = {"sheet": paper(as_), "returned_on": str(today), "choices": {HOMES[1]: "yes", "9-9-999": "yes"}}

    assert as_(CHEN)("POST", f"{vote}/sheets", 409, **read)["code"] == "not-on-roll"
    assert as_(CHEN)("POST", f"{VOTES}/M-9/closing", 404)["code"] == "no-motion"
    as_(CHEN)("GET", f"{VOTES}/M-9/sheets", 404)
    assert as_(CHEN)("POST", f"{VOTES}/papers", 422, file=(b"<html>", "x.pdf"))["code"] == "file-refused"
    assert as_(CHEN)("GET", f"{vote}/sheets", 200)["sheets"] == []
