"""Places that are let (点位): a common part in use, with who uses it and when it stood empty.

A site may be let to one at a time; one that nobody pays for is either vacant or income that is not booked (R12),
so the list of vacancies is kept rather than guessed. Refused: a price on the site, for a contract has it.
"""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.fields import Code, Day, Evidence, Text
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.revenue.queries import check_part
from ledger.revenue.rules import WHOLE, Beneficiary, Category
from ledger.revenue.site_rules import SiteExists
from ledger.revenue.site_tables import Site


class NewSite(NamedTuple):
    """A common part that can be let: what it is used for, since when, and whose part of the community it is."""

    code: Code
    name: Text
    category: Category
    since: Day
    part: Beneficiary = WHOLE


def register_site(
    session: Session, community: str, new: NewSite, document: Evidence, *, by: Actor, at: datetime
) -> Posted:
    """Enter a common part that can be let, with the part of the community that owns it.

    ``document`` shows it: a plan or a picture.

    Raises:
        SiteExists: the code is taken.
        NobodyThere: no home is in the part. FileMissing.
        AskedDifferently: it was entered with other facts.
    """
    head(session, community, lock=True)
    draft = Draft(
        kind="site.registered",
        on=day_in_shanghai(at),
        key=f"site/{new.code}",
        asked={"name": new.name, "document": document},
        facts={
            "site": new.code,
            "category": new.category.value,
            "since": new.since.isoformat(),
            "building": new.part.building,
            "stairwell": new.part.stairwell,
        },
        attachments=[document],
        subject=f"site/{new.code}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    if session.get(Site, (community, new.code)) is not None:
        raise SiteExists(site=new.code)
    check_part(session, community, new.part)
    use_file(session, community, document, f"site/{new.code}", Purpose.SURVEY, by=by, at=at)
    session.add(
        Site(
            community=community,
            code=new.code,
            name=new.name,
            category=new.category,
            since=new.since,
            building=new.part.building,
            stairwell=new.part.stairwell,
        )
    )
    session.flush()
    return post(session, community, draft, by=by, at=at)
