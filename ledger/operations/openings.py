"""小区开通: communities come into the ledger from a register workbook or by a form, for whoever runs the machine."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from ledger.community.role_rules import Actor, Role
from ledger.community.tables import Community
from ledger.fields import Out, Upload
from ledger.installation import Installation
from ledger.intake.opening_actions import NewCommunity, open_community
from ledger.intake.register import Imported, annotated, import_register, template
from ledger.operations.choices import areas
from ledger.operations.operation import Choice, Declared, Document, Field, File, Operation, Said
from ledger.operations.register import CommunityRowOut
from ledger.operations.workbooks import XLSX, is_large
from ledger.progress import Progress, unseen
from ledger.register.queries import jurisdictions
from ledger.words import WORDS


class OpenedOut(Out):
    areas: int
    communities: int
    buildings: int
    stairwells: int
    homes: int
    holders: int
    firms: int
    contracts: int
    works: int
    packages: int
    components: int
    tariffs: int
    accounts: int
    people: int
    committees: int
    opening_fen: int


def open_communities(
    session: Session,
    installation: Installation,
    file: Upload,
    *,
    progress: Progress = unseen,
    by: Actor,
    at: datetime,
) -> Imported:
    """Open the communities of a register workbook: all of it or nothing.

    Accounts that it names wait for another person's approval; people that it names get slips.

    Raises:
        RegisterUnreadable: the file is no workbook.
        RegisterRefused: something in it is wrong; every cell is named.
    """
    return import_register(
        session,
        file.body,
        host=installation.config.host,
        keyring=installation.keyring,
        progress=progress,
        by=by,
        at=at,
    )


def empty_register() -> File:
    """The register workbook, empty, with how to fill it in, and drop-downs."""
    return File(template(), XLSX, "register.xlsx")


def open_one(
    session: Session, installation: Installation, new: NewCommunity, *, by: Actor, at: datetime
) -> Community:
    """Open one community, with its log and its books; buildings, homes, people and contracts are registered in it then.

    Raises:
        CommunityThere: the code is taken. JurisdictionUnknown, AreaUnknown.
    """
    return open_community(session, new, host=installation.config.host, by=by, at=at)


def places(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The places whose local numbers are known."""
    return [
        Choice(scope, Said(*WORDS["number.scope"].get(scope, (scope, scope))))
        for scope in jurisdictions(session)
    ]


DECLARED: tuple[Declared, ...] = (
    Operation(
        path="/new-community",
        title=Said("逐项填写，开通一个小区", "Open one community by a form"),
        roles=(Role.OPERATOR,),
        everywhere=True,
        does=open_one,
        gives=CommunityRowOut,
        seals=("genesis", "book.opened"),
        confirms=True,
        fields={
            "code": Field(
                Said("小区代码", "Code of the community"),
                hint=Said(
                    "小写字母、数字或连字符；出现在网址里，定了不能改。",
                    "Small letters, digits or hyphens; it stands in addresses, for good.",
                ),
            ),
            "name": Field(Said("小区名称", "Name of the community")),
            "name_en": Field(Said("英文名", "Name in English")),
            "opened_on": Field(
                Said("启用日", "Opening day"),
                hint=Said("从这一天起在这里记账。", "The books are kept here from this day on."),
            ),
            "jurisdiction": Field(Said("按哪个地区的参数", "Whose local numbers hold"), choices=places),
            "mode": Field(Said("管理模式", "How it is managed")),
            "transferred": Field(Said("维修资金已划转给业主大会", "The owners keep their fund themselves")),
            "built_year": Field(Said("建成年份", "Year of construction")),
            "area": Field(Said("片区", "Area"), choices=areas),
        },
    ),
    Document(
        path="/register/template",
        title=Said("空白的小区登记簿", "The register workbook, empty"),
        roles=(Role.OPERATOR,),
        everywhere=True,
        makes=empty_register,
        media_types=(XLSX,),
    ),
    Operation(
        path="/communities",
        title=Said("开通小区", "Open communities"),
        roles=(Role.OPERATOR,),
        everywhere=True,
        does=open_communities,
        gives=OpenedOut,
        seals=(
            "genesis",
            "book.opened",
            "committee.elected",
            "fund.brought-over",
            "person.appointed",
            "person.ended",
        ),
        confirms=True,
        takes_long=is_large,
        annotates=annotated,
        fields={
            "file": Field(
                Said("填好的登记簿", "The register, filled in"),
                hint=Said(
                    "Excel 工作簿；有一格不对，一行也不导入，每一处都会写明。",
                    "An Excel workbook; if one cell is wrong nothing is imported, and every such cell is named.",
                ),
            ),
            "communities": Field(Said("小区", "Communities")),
            "buildings": Field(Said("幢", "Buildings")),
            "works": Field(Said("改造工程", "Works")),
            "accounts": Field(Said("账户", "Accounts")),
            "committees": Field(Said("业委会任期", "Terms of committees")),
            "opening_fen": Field(Said("转入的维修资金", "Fund brought over")),
        },
    ),
)
