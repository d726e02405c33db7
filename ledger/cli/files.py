"""Commands that take files in and data out, and check a proof without any server."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from ledger.cli.office import OPERATOR, DryRun, Office, acting_as, dry_run, main
from ledger.community.queries import community
from ledger.community.rules import Role
from ledger.intake.actions import import_payments
from ledger.intake.register import RegisterRefused, annotated, import_register, template
from ledger.intake.statement import profile_names
from ledger.log import merkle, note
from ledger.money import yuan
from ledger.reports.journal_export import export as export_journal


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
