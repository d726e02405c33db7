"""Sent twice, done once."""

from concurrent.futures import ThreadPoolExecutor

from sqlmodel import func, select

from ledger.repairs.tables import Ticket
from tests.cast import MEI, WEN
from tests.doors import Caller

PLACE = "/communities/meiyuan"


def count_tickets(database) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(Ticket)).one()


def test_a_write_without_a_key_is_refused(client, as_):
    mei = as_(MEI)

    answer = client.post(
        f"/api/v1{PLACE}/tickets",
        json={"category": "leak", "title": "漏水"},
        headers={"Authorization": f"Bearer {mei.token}"},
    )

    assert (answer.status_code, answer.json["code"]) == (422, "idempotency-key-missing")


def test_the_same_key_and_content_gives_the_first_answer(as_, database):
    mei = as_(MEI)

    first = mei("POST", f"{PLACE}/tickets", 201, key="the-same-key", category="leak", title="漏水")
    again = mei("POST", f"{PLACE}/tickets", 201, key="the-same-key", category="leak", title="漏水")

    assert first == again
    assert count_tickets(database) == 1


def test_the_same_key_with_other_content_is_refused(as_, database):
    mei = as_(MEI)
    mei("POST", f"{PLACE}/tickets", 201, key="the-same-key", category="leak", title="漏水")

    problem = mei("POST", f"{PLACE}/tickets", 409, key="the-same-key", category="leak", title="停电")

    assert problem["code"] == "asked-differently"
    assert count_tickets(database) == 1


def test_keys_of_two_people_do_not_meet(as_, database):
    as_(MEI)("POST", f"{PLACE}/tickets", 201, key="the-same-key", category="leak", title="漏水")
    as_(WEN)("POST", f"{PLACE}/tickets", 201, key="the-same-key", category="leak", title="漏水")

    assert count_tickets(database) == 2


def test_a_refused_write_leaves_its_key_free(as_, database):
    mei = as_(MEI)
    mei("POST", f"{PLACE}/tickets", 404, key="the-same-key", category="leak", title="漏水", home="9-9-999")

    mei("POST", f"{PLACE}/tickets", 201, key="the-same-key", category="leak", title="漏水")

    assert count_tickets(database) == 1


def test_twenty_at_once_are_one(app, database):
    token = Caller(app.test_client(), MEI).token

    def send(_: int) -> tuple[int, str]:
        answer = app.test_client().post(
            f"/api/v1{PLACE}/tickets",
            json={"category": "leak", "title": "漏水"},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "twenty-at-once"},
        )
        return answer.status_code, answer.text

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(20)))

    assert len(answers) == 1
    assert count_tickets(database) == 1
