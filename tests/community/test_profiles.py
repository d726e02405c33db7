"""The presets against appendix A of domain/11, quoted row by row."""

import ast
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ledger.community.queries import NoProfileValue, profile, profile_history
from ledger.community.rules import SEASONAL
from ledger.community.tables import Community
from ledger.disclosure.due_rules import Topic
from ledger.register.queries import local_numbers
from ledger.votes.quorum_and_majority_rules import Tally
from ledger.votes.rules import Matter
from tests.factories import a_community

APPENDIX_A: dict[str, dict[str, Any]] = {
    "national_default": {
        "vote.deemed_consent": False, "vote.plan_posting_days": 7,
        "fund.account_level": "area", "fund.topup_trigger_pct": 30, "fund.publish": "half_year",
        "fund.reconcile": "monthly", "fund.price_review_over_fen": 3000000, "fund.overrun_redo_pct": 10,
        "fund.emergency_decide_wd": 3, "fund.emergency_posting_days": 3,
        "revenue.separate_account": True, "revenue.cost_cap_pct": 30, "revenue.to_fund_pct": 70,
        "revenue.base": "NET", "revenue.transfer": "quarterly", "revenue.transfer_grace_wd": 15,
        "revenue.publish": "quarterly", "revenue.publish_due": "end_of_first_month_after_quarter",
        "revenue.posting_wd": 30, "revenue.stop_when_fund_full": False,
        "fee.vacancy_discount": "none", "fee.late_fee": "contract_capped_1.3_LPR", "fee.dunning_days": 30,
        "contract.decide_before_days": 180, "contract.dismiss_notice_days": 60,
        "contract.firm_no_renew_notice_days": 90, "contract.handover_days": 30,
        "audit.term_end": True, "audit.head_leaves": True, "audit.yearly": False, "audit.posting_days": 30,
    },
    "shanghai": {
        "fund.account_level": "building", "fund.publish": "half_year",
        "revenue.to_fund_pct_min_exclusive": 50, "revenue.transfer": "quarterly",
        "revenue.publish": "quarterly", "fund.price_review_over_fen": 0, "audit.yearly": True,
        "audit.report_due": "06-30", "contract.handover_days": 10, "topup.silence_days": 90,
        "topup.pay_days": 90, "topup.target_pct": 50,
    },
    "beijing": {
        "revenue.to_fund_pct_min": 50, "revenue.to_fund_condition": "fund_below_30pct",
        "revenue.publish": "yearly", "self_managed.publish": "quarterly",
        "committee_fee_disclosure": "half_year", "contract.decide_before_days": 180,
        "contract.handover_days": 30,
    },
    "hangzhou": {
        "fund.settlement_audit_exempt_fen": 3000000, "fund.overrun_redo_pct": 10,
        "revenue.publish": "half_year", "revenue.posting_days": 15, "revenue.stop_when_fund_full": True,
        "complaint_answer_days": 10, "contract.handover_days": 15,
    },
    "ningbo": {
        "contract.decide_before_days": 120, "revenue.publish": "yearly", "fund.emergency_reserve": True,
        "warranty.pre_expiry_inspection_days": 60,
    },
    "huzhou": {
        "revenue.base": "ACCOUNT_BALANCE", "revenue.to_fund_pct_min": 50, "revenue.transfer": "quarterly",
        "revenue.stop_when_fund_full": True,
    },
    "qingyuan": {
        "revenue.default_all_to_fund": "yearly", "revenue.publish": "quarterly", "contract.handover_days": 30,
    },
    "liaocheng": {"revenue.publish": "quarterly", "revenue.posting_days": 30},
    "henan": {
        "revenue.publish": "quarterly", "revenue.publish_due": "end_of_first_month_after_quarter",
        "revenue.posting_wd": 30,
    },
    "jiangsu": {"revenue.parking_pre_assembly_to_fund_pct": 70},
}  # fmt: skip

AS_A_NUMBER = {
    ("fee.vacancy_discount", "none"): ("fee.vacancy_discount", 0),
    ("fee.late_fee", "contract_capped_1.3_LPR"): ("fee.late_cap_lpr_pct", 130),
}
"""What the appendix says in a word and the profile as the number that a rule can use."""

UNREAD = {
    "fund.reconcile",  # always monthly here: a month is closed by its reconciliations
    "revenue.separate_account",  # always so here: an account serves one book
    "committee_fee_disclosure",  # the committee's costs are in no book
    "fund.emergency_reserve",
    "warranty.pre_expiry_inspection_days",
}
"""Of the appendix what no rule here reads; a row would promise something that nothing does."""

ROWS = [
    (scope, key, value)
    for scope, rows in APPENDIX_A.items()
    for key, value in rows.items()
    if key not in UNREAD
]


def presets() -> dict[str, dict[str, Any]]:
    text = (files("ledger.community") / "thresholds_and_caps_by_place.toml").read_text("utf-8")
    return tomllib.loads(text)


@pytest.mark.parametrize(("scope", "key", "value"), ROWS)
def test_every_row_of_appendix_a_is_a_dated_row_of_its_preset(scope, key, value):
    key, value = AS_A_NUMBER.get((key, value), (key, value))
    node: Any = presets()[scope]
    assert isinstance(node["since"], date)
    assert node["source"]

    for part in key.split("."):
        node = node[part]

    assert (type(node), node) == (type(value), value)


def test_the_fractions_of_votes_are_the_civil_codes_and_in_no_profile():
    """Appendix A: quorum 2/3, simple 1/2, super 3/4. Art. 278 leaves no place a choice, so no row can undo them."""
    quorum = Tally(3, 3, 2, 2, 2, 2)
    super_majority = Tally(4, 4, 4, 4, 3, 3)
    assert quorum.passed(Matter.USE_FUND)
    assert not quorum._replace(area_part=1).passed(Matter.USE_FUND)
    assert not super_majority._replace(area_yes=2, heads_yes=2).passed(Matter.USE_FUND)  # more than 1/2
    assert super_majority.passed(Matter.RAISE_FUND)
    assert not super_majority._replace(area_yes=2).passed(Matter.RAISE_FUND)

    assert not {"quorum", "simple", "super"} & presets()["national_default"]["vote"].keys()


def numbers(node: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, value in node.items():
        if isinstance(value, dict) and name != "sources":
            yield from numbers(value, f"{above}{name}.")
        elif above or name not in ("since", "source", "sources"):
            yield above + name


BY_BEGINNING = {
    "revenue.": {
        "ledger/revenue/remittance/rules.py",
        "ledger/revenue/remittance/queries.py",
        "ledger/disclosure/due_rules.py",
    },
    "service.": {"ledger/repairs/rules.py"},
    "topup.": {"ledger/fund/topups/actions.py"},
    "audit.": {"ledger/committee/queries.py"},
}
"""Where numbers that are handed on together are read by the rest of their names."""
BY_WORD = {
    "warranty.years.",
    *(f"warranty.{of}." for of in ("seasons", *SEASONAL)),
    "committee.instead.",
    "evaluation.grade_from.",
    "evaluation.reward_fen_per_m2.",
    "topup.first_fen_per_m2.",
    *(f"{book}.account_not_firms" for book in ("fund", "revenue")),
    *(f"{topic}.publish" for topic in Topic),
}
"""What is asked for by a word: a kind of part, a mode, a book, a topic, a grade."""


def texts_in(paths: Iterable[Path]) -> set[str]:
    return {
        node.value
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_b10_every_number_of_a_preset_is_read_by_something():
    words = {Path("ledger/words.py"), Path("ledger/register/local_rules.py")}
    rules = [path for path in Path("ledger").rglob("*.py") if path not in words and "demo" not in path.parts]
    texts = texts_in(rules)

    def is_read(key: str) -> bool:
        if key in texts or any(key.startswith(word) for word in BY_WORD):
            return True
        beginning, _, rest = key.partition(".")
        handed_on = texts_in(map(Path, BY_BEGINNING.get(f"{beginning}.", ())))
        return rest in handed_on or f".{rest.rpartition('.')[2]}" in handed_on

    present = {key for rows in presets().values() for key in numbers(rows)}
    assert {key for key in present if not is_read(key)} == set()


@pytest.mark.parametrize("name", APPENDIX_A)
def test_a_preset_is_loaded_by_its_name(trial, name):
    code = a_community(trial)
    trial.get(Community, code).jurisdiction = name

    values = profile(trial, code, date(2026, 7, 1))

    for key, value in ((key, value) for scope, key, value in ROWS if scope == name):
        key, value = AS_A_NUMBER.get((key, value), (key, value))
        assert values[key] == value
    assert values["fund.topup_trigger_pct"] == 30  # what it does not name is the national default's


@pytest.mark.parametrize(
    ("accepted", "kind", "years"),
    [
        (date(2019, 12, 20), "roof", 5),
        (date(2020, 12, 31), "pipes", 2),
        (date(2000, 1, 30), "structure", 50),
        (date(2008, 9, 30), "insulation", 2),
        (date(2008, 10, 1), "insulation", 5),
    ],
)
def test_b3_works_accepted_before_2021_have_the_national_terms_too(session, accepted, kind, years):
    assert profile(session, a_community(session), accepted)[f"warranty.years.{kind}"] == years


def test_shanghais_rules_of_2026_hold_from_their_days_each_with_its_source(session):
    code = a_community(session)
    session.get(Community, code).jurisdiction = "shanghai"

    def on(day, key):
        local = profile(session, code, day)
        return local[key], local.source(key)

    before, after = date(2026, 3, 22), date(2026, 4, 1)
    assert on(before, "fund.overrun_redo_pct") == (10, "")
    assert on(after, "fund.overrun_redo_pct") == (0, "沪房物业〔2026〕36号")
    assert on(before, "revenue.publish_due")[0] == "end_of_first_month_after_quarter"
    due, source = on(after, "revenue.publish_due")
    assert due == "fifteenth_of_first_month_after_quarter"
    assert source.endswith("（沪房规范〔2025〕8号）第14条")
    assert on(after, "revenue.posted_until_next")[0] is True
    for key, days in (("engagement_posting_days", 7), ("papers_days", 30), ("result_days", 3)):
        assert on(date(2026, 3, 1), f"audit.{key}") == (days, "沪房规范〔2025〕9号")
    assert on(date(2026, 3, 1), "audit.report_due") == ("06-30", "沪房规范〔2025〕9号")


def test_a_district_has_its_citys_numbers_under_its_own(session):
    """虹房管规〔2026〕1号 holds in Hongkou, and Shanghai's rules do too."""
    code = a_community(session)
    session.get(Community, code).jurisdiction = "shanghai/hongkou"

    before, after = (profile(session, code, day) for day in (date(2026, 8, 21), date(2026, 8, 22)))

    assert not before.under("evaluation.")
    assert after.under("evaluation.grade_from.") == {"A": 90, "B": 80, "C": 70}
    assert after.under("evaluation.reward_fen_per_m2.") == {"A": 40, "B": 30, "C": 20, "D": 0}
    assert after.source("evaluation.grade_from.A") == "虹房管规〔2026〕1号"
    assert after["revenue.transfer_by"] == "end_of_first_month_after_quarter"
    assert after.source("revenue.transfer_by").endswith("第9条")
    assert after["fund.topup_trigger_pct"] == 30
    assert profile_history(session, code, "fund.overrun_redo_pct")[-1] == (date(2026, 3, 23), 0)
    assert {number.scope for number in local_numbers(session, code, date(2026, 9, 1))} == {
        "national_default",
        "shanghai",
        "shanghai/hongkou",
    }


def test_whether_a_place_has_a_number_can_be_asked_without_a_refusal(session):
    a_community(session)
    local = profile(session, "meiyuan", date(2026, 7, 1))

    assert "vote.notice_days" in local
    assert "revenue.price_review_from_fen" not in local
    assert (local.get("vote.notice_days"), local.get("revenue.price_review_from_fen", 7)) == (15, 7)
    with pytest.raises(NoProfileValue):
        local["revenue.price_review_from_fen"]
