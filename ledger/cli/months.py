"""Commands of month end and half-year: charge, close, disclose, evaluate. Each is an operation under a handier name."""

import json
from typing import Any

import click

from ledger.cli.context import (
    CommandContext,
    acting_as,
    dry_run,
    one_after_another,
    places_and_month,
)
from ledger.cli.do import answer_to, checked, once, wish_of
from ledger.community.queries import community
from ledger.evaluation.actions import evaluate as evaluated
from ledger.operations.evaluations import SCORE
from ledger.operations.operation import Operation
from ledger.operations.registry import OPERATION_OF
from ledger.periods import Period
from ledger.words import yuan

CHARGE = OPERATION_OF["POST /months/<month>/charges"]
CLOSE = OPERATION_OF["POST /months/<month>/closing"]
PREPARE, CHECK, PUBLISH = (
    OPERATION_OF[work]
    for work in (
        "POST /disclosures/<period>",
        "POST /disclosures/<period>/check",
        "PUT /disclosures/<period>/publication",
    )
)
PUBLISH_SCORE = OPERATION_OF["PUT /evaluations/<period>/publication"]


@click.command("charge-month")
@click.argument("place", metavar="[COMMUNITY]", required=False)
@click.argument("month", metavar="MONTH", required=False)
@click.option("--all", "every", is_flag=True)
@acting_as
@dry_run
@click.pass_obj
def charge_month_command(
    context: CommandContext,
    place: str | None,
    month: str | None,
    every: bool,
    login: str,
    dry_run: bool,
) -> None:
    """Charge every home its property fee for a month (2026-07)."""
    codes, which = places_and_month(context, place, month, every)

    def charge(code: str) -> None:
        wish = wish_of(
            context, CHARGE, code, _at(CHARGE, month=str(which)), CHARGE.model(), login, key=once()
        )
        charges = answer_to(context, wish, dry_run)
        words = f"{code} {which}: {charges['homes']} homes, {yuan(charges['total_fen'])}, {yuan(charges['prepaid_fen'])} from prepayments"
        context.say(
            words if charges["fresh"] else f"{words} (charged before)",
            community=code,
            homes=charges["homes"],
            total_fen=charges["total_fen"],
            fresh=charges["fresh"],
        )

    one_after_another(codes, str(which), charge)


def _reasons(option: str, form: str, given: tuple[str, ...]) -> dict[str, str]:
    reasons = [reason.partition("=") for reason in given]
    for account, _, words in reasons:
        if not account or not words:
            raise click.UsageError(f"{option} {account}: write {form}")
    return {account: words for account, _, words in reasons}


@click.command("close-month")
@click.argument("place", metavar="[COMMUNITY]", required=False)
@click.argument("month", metavar="MONTH", required=False)
@click.option("--all", "every", is_flag=True)
@click.option("--exception", "exceptions", multiple=True, metavar="BOOK/ACCOUNT=WHY")
@click.option("--without-statement", "lacking", multiple=True, metavar="ACCOUNT=WHY")
@acting_as
@click.pass_obj
def close_month_command(
    context: CommandContext,
    place: str | None,
    month: str | None,
    every: bool,
    exceptions: tuple[str, ...],
    lacking: tuple[str, ...],
    login: str,
) -> None:
    """Close a month for good. A clearing account that is not nought needs an exception that says why, and so does an
    approved account of which no statement of the month was imported."""
    why = {
        "exceptions": _reasons("--exception", "BOOK/ACCOUNT=WHY", exceptions),
        "without_statement": _reasons("--without-statement", "ACCOUNT=WHY", lacking),
    }
    codes, which = places_and_month(context, place, month, every)

    def close(code: str) -> None:
        asked = checked(CLOSE, CLOSE.model, why)
        closing = answer_to(
            context, wish_of(context, CLOSE, code, _at(CLOSE, month=str(which)), asked, login, key=once())
        )
        context.say(
            f"{code}: {closing['month']} closed",
            community=code,
            month=closing["month"],
            root=closing["trial_root"],
        )

    one_after_another(codes, str(which), close)


@click.command()
@click.argument("place", metavar="COMMUNITY")
@click.argument("period")
@click.option(
    "--check", "sha256", metavar="SHA256", help="a second person: the draft with this digest is right"
)
@click.option("--publish", is_flag=True, help="a third person: publish it on the board")
@click.option("--why", help="why an earlier version is corrected")
@acting_as
@click.pass_obj
def disclose(
    context: CommandContext,
    place: str,
    period: str,
    sha256: str | None,
    publish: bool,
    why: str | None,
    login: str,
) -> None:
    """Prepare a disclosure of a period (2026-H1, 2026-Q3, 2026-07); then --check and --publish by two other people."""
    if publish and sha256:
        raise click.UsageError("--check and --publish are for two people")
    if why and (publish or sha256):
        raise click.UsageError("--why belongs to preparing")
    step = PUBLISH if publish else CHECK if sha256 else PREPARE
    said = {"sha256": sha256} if sha256 else {"why": why} if why else {}
    asked = checked(step, step.model, said)
    outcome = answer_to(
        context, wish_of(context, step, place, _at(step, period=period), asked, login, key=once())
    )
    if publish:
        url = context.installation.page_url(place, Period.parse(period).kind, period)
        context.say(
            f"{url} version {outcome['version']}",
            url=url,
            version=outcome["version"],
            sha256=outcome["sha256"],
        )
        return
    state, digest = outcome["state"], outcome["sha256"]
    context.say(f"{place} {period}: {state} {digest}", state=state, sha256=digest)


@click.command()
@click.argument("place", metavar="COMMUNITY")
@click.argument("period")
@click.option("--publish", is_flag=True, help="publish the scorecard on the board")
@click.option("--why", help="why an earlier version is corrected")
@acting_as
@click.pass_obj
def evaluate(
    context: CommandContext, place: str, period: str, publish: bool, why: str | None, login: str
) -> None:
    """Score the property firm for a period."""
    if why and not publish:
        raise click.UsageError("--why belongs to --publish")
    which = Period.parse(period)
    with context.database.reading() as session:
        code = community(session, place).code
        by = context.actor_in(code, login, SCORE.roles, {})
        card = json.loads(evaluated(session, code, which, by=by, at=context.now))
    if publish:
        asked = checked(PUBLISH_SCORE, PUBLISH_SCORE.model, {"why": why} if why else {})
        where = _at(PUBLISH_SCORE, period=period)
        answer_to(context, wish_of(context, PUBLISH_SCORE, place, where, asked, login, key=once()))
    points = f"{card['score_e2'] // 100}.{card['score_e2'] % 100:02d}"
    context.say(
        f"{place} {period}: {points} {card['grade']} {card['grade_en']}, {card['assessed_points']} of 100 points assessed",
        **card,
    )


def _at(operation: Operation, **named: str) -> dict[str, Any]:
    """The values of an operation's address."""
    return checked(operation, operation.place, named).model_dump()
