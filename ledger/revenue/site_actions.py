"""Places that are let (点位): a common part in use, with who uses it and when it stood empty.

A site may be let to one at a time; one that nobody pays for is either vacant or income that is not booked (R12),
so the list of vacancies is kept rather than guessed. Refused: a price on the site, for a contract has it.
"""

from datetime import datetime

from sqlmodel import Session

from ledger.community.rules import Actor
from ledger.fields import Code, Day, Text
from ledger.log.queries import head
from ledger.revenue.queries import check_part
from ledger.revenue.rules import WHOLE, Beneficiary, Category
from ledger.revenue.site_rules import SiteExists
from ledger.revenue.site_tables import Site


def register_site(
    session: Session,
    community: str,
    code: Code,
    name: Text,
    category: Category,
    since: Day,
    *,
    part: Beneficiary = WHOLE,
    by: Actor,
    at: datetime,
) -> Site:
    """Enter a common part that can be let, with the part of the community that owns it.

    Raises:
        SiteExists: the code is taken.
        NobodyThere: no home is in the part.
    """
    head(session, community, lock=True)
    if session.get(Site, (community, code)) is not None:
        raise SiteExists(site=code)
    check_part(session, community, part)
    new = Site(
        community=community,
        code=code,
        name=name,
        category=category,
        since=since,
        building=part.building,
        stairwell=part.stairwell,
    )
    session.add(new)
    session.flush()
    return new
