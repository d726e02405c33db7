"""What a program says that it saw (`If-Match`): held against the record as it is, and told in words."""

import re

from tests.cast import MEI
from tests.doors import Caller

PLACE = "/communities/meiyuan"


def sent(client, path: str, seen: str, **body):
    caller = Caller(client, MEI)
    headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": f"seen-{path}", "If-Match": seen}
    return client.post(f"/api/v1{PLACE}{path}", headers=headers, json=body)


def test_what_was_seen_of_nothing_is_refused_and_not_passed_over(client):
    answer = sent(client, "/tickets", '"of yesterday"', category="leak", title="漏水")

    assert (answer.status_code, answer.json["code"]) == (422, "seen-of-nothing")
    assert Caller(client, MEI)("GET", f"{PLACE}/tickets", 200)["total"] == 0


def test_what_has_moved_names_people_by_their_names(client):
    mei = Caller(client, MEI)
    mei("POST", f"{PLACE}/tickets", 201, category="leak", title="漏水")
    mei("POST", f"{PLACE}/tickets/1/triage", 201, priority="P3")
    mei("POST", f"{PLACE}/tickets/1/assignment", 201, to="wen")

    answer = sent(client, "/tickets/1/arrival", '"of yesterday"')

    assert answer.status_code == 409
    for title in ("title", "title_zh"):
        assert "Wen" in answer.json[title]
        assert not re.search(r"\bwen\b", answer.json[title])
