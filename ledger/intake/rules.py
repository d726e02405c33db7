"""Which home a payment is for, as far as its line says so. Pure; never guesses.

The rules are tried in the order of ``RULES``; the first that has something to say decides, and what it says
is kept beside the line in words. Nothing here depends on the order of the lines in a file: every line is
judged by what stood in the books before the file came in.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, NamedTuple

from pydantic import Field

from ledger.errors import Malformed, Refused, Unknown
from ledger.fields import Code, Digest
from ledger.intake.marks import visible
from ledger.intake.purposes_rules import HERE, more_homes, other_part, other_purpose, unplain


class LineState(StrEnum):
    """Where a line stands.

    ``matched``, ``suspense``: money in, booked to a home or to nobody yet. ``resolved``, ``settled``,
    ``returned``: what became of a line in suspense. ``kept``: no entry is known for it; ``booked``: it is
    the bank's side of an entry that an action wrote. ``doubtful``: whether it is a line that came in before, a
    person has to say; ``same``: it is. ``voided``: two people said that it never was. ``taken_back``: its statement was imported by
    mistake, and it counts nowhere.
    """

    MATCHED = "matched"
    SUSPENSE = "suspense"
    RESOLVED = "resolved"
    SETTLED = "settled"
    RETURNED = "returned"
    KEPT = "kept"
    BOOKED = "booked"
    TAKEN_BACK = "taken_back"
    DOUBTFUL = "doubtful"
    SAME = "same"
    VOIDED = "voided"


COUNT_NOTHING = (LineState.DOUBTFUL, LineState.SAME, LineState.VOIDED)
"""States of lines that are in no sum."""
VOIDABLE = (LineState.MATCHED, LineState.SUSPENSE, LineState.KEPT)
"""States of lines that two people can void; what else was done with one is taken back first."""


class LineAction(StrEnum):
    """What was done with a line after it came in."""

    RESOLVED = "resolved"
    SETTLED = "settled"
    RETURN_ASKED = "return_asked"
    RETURNED = "returned"
    UNDONE = "undone"
    TAKEN_BACK = "taken_back"
    SAME = "same"
    ANOTHER = "another"
    VOID_ASKED = "void_asked"
    VOIDED = "voided"


Occurrence = Annotated[int, Field(ge=1, le=1_000_000)]


class LineId(NamedTuple):
    """What names a line for good: its account, its fingerprint, and its number among truly identical ones."""

    account: Code
    fingerprint: Digest
    occurrence: Occurrence = 1

    def __str__(self) -> str:
        return "/".join(map(str, self))


class Match(NamedTuple):
    """The home a line is for, or None, and why in words for people."""

    home: str | None
    why: str


class NotInSuspense(Refused):
    code = "not-in-suspense"
    zh = "这笔收款不在待查清单里：现在是“{state}”。"
    en = "This receipt is not in suspense: it is {state}."


class StatementLacking(Refused):
    code = "statement-lacking"
    zh = "{month:period}不能结账：账户 {accounts} 没有导入这个月的流水；请导入，或逐个写明原因。"
    en = "{month:period} cannot be closed: no statement of it was imported for {accounts}; import it, or say why for each."
    article = "《会计法》第17条"


class BeforeItCameIn(Refused):
    code = "before-it-came-in"
    zh = "这笔钱 {came_in} 才到账，不能记在{on}。"
    en = "The money came in on {came_in}; it cannot be booked on {on}."


class SumsDiffer(Refused):
    code = "sums-differ"
    zh = "流水合计 {lines} 元，分给各户 {parts} 元，两边不相等，一笔也没有记。"
    en = "The lines add up to {lines} yuan and the parts to {parts}; nothing was booked."


class PartWrong(Malformed):
    code = "part-wrong"
    zh = "“{home}”的金额 {fen:money} 元不对：每户须大于零，同一笔流水不能写两次。"
    en = "“{home}” with {fen:money} yuan is wrong: each part is more than nought, and no line stands twice."


class NothingToUndo(Refused):
    code = "nothing-to-undo"
    zh = "这笔流水现在是“{state}”，没有可以撤销的认领。"
    en = "The line is {state}: there is no match to undo."


class NoReturnAsked(Refused):
    code = "no-return-asked"
    zh = "没有人申请退回这笔款，或已经退回。"
    en = "Nobody has asked to return this receipt, or it has been returned."


class ReturnAskedBefore(Refused):
    code = "return-asked-before"
    zh = "{by} 已经申请退回这笔款，等另一人批准。"
    en = "{by} has asked to return this receipt; another person has to approve."


class CountsNothing(Refused):
    code = "counts-nothing"
    zh = "这笔流水现在是“{state}”，不计入账目，不能对上凭证。"
    en = "The line is {state} and counts nothing: it is no entry's."


class NotDoubtful(Refused):
    code = "not-doubtful"
    zh = "这笔流水没有要核对的：现在是“{state}”。"
    en = "Nothing is asked about this line: it is {state}."


class NotVoidable(Refused):
    code = "not-voidable"
    zh = "这笔流水现在是“{state}”，不能作废；已经认领、结转、退回或对上凭证的，先撤回。"
    en = "The line is {state} and cannot be voided; take back first what was done with it."


class NoVoidAsked(Refused):
    code = "no-void-asked"
    zh = "没有人申请作废这笔流水，或已经作废。"
    en = "Nobody has asked to void this line, or it has been voided."


class VoidAskedBefore(Refused):
    code = "void-asked-before"
    zh = "{by} 已经申请作废这笔流水，等另一人确认。"
    en = "{by} has asked to void this line; another person has to confirm."


class NoSuchHome(Unknown):
    code = "no-such-home"
    zh = "本小区没有“{home}”这一户。"
    en = "This community has no home “{home}”."


class NoStatementFile(Unknown):
    code = "no-statement-file"
    zh = "没有导入过这份流水：{sha256}。"
    en = "This statement was not imported: {sha256}."


class StatementTakenBackBefore(Refused):
    code = "statement-taken-back-before"
    zh = "这份流水 {on} 已由{by}撤回，没有再撤回一次。"
    en = "{by} took this statement back on {on}; it is not taken back again."


class StatementReconciled(Refused):
    code = "statement-reconciled"
    zh = "账户“{account}”{month:period}已经对账确认，对的就是这份流水，不能撤回；个别的错，在那一笔流水上办。"
    en = "The account “{account}” is reconciled for {month:period} with this statement, which cannot be taken back any more; put right what is wrong at its line."


class StatementMonthClosed(Refused):
    code = "statement-month-closed"
    zh = "这份流水的收款记在{month:period}，这个月已经结账，整份不能撤回；认错了户，在那一笔流水上撤回认领，不该收的，办退款。"
    en = "Receipts of this statement are booked in {month:period}, which is closed, so that it cannot be taken back whole; take back whose a receipt was said to be at its line, or return what should not have been taken."


class StatementMoneyUsed(Refused):
    code = "statement-money-used"
    zh = "这份流水第 {rows} 行的钱后来用了：抵了后来的费用、结算到了银行、退给了付款人，或已从账户付出。整份没有撤回，请先办好这几行。"
    en = "Money of this statement was used since: it paid for later months, was settled into the bank, went back to its payer, or was paid out of the account (rows {rows} of the file). Nothing was taken back; settle these rows first."


class LineTakenBack(Refused):
    code = "line-taken-back"
    zh = "这笔流水的文件已经撤回，这一笔不算数了。"
    en = "The statement of this line was taken back, so the line counts no more."


_NUMBER = r"([0-9A-Za-z]{1,4})"
_STROKE = "[-‐‑–—−#]"
_BETWEEN = rf"\s*{_STROKE}\s*"
_ALONE, _ENDS = rf"(?<![0-9A-Za-z])(?<![0-9A-Za-z]{_STROKE})", rf"(?![0-9A-Za-z])(?!{_STROKE}[0-9A-Za-z])"
"""A stroke beside a code parts it from words (物业费-3-1-101) and joins it to figures (1-3-1-101)."""
_WRITTEN = (
    re.compile(rf"{_ALONE}{_NUMBER}{_BETWEEN}{_NUMBER}{_BETWEEN}([0-9A-Za-z]{{1,6}}){_ENDS}"),
    re.compile(
        rf"(?<![0-9A-Za-z-]){_NUMBER}\s*(?:幢|栋|号楼|#)\s*{_NUMBER}\s*(?:单元|门)\s*([0-9A-Za-z]{{1,6}})"
    ),
)
_LONGER = re.compile(rf"{_ALONE}[0-9]{{1,4}}(?:{_STROKE}[0-9]{{1,6}}){{3,}}{_ENDS}")
"""Figures that may be a home and another, as 3-1-201-202: no home is of four."""


_MORE = re.compile(
    r"\s*(?:室|号房?)?(?:\s*(?:[/\\|、。,;&+~和与及跟至到]|-)\s*|·|\.(?=[0-9]{3,4}(?![0-9])))"
    r"([0-9]{2,4})(?![0-9]*(?:[0-9.]|元|块|年|月|日|号楼|幢|栋|-))"
)
"""What follows a home's number where several are meant: 3-1-201/202."""
_BARE = re.compile(
    r"(?<![0-9A-Za-z.:¥-])(?<![0-9]/)([0-9]{2,4})(?![0-9A-Za-z.:元块年月日-]|号楼|幢|栋|/[0-9])"
)
"""A number elsewhere in the remark, which is another home only if there is one of that number: 3-1-201 202, 3-1-201(202)."""
_JOINED = re.compile(r"\s*(?:室|号房?)?\s*[/\\|、。,;&+~和与及跟至到·]\s*")
"""What may stand between the numbers of two homes that are meant together."""
_DAYS_OR_CALLS = re.compile(r"(?:19|20)[0-9]{2}-|[0-9]{3}-[0-9]{4}-")


def home_named(remark: str, homes: Set[str], payer: str = "") -> Match:
    """The one home that a remark names: ``3-2-501``, ``3幢2单元501室``, ``3#2-501``, wide or narrow.

    The longest code of the register that stands there is the one meant: 东区3-1-101 is not 3-1-101. Several homes, a code or
    a part of the community that the register does not know, another purpose than the fee, and words that nobody knows where
    none says that it is the fee (the ``payer``'s name is no such word) match nothing and say why.
    """
    remark = visible(unicodedata.normalize("NFKC", remark))
    known, unknown, rest = _homes_in(remark, homes)
    words = "、".join(sorted(known or unknown))
    if not known and not unknown:
        return Match(None, WHY["nothing"])
    if len(known) > 1:
        return Match(None, WHY["several"].format(homes=words))
    if not known:
        return Match(None, WHY["unknown"].format(homes=words))
    for why, says in (
        ("purpose", other_purpose(rest.replace(HERE, " "))),
        ("part", other_part(rest)),
        ("more", more_homes(rest)),
        ("unplain", unplain(rest, payer)),
    ):
        if says is not None:
            return Match(None, WHY[why].format(homes=words, purpose=says, part=says, words=says))
    return Match(words, WHY["remark"].format(homes=words))


def _homes_in(remark: str, homes: Set[str]) -> tuple[set[str], set[str], str]:
    """The homes of the register that a remark names, the codes in it that are none, and what else it says."""
    known: set[str] = set()
    unknown: set[str] = set()
    rest = remark
    spans: list[tuple[int, int, set[str]]] = []
    stairs: set[str] = set()
    for shape in _WRITTEN:
        for match in shape.finditer(remark):
            code = "-".join(match.groups()).upper()
            if _DAYS_OR_CALLS.match(match[0]) and code not in homes:
                continue
            before = remark[: match.start()].rstrip()
            longest = next(
                (
                    before[at:] + code
                    for at in range(max(0, len(before) - 12), len(before))
                    if before[at:] + code in homes
                ),
                "",
            )
            if longest:
                named = {longest}
                rest = rest.replace(before[len(before) - len(longest) + len(code) :], "", 1)
            elif code.upper() == code.lower():
                named = {code} & homes
            else:  # letters are written large or small
                named = {home for home in homes if home.upper() == code}
            rest = rest.replace(match[0], HERE, 1)
            (known if named else unknown).update(named or {code})
            stair = (longest or code).rpartition("-")[0]
            known |= {f"{stair}-{more}" for more in _more(remark[match.end() :])}
            stairs.add(stair)
            spans.append((match.start(), match.end(), named or {code}))
    for (_, end, one), (start, _, other) in pairwise(sorted(spans, key=lambda span: span[0])):
        if _JOINED.fullmatch(remark[end:start]):
            known |= one | other
    known |= {f"{stair}-{number}" for stair in stairs for number in _BARE.findall(rest)} & homes
    unknown |= {match for match in _LONGER.findall(rest) if not _DAYS_OR_CALLS.match(match)}
    return known, unknown, rest


def _more(rest: str) -> Iterator[str]:
    while (match := _MORE.match(rest)) is not None:
        yield match[1]
        rest = rest[match.end() :]


WHY = {
    "remark": "备注写明房号 {homes} / the remark names {homes}",
    "several": "备注写了几户：{homes} / the remark names several homes: {homes}",
    "unknown": "登记簿里没有 {homes} / not in the register: {homes}",
    "part": "备注写的是“{part}”，登记簿里没有这一区的 {homes} / the remark says {part}, and the register has no {homes} of it",
    "purpose": "备注写的是 {homes} 的“{purpose}”，不是物业费 / the remark says that it is for {purpose} of {homes}, not the fee",
    "otherwise": "备注写的是“{purpose}”，不是物业费 / the remark says that it is for {purpose}, not the fee",
    "more": "备注里有“{words}”，不只是 {homes} 一户 / the remark says {words}: more homes than {homes}",
    "unplain": "备注写的是 {homes}，但“{words}”不像物业费 / the remark names {homes}, but nobody knows that “{words}” is the fee",
    "nothing": "备注没有房号，金额和付款人也对不上唯一一户 / no home in the remark, and amount and payer point to no one home",
    "amount": "金额只等于 {homes} 一户的欠费，且此人以前为该户交过 / only {homes} owes this amount, and this payer has paid for it before",
    "payer": "此人以前只为 {homes} 交过，金额等于该户欠费 / this payer has paid for {homes} only, and the amount is what it owes",
    "payers": "此人以前为几户交过，分不清是哪一户：{homes} / this payer has paid for several homes: {homes}",
    "doubtful": "和以前导入的一笔一样，看不出是不是同一笔 / just like a line imported before; whether it is the same cannot be seen",
    "rivals": "同一文件里还有别的款项对上 {homes}，分不清哪笔是这张账单 / other lines of this file are for {homes} too",
}


class Receipt(NamedTuple):
    """What a line of money in says: remark, the payer's key (empty where nobody can be told), fen, and the payer's name."""

    remark: str
    payer: str
    amount_fen: int
    name: str = ""


@dataclass(frozen=True)
class Known:
    """What stood in the books before the file.

    Attributes:
        homes: the codes of the register.
        owed: what each home that owes anything owes in all, in fen.
        seen: the homes that each payer has paid for, as people confirmed or remarks said.
    """

    homes: Set[str]
    owed: Mapping[str, int]
    seen: Mapping[str, Set[str]]

    @cached_property
    def bills(self) -> Mapping[int, Set[str]]:
        """The homes that owe an amount."""
        homes: dict[int, set[str]] = {}
        for home, fen in self.owed.items():
            homes.setdefault(fen, set()).add(home)
        return homes


def _by_remark(receipt: Receipt, known: Known) -> Match | None:
    match = home_named(receipt.remark, known.homes, receipt.name)
    return None if match.why == WHY["nothing"] else match


def _by_purpose(receipt: Receipt, known: Known) -> Match | None:
    purpose = other_purpose(receipt.remark)
    return None if purpose is None else Match(None, WHY["otherwise"].format(purpose=purpose))


def _by_amount_and_payer(receipt: Receipt, known: Known) -> Match | None:
    bills = known.bills.get(receipt.amount_fen, set())
    mine = bills & known.seen.get(receipt.payer, set())
    if len(bills) == 1 and mine:
        (home,) = mine
        return Match(home, WHY["amount"].format(homes=home))
    return None


def _by_payers_only_home(receipt: Receipt, known: Known) -> Match | None:
    seen = known.seen.get(receipt.payer, set())
    if len(seen) > 1:
        return Match(None, WHY["payers"].format(homes="、".join(sorted(seen)[:5])))
    if len(seen) == 1 and known.owed.get(home := next(iter(seen))) == receipt.amount_fen:
        return Match(home, WHY["payer"].format(homes=home))
    return None


RULES: tuple[tuple[str, Callable[[Receipt, Known], Match | None]], ...] = (
    ("the remark names homes: one, or else nobody", _by_remark),
    ("the remark says what it is for, and it is not the fee", _by_purpose),
    ("one home owes this amount and its payer is known", _by_amount_and_payer),
    ("the payer has paid for one home and this is what it owes", _by_payers_only_home),
)
"""The order of the rules. One that gives None has nothing to say, and the next is asked."""


def matches(receipts: Sequence[Receipt], known: Known) -> list[Match]:
    """The home of each receipt, or None with the reason; the same for the same lines in any order.

    A bill that was found by its amount is given to no line when other lines of the file are for that home
    too: which of them it pays would be a guess.
    """
    first = [_match(receipt, known) for receipt in receipts]
    lines_of = Counter(match.home for match in first)
    answers = []
    for receipt, match in zip(receipts, first, strict=True):
        rival = match.home is not None and lines_of[match.home] > 1 and _by_remark(receipt, known) is None
        answers.append(Match(None, WHY["rivals"].format(homes=match.home)) if rival else match)
    return answers


def _match(receipt: Receipt, known: Known) -> Match:
    for _, rule in RULES:
        if (match := rule(receipt, known)) is not None:
            return match
    return Match(None, WHY["nothing"])


NOBODY = (
    "财付通",
    "支付宝",
    "微信",
    "银联",
    "网联",
    "云闪付",
    "清算",
    "备付金",
    "代收",
    "转账",
    "现金",
    "某某",
)
"""Names behind which anybody may stand: they are no payer."""


def payer_key(salt: str, counterparty: str) -> str:
    """The salted key under which a payer's history is kept; empty where the line does not tell who paid.

    A masked name (*伟), a clearing house or a single sign is nobody.
    """
    whole = "".join(unicodedata.normalize("NFKC", counterparty).split())
    name = whole.partition("·")[0]
    if len(name) < 2 or "*" in name or not any(sign.isalpha() for sign in name):
        return ""
    if any(word in name for word in NOBODY):
        return ""
    return sha256(f"{salt}/{whole}".encode()).hexdigest()
