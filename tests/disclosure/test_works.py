"""The works money of a half-year: what is told of its packages."""

from datetime import date

from ledger.disclosure.works_queries import works
from tests.disclosure.lived import H1, PLACE
from tests.factories import a_component, a_package


def test_a_package_is_told_with_the_last_day_of_warranty_on_any_of_its_parts(session):
    a_package(session, "W-1", accepted_on=date(2022, 9, 30))
    for code, until in (("first", date(2027, 9, 29)), ("second", date(2024, 9, 29)), ("third", None)):
        a_component(session, code, package="W-1", warranty_until=until)
    a_package(session, "W-2", accepted_on=date(2022, 9, 30))

    warranties = {p["code"]: p["warranty_until"] for p in works(session, PLACE, H1, {}, 3)["packages"]}

    assert (warranties["W-1"], warranties["W-2"]) == ("2027-09-29", None)
