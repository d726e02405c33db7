"""Refusals: what the ledger says no to, and how it says it.

A refusal is of one of four kinds, and nothing here knows HTTP. Each class carries its own sentence in
Chinese and in English, so that no door has to find words; the facts are given by keyword and fill the
sentence. Facts are members of enums, codes, amounts, days, or several of these: they are put into words when
the sentence is told, in the language of whoever reads it: ``{fen:money}`` in yuan, ``{month:period}`` as people say it.
``article`` names the law or the section that the rule comes from, where there is one.
"""

import errno
from collections.abc import Mapping
from enum import StrEnum
from string import Formatter
from typing import Any, ClassVar, Self

from ledger.words import cited, period, told, yuan


class _Teller(Formatter):
    """Fills a sentence with facts, each in the words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> Any:
        match format_spec:
            case "money":
                return yuan(value) if isinstance(value, int) else str(value)
            case "period":
                when = period(str(value), self.language)
                return f"the {when}" if " half of " in when else when
        return told(value, self.language)


class LedgerError(Exception):
    """The family of refusals.

    Attributes:
        code: a word for programs, unique to the class.
        zh, en: the sentence for people; ``{name}`` is filled from the facts.
        article: the rule's source, e.g. ``《民法典》第278条``; may be overridden by a fact named ``article``.
    """

    code: ClassVar[str] = "ledger-error"
    zh: ClassVar[str] = "账本拒绝了这个操作。"
    en: ClassVar[str] = "The ledger refused this."
    article: ClassVar[str] = ""

    def __init__(self, **facts: object) -> None:
        self.facts: Mapping[str, object] = facts
        super().__init__(self.sentence("zh"))

    def sentence(self, language: str) -> str:
        """The sentence in ``zh`` or ``en``, with the facts filled in and the article named."""
        words = _Teller(language).vformat(self.en if language == "en" else self.zh, (), self.facts)
        article = self.facts.get("article") or self.article
        if not article:
            return words
        source = cited(str(article), language)
        return f"{words} ({source})" if language == "en" else f"{words}（{source}）"


class Malformed(LedgerError):
    """What came in cannot be read as what it should be."""

    code = "malformed"
    zh = "提交的内容有误：{what}"
    en = "The input is malformed: {what}"


class NotAllowed(LedgerError):
    """Whoever asks may not do this."""

    code = "not-allowed"
    zh = "您没有权限做这件事：{what}"
    en = "You may not do this: {what}"


class Unknown(LedgerError):
    """What was asked for does not exist, or not for whoever asks."""

    code = "unknown"
    zh = "找不到：{what}"
    en = "Not found: {what}"


class Refused(LedgerError):
    """A rule of the community, the law or the ledger says no."""

    code = "refused"
    zh = "按规则不能这样做：{what}"
    en = "A rule does not allow this: {what}"


class FileFault(StrEnum):
    """Why a file cannot be read or written."""

    MISSING = "missing"
    DENIED = "denied"
    DIRECTORY = "directory"
    NOT_DIRECTORY = "not_directory"
    EXISTS = "exists"
    FULL = "full"
    READ_ONLY = "read_only"
    OTHER = "other"


FAULTS = {
    errno.ENOENT: FileFault.MISSING,
    errno.EACCES: FileFault.DENIED,
    errno.EPERM: FileFault.DENIED,
    errno.EISDIR: FileFault.DIRECTORY,
    errno.ENOTDIR: FileFault.NOT_DIRECTORY,
    errno.EEXIST: FileFault.EXISTS,
    errno.ENOSPC: FileFault.FULL,
    errno.EFBIG: FileFault.FULL,
    errno.EDQUOT: FileFault.FULL,
    errno.EROFS: FileFault.READ_ONLY,
}


class FileUnusable(Malformed):
    code = "file-unusable"
    zh = "文件 {name} 不能读写：{why}。"
    en = "The file {name} cannot be read or written: {why}."

    @classmethod
    def of(cls, error: OSError) -> Self:
        """What the system said of a file."""
        return cls(name=error.filename, why=FAULTS.get(error.errno or 0, FileFault.OTHER))
