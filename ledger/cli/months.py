"""Commands of month end and half-year: charge, close, disclose, evaluate."""

import json

import click

from ledger.cli.context import (
    CommandContext,
    DryRun,
    acting_as,
    dry_run,
    one_after_another,
    places_and_month,
)
from ledger.community.queries import community
from ledger.community.rules import Role
from ledger.disclosure.actions import check, prepare
from ledger.evaluation.actions import evaluate as evaluated
from ledger.fees.charge_actions import charge_month
from ledger.fund.actions import end_month
from ledger.periods import Period
from ledger.publishing import publish_evaluation, publish_half_year
from ledger.words import yuan


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
    login: str | None,
    dry_run: bool,
) -> None:
    """Charge every home its property fee for a month (2026-07)."""
    codes, which = places_and_month(context, place, month, every)

    def charge(code: str) -> None:
        try:
            with context.database.writing() as session:
                by = context.actor(session, login, code, Role.MANAGER)
                charges = charge_month(session, code, which, by=by, at=context.now)
                if dry_run:
                    raise DryRun
        except DryRun:
            pass
        words = f"{code} {which}: {charges.homes} homes, {yuan(charges.total_fen)}, {yuan(charges.prepaid_fen)} from prepayments"
        context.say(
            words if charges.posted.fresh else f"{words} (charged before)",
            community=code,
            homes=charges.homes,
            total_fen=charges.total_fen,
            fresh=charges.posted.fresh,
        )

    one_after_another(codes, str(which), charge)


@click.command("close-month")
@click.argument("place", metavar="[COMMUNITY]", required=False)
@click.argument("month", metavar="MONTH", required=False)
@click.option("--all", "every", is_flag=True)
@click.option("--exception", "exceptions", multiple=True, metavar="BOOK/ACCOUNT=WHY")
@acting_as
@click.pass_obj
def close_month_command(
    context: CommandContext,
    place: str | None,
    month: str | None,
    every: bool,
    exceptions: tuple[str, ...],
    login: str | None,
) -> None:
    """Close a month for good; a clearing account that is not nought needs an exception that says why."""
    reasons = [exception.partition("=") for exception in exceptions]
    for account, _, words in reasons:
        if not account or not words:
            raise click.UsageError(f"--exception {account}: write BOOK/ACCOUNT=WHY")
    why = {account: words for account, _, words in reasons}
    codes, which = places_and_month(context, place, month, every)

    def close(code: str) -> None:
        with context.database.writing() as session:
            by = context.actor(session, login, code, Role.MANAGER)
            closing = end_month(session, code, which, exceptions=why, by=by, at=context.now)
        context.say(
            f"{code}: {closing.month} closed", community=code, month=closing.month, root=closing.trial_root
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
    login: str | None,
) -> None:
    """Prepare a half-year disclosure (2026-H1); then --check and --publish by two other people."""
    if publish and sha256:
        raise click.UsageError("--check and --publish are for two people")
    if why and (publish or sha256):
        raise click.UsageError("--why belongs to preparing")
    which = Period.parse(period)
    if len(which.months) != 6:
        raise click.UsageError(f"{period} is not a half-year: write 2026-H1")
    if publish:
        with context.database.reading() as session:
            by = context.actor(session, login, place, Role.COMMITTEE, Role.SUPERVISOR)
        notice = publish_half_year(context.installation, place, period, by=by, at=context.now)
        url = context.installation.page_url(place, notice.kind, notice.period)
        context.say(f"{url} version {notice.version}", url=url, version=notice.version, sha256=notice.sha256)
        return
    with context.database.writing() as session:
        if sha256:
            by = context.actor(session, login, place, Role.COMMITTEE, Role.AUDITOR)
            draft = check(session, place, period, sha256, by=by, at=context.now)
        else:
            by = context.actor(session, login, place, Role.MANAGER)
            draft = prepare(session, place, period, why=why, by=by, at=context.now)
    context.say(f"{place} {period}: {draft.state} {draft.sha256}", state=draft.state, sha256=draft.sha256)


@click.command()
@click.argument("place", metavar="COMMUNITY")
@click.argument("period")
@click.option("--publish", is_flag=True, help="publish the scorecard on the board")
@click.option("--why", help="why an earlier version is corrected")
@acting_as
@click.pass_obj
def evaluate(
    context: CommandContext, place: str, period: str, publish: bool, why: str | None, login: str | None
) -> None:
    """Score the property firm for a period."""
    if why and not publish:
        raise click.UsageError("--why belongs to --publish")
    which = Period.parse(period)
    with context.database.reading() as session:
        by = context.actor(session, login, community(session, place).code, Role.SUPERVISOR)
        card = json.loads(evaluated(session, place, which, by=by, at=context.now))
    if publish:
        publish_evaluation(context.installation, place, period, why=why, by=by, at=context.now)
    points = f"{card['score_e2'] // 100}.{card['score_e2'] % 100:02d}"
    context.say(
        f"{place} {period}: {points} {card['grade']} {card['grade_zh']}, {card['assessed_points']} of 100 points assessed",
        **card,
    )
