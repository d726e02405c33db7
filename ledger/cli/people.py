"""Commands about people: whoever runs the machine is let in at the machine."""

import click

from ledger.cli.context import OPERATOR, CommandContext
from ledger.community.role_rules import EVERYWHERE, Role
from ledger.people.actions import add_operator, end_operator, make_slip
from ledger.people.queries import operators
from ledger.people.tables import Slip
from ledger.periods import day_in_shanghai


@click.group("person")
def person_group() -> None:
    """Let in whoever runs the machine; everybody else is invited by `mingbai do people new` or in the browser."""


@person_group.command("add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice([Role.OPERATOR.value]), default=Role.OPERATOR.value, show_default=True
)
@click.pass_obj
def add(context: CommandContext, name: str, role: str) -> None:
    """Let somebody run the machine, and print the link with which he sets his password."""
    with context.database.writing() as session:
        say_slip(context, add_operator(session, name, context.keyring, by=OPERATOR, at=context.now))


@person_group.command("slip")
@click.argument("login")
@click.option("--forgets-factor", is_flag=True, help="his authenticator is lost too")
@click.pass_obj
def slip(context: CommandContext, login: str, forgets_factor: bool) -> None:
    """Print a new link for an operator who has forgotten his password."""
    with context.database.writing() as session:
        paper = make_slip(
            session,
            EVERYWHERE,
            login,
            context.keyring,
            forgets_factor=forgets_factor,
            by=OPERATOR,
            at=context.now,
        )
        say_slip(context, paper)


@person_group.command("end")
@click.argument("login")
@click.pass_obj
def end(context: CommandContext, login: str) -> None:
    """Let an operator run the machine no more; he is signed out at once."""
    with context.database.writing() as session:
        end_operator(session, login, by=OPERATOR, at=context.now)
    context.say(f"{login}: no operator any more", login=login)


OPENS = (
    "  mingbai serve 运行以后才打得开；网址里的主机名由 LEDGER_HOST 定。",
    "  It opens once `mingbai serve` runs; LEDGER_HOST sets the host in it.",
)


def let_first_operator_in(context: CommandContext) -> None:
    """Print a link for the first operator, where nobody runs the machine yet."""
    with context.database.writing() as session:
        if not operators(session, day_in_shanghai(context.now)):
            say_slip(
                context, add_operator(session, "系统管理员", context.keyring, by=OPERATOR, at=context.now)
            )


def say_slip(context: CommandContext, paper: Slip) -> None:
    """The link of a slip, its code, and until when: whoever has it can sign in once."""
    code = context.keyring.code(paper.identity)
    link = f"{context.config.site}/desk/slip?code={code}"
    context.say(
        f"{paper.person}: {link}  ({paper.last_day})\n{OPENS[0]}\n{OPENS[1]}",
        login=paper.person,
        link=link,
        code=code,
        last_day=paper.last_day,
    )
