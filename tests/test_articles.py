"""The articles of law that the ledger relies on, each with its subject: what is cited stands here, and nothing else."""

import ast
import re
from collections.abc import Iterator

from ledger.committee.rules import GUIDANCE
from ledger.community.role_rules import SamePerson
from ledger.errors import LedgerError
from ledger.fund.actions import ReceiptUsed
from ledger.fund.custody.rules import ARTICLE as HANDOVER
from ledger.fund.power_rules import POWERS
from ledger.fund.uses.rules import REFUSALS
from ledger.revenue.electricity_rules import SOURCE as CHARGING
from ledger.votes.rules import MEETING
from tests.test_refusals import FILES, below

DECREE = "住宅专项维修资金管理办法"
CODE = "民法典"
PARTS = "建筑物区分所有权解释"
ARTICLES: dict[str, dict[int, str]] = {
    DECREE: {
        4: "kept in an account of its own and spent on its own purpose only",
        10: "who keeps what before the owners' assembly stands",
        11: "accounts of public housing: by selling unit, then by building",
        14: "a receipt for each deposit",
        15: "the hand-over to the assembly: thirty days, the balance and the papers (三)",
        16: "who keeps the books after it, by the assembly's decision",
        17: "topping up below thirty per cent",
        18: "repair, renewal and alteration after the warranty, nothing else",
        19: "whoever benefits bears it",
        20: "how a cost is shared out",
        21: "the share of what is not sold",
        22: "use while the authority keeps it: proposed, voted on, examined, paid to whoever repairs",
        23: "use after the hand-over: planned, voted on, approved by the committee, filed",
        24: "emergencies and substitute repair",
        25: "what may not be paid from it",
        26: "treasury bonds",
        27: "what flows back into it",
        29: "loss of a house",
    },
    CODE: {
        5: "of one's own will",
        209: "rights in land by registration",
        236: "removal of an obstruction",
        278: "what owners decide together and with which majority",
        280: "decisions bind, and can be annulled",
        281: "the fund is the owners', used by their decision and published",
        282: "income of common parts, less reasonable cost, is the owners'",
        283: "costs and income are shared as agreed, else by area",
        560: "which of several debts a payment pays",
        585: "damages that were agreed",
        705: "a lease of twenty years at most",
        937: "the contract of property services",
        943: "the firm's disclosure and report",
        944: "the fee: no excuse, a reminder with time, no cutting off",
        945: "an owner tells of works and of letting",
        946: "dismissal with sixty days",
        947: "renewal before the end; ninety days where the firm will not",
        948: "going on without a term",
        949: "handing over, and no fee where it is refused",
        950: "going on until somebody takes over",
        1032: "privacy",
    },
    "会计法": {
        9: "what happened is booked",
        14: "vouchers",
        16: "no private second books",
        17: "books agree with what is there",
        25: "whoever approves does not do, keep or book it: separation of duties (一)",
    },
    "物业管理条例": {
        12: "meetings and proxies",
        14: "fifteen days of notice before a meeting",
        15: "what the committee does",
        16: "filing of the committee within thirty days, and who is on it",
        33: "one firm for one area",
        51: "utilities maintain their lines",
        54: "business with common parts and what it brings",
        64: "the committee urges payment",
    },
    PARTS: {
        9: "heads: what a developer has not sold or handed over, and several homes of one buyer, are one",
        12: "annulment within one year",
        14: "proof of costs against public revenue",
    },
    "建设工程质量管理条例": {40: "terms of warranty", 41: "whoever built it repairs within them"},
    "建设工程质量保证金管理办法": {
        2: "defects liability of two years at most",
        7: "three per cent at most",
        9: "defects are repaired by whoever built it, or at his cost",
        10: "giving it back",
    },
    "物业服务收费管理办法": {
        6: "kinds of prices",
        7: "prices by the government or by contract",
        8: "prices are posted",
        9: "lump sum or remuneration",
        11: "what the costs of the service are, and that they are none of the fund",
    },
    "物业服务纠纷解释": {2: "fees against the rules", 3: "prepaid fees go back at the end"},
    "个人信息保护法": {10: "nobody makes personal data public unlawfully", 47: "erasure"},
    "会计档案管理办法": {14: "how long what is kept"},
    "公益事业捐赠法": {18: "gifts are used for their purpose"},
    "招标投标法": {4: "no splitting to stay clear of a tender"},
    "注册会计师法": {14: "an audit is a chartered accountant's"},
    "全国年节及纪念日放假办法": {2: "statutory holidays"},
}
ALSO = {
    "维修资金管理办法": DECREE,
    "最高人民法院关于审理建筑物区分所有权纠纷案件适用法律若干问题的解释": PARTS,
}
"""Other names of the same law."""
NAMES = sorted({*ARTICLES, *ALSO}, key=len, reverse=True)
NUMBERS = r"[0-9]+(?:(?:、|–|至|, )[0-9]+)*"
CITED = re.compile(
    rf"({'|'.join(NAMES)})》?(?: Arts?\. )?(第{NUMBERS}条|(?<=Art\. ){NUMBERS}|(?<=Arts\. ){NUMBERS})"
)


def numbers(text: str) -> Iterator[int]:
    for part in re.findall(r"[0-9]+(?:(?:–|至)[0-9]+)?", text):
        first, *last = (int(number) for number in re.split("–|至", part))
        yield from range(first, (last or [first])[0] + 1)


def texts() -> Iterator[str]:
    """Everything that the ledger says, and what its refusals and powers cite."""
    for file in FILES:
        tree = ast.parse(file.read_text("utf-8"))
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
                yield node.value
    yield from (str(kind.article) for kind in below(LedgerError))
    yield from (refusal.article for refusal in REFUSALS.values())
    for given in POWERS.values():
        yield from (given.in_custody_by, given.handed_over_by)


def cited() -> set[tuple[str, int]]:
    return {
        (ALSO.get(name, name), number)
        for text in texts()
        for name, articles in CITED.findall(text)
        for number in numbers(articles)
    }


def test_b9_every_article_that_is_cited_is_one_we_rely_on_and_each_of_these_is_cited():
    relied_on = {(name, number) for name, by_number in ARTICLES.items() for number in by_number}

    assert cited() == relied_on


def test_b9_every_article_of_a_refusal_is_of_a_law_we_rely_on():
    known = re.compile(
        "|".join(
            [
                *NAMES,
                "建办房〔2015〕52号",
                CHARGING,
                GUIDANCE,
                "住宅专项维修资金会计核算办法",
                "业主大会议事规则",
            ]
        )
    )
    for kind in below(LedgerError):
        for source in filter(None, str(kind.article).split("；")):
            assert known.search(source), (kind, source)


def test_b9_duties_are_separated_by_the_accounting_law_of_2024():
    assert SamePerson.article.startswith("《会计法》第25条第（一）项")
    assert ("会计法", 37) not in cited()  # ethics


def test_b9_a_meeting_is_announced_a_receipt_is_given_and_papers_are_handed_over_by_their_own_articles():
    assert MEETING == "《物业管理条例》第14条"
    assert ReceiptUsed.article == "《住宅专项维修资金管理办法》第14条"
    assert HANDOVER == "《住宅专项维修资金管理办法》第15条第（三）项"
