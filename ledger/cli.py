"""The operator's door: ``mingbai …``. Exit 0 on success, 1 on a refusal with its reason, 2 on wrong use."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlmodel import Session
from tqdm import tqdm

from ledger.community.queries import communities, community, person, roles
from ledger.community.rules import Actor, Role
from ledger.config import Config
from ledger.db import Database, migrate
from ledger.disclosure.actions import check, prepare
from ledger.errors import LedgerError, NotAllowed
from ledger.evaluation.actions import evaluate as evaluated
from ledger.fees.actions import charge_month
from ledger.fund.actions import end_month
from ledger.intake.actions import import_payments
from ledger.intake.register import RegisterRefused, annotated, import_register, template
from ledger.intake.statement import profile_names
from ledger.journal.fsck import problems
from ledger.log import merkle, note
from ledger.log.signer import Signer
from ledger.money import yuan
from ledger.periods import Month, Period, day_in_shanghai
from ledger.publishing import Press, publish_evaluation, publish_half_year, sign_heads
from ledger.reports.check_report import render as render_check_report
from ledger.reports.journal_export import export as export_journal

OPERATOR = Actor("operator", Role.OPERATOR)


class Office:
    """The settings and the database of one command."""

    def __init__(self, as_json: bool) -> None:
        self.json = as_json
        self.config = Config.from_env()
        self.now = datetime.now(UTC)

    @property
    def database(self) -> Database:
        return Database(self.config.database_url)

    @property
    def press(self) -> Press:
        return Press(self.database, Signer(self.config.keys), self.config.fonts, self.config.site)

    def say(self, words: str, **facts: Any) -> None:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str) if self.json else words)

    def actor(self, session: Session, login: str | None, place: str, *allowed: Role) -> Actor:
        """Whoever the command is done for: the operator, or a person who holds one of the roles."""
        if login is None:
            return OPERATOR
        held = roles(session, login, place, day_in_shanghai(self.now)) if person(session, login) else {}
        for role in allowed:
            if role in held:
                return Actor(login, role)
        raise NotAllowed(what=f"{login}: {', '.join(allowed)}")


class Cli(click.Group):
    """Turns refusals into a sentence on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LedgerError as error:
            click.echo(error.sentence("zh"), err=True)
            click.echo(error.sentence("en"), err=True)
            sys.exit(1)


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--json", "as_json", is_flag=True, help="machine-readable output")
@click.pass_context
def main(ctx: click.Context, as_json: bool) -> None:
    """Mingbai 明白账: the maintenance and transparency ledger."""
    ctx.obj = Office(as_json)


def acting_as(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--as", "login", metavar="LOGIN", help="the person who does it")(command)


dry_run = click.option("--dry-run", is_flag=True, help="say what would happen, write nothing")


class DryRun(Exception):
    """Ends a transaction without keeping it."""


@main.command("migrate")
@click.pass_obj
def migrate_command(office: Office) -> None:
    """Bring the database up to date."""
    migrate(office.config.database_url)
    office.say(f"{office.config.database_url}: up to date", database=office.config.database_url)


@main.command()
@click.pass_context
def init(ctx: click.Context) -> None:
    """Make the database, the keys and the secret in LEDGER_HOME."""
    ctx.invoke(migrate_command)


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.pass_obj
def serve(office: Office, port: int, host: str, workers: int) -> None:
    """Serve the public board, the desk and the JSON door."""
    from granian import Granian
    from granian.constants import Interfaces

    office.say(f"http://{host}:{port}/  /desk/  /api/v1/", port=port)
    Granian(
        "ledger.web:from_env",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        log_access=False,
    ).serve()


@main.command()
@click.option("--scale", type=click.Choice(["community", "area"]), default="community", show_default=True)
@click.pass_obj
def demo(office: Office, scale: str) -> None:
    """Build the sample: one community with three years of history, or an area of 14,188 homes with one."""
    from ledger.demo.people import EVERYBODY, PASSWORD
    from ledger.demo.place import MEIYUAN, daoxiang
    from ledger.demo.story import build

    migrate(office.config.database_url)
    with office.database.reading() as session:
        if communities(session):
            raise NotAllowed(what=f"{office.config.database_url} 已有小区 / already holds communities")
    samples, areas, first = (
        ((MEIYUAN,), {}, Month(2023, 7))
        if scale == "community"
        else (daoxiang(), {"daoxiang-area": "稻香片区（样例）"}, Month(2025, 7))
    )
    last = Month(2026, 6)
    steps = len(samples) * ((last.year - first.year) * 12 + last.number - first.number + 1)
    with tqdm(total=steps, desc="sample", unit="month", disable=office.json) as bar:

        def told(words: str) -> None:
            if not words.startswith("register"):
                bar.update()

        build(office.press, office.config.host, samples, areas, first, last, told)
    for sample in samples:
        office.say(f"{sample.name}: {office.config.site}/{sample.code}/", community=sample.code)
    for player in EVERYBODY:
        office.say(f"  {player.login:8} {PASSWORD}  {player.name}", login=player.login, role=player.role)


@main.command()
@click.argument("place", metavar="[COMMUNITY]", required=False)
@click.pass_obj
def fsck(office: Office, place: str | None) -> None:
    """Recompute everything and name the first bad number."""
    signer, bad = Signer(office.config.keys), 0
    with office.database.reading() as session:
        for code in [place] if place else [c.code for c in communities(session)]:
            for each in problems(session, community(session, code).code, signer):
                bad += 1
                office.say(f"{code}: {each}", community=code, **each._asdict())
    if bad:
        sys.exit(1)
    office.say("everything adds up", problems=0)


@main.group("import")
def import_group() -> None:
    """Bring files in."""


@import_group.command("register")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--template", "empty", is_flag=True, help="write an empty workbook to FILE instead")
@click.option("--errors", type=click.Path(path_type=Path), help="where the workbook with its errors goes")
@dry_run
@click.pass_obj
def import_register_command(
    office: Office, file: Path | None, empty: bool, errors: Path | None, dry_run: bool
) -> None:
    """Import communities from a register workbook: all of it or nothing."""
    if empty:
        target = file or Path("register.xlsx")
        target.write_bytes(template())
        office.say(f"{target}", file=target)
        return
    if file is None:
        raise click.UsageError("FILE is missing")
    content = file.read_bytes()
    try:
        with office.database.writing() as session:
            done = import_register(session, content, host=office.config.host, by=OPERATOR, at=office.now)
            if dry_run:
                raise DryRun
    except DryRun:
        pass
    except RegisterRefused as refused:
        target = errors or file.with_name(f"{file.stem}-errors.xlsx")
        target.write_bytes(annotated(content, refused.facts["problems"]))  # type: ignore[arg-type]
        for each in refused.facts["problems"]:  # type: ignore[attr-defined]
            facts = asdict(each)
            place = f"{facts['sheet']} {facts.get('column_letter') or ''}{facts['row'] or ''}"
            click.echo(f"{place}: {facts['zh']} / {facts['en']}", err=True)
        click.echo(f"→ {target}", err=True)
        raise
    office.say(f"{'would import' if dry_run else 'imported'}: {done}", **done._asdict())


@import_group.command("payments")
@click.argument("place", metavar="COMMUNITY")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--profile", required=True, help=f"{', '.join(profile_names())}, or one of the community's own")
@click.option(
    "--into", metavar="ACCOUNT", help="the approved account that the file is of; else the profile's name"
)
@acting_as
@dry_run
@click.pass_obj
def import_payments_command(
    office: Office, place: str, file: Path, profile: str, into: str | None, login: str | None, dry_run: bool
) -> None:
    """Import a bank's or wallet's statement; lines imported before are left alone."""
    try:
        with office.database.writing() as session:
            by = office.actor(session, login, community(session, place).code, Role.MANAGER)
            done = import_payments(
                session,
                place,
                file.read_bytes(),
                profile,
                name=file.name,
                into=into or profile,
                by=by,
                at=office.now,
            )
            if dry_run:
                raise DryRun
    except DryRun:
        pass
    facts = done._asdict()
    office.say(
        f"{'would book' if dry_run else 'booked'}: {done.matched} for homes ({yuan(done.matched_fen)}), "
        f"{done.suspense} to suspense ({yuan(done.suspense_fen)}), {done.kept} kept, {done.known} known before, "
        f"{done.warnings} warnings",
        **facts,
    )


def _places(office: Office, place: str | None, every: bool) -> list[str]:
    if every == (place is not None):
        raise click.UsageError("name a COMMUNITY or say --all")
    with office.database.reading() as session:
        return [c.code for c in communities(session)] if every else [community(session, place or "").code]


@main.command("charge-month")
@click.argument("place", metavar="[COMMUNITY]", required=False)
@click.argument("month")
@click.option("--all", "every", is_flag=True)
@acting_as
@dry_run
@click.pass_obj
def charge_month_command(
    office: Office, place: str | None, month: str, every: bool, login: str | None, dry_run: bool
) -> None:
    """Charge every home its property fee for a month (2026-07)."""
    which = Month.parse(month)
    for code in tqdm(_places(office, place, every), desc=month, unit="community", disable=not every):
        try:
            with office.database.writing() as session:
                by = office.actor(session, login, code, Role.MANAGER)
                done = charge_month(session, code, which, by=by, at=office.now)
                if dry_run:
                    raise DryRun
        except DryRun:
            pass
        words = f"{code} {month}: {done.homes} homes, {yuan(done.total_fen)}, {yuan(done.prepaid_fen)} from prepayments"
        office.say(
            words if done.posted.fresh else f"{words} (charged before)",
            community=code,
            homes=done.homes,
            total_fen=done.total_fen,
            fresh=done.posted.fresh,
        )


@main.command("close-month")
@click.argument("place", metavar="[COMMUNITY]", required=False)
@click.argument("month")
@click.option("--all", "every", is_flag=True)
@click.option("--exception", "exceptions", multiple=True, metavar="BOOK/ACCOUNT=WHY")
@acting_as
@click.pass_obj
def close_month_command(
    office: Office, place: str | None, month: str, every: bool, exceptions: tuple[str, ...], login: str | None
) -> None:
    """Close a month for good; a clearing account that is not nought needs an exception that says why."""
    why = dict(each.split("=", 1) for each in exceptions if "=" in each)
    for code in tqdm(_places(office, place, every), desc=month, unit="community", disable=not every):
        with office.database.writing() as session:
            by = office.actor(session, login, code, Role.MANAGER)
            done = end_month(session, code, Month.parse(month), exceptions=why, by=by, at=office.now)
        office.say(f"{code}: {done.month} closed", community=code, month=done.month, root=done.trial_root)


@main.command()
@click.argument("place", metavar="COMMUNITY")
@click.argument("period")
@click.option(
    "--check", "sha256", metavar="SHA256", help="a second person: the draft with this digest is right"
)
@click.option("--publish", is_flag=True, help="a third person: hang it on the board")
@click.option("--why", help="why an earlier version is corrected")
@acting_as
@click.pass_obj
def disclose(
    office: Office,
    place: str,
    period: str,
    sha256: str | None,
    publish: bool,
    why: str | None,
    login: str | None,
) -> None:
    """Prepare a half-year disclosure (2026-H1); then --check and --publish by two other people."""
    which = Period.parse(period)
    if publish:
        with office.database.reading() as session:
            by = office.actor(session, login, place, Role.COMMITTEE, Role.SUPERVISOR)
        notice = publish_half_year(office.press, place, which, by=by, at=office.now)
        url = office.press.page_url(place, notice.kind, notice.period)
        office.say(f"{url} version {notice.version}", url=url, version=notice.version, sha256=notice.sha256)
        return
    with office.database.writing() as session:
        if sha256:
            by = office.actor(session, login, place, Role.COMMITTEE, Role.AUDITOR)
            draft = check(session, place, period, sha256, by=by, at=office.now)
        else:
            by = office.actor(session, login, place, Role.MANAGER)
            draft = prepare(session, place, which, why=why, by=by, at=office.now)
    office.say(f"{place} {period}: {draft.state} {draft.sha256}", state=draft.state, sha256=draft.sha256)


@main.command()
@click.argument("place", metavar="COMMUNITY")
@click.argument("period")
@click.option("--publish", is_flag=True, help="hang the scorecard on the board")
@click.option("--why", help="why an earlier version is corrected")
@acting_as
@click.pass_obj
def evaluate(
    office: Office, place: str, period: str, publish: bool, why: str | None, login: str | None
) -> None:
    """Score the property firm for a period."""
    which = Period.parse(period)
    with office.database.reading() as session:
        by = office.actor(session, login, community(session, place).code, Role.SUPERVISOR)
        card = json.loads(evaluated(session, place, which, by=by, at=office.now))
    if publish:
        publish_evaluation(office.press, place, which, why=why, by=by, at=office.now)
    points = f"{card['score_e2'] // 100}.{card['score_e2'] % 100:02d}"
    office.say(
        f"{place} {period}: {points} {card['grade']} {card['grade_zh']}, {card['assessed_points']} of 100 points assessed",
        **card,
    )


@main.group()
def report() -> None:
    """Write documents."""


@report.command("check")
@click.argument("place", metavar="COMMUNITY")
@click.argument("period")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.pass_obj
def report_check(office: Office, place: str, period: str, output: Path) -> None:
    """The check report (账目核查报告) as a PDF."""
    url = office.press.page_url(place, "half-year", period)
    with office.database.reading() as session:
        community(session, place)
        body = render_check_report(
            session, place, Period.parse(period), fonts=office.config.fonts, page_url=url, at=office.now
        )
    output.write_bytes(body)
    office.say(f"{output} ({len(body):,} bytes)", file=output, bytes=len(body))


@main.group()
def export() -> None:
    """Take data out."""


@export.command("journal")
@click.argument("place", metavar="COMMUNITY")
@click.option("--format", "kind", type=click.Choice(["beancount", "hledger", "csv", "xlsx"]), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="default: standard output")
@click.pass_obj
def export_journal_command(office: Office, place: str, kind: str, output: Path | None) -> None:
    """Every entry of every book, without personal data."""
    with office.database.reading() as session:
        body = export_journal(session, community(session, place).code, kind)
    if output is None:
        sys.stdout.buffer.write(body)
    else:
        output.write_bytes(body)
        office.say(f"{output} ({len(body):,} bytes)", file=output, bytes=len(body))


@main.command()
@click.argument("place", metavar="[COMMUNITY]", required=False)
@click.pass_obj
def sign(office: Office, place: str | None) -> None:
    """Have the heads of the logs signed."""
    for head in sign_heads(office.press, _places(office, place, place is None), at=office.now):
        office.say(
            f"{head.community}: {head.tree_size} leaves", community=head.community, size=head.tree_size
        )


@main.command()
@click.argument("proof_file", type=click.Path(exists=True, path_type=Path))
@click.option("--leaf", type=click.Path(exists=True, path_type=Path), required=True, help="the leaf's bytes")
@click.option("--policy", type=click.Path(exists=True, path_type=Path), required=True, help="lines: log VKEY")
@click.pass_obj
def verify(office: Office, proof_file: Path, leaf: Path, policy: Path) -> None:
    """Check a .tlog-proof against a leaf and the keys of a policy file. Asks no server."""
    known = [
        note.Verifier.parse(line.split()[1])
        for line in policy.read_text("utf-8").splitlines()
        if line.startswith("log ")
    ]
    proof = note.parse_proof(proof_file.read_text("utf-8"))
    signed, _ = note.verified(proof.checkpoint, known)
    checkpoint = note.parse_checkpoint(signed.text)
    hashed = merkle.leaf_hash(leaf.read_bytes())
    if not merkle.verify_inclusion(hashed, proof.index, checkpoint.size, proof.path, checkpoint.root):
        raise note.NoteMalformed(what="the leaf is not in the tree / 该条不在日志里")
    office.say(
        f"leaf {proof.index} is in {checkpoint.origin} at size {checkpoint.size}",
        origin=checkpoint.origin,
        size=checkpoint.size,
        index=proof.index,
    )
