"""What a local number or a calendar would change: what runs in a community, asked before and after it is tried.

Everything here is asked of the functions that count it in earnest.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlmodel import Session

from ledger.committee.queries import audits_seen, members_seen, terms
from ledger.community.queries import acting_for_owners, decided_days, profile
from ledger.community.queries import community as community_of
from ledger.disclosure.due_queries import A_YEAR, dues
from ledger.erasure.queries import tickets_due
from ledger.fees.dunning.late_fee_formula_rules import NoLateFee
from ledger.fees.dunning.queries import late_fees, late_payers
from ledger.fees.dunning.rules import TimeBar
from ledger.fields import Day, Out, Year
from ledger.findings.queries import candidates
from ledger.fund.rules import Standing
from ledger.fund.topups.queries import standings
from ledger.fund.uses.queries import course, due, projects
from ledger.fund.uses.step_and_emergency_rules import Action, may_follow
from ledger.handover.queries import notice_of, renewal_calendar, services
from ledger.handover.rules import Standing as ContractStanding
from ledger.operations.labels import label
from ledger.operations.operation import InBoth, Said
from ledger.periods import SHANGHAI, is_working_day
from ledger.register.local_rules import NumberKey
from ledger.register.queries import local_numbers
from ledger.revenue.remittance.queries import running_shares
from ledger.words import period, told, word, yuan

MOST = 20
"""So many changes of a kind are named; of more it is said how many."""
AHEAD = timedelta(days=30)
"""So far ahead of the number's first day late fees are foretold."""


class Changed(StrEnum):
    """What may change with a local number or a calendar."""

    NUMBER = "number"
    WORKING_DAY = "working_day"
    CONTRACT = "contract"
    COMMITTEE = "committee"
    DISCLOSURE = "disclosure"
    REMITTANCE = "remittance"
    USE = "use"
    LATE_FEES = "late_fees"
    CLAIMS = "claims"
    HOMES = "homes"
    BODY = "body"
    TICKETS = "tickets"
    FINDING = "finding"


class Of(NamedTuple):
    """What stands one way or another: its kind, and of what."""

    kind: Changed
    of: Said


Held = tuple[Of, Said]


class ChangeOut(Out):
    change: Changed
    subject: InBoth
    stands_at: InBoth | None
    will_be: InBoth | None


def both(value: object) -> Said:
    """A fact as each language tells it."""
    return Said(told(value, "zh"), told(value, "en"))


def _money(fen: int) -> Said:
    return Said(f"{yuan(fen)} 元", f"{yuan(fen)} yuan")


def _of(kind: Changed, zh: str, en: str, name: str = "") -> Of:
    """What a fact of a thing is: the thing, and what the fact is called."""
    named = (f" · {label(name).zh}", f" · {label(name).en}") if name else ("", "")
    return Of(kind, Said(zh + named[0], en + named[1]))


def by_number(
    session: Session, community: str, local_number: NumberKey, since: Day, today: date
) -> Mapping[Of, Said]:
    """A local number on its first day, and all that runs here and is counted with local numbers."""
    held = {number.key: number.value for number in local_numbers(session, community, since)}
    zh, en = (word("number", local_number, language) for language in ("zh", "en"))
    values = {}
    if local_number in held:
        value = held[local_number]
        values[_of(Changed.NUMBER, zh, en)] = Said(
            word("number.value", value), word("number.value", value, "en")
        )
    return values | dict(running(session, community, since, today))


def by_calendar(session: Session, community: str, year: Year, today: date) -> Mapping[Of, Said]:
    """The days of a year on which people work or do not, and all that runs here and is counted with them."""
    decided = decided_days(session, community_of(session, community).area)
    first = date(year, 1, 1)
    days = (first + timedelta(days=no) for no in range((date(year + 1, 1, 1) - first).days))
    works = (Said("放假", "off"), Said("上班", "worked"))
    values = {Of(Changed.WORKING_DAY, both(day)): works[is_working_day(day, decided)] for day in days}
    return values | dict(running(session, community, today, today))


def running(session: Session, community: str, on: date, today: date) -> Iterator[Held]:
    """What runs in a community today: its days, and its amounts and counts as they are on a day."""
    yield from _contracts(session, community, today)
    yield from _committee(session, community, today)
    yield from _disclosures(session, community, today)
    yield from _remittances(session, community, today)
    yield from _uses(session, community, on)
    yield from _fees(session, community, on)
    homes = Counter(home.standing for home in standings(session, community, on))
    for standing in Standing:
        yield Of(Changed.HOMES, both(standing)), both(homes[standing])
    body, _ = acting_for_owners(session, community, on)
    yield Of(Changed.BODY, label("acts_for_owners")), both(body)
    years = int(profile(session, community, on)["ticket.personal_years"])
    stripped = tickets_due(session, community, years, datetime.combine(on, time(), SHANGHAI))
    yield Of(Changed.TICKETS, both(on)), both(len(stripped))
    for candidate in candidates(session, community, on - A_YEAR, on):
        yield (
            _of(
                Changed.FINDING,
                f"{candidate.flag} {candidate.subject}",
                f"{candidate.flag} {candidate.subject}",
            ),
            Said(candidate.zh, candidate.en),
        )


def _contracts(session: Session, community: str, today: date) -> Iterator[Held]:
    """The days of the service contracts that nobody has ended; of the others they are fixed."""
    for contract in services(session, community, today):
        number = contract["number"]
        if contract["standing"] is ContractStanding.ENDED or notice_of(session, community, number):
            continue
        for name, day in renewal_calendar(session, community, number)._asdict().items():
            yield _of(Changed.CONTRACT, number, number, name), both(day)


def _committee(session: Session, community: str, today: date) -> Iterator[Held]:
    for term in terms(session, community, today):
        no = term["no"]
        zh, en = f"第 {no} 届", f"term {no}"
        for name in ("file_by", "elect_by", "hand_over_by"):
            yield _of(Changed.COMMITTEE, zh, en, name), both(term[name])
        for member in members_seen(session, community, no):
            if member["leaving"] and not member["handed_over_on"]:
                name = member["name"]
                yield (
                    _of(Changed.COMMITTEE, f"{zh} · {name}", f"{en} · {name}", "hand_over_by"),
                    both(member["hand_over_by"]),
                )
        for audit in audits_seen(session, community, no, today):
            reason = f"{told(audit['reason'], 'zh')} {audit['fell_due_on']}"
            reason_en = f"{told(audit['reason'], 'en')} {audit['fell_due_on']}"
            for name in ("report_by", "engagement_post_until", "papers_by", "result_by", "post_until"):
                yield (
                    _of(Changed.COMMITTEE, f"{zh} · {reason}", f"{en} · {reason_en}", name),
                    both(audit.get(name)),
                )


def _disclosures(session: Session, community: str, today: date) -> Iterator[Held]:
    for owed in dues(session, community, today - A_YEAR, today + A_YEAR):
        if owed.published_on is None:
            zh, en = (f"{word(owed.task, language=to)} · {period(owed.period, to)}" for to in ("zh", "en"))
            yield _of(Changed.DISCLOSURE, zh, en), both(owed.on)


def _remittances(session: Session, community: str, today: date) -> Iterator[Held]:
    for share in running_shares(session, community, today):
        zh, en = (period(share.period.name, language) for language in ("zh", "en"))
        yield _of(Changed.REMITTANCE, zh, en, "due_on"), both(share.due_on)
        yield _of(Changed.REMITTANCE, zh, en, "due_to_fund_fen"), _money(share.due_fen)


def _uses(session: Session, community: str, on: date) -> Iterator[Held]:
    """The days by which something of a use has to happen that has not, and the steps that may be done next."""
    for planned in projects(session, community):
        for term in due(session, planned):
            if term.done_on is None:
                zh, en = (f"{planned.code} · {told(term.what, language)}" for language in ("zh", "en"))
                yield _of(Changed.USE, zh, en), both(term.due_on)
        stands = course(session, planned, on)
        ways = [action for action in Action if may_follow(action, stands)]
        yield _of(Changed.USE, planned.code, planned.code, "next_steps"), both(ways)


def _fees(session: Session, community: str, on: date) -> Iterator[Held]:
    """What homes in arrears would owe for being late, in all, and how many of the claims stand how; no home is named."""
    owing = late_payers(session, community, on)
    through = on + AHEAD
    try:
        late = sum(late_fees(session, community, [debtor.home for debtor in owing], through).values())
    except NoLateFee:
        late = 0
    yield (
        _of(Changed.LATE_FEES, f"算到{told(through, 'zh')}", f"through {told(through, 'en')}"),
        _money(late),
    )
    claims = Counter(debtor.claim.state for debtor in owing)
    for state in TimeBar:
        yield Of(Changed.CLAIMS, both(state)), both(claims[state])


def otherwise(before: Mapping[Of, Said], after: Mapping[Of, Said]) -> list[ChangeOut]:
    """What stands otherwise after than before, by kind; of more than ``MOST`` of a kind the number of the rest."""
    changed = [of for of in {**before, **after} if before.get(of) != after.get(of)]
    rows = []
    for kind in Changed:
        of_kind = [of for of in changed if of.kind is kind]
        rows += [
            ChangeOut(change=kind, subject=of.of, stands_at=before.get(of), will_be=after.get(of))
            for of in of_kind[:MOST]
        ]
        if len(of_kind) > MOST:
            rest = len(of_kind) - MOST
            more = Said(f"还有 {rest} 处", f"{rest} more")
            rows.append(ChangeOut(change=kind, subject=more, stands_at=None, will_be=None))
    return rows
