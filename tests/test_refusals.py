"""What a refusal says: English in English, Chinese in Chinese, whatever its facts are."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ledger.access.performing import Change, Stale
from ledger.cli.context import DatabaseFault
from ledger.community.role_rules import Duty, Level, Role
from ledger.community.rules import FirmKind, HomeKind
from ledger.disclosure.rules import DisclosureState
from ledger.errors import FileFault, LedgerError, Malformed, NotAllowed, Refused, Unknown
from ledger.fees.budgets.rules import CostLine
from ledger.fees.dunning.rules import Measure
from ledger.fees.waivers.rules import State as WaiverState
from ledger.fund.bonds.rules import BondState, Ending, Instrument, Market
from ledger.fund.rules import Keeper
from ledger.fund.topups.rules import PlanState
from ledger.fund.uses.step_and_emergency_rules import Action, Paper, ProjectState
from ledger.grants.rules import Source
from ledger.handover.rules import Cause, ItemKind
from ledger.intake.rules import LineState
from ledger.log.leaf import LeafFault
from ledger.log.note import NoteFault
from ledger.periods import Month
from ledger.repairs.rules import State as TicketState
from ledger.revenue.rules import Category, Method
from ledger.revenue.uses.rules import Use
from ledger.votes.objections.rules import ObjectionState
from ledger.votes.rules import Matter
from ledger.words import Coded, cited
from tests.evaluation.test_rules import RUBRIC

FILES = [file for file in Path("ledger").rglob("*.py") if file.name != "__main__.py"]
GENERIC = {LedgerError, Malformed, NotAllowed, Refused, Unknown}
OF_THE_DOOR = "ledger/api/problems.py"
"""Tells what pydantic found, in words of both languages that are no refusal's own."""
HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
LATIN = re.compile(r"[A-Za-z][A-Za-z_]+")
TITLES = re.compile(r"《[^》]*》|[\u4e00-\u9fff]+〔\d{4}〕\d+号")
NAMES = re.compile(
    r"\b(JPEG|PNG|PDF|WebP|MB|SHA|xlsx|csv|Excel|beancount|hledger|mingbai (migrate|fsck|restore|person add)|(?<=--)(older|replace)|PostgreSQL|SQLite|LEDGER_HOME|LEDGER_DATABASE_URL|LEDGER_DAY|LEDGER_PROXIES|LEDGER_BROKER|Redis|rediss?|Idempotency-Key"
    r"|[NM]\d)\b"
)
"""What is called the same in both languages: kinds of file, and what a person types."""

DAY = date(2026, 7, 18)
ENUMS: dict[str, object] = {
    "category": Category.AD_LIFT,
    "cause": Cause.FIRM_LEAVES,
    "action": Action.PAY_ADVANCE,
    "instrument": Instrument.WEALTH_PRODUCT,
    "keeper": Keeper.PRE_TRANSFER,
    "market": Market.SECONDARY,
    "matter": Matter.USE_FUND,
    "measure": Measure.COMMITTEE_URGING,
    "method": Method.QUOTES,
    "paper": Paper.PRICE_REVIEW,
    "role": Role.COMMUNITY_OFFICE,
    "source": Source.SOCIAL_CAPITAL,
    "state": ProjectState.VOTE_POSTED,
    "step": TicketState.FOLLOWED_UP,
    "to": ObjectionState.UPHELD,
    "way": Ending.PLEDGE,
    "who": Level.OWNERS_COMMITTEE,
    "book": Coded("book", "grant-social-capital"),
    "accounts": [Coded("account", "bond_interest"), Coded("account", "house_loss")],
}
"""The facts that are members of an enum, or codes that have words."""
OF_A_CLASS: dict[str, dict[str, object]] = {
    "TariffExists": {"applies_to": Coded("community.HomeKind", "unsold")},
    "AccountNotCleared": {"account": Coded("account", "2241", ("暂存款", "unidentified receipts"))},
    "AccountNotReconciledHere": {"role": Coded("account", "wallet")},
    "AlreadyReconciled": {"role": Coded("account", "wallet")},
    "BondNotReady": {"state": BondState.HELD, "action": Duty.CASH},
    "ContractorWrong": {"kind": FirmKind.PROPERTY},
    "FiguresDoNotFoot": {"what": Coded("book", "fund")},
    "DatabaseUnusable": {"why": DatabaseFault.NO_TABLES},
    "FileUnusable": {"why": FileFault.NOT_DIRECTORY},
    "HolderNotLater": {"last": DAY},
    "LeafMalformed": {"what": LeafFault.FIELD_NAME},
    "KeyNotPublished": {"community": Coded("community", "meiyuan", ("梅园新村", "Meiyuan"))},
    "NoApprovedAccount": {"role": Coded("account", "bank")},
    "NoCommunity": {"community": "3-2-501"},
    "NoLog": {"community": "3-2-501"},
    "NoNotice": {"kind": Coded("notice", "half-year")},
    "NoProjectAnyMore": {"state": TicketState.CLOSED},
    "NoStatement": {"role": Coded("account", "wallet")},
    "NoSuchAccountOfBook": {"role": Coded("account", "wallet")},
    "NoTariff": {"kind": HomeKind.NON_RESIDENTIAL},
    "NotAFeeCost": {"line": CostLine.MAJOR_REPAIR},
    "NotBundled": {"community": Coded("community", "meiyuan", ("梅园新村", "Meiyuan"))},
    "NotByHand": {"kind": ItemKind.UNPAID},
    "NotInState": {"state": DisclosureState.PREPARED, "action": Duty.PUBLISH},
    "NotInSuspense": {"state": LineState.RESOLVED},
    "NotReversible": {"kind": Coded("entry", "fund.paid")},
    "NotThatMuchHeld": {"whose": FirmKind.SELLER},
    "NotThePeriod": {"kind": Coded("period", "quarter")},
    "NoteMalformed": {"what": NoteFault.NOBODY_KNOWN},
    "NothingPrepared": {"role": Coded("account", "wallet")},
    "PaperMissing": {"missing": [Paper.PHOTO, Paper.PRICE_REVIEW]},
    "PayeeWrong": {"kind": FirmKind.PROPERTY},
    "RoleMissing": {"needed": (Role.COMMITTEE, Role.COMMUNITY_OFFICE)},
    "SamePerson": {"first": Duty.ASK, "second": Duty.APPROVE},
    "BookThere": {"book": Coded("book", "lifts", ("电梯大修", "Lifts"))},
    "NoProfileValue": {"key": Coded("number", "audit.head_leaves")},
    "StatementUnreadable": {"source": Coded("profile", "wechat", ("微信支付账单", "WeChat bill"))},
    "UnknownProfile": {"known": [Coded("profile", "cmb", ("招商银行借记卡明细", "CMB, debit card"))]},
    "StepNotPossible": {"state": TicketState.ARRIVED},
    "TooSoon": {"needed": Measure.LETTER, "measure": Measure.SUIT},
    "TopupNotReady": {"state": PlanState.ADOPTED, "action": Duty.PUT_TO_VOTE},
    "UseForbidden": {"use": Use.GUARANTEE},
    "WaiverDecided": {"state": WaiverState.WITHDRAWN},
    "WrongSide": {"needed": Role.SUPERVISOR},
}
PERIODS = ("month", "period", "closed_through", "expected")
CHANGE = Change("state", TicketState.NEW, TicketState.ASSIGNED)
PAIRS = {"why_zh": "没有表头", "why_en": "no header", "reason_zh": "在保修期内", "reason_en": "under warranty",
         "route_zh": "物业企业", "route_en": "the firm"}  # fmt: skip
PROBLEM = SimpleNamespace(row=3, spot="B3", zh="金额写错了", en="the amount is wrong")


def below(kind: type[LedgerError]) -> Iterator[type[LedgerError]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def refusals() -> dict[str, type[LedgerError]]:
    for file in [*FILES, Path("public_site/pages.py")]:
        import_module(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
    return {f"{kind.__module__}.{kind.__name__}": kind for kind in below(LedgerError) if kind not in GENERIC}


def fact(kind: type[LedgerError], name: str) -> object:
    """A fact as the ledger gives it: what people type has no letters here, so that none can hide in it."""
    own = OF_A_CLASS.get(kind.__name__, {})
    if name in own:
        return own[name]
    if name in PAIRS:
        return PAIRS[name]
    if name in ENUMS:
        return ENUMS[name]
    if name == "problems":
        return [PROBLEM]
    if name.endswith("_on") or name in {
        "on",
        "until",
        "earliest",
        "latest",
        "today",
        "last",
        "began",
        "since",
        "day",
    }:
        return DAY
    if name == "community":
        return "meiyuan"
    if name in PERIODS:
        return Month(2025, 7) if name == "month" else "2025-H2"
    return 123_456 if name.endswith("fen") else "3-2-501"


def told(kind: type[LedgerError], language: str) -> str:
    facts = {name: fact(kind, name) for name in re.findall(r"\{(\w+)", kind.zh + kind.en)}
    return (Stale([CHANGE]) if kind is Stale else kind(**facts)).sentence(language)


def test_what_has_moved_is_told_in_yuan_in_square_metres_and_by_the_month():
    moved = Stale(
        [
            Change("owed_fen", 100, 93_932),
            Change("area_dm2", 5_480, 5_500),
            Change("month", "2026-06", "2026-07"),
        ]
    )

    for language, said in (
        ("zh", ["939.32 元", "54.80 → 55.00", "2026年6月 → 2026年7月"]),
        ("en", ["939.32 yuan", "June 2026"]),
    ):
        for words in said:
            assert words in moved.sentence(language)


@pytest.mark.parametrize("kind", refusals().values(), ids=refusals())
def test_g6_periods_are_told_as_people_say_them_and_amounts_in_yuan(kind):
    for language in ("zh", "en"):
        sentence = told(kind, language)
        assert not re.search("2025-(07|H2)|123,?456", sentence), sentence


@pytest.mark.parametrize("kind", refusals().values(), ids=refusals())
def test_g6_the_english_sentence_is_english_but_for_titles_of_laws(kind):
    assert HAN.findall(TITLES.sub("", told(kind, "en"))) == []


@pytest.mark.parametrize("kind", refusals().values(), ids=refusals())
def test_g6_the_chinese_sentence_holds_no_english_word_and_no_code_word(kind):
    assert LATIN.findall(NAMES.sub("", told(kind, "zh"))) == []


def raised() -> Iterator[tuple[str, str, str, ast.expr]]:
    """Every fact of every refusal that is made anywhere: where, of which class, its name, and what is given."""
    names = {kind.__name__ for kind in below(LedgerError)}
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                for keyword in node.keywords:
                    if keyword.arg:
                        yield f"{file}:{node.lineno}", called, keyword.arg, keyword.value


def prose(given: ast.expr) -> list[str]:
    """The words that are written into a fact where it is given; codes and the kinds of `Coded` are none."""
    if isinstance(given, ast.Call) and getattr(given.func, "id", getattr(given.func, "attr", "")) in {
        "Coded",
        "source",
    }:
        return []
    inside = {id(n) for sub in ast.walk(given) if isinstance(sub, ast.Subscript) for n in ast.walk(sub.slice)}
    kept = [n.value for n in ast.walk(given) if isinstance(n, ast.Constant) and id(n) not in inside]
    return [text for text in kept if isinstance(text, str) and re.search(r"[A-Za-z\u4e00-\u9fff、,]", text)]


def faults(name: str, given: ast.expr) -> str:
    if not name.endswith(("_zh", "_en")) and prose(given):
        return "words are written into it"
    calls: list[Any] = [n.func for n in ast.walk(given) if isinstance(n, ast.Call)]
    if any(
        isinstance(called, ast.Attribute)
        and called.attr == "join"
        and name not in {"part", "whose", "who_zh", "who_en"}
        for called in calls
    ):
        return "several are joined by hand: give the list"
    if name in ENUMS and isinstance(given, ast.Attribute) and given.attr == "value":
        return "the code word of a member: give the member"
    if isinstance(given, ast.Attribute) and re.search(r"(^|_)(login|by)$", given.attr):
        return "a sign-in name: give a Login, which doors tell by what the person is called"
    return ""


def test_a_fact_is_no_sentence_no_code_word_and_not_joined_by_hand():
    wrong = {
        f"{where} {kind}({name}=…)": why
        for where, kind, name, given in raised()
        if (why := faults(name, given))
    }

    assert wrong == {}


def test_a_generic_refusal_is_never_raised_by_itself():
    generic = {kind.__name__ for kind in GENERIC}

    assert [w for w, kind, *_ in raised() if kind in generic and not w.startswith(OF_THE_DOOR)] == []


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("what", "f'rating {rating}: 1–5'"), ("what", "'account or item twice'"), ("step", "'确认'"),
        ("why", "f'{last} 还没有过 / the month is not over'"), ("missing", "'、'.join(missing)"),
        ("role", "role.value"), ("whose", "'业主 / owners'"), ("what", "str('vkey')"), ("login", "by.login"), ("by", "found.approved_by"),
    ],
)  # fmt: skip
def test_what_used_to_be_put_into_sentences_would_be_found(name, given):
    assert faults(name, ast.parse(given, mode="eval").body)


def test_the_source_of_a_rule_is_told_in_the_readers_language():
    assert (
        cited("《民法典》第278条第（五）项；《物业管理条例》第12条", "en")
        == "《民法典》 Art. 278 (5); 《物业管理条例》 Art. 12"
    )
    assert cited("《会计法》第17条（账实相符）", "en") == "《会计法》 Art. 17"
    assert (
        cited("《住宅专项维修资金管理办法》第22、23条", "en") == "《住宅专项维修资金管理办法》 Arts. 22, 23"
    )
    assert cited("《会计法》第17条（账实相符）", "zh") == "《会计法》第17条（账实相符）"


def test_no_specification_is_cited_as_law():
    for kind in below(LedgerError):
        assert not re.search(r"domain|design|§|engine", str(kind.article)), kind
    shown = [file for kind in ("html", "toml", "json") for file in Path("ledger").rglob(f"*.{kind}")]
    for file in [*FILES, *shown]:
        assert not re.search(r"domain/\d|ledger-engine|design(\.md|`)? ?§", file.read_text("utf-8")), file


def test_the_law_of_a_place_is_cited_by_its_profile_alone():
    for kind in below(LedgerError):
        assert not re.search(r"[\u4e00-\u9fff]{2,}(省|市)", str(kind.article)), kind
    for file in FILES:
        assert not re.search(r"《[^》]{2,}(省|市)[^》]*》", file.read_text("utf-8")), file


def test_the_national_rubric_names_no_place_and_no_mark_of_where_it_was_found():
    for indicator in RUBRIC.indicators:
        assert not re.search(r"省|市|镇|沪|湖州|南宁|中山|[三四]星|\[|§", indicator.source), indicator.id
