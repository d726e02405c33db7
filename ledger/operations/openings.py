"""小区开通: communities come into the ledger from a register workbook, for whoever runs the machine."""

from datetime import datetime

from sqlmodel import Session

from ledger.community.role_rules import Actor, Role
from ledger.fields import Out, Upload
from ledger.installation import Installation
from ledger.intake.register import Imported, annotated, import_register, template
from ledger.operations.operation import Declared, Document, Field, File, Operation, Said
from ledger.operations.workbooks import XLSX, is_large
from ledger.progress import Progress, unseen


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


DECLARED: tuple[Declared, ...] = (
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
        seals=("genesis", "book.opened", "fund.brought-over", "person.appointed"),
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
            "opening_fen": Field(Said("转入的维修资金", "Fund brought over")),
        },
    ),
)
