"""Which files are taken in, how large, as what, and who may see them. Pure."""

from collections.abc import Iterable, Mapping, Set
from datetime import date, timedelta
from enum import StrEnum
from io import BytesIO
from itertools import combinations
from zipfile import BadZipFile, ZipFile

from ledger.community.role_rules import RESIDENTS, Actor, Role
from ledger.errors import Malformed, NotAllowed, Refused, Unknown
from ledger.journal.rules import VOUCHER_YEARS
from ledger.periods import kept_through

MEGABYTE = 1024 * 1024
LARGEST_REQUEST = 32 * MEGABYTE
"""Bytes of everything that one request brings."""
LARGEST_PICTURE = 24 * MEGABYTE
"""Bytes of a picture as it comes in; it is made smaller before it is kept."""
LARGEST_FILE = 8 * MEGABYTE
"""Bytes of a file as it is kept."""
MOST_PIXELS = 64_000_000
"""Of a picture as it comes in."""
LONGEST_EDGE = 2_560
"""Pixels of a picture as it is kept."""
LONGEST_NAME = 120
"""Characters kept of the name under which a file was uploaded."""

BANDS, BAND_BITS = 8, 16
SAME_LOOK = BANDS - 1
"""Of the 128 bits of two looks so many may differ, so that at least one of eight bands is the same."""

HELD = timedelta(days=1)
"""How long a file is held that came with a form which was not in order."""

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
XLSX, CSV = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv"
PICTURES = frozenset({JPEG, PNG, WEBP})
_NAMES = {JPEG: "JPEG", PNG: "PNG", WEBP: "WebP", PDF: "PDF", XLSX: "XLSX", CSV: "CSV"}


class FileKind(StrEnum):
    """What a file is to people, whatever its bytes are."""

    PHOTO = "photo"
    PAPER = "paper"
    """A written paper, as a PDF or photographed."""
    INVOICE = "invoice"
    SHEET = "sheet"
    """A ballot sheet that a voter signed."""
    CONTRACT = "contract"


class ShownTo(StrEnum):
    """Who may see a file, from the few to everybody; each adds to those before."""

    COMMITTEE = "committee"
    """The committee, the community office, supervisors and auditors."""
    STAFF = "staff"
    """The property firm's people too."""
    RESIDENT = "resident"
    """The resident too whom its subject concerns."""
    PUBLIC = "public"
    """Everybody, as soon as a notice carries it."""


class Purpose(StrEnum):
    """What a file proves of its subject."""

    DAMAGE = "damage"
    COMPLETION = "completion"
    SURVEY = "survey"
    ACCEPTANCE = "acceptance"
    POSTING = "posting"
    INVOICE = "invoice"
    BALLOT_SHEET = "ballot_sheet"
    PROXY = "proxy"
    RULING = "ruling"
    CONTRACT = "contract"
    QUOTATION = "quotation"
    INSPECTION = "inspection"
    PRICE_REVIEW = "price_review"
    APPLICATION = "application"
    ORDER = "order"
    EXPERT_NOTE = "expert_note"
    AUDIT = "audit"
    DELIVERY = "delivery"
    NOTICE = "notice"
    TITLE = "title"
    """Whose a home is."""
    LICENCE = "licence"
    """What a firm may do, and who it is."""
    ELECTION = "election"
    """Who was elected, named or moved up."""
    FILING = "filing"
    HANDOVER = "handover"
    """A list that both sides of a hand-over signed."""
    ERASURE = "erasure"
    """Somebody's request that what concerns him be erased."""
    VOIDING = "voiding"
    """That a line of a statement never was."""


SEEN = frozenset({FileKind.PHOTO})
"""What shows a thing on the spot."""
_WRITTEN = frozenset({FileKind.PAPER, FileKind.PHOTO})
SERVES: Mapping[Purpose, frozenset[FileKind]] = {
    **dict.fromkeys(Purpose, _WRITTEN),
    Purpose.DAMAGE: SEEN,
    Purpose.COMPLETION: SEEN,
    Purpose.POSTING: SEEN,
    Purpose.INVOICE: _WRITTEN | {FileKind.INVOICE},
    Purpose.CONTRACT: _WRITTEN | {FileKind.CONTRACT},
    Purpose.BALLOT_SHEET: _WRITTEN | {FileKind.SHEET},
    Purpose.PROXY: _WRITTEN | {FileKind.SHEET},
}
"""As what kind a file came in that can prove each."""

_SCANS = PICTURES | {PDF}
ACCEPTED: Mapping[FileKind, frozenset[str]] = {
    FileKind.PHOTO: PICTURES,
    FileKind.PAPER: _SCANS,
    FileKind.INVOICE: _SCANS,
    FileKind.SHEET: _SCANS,
    FileKind.CONTRACT: _SCANS,
}
"""The media types that each kind may have."""

SHOWN: Mapping[FileKind, ShownTo] = {
    FileKind.PHOTO: ShownTo.RESIDENT,
    FileKind.PAPER: ShownTo.COMMITTEE,
    FileKind.SHEET: ShownTo.COMMITTEE,
    FileKind.INVOICE: ShownTo.STAFF,
    FileKind.CONTRACT: ShownTo.STAFF,
}
"""Who may see a file of each kind when nothing else is said."""


KEPT_YEARS: Mapping[FileKind, int] = {
    FileKind.INVOICE: VOUCHER_YEARS,
    FileKind.CONTRACT: VOUCHER_YEARS,
    FileKind.SHEET: 5,
}
"""How many years a kind of file is kept: what vouchers rest on (会计档案管理办法, annexed table 1),
ballots by our own choice, longer than owners may sue over a decision (区分所有权解释 Art. 12)."""
USE_YEARS: Mapping[Purpose, int] = {
    Purpose.DAMAGE: 0,
    Purpose.COMPLETION: 0,
    Purpose.SURVEY: 0,
    Purpose.INSPECTION: 0,
    Purpose.POSTING: 0,
    Purpose.ERASURE: 0,
    Purpose.BALLOT_SHEET: KEPT_YEARS[FileKind.SHEET],
    Purpose.PROXY: KEPT_YEARS[FileKind.SHEET],
}
"""The same by what a file proves, whatever it came in as; what is not named here vouchers rest on."""
ENTRY_YEARS: Mapping[str, int] = {
    "vote": KEPT_YEARS[FileKind.SHEET],
    "ticket": 0,
    "file": 0,
    "who": 0,
    "words": 0,
}
"""The same for entries by the first word of their kind; every other one is a voucher or what a voucher rests on."""


ON_THE_SPOT = (Purpose.DAMAGE, Purpose.SURVEY, Purpose.COMPLETION, Purpose.ACCEPTANCE, Purpose.POSTING)
"""What is proved by a picture taken then and there: one cannot prove two of them."""
OF_ITS_OWN = (Purpose.PRICE_REVIEW, Purpose.AUDIT, Purpose.INVOICE)
"""What money is claimed on: a paper of its own that proves nothing else, of this record or of another."""


class Erasable(StrEnum):
    """What of a person an entry can be rid of."""

    WHO = "who"
    """What proves in the log who did it; the books themselves keep their rows."""
    WORDS = "words"
    """What it says privately: reasons, names, notes."""


class FileKept(Refused):
    code = "file-kept"
    zh = "这份{kind}依法要保存到{until}，此前不能删除，可以限制查看。"
    en = "This {kind} is kept by law until {until}; it cannot be erased before, only kept from view."
    article = "《个人信息保护法》第47条；《会计档案管理办法》第14条"


class EntryKept(Refused):
    code = "entry-kept"
    zh = "第 {no} 号凭证的经办人和内容要保存到{until}，此前不能删除。"
    en = "Who did entry {no} and what it says are kept until {until} and not erased before."
    article = "《个人信息保护法》第47条；《会计档案管理办法》第14条"


class NothingToErase(Refused):
    code = "nothing-to-erase"
    zh = "第 {no} 号凭证没有这项内容，或已经删除过。"
    en = "Entry {no} has nothing of the kind, or it was erased before."


class ProofOfItself(Malformed):
    code = "proof-of-itself"
    zh = "删除申请须是另一份文件，不能是要删除的文件本身。"
    en = "The request for erasure has to be another file than the one that is to be erased."


def check_erasable(kind: FileKind, proves: Iterable[Purpose], taken_in_on: date, today: date) -> None:
    """See that a file of a kind that proves this need not be kept any longer.

    Raises:
        FileKept: its years are not over.
    """
    years = max([KEPT_YEARS.get(kind, 0), *(USE_YEARS.get(use, VOUCHER_YEARS) for use in proves)])
    if years and today <= (until := kept_through(taken_in_on, years)):
        raise FileKept(kind=kind, until=until)


def check_entry_erasable(no: int, kind: str, booked_on: date, today: date) -> None:
    """See that who did an entry of a kind, and what it says, need not be kept any longer.

    Raises:
        EntryKept: its years are not over.
    """
    years = ENTRY_YEARS.get(kind.partition(".")[0], VOUCHER_YEARS)
    if years and today <= (until := kept_through(booked_on, years)):
        raise EntryKept(no=no, until=until)


_CHECKING = frozenset({Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR, Role.AUDITOR})
_STAFF = _CHECKING | {Role.MANAGER, Role.WORKER}
SEEN_BY: Mapping[ShownTo, frozenset[Role]] = {
    ShownTo.COMMITTEE: _CHECKING,
    ShownTo.STAFF: _STAFF,
    ShownTo.RESIDENT: _STAFF,
    ShownTo.PUBLIC: _STAFF,
}
"""Who sees a file by his role alone; a resident sees what concerns him, and everybody what a notice carries."""


class FileNotShown(NotAllowed):
    code = "file-not-shown"
    zh = "这份文件不给您这个身份看。"
    en = "This file is not shown to you in the role that you hold."


class FileRefused(Malformed):
    code = "file-refused"
    zh = "这个文件不能收下：按内容须是 {accepted}。"
    en = "This file is not taken in: by its content it has to be {accepted}."


class FileTooLarge(Malformed):
    code = "file-too-large"
    zh = "这个文件太大，不能超过 {most_mb} MB。"
    en = "This file is too large; it may have at most {most_mb} MB."


class PictureUnreadable(Malformed):
    code = "picture-unreadable"
    zh = "这张图片打不开：文件不完整或已损坏，请重新拍照或重新选择。"
    en = "This picture cannot be opened: it is incomplete or damaged. Take or choose it again."


class PictureTooLarge(Malformed):
    code = "picture-too-large"
    zh = "这张图片的像素太多，不能超过 {most} 万像素。"
    en = "This picture has too many pixels; it may have at most {most} ten thousands of them."


class FileMissing(Unknown):
    code = "file-missing"
    zh = "没有收到过摘要为 {sha256} 的这类文件，请先上传。"
    en = "No file of this kind with the digest {sha256} was taken in; upload it first."


class FileOfAnotherKind(Refused):
    code = "file-of-another-kind"
    zh = "这里要的是{needed}，摘要为 {sha256} 的文件收下时是{kind}，不能作这项证明。"
    en = "What is asked for is: {needed}. The file with the digest {sha256} was taken in as {kind} and does not prove this."


class FileErased(Refused):
    code = "file-erased"
    zh = "摘要为 {sha256} 的文件已依法删除，不再收下或给出。"
    en = "The file with the digest {sha256} was erased by law; it is neither taken in nor given out again."
    article = "《个人信息保护法》第47条"


def check_serves(sha256: str, kind: FileKind, media_type: str, kinds: Set[FileKind]) -> None:
    """See that a file is of one of the kinds that can prove something; a picture that came in as a paper is a photograph.

    Raises:
        FileOfAnotherKind: it is of another.
    """
    pictured = kind is FileKind.PAPER and media_type in PICTURES
    if kind not in kinds and not (pictured and FileKind.PHOTO in kinds):
        raise FileOfAnotherKind(sha256=sha256, kind=kind, needed=sorted(kinds))


def may_see(shown_to: ShownTo, brought_by: str, concerns: bool, *, by: Actor) -> bool:
    """Whether somebody may see a file: by his role, because he brought it, or as the resident whom it concerns."""
    if by.role in SEEN_BY[shown_to] or brought_by == by.login:
        return True
    return concerns and by.role in RESIDENTS and shown_to in (ShownTo.RESIDENT, ShownTo.PUBLIC)


_NAMED = {
    "photo": FileKind.PHOTO,
    "sheet": FileKind.SHEET,
    "contract": FileKind.CONTRACT,
    "invoice": FileKind.INVOICE,
}


def kind_asked_for(name: str, body: bytes) -> FileKind:
    """As what a paper is kept that is asked for by a name, such as ``photo``; a scan is no photograph, whatever it is named."""
    kind = _NAMED.get(name, FileKind.PAPER)
    return FileKind.PAPER if kind is FileKind.PHOTO and media_type(body) not in PICTURES else kind


def media_type(body: bytes) -> str | None:
    """What some bytes are, by their content; None when it is nothing that is ever taken in."""
    if body.startswith(b"\xff\xd8\xff"):
        return JPEG
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return WEBP
    if body.startswith(b"%PDF-"):
        return PDF
    if body.startswith(b"PK\x03\x04"):
        return XLSX if _is_workbook(body) else None
    return CSV if _is_table(body) else None


def judge(body: bytes, kind: FileKind) -> str:
    """The media type of a file that comes in as a kind.

    Raises:
        FileTooLarge: it has more bytes than one of its type may have.
        FileRefused: its content is none of what the kind accepts.
    """
    if len(body) > LARGEST_PICTURE:
        raise FileTooLarge(most_mb=LARGEST_PICTURE // MEGABYTE)
    mime = media_type(body)
    if mime is None or mime not in ACCEPTED[kind]:
        raise FileRefused(
            accepted=[name for accepted_mime, name in _NAMES.items() if accepted_mime in ACCEPTED[kind]]
        )
    if mime not in PICTURES:
        check_kept_size(body)
    return mime


def check_kept_size(body: bytes) -> None:
    """See that a file can be kept as it is.

    Raises:
        FileTooLarge: it has more bytes than a kept file may have.
    """
    if len(body) > LARGEST_FILE:
        raise FileTooLarge(most_mb=LARGEST_FILE // MEGABYTE)


def plain_name(uploaded: str) -> str:
    """The name of an uploaded file without folders and without what cannot be printed, its end kept."""
    last = uploaded.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[-LONGEST_NAME:]


def _is_workbook(body: bytes) -> bool:
    """Whether a ZIP is a workbook without macros."""
    try:
        names = set(ZipFile(BytesIO(body)).namelist())
    except (BadZipFile, ValueError, NotImplementedError):
        return False
    return "xl/workbook.xml" in names and "xl/vbaProject.bin" not in names


def _is_table(body: bytes) -> bool:
    """Whether some bytes are lines of Chinese or plain text with columns."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        printable = all(character.isprintable() or character in "\t\r\n\u3000\xa0" for character in text)
        return printable and not text.lstrip().startswith("<") and any(mark in text for mark in ",;\t")
    return False


def alike(looks: Mapping[str, str]) -> list[frozenset[str]]:
    """The pictures that show the same, given what each looks like by its digest; those that are like no other are left out."""
    like: dict[str, set[str]] = {sha256: {sha256} for sha256 in looks}
    bands: dict[tuple[int, int], list[str]] = {}
    for sha256, look in looks.items():
        for band in range(BANDS):
            bits = int(look, 16) >> band * BAND_BITS & (1 << BAND_BITS) - 1
            bands.setdefault((band, bits), []).append(sha256)
    for near in bands.values():
        for one, other in combinations(near, 2):
            if like[one] is not like[other] and is_alike(looks[one], looks[other]):
                both = like[one] | like[other]
                like.update(dict.fromkeys(both, both))
    return [
        frozenset(group) for group in {id(group): group for group in like.values()}.values() if len(group) > 1
    ]


def is_alike(look: str, other: str) -> bool:
    """Whether two looks are of the same picture, as far as can be told."""
    return (int(look, 16) ^ int(other, 16)).bit_count() <= SAME_LOOK
