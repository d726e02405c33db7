"""Former residents are seen and forgotten by whoever decides on requests for erasure, and by nobody else."""

from datetime import timedelta

from ledger.periods import day_in_shanghai
from tests.cast import AN, CHEN, HE, MEI, OUYANG, SU
from tests.doors import HOMES, Caller
from tests.factories import SHA

HOME = HOMES[0]
PLACE = "/communities/meiyuan"


def test_a_former_holder_is_forgotten_by_json_on_a_request_and_only_by_the_office_or_the_street(app, client):
    he, su = Caller(client, HE), Caller(client, SU)
    today = day_in_shanghai(app.extensions["clock"]())
    sale = {
        "name": "李四",
        "cause": "sale",
        "since": (today - timedelta(days=1)).isoformat(),
        "document": SHA,
    }
    he("POST", f"{PLACE}/holders/{HOME}/transfer", 201, **sale)
    [former] = su("GET", f"{PLACE}/former-residents", 200)["residents"]
    address = f"{PLACE}/former-residents/holder/{HOME}/{former['since']}"
    asked = {"reason": "本人要求", "document": SHA}
    for actor in (MEI, CHEN, AN, OUYANG):
        Caller(client, actor)("GET", f"{PLACE}/former-residents", 403)
        Caller(client, actor)("POST", f"{address}/erasure", 403, **asked)

    entry = he("POST", f"{address}/erasure", 201, **asked)["entry"]

    gone = he("GET", address, 200)
    assert (gone["name"], gone["phone"], gone["erased_by_entry"]) == ("", "", entry)
    again = he("POST", f"{address}/erasure", 409, **asked)
    assert again["code"] == "resident-erased-before"
    present = f"{PLACE}/former-residents/holder/{HOME}/{sale['since']}/erasure"
    assert he("POST", present, 404, **asked)["code"] == "no-former-resident"
