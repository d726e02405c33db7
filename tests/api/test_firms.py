"""A firm at the JSON door: registered once for each licence, however often and by whomever it is sent."""

from threading import Thread

from tests.cast import CHEN, HE, MEI
from tests.factories import SHA

FIRMS = "/communities/meiyuan/firms"
NEW = {"name": "恒信修缮", "kind": "contractor", "licence": "91310000MA1XXXXX0A", "document": SHA}


def test_a_licence_that_is_sent_by_several_at_once_is_registered_once(as_):
    callers, answers = [as_(actor) for actor in (HE, MEI, CHEN)], []

    def register(caller, code):
        sent = {"code": code, **NEW}
        key = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": f"register-{code}"}
        answer = caller.client.application.test_client().post(f"/api/v1{FIRMS}", json=sent, headers=key)
        answers.append((answer.status_code, answer.json.get("code")))

    threads = [Thread(target=register, args=(caller, f"hx-{no}")) for no, caller in enumerate(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers, key=str) == [(201, None), *[(409, "firm-licence-there")] * 2]
    firms = as_(HE)("GET", FIRMS, 200)["firms"]
    assert [firm["licence"] for firm in firms if firm["licence"]] == [NEW["licence"]]
