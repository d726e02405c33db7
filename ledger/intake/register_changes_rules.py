"""Which changes of the register a workbook may bring, and what is refused of it as a whole. Pure."""

import re
from collections.abc import Callable
from enum import StrEnum

from ledger.community.role_rules import Actor
from ledger.errors import Malformed


class ChangeKind(StrEnum):
    """What a sheet of the workbook is about, in the order in which its changes are made."""

    FIRM = "firm"
    HOME = "home"
    HOLDER = "holder"
    AREA = "area"
    TENANT_OUT = "tenant_out"
    DIVISION = "division"
    MERGER = "merger"
    TENANT_IN = "tenant_in"
    COMPONENT = "component"
    JOINED = "joined"
    WORKS = "works"
    PACKAGE = "package"
    SITE = "site"
    ENDING = "ending"
    SERVICE = "service"
    PROLONGATION = "prolongation"
    TAKEOVER = "takeover"


Acting = Callable[[ChangeKind], Actor]
"""As whom somebody makes a change of a kind; it refuses who may not."""


def named_homes(cell: str) -> list[str]:
    """The homes that a cell names, parted by commas, stops or blanks, wide or narrow."""
    return [home for home in re.split(r"[\s,，、;；]+", cell) if home]


class ChangesRefused(Malformed):
    """Something in the workbook is wrong. ``problems`` names every cell; nothing was written."""

    code = "changes-refused"
    zh = "变更簿有 {count} 处错误，一行也没有登记。第一处 {problems[0].spot}：{problems[0].zh}。"
    en = "The workbook of changes has {count} errors and nothing was written. The first, {problems[0].spot}: {problems[0].en}."


class NothingChanges(Malformed):
    code = "nothing-changes"
    zh = "变更簿里没有认识的工作表，或者都是空的；认识的有：{sheets}。"
    en = "There is no sheet in the workbook that is known and filled; known are {sheets}."
