"""Commands that take files in and data out, and check a proof without any server."""

import sys
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from ledger.cli.answers import language, told_answer, told_import, told_trial
from ledger.cli.context import OPERATOR, CommandContext, DryRun, acting_as, dry_run
from ledger.cli.do import answer_to, checked, once, read, wish_of
from ledger.community.queries import community
from ledger.errors import LedgerError, Malformed
from ledger.fields import Upload
from ledger.intake.register import RegisterRefused, annotated, import_register, template
from ledger.intake.statement import profile_names
from ledger.intake.workbooks.queries import annotated_workbook, workbook_template
from ledger.intake.workbooks.rules import WorkbookRefused
from ledger.log import merkle, note
from ledger.log.leaf import content_of, files_of, place_of
from ledger.log.policy import read_policy
from ledger.operations.operation import in_both
from ledger.operations.registry import OPERATION_OF
from ledger.operations.workbooks import OFFICE_WORKBOOK
from ledger.reports.journal_export import export as export_journal
from ledger.words import yuan

WORKBOOK, STATEMENT = OPERATION_OF["POST /workbook"], OPERATION_OF["POST /statements"]


class NotProved(Malformed):
    code = "not-proved"
    zh = "核验不通过：{what}"
    en = "It is not proved: {what}"


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def import_group() -> None:
    """Bring files in."""


@import_group.command("register")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--template", "empty", is_flag=True, help="write an empty workbook to FILE instead")
@click.option("--errors", type=click.Path(path_type=Path), help="where the workbook with its errors goes")
@dry_run
@click.pass_obj
def import_register_command(
    context: CommandContext, file: Path | None, empty: bool, errors: Path | None, dry_run: bool
) -> None:
    """Import communities from a register workbook: all of it or nothing."""
    if empty:
        target = file or Path("register.xlsx")
        with target.open("xb") as new:  # never over a register that somebody has filled in
            new.write(template())
        context.say(f"{target}", file=target)
        return
    if file is None:
        raise click.UsageError("FILE is missing")
    if not file.is_file():
        raise click.UsageError(f"there is no file {file}")
    content = file.read_bytes()
    try:
        with context.database.writing() as session:
            counts = import_register(
                session,
                content,
                host=context.config.host,
                keyring=context.keyring,
                by=OPERATOR,
                at=context.now,
            )
            if dry_run:
                raise DryRun
    except DryRun:
        pass
    except RegisterRefused as refused:
        _give_back(errors or file.with_name(f"{file.stem}-errors.xlsx"), content, refused, annotated)
        raise
    stored = counts._asdict()
    context.say(told_import(stored, dry_run), **stored)


def _give_back(
    target: Path, content: bytes, refused: LedgerError, annotate: Callable[[bytes, Any], bytes]
) -> None:
    """Write the same workbook with what is wrong beside its rows, and say it on stderr."""
    problems: Any = refused.facts["problems"]
    target.write_bytes(annotate(content, problems))
    for problem in problems:
        click.echo(f"{problem.spot}: {problem.zh} / {problem.en}", err=True)
    click.echo(f"→ {target}", err=True)


@import_group.command("workbook")
@click.argument("place", metavar="COMMUNITY")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--template", "empty", is_flag=True, help="write an empty workbook to FILE instead")
@click.option("--errors", type=click.Path(path_type=Path), help="where the workbook with its errors goes")
@acting_as
@dry_run
@click.pass_obj
def import_workbook_command(
    context: CommandContext,
    place: str,
    file: Path,
    empty: bool,
    errors: Path | None,
    login: str,
    dry_run: bool,
) -> None:
    """Import an office's Excel: opening balances, charges, receipts, contracts, uses, tickets. All or nothing."""
    if empty:
        with file.open("xb") as new:
            new.write(workbook_template())
        context.say(f"{file}", file=file)
        return
    if not file.is_file():
        raise click.UsageError(f"there is no file {file}")
    asked = WORKBOOK.model(file=Upload(file.name, file.read_bytes()))
    wish = wish_of(context, WORKBOOK, place, {}, asked, login, key=once())
    try:
        counts = answer_to(context, wish, dry_run)
    except WorkbookRefused as refused:
        target = errors or file.with_name(f"{file.stem}-errors.xlsx")
        _give_back(target, file.read_bytes(), refused, annotated_workbook)
        raise
    said = told_trial(WORKBOOK, counts, ()) if dry_run else told_answer(WORKBOOK, counts)
    context.say("" if context.json else said, **counts)


@import_group.command("payments")
@click.argument("place", metavar="COMMUNITY")
@click.argument("file", type=_FILE)
@click.option("--profile", required=True, help=f"{', '.join(profile_names())}, or one of the community's own")
@click.option(
    "--into", metavar="ACCOUNT", help="the approved account that the file is of; else the profile's name"
)
@acting_as
@dry_run
@click.pass_obj
def import_payments_command(
    context: CommandContext,
    place: str,
    file: Path,
    profile: str,
    into: str | None,
    login: str,
    dry_run: bool,
) -> None:
    """Import a bank's or wallet's statement; lines imported before are left alone."""
    said = {"file": Upload(file.name, file.read_bytes()), "profile": profile, "into": into or profile}
    wish = wish_of(
        context, STATEMENT, place, {}, checked(STATEMENT, STATEMENT.model, said), login, key=once()
    )
    counts = answer_to(context, wish, dry_run)
    context.say(
        f"{'would book' if dry_run else 'booked'}: {counts['matched']} for homes ({yuan(counts['matched_fen'])}), "
        f"{counts['suspense']} to suspense ({yuan(counts['suspense_fen'])}), {counts['kept']} kept, {counts['known']} known before, "
        f"{counts['warnings']} warnings",
        **counts,
    )
    for oddity in () if context.json else counts["oddities"]:
        words = in_both(oddity["odd"]).in_(language())
        context.say(
            f"  row {oddity['row']}: {words}" if language() == "en" else f"  第 {oddity['row']} 行：{words}"
        )


@click.group()
def export() -> None:
    """Take data out."""


@export.command("journal")
@click.argument("place", metavar="COMMUNITY")
@click.option("--format", "kind", type=click.Choice(["beancount", "hledger", "csv", "xlsx"]), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="default: standard output")
@click.pass_obj
def export_journal_command(context: CommandContext, place: str, kind: str, output: Path | None) -> None:
    """Every entry of every book, without personal data."""
    with context.database.reading() as session:
        body = export_journal(session, community(session, place).code, kind)
    if output is None:
        sys.stdout.buffer.write(body)
    else:
        output.write_bytes(body)
        context.say(f"{output} ({len(body):,} bytes)", file=output, bytes=len(body))


@export.command("workbook")
@click.argument("place", metavar="COMMUNITY")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@acting_as
@click.pass_obj
def export_workbook_command(context: CommandContext, place: str, output: Path, login: str) -> None:
    """What an office keeps in Excel, in the layout in which it is imported. Holds personal data: who took it is remembered."""
    read(context, OFFICE_WORKBOOK, place, {}, OFFICE_WORKBOOK.model(), login, {"output": output})


class Wrong(StrEnum):
    """What of a notice is not as its leaf says."""

    LEAF = "leaf"
    PLACE = "place"
    BODY = "body"
    FILE = "file"
    WITNESSES = "witnesses"


@click.command()
@click.argument("proof_file", type=_FILE)
@click.option("--leaf", type=_FILE, required=True, help="the leaf's bytes")
@click.option("--policy", type=_FILE, required=True, help="lines: log, witness, group, quorum (tlog-policy)")
@click.option("--body", type=_FILE, help="the body of the notice that the leaf seals")
@click.option(
    "--file", "files", type=_FILE, multiple=True, help="a file of the notice, under its own name; all of them"
)
@click.pass_obj
def verify(
    context: CommandContext,
    proof_file: Path,
    leaf: Path,
    policy: Path,
    body: Path | None,
    files: tuple[Path, ...],
) -> None:
    """Check a .tlog-proof against a leaf and the keys of a policy, and a notice's bytes against its leaf.

    Asks no server and writes nothing.
    """
    trusted = read_policy(_text(policy))
    proof = note.parse_proof(_text(proof_file))
    signed, signers = note.verified(proof.checkpoint, trusted.keys)
    checkpoint = note.parse_checkpoint(signed.text)
    if checkpoint.origin not in {signer.name for signer in signers if signer in trusted.logs}:
        raise note.NoteMalformed(what=note.NoteFault.OTHER_LOG)
    if not trusted.is_satisfied(seen := trusted.seen_by(set(signers))):
        raise NotProved(what=Wrong.WITNESSES)
    sealed_bytes = leaf.read_bytes()
    if not merkle.verify_inclusion(
        merkle.leaf_hash(sealed_bytes), proof.index, checkpoint.size, proof.path, checkpoint.root
    ):
        raise note.NoteMalformed(what=note.NoteFault.NOT_IN_TREE)
    sealed = content_of(sealed_bytes)
    if sealed is None:
        raise NotProved(what=Wrong.LEAF)
    if (place_of(sealed), sealed.get("log")) != (proof.index, checkpoint.origin):
        raise NotProved(what=Wrong.PLACE)
    if body is not None or files:
        _check_notice(sealed, body, files)
    named = " ".join(str(sealed[name]) for name in ("what", "period", "version") if name in sealed)
    context.say(
        f"leaf {proof.index} ({named or sealed.get('kind')}) is in {checkpoint.origin} at size {checkpoint.size}"
        + (f", seen by {', '.join(sorted(seen))}" if seen else ""),
        origin=checkpoint.origin,
        size=checkpoint.size,
        index=proof.index,
        sealed=named,
        witnesses=sorted(seen),
    )


def _check_notice(sealed: Mapping[str, Any], body: Path | None, files: Sequence[Path]) -> None:
    """See that a body and its files are those that the leaf of a notice names, none missing and none beside them."""
    named = files_of(sealed)
    if named is None:
        raise NotProved(what=Wrong.LEAF)
    if body is not None and sha256(body.read_bytes()).hexdigest() != sealed.get("body"):
        raise NotProved(what=Wrong.BODY)
    given = {file.name: sha256(file.read_bytes()).hexdigest() for file in files}
    if files and (given != named or len(given) != len(files)):
        raise NotProved(what=Wrong.FILE)


def _text(file: Path) -> str:
    """The text of a file as its bytes are: lines end in LF alone.

    Raises:
        NoteMalformed: it is not UTF-8.
    """
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise note.NoteMalformed(what=note.NoteFault.ENCODING) from None
