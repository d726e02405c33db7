"""Three homes whose fees come in through an approved bank account and an approved wallet."""

from tests.factories import an_account
from tests.fees import homes


def three_homes(session):
    """As in the fee tests: 36.00 a month each, with the accounts ``bank`` and ``wallet``."""
    place = homes.three_homes(session)
    for role in ("bank", "wallet"):
        an_account(session, role, role=role)
    return place
