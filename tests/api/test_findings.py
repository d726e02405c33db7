"""The candidates of the red flags at the JSON door."""

from tests.cast import MEI, OUYANG, SONG, SU, WEN

PLACE = "/communities/meiyuan"


def test_t10_is_put_before_the_office_and_nobody_else(as_):
    """T10: three projects 29,000 each, same contractor, same building → R03 (threshold 30,000)."""
    for code in ("P-1", "P-2", "P-3"):
        plan = {"code": code, "title": "水泵", "component": "pump", "scope": "building", "building": "1"}
        as_(MEI)("POST", f"{PLACE}/projects", 201, **plan, contractor="anju", budget_fen=29_000_00)

    (candidate,) = as_(SU)("GET", f"{PLACE}/findings", 200)["candidates"]

    assert (candidate["flag"], candidate["severity"], candidate["subject"]) == ("R03", "H", "P-1、P-2、P-3")
    assert "87,000.00" in candidate["zh"]
    assert "招标投标法" in candidate["article"]
    for stranger in (WEN, OUYANG, SONG):
        as_(stranger)("GET", f"{PLACE}/findings", 403)
    assert as_(SU)("GET", f"{PLACE}/findings?since=2100-12-31", 200)["candidates"] == []
    as_(SU)("GET", f"{PLACE}/findings?since=soon", 422)
    as_(SU)("GET", "/communities/nowhere/findings", 403)
