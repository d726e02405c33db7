"""``mingbai do …`` and ``mingbai show …``: every operation, list, record and document of the registry as a command."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import click
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from tqdm import tqdm

from ledger.access.performing import Wish, digest_of, perform, preview, takes_long, would_be
from ledger.cli.answers import told_answer, told_record, told_rows, told_trial
from ledger.cli.context import CommandContext, shown_on
from ledger.community.queries import community as community_of
from ledger.community.role_rules import Actor, rule_named
from ledger.errors import Malformed
from ledger.fields import DECIMALS, Upload, check_named_once, why_not
from ledger.files.actions import keep_file
from ledger.files.rules import kind_asked_for
from ledger.money import fen, whole
from ledger.operations.labels import label, label_at
from ledger.operations.operation import PAIR, Call, Declared, Document, Field, Listing, Operation, Record
from ledger.operations.reading import every_row, page_of, shown
from ledger.operations.registry import EVERY
from ledger.operations.shapes import Asking, Shape, fields_of
from ledger.people.rules import Event
from ledger.people.sign_ins import remember
from ledger.periods import day_in_shanghai

DONE_BEFORE = (
    "这件事今天已经照样办过，没有再办；确实要再办一次，请加 --key 另起一个名字。",
    "This was done today already, word for word, and is not done again; to do it once more give it a --key of its own.",
)
STRUCTURED = ("list", "map", "object")


class NotReadable(Malformed):
    code = "not-readable"
    zh = "{field_zh}（{typed}）：{why_zh}"
    en = "{field_en} ({typed}): {why_en}"


def checked(declared: Declared, model: type[BaseModel], values: Mapping[str, Any]) -> BaseModel:
    """The address or the request, or what is wrong with it, by its label and by how it is typed.

    Raises:
        NotReadable: the first value that cannot be taken.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        kind, facts, path = wrong["type"], wrong.get("ctx"), wrong["loc"]
        named, name = label_at(path, declared.labelled), str(path[0])
        raise NotReadable(
            field_zh=named.zh,
            field_en=named.en,
            typed=name.upper() if name in declared.variables else _flag(name),
            why_zh=why_not(kind, facts, "zh"),
            why_en=why_not(kind, facts, "en"),
        ) from None


def _written_as(name: str) -> str:
    """The name of what is typed, by its unit and not by how it is kept: the amount, the rate, the share in per cent."""
    if written := DECIMALS.get(name):
        return name.rpartition("_")[0] + "_pct" * written.per_cent
    return name.removesuffix("_fen")


def _flag(name: str) -> str:
    return "--" + _written_as(name).replace("_", "-")


def option_of(name: str, asking: Asking, labelled: Mapping[str, Field]) -> click.Option:
    """The option for a field: yuan for fen, a file for a document, JSON for what has parts."""
    kind = asking.shape.kind
    words = (labelled[name].label if name in labelled else label(name)).en
    flag = _flag(name)
    if kind == "check":
        return click.Option([f"{flag}/--no-{flag[2:]}", name], default=None, help=words)
    meta = {
        "money": "YUAN",
        "day": "DAY",
        "month": "MONTH",
        "upload": "FILE",
        "evidence": "FILE|DIGEST",
        "number": "NUMBER",
        "decimal": "NUMBER",
    }.get(kind, "JSON" if kind in STRUCTURED else "TEXT")
    if kind == "choice":
        meta = "|".join(str(getattr(choice, "value", choice)) for choice in asking.shape.of)
    shape = f", as {json.dumps(example(name, asking.shape, labelled))}" if kind in STRUCTURED else ""
    optional = "" if asking.required else " (optional)"
    return click.Option([flag, name], metavar=meta, help=words + shape + optional)


def example(name: str, shape: Shape, labelled: Mapping[str, Field]) -> Any:
    """How a value with parts is written as JSON: what stands in angle brackets is to be put there."""
    match shape.kind:
        case "list":
            return [example(name, shape.of, labelled)]
        case "map":
            key, value = shape.of
            definition = labelled.get(name)
            pair = definition.pair if definition else PAIR
            parts = {"key": Field(pair[0], members=definition.members if definition else None)}
            named = example("key", key, parts)
            return {str(named): example("value", value, {"value": Field(pair[1])})}
        case "object":
            return {part: example(part, asking.shape, labelled) for part, asking in shape.of.items()}
        case "choice":
            known = labelled[name].members if name in labelled else None
            return f"<{'|'.join(str(getattr(choice, 'value', choice)) for choice in known or shape.of)}>"
        case "check":
            return True
        case "money" | "number" | "decimal":
            return 1
        case "evidence":
            return "<file or digest>"
        case "text" | "long":
            return f"<{(labelled[name].label if name in labelled else label(name)).en.lower()}>"
        case _:
            return f"<{shape.kind}>"


def value_of(context: CommandContext, place: str, by: Actor, name: str, asking: Asking, typed: Any) -> Any:
    """What was typed, as a program would have sent it."""
    kind = asking.shape.kind
    if kind == "money":
        return int(fen(typed))
    if kind == "decimal":
        return whole(typed, asking.shape.of)
    if kind == "number" and str(typed).lstrip("-").isdigit():
        return int(typed)
    if kind == "upload":
        file = Path(typed)
        return Upload(file.name, file.read_bytes())
    if kind not in ("evidence", *STRUCTURED):
        return typed

    def kept(name: str, file: Path) -> str:
        with context.database.writing() as session:
            body = file.read_bytes()
            kind = kind_asked_for(name, body)
            return keep_file(session, place, body, file.name, kind, by=by, at=context.now).sha256

    if kind == "evidence":
        return with_files(name, typed, asking.shape, kept)
    check_named_once(typed)
    try:
        return with_files(name, from_json(typed), asking.shape, kept)
    except ValueError:
        return typed


def _names_a_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # no file can be called so
        return False


def with_files(name: str, value: Any, shape: Shape, kept: Callable[[str, Path], str]) -> Any:
    """A value with the digests of files where their names stand, wherever it asks for evidence."""
    match shape.kind:
        case "evidence":
            return kept(name, Path(value)) if isinstance(value, str) and _names_a_file(value) else value
        case "map" if isinstance(value, dict):
            return {key: with_files(key, part, shape.of[1], kept) for key, part in value.items()}
        case "object" if isinstance(value, dict):
            return {
                part: with_files(part, held, shape.of[part].shape, kept) if part in shape.of else held
                for part, held in value.items()
            }
        case "list" if isinstance(value, list):
            return [with_files(name, element, shape.of, kept) for element in value]
        case _:
            return value


def command_of(declared: Declared) -> click.Command:
    """One operation, list, record or document as a command."""
    asked = dict(fields_of(declared.model))
    place = list(declared.variables)
    parameters: list[click.Parameter] = [click.Argument(["community"])] if not declared.everywhere else []
    parameters += [click.Argument([name]) for name in place]
    parameters += [
        option_of(name, asking, declared.labelled) for name, asking in asked.items() if name not in place
    ]
    parameters.append(
        click.Option(["--as", "login"], metavar="LOGIN", required=True, help="the person who does it")
    )
    if isinstance(declared, Operation):
        parameters.append(
            click.Option(
                ["--key"],
                help="its name: sent twice it is done once; without one, the same words on the same day are one",
            )
        )
        parameters.append(click.Option(["--seen"], metavar="TAG", help="refuse when it has changed since"))
        parameters.append(
            click.Option(["--dry-run"], is_flag=True, help="say what would come of it, do nothing")
        )
    if isinstance(declared, Document):
        parameters.append(click.Option(["-o", "--output"], type=click.Path(path_type=Path)))
    run: Callable[..., None] = _write if isinstance(declared, Operation) else read

    def typed_as(name: str) -> str:
        return name.upper() if name in place else _flag(name) if name in asked else name

    def callback(**values: Any) -> None:
        context: CommandContext = click.get_current_context().obj
        community = values.pop("community", "")
        login = values.pop("login")
        more = {name: values.pop(name, None) for name in ("key", "seen", "output", "dry_run")}
        where = declared.seat_at(community)
        context.actor_in(
            where, login, declared.roles, {}
        )  # who may not do it is not told what is wrong with it
        address = checked(declared, declared.place, {name: values.pop(name) for name in place}).model_dump()
        by = context.actor_in(where, login, declared.roles, address)
        sent = {
            name: value_of(context, community, by, name, asked[name], typed)
            for name, typed in values.items()
            if typed is not None
        }
        run(context, declared, community, address, checked(declared, declared.model, sent), login, more)

    return click.Command(
        None,
        params=parameters,
        callback=callback,
        help=f"{declared.title.en} {declared.title.zh}\n\n{declared.described_to(typed_as)}",
    )


def wish_of(
    context: CommandContext,
    operation: Operation,
    community: str,
    place: Mapping[str, Any],
    asked: BaseModel,
    login: str,
    *,
    key: str | None = None,
    seen: str | None = None,
) -> Wish:
    """What a person named on the command line wants done. Without a key the same words on the same day are one wish.

    A handier command gives a key of its own each time (`once`): what its action is known by keeps it from being done twice.

    Raises:
        NoCommunity; NoSignIn; RoleMissing, NotYourHome: as `ledger.community.role_rules.actor_among`.
    """
    if community:
        with context.database.reading() as session:
            community_of(session, community)
    by = context.actor_in(operation.seat_at(community), login, operation.roles, {**place, **dict(asked)})
    wish = Wish(operation, community, place, asked, by, context.now, key or "", seen_tag=seen)
    return wish if key else wish._replace(key=f"{day_in_shanghai(wish.at)}/{digest_of(wish)}")


def once() -> str:
    """A key that no other wish has."""
    return token_hex(16)


def answer_to(context: CommandContext, wish: Wish, dry_run: bool = False) -> dict[str, Any]:
    """What an operation answers that is carried out, or tried and kept nothing of."""
    if dry_run:
        return preview(context.installation, wish).answered
    answer: dict[str, Any] = json.loads(perform(context.installation, wish).body)
    return answer


def _write(
    context: CommandContext,
    operation: Operation,
    community: str,
    place: dict[str, Any],
    asked: BaseModel,
    login: str,
    more: Mapping[str, Any],
) -> None:
    wish = wish_of(context, operation, community, place, asked, login, key=more["key"], seen=more["seen"])
    if more["dry_run"]:
        answer = preview(context.installation, wish).answered
        otherwise = would_be(context.installation, wish)
        shown = {"shown": [row.model_dump(mode="json") for row in otherwise]} if operation.shows else {}
        context.say("" if context.json else told_trial(operation, answer, otherwise), **answer, **shown)
        return
    with tqdm(disable=context.json or not (takes_long(wish) and sys.stderr.isatty())) as bar:
        outcome = perform(context.installation, wish, lambda part, whole: shown_on(bar, part, whole))
    answer, again = json.loads(outcome.body), {}
    if outcome.replayed or outcome.stood:
        click.echo(f"{DONE_BEFORE[0]}\n{DONE_BEFORE[1]}", err=True)
        again = {"done_before": True}
    context.say("" if context.json else told_answer(operation, answer), **answer, **again)


def read(
    context: CommandContext,
    declared: Declared,
    community: str,
    place: dict[str, Any],
    asked: BaseModel,
    login: str,
    more: Mapping[str, Any],
) -> None:
    by = context.actor_in(community, login, declared.roles, place | dict(asked))
    if declared.personal:
        with context.database.writing() as session:
            what = declared.address_at(place)
            remember(session, Event.READ, login, "", at=datetime.now(UTC), community=community, what=what)
    with context.database.reading() as session:
        if community:
            community_of(session, community)
        call = Call(
            session,
            community,
            place,
            asked,
            by,
            context.now,
            day_in_shanghai(context.now),
            context.installation,
        )
        if isinstance(declared, Document):
            file = declared.call(call)
            target = more["output"] or Path(file.name)
            target.write_bytes(file.body)
            context.say(f"{target} ({len(file.body):,} bytes)", file=target, bytes=len(file.body))
        elif isinstance(declared, Listing):
            rows = list(page_of(declared, call, every_row()).rows)
            if context.json:
                for row in rows:
                    context.say("", **row.model_dump(mode="json"))
            else:
                context.say(told_rows(declared, rows, call))
        elif isinstance(declared, Record):
            row, parts = shown(declared, call)
            known = declared.gives.of(row)
            context.say(told_record(declared, known, parts, call), **known.model_dump(mode="json"), **parts)


class Words(click.Group):
    """Commands by the words of their addresses: ``tickets assignment``; what an address alone would make is ``new``."""

    def __init__(self, name: str, kinds: tuple[type[Declared], ...], alone: str, help: str) -> None:  # noqa: A002
        super().__init__(name, help=help)
        self.kinds, self.alone = kinds, alone

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(
            {
                (declaration.words or ("community",))[0]
                for declaration in EVERY
                if isinstance(declaration, self.kinds)
            }
        )

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return _tree(self.kinds, self.alone).get_command(ctx, name)


def _tree(kinds: tuple[type[Declared], ...], alone: str) -> click.Group:
    root = click.Group()
    for declared in EVERY:
        if isinstance(declared, kinds):
            at = root
            *above, last = declared.words or ("community",)
            for word in above:
                at = _group(at, word, alone)
            if isinstance(command := at.commands.get(last), click.Group):
                command.add_command(command_of(declared), _free(command, alone, declared))
            elif command is not None:
                at.commands.pop(last)
                group = _group(at, last, alone)
                group.add_command(command, alone)
                group.add_command(command_of(declared), _free(group, alone, declared))
            else:
                at.add_command(command_of(declared), last)
    return root


def _group(at: click.Group, word: str, alone: str) -> click.Group:
    command = at.commands.get(word)
    if isinstance(command, click.Group):
        return command
    group = click.Group(word)
    if command is not None:
        group.add_command(command, alone)
    at.add_command(group, word)
    return group


def _free(group: click.Group, alone: str, declared: Declared) -> str:
    """The name beside its own children: a list is ``all``, one thing of it ``one``, a new one ``new``."""
    name = "one" if isinstance(declared, Record) else alone
    return name if name not in group.commands else f"{name}-{declared.words[-1]}"


do = Words("do", (Operation,), "new", "Do one of the operations, for the person named by --as.")
show = Words("show", (Listing, Record, Document), "all", "Show a list or a record, or save a document.")


@click.command()
@click.pass_obj
def roles(context: CommandContext) -> None:
    """Who may do what: every operation, list, record and document with the roles that may, and on what condition."""
    for declared in EVERY:
        method = declared.method if isinstance(declared, Operation) else "GET"
        named = [rule_named(role) for role in declared.roles]
        path = declared.path or "/"
        context.say(f"{method:4} {path:60} {', '.join(named)}", method=method, path=path, roles=named)
