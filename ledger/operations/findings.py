"""疑点: what the red flags put before a person. Candidates, never verdicts."""

from datetime import date, timedelta

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.fields import Day, Out, Provisional
from ledger.findings.queries import candidates
from ledger.findings.rules import Candidate, Flag, Severity
from ledger.operations.circles import OFFICE
from ledger.operations.operation import Cited, Field, Listing, Said

A_YEAR = timedelta(days=365)


class FindingOut(Out):
    flag: Flag
    severity: Severity
    subject: str
    on: date
    on_provisional: Provisional = Limit(validation_alias="on")
    zh: str
    en: str
    article: Cited


def findings(session: Session, community: str, since: Day | None = None, *, today: date) -> list[Candidate]:
    """What the red flags put before a person, the newest first; of the last year when no day is given."""
    return candidates(session, community, since or today - A_YEAR, today)


DECLARED = (
    Listing(
        path="/findings",
        title=Said("疑点", "Red flags"),
        roles=OFFICE,
        query=findings,
        gives=FindingOut,
        key="candidates",
        columns=("flag", "severity", "subject", "on", "zh", "en", "article"),
        facts={
            "flag": Field(Said("疑点编号", "Flag")),
            "on": Field(Said("自哪天起", "Since")),
            **dict.fromkeys(("zh", "en"), Field(Said("说明", "What was found"))),
        },
        empty=Said("没有疑点。", "No red flag is up."),
    ),
)
