"""What an approved account is, and which may not be one. Pure."""

import re
from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ledger.errors import Malformed, Refused, Unknown
from ledger.fields import PLAIN, Code, Day, Text
from ledger.words import Coded


class AccountTask(StrEnum):
    """What an account asks of somebody."""

    APPROVE = "approve"


@dataclass(frozen=True)
class NewAccount:
    """An account that is asked for.

    Attributes:
        code: the community's own name of it, such as ``icbc-fee``.
        book, role: the account of the books that it stands for: ``fee`` and ``bank``, ``fee`` and ``wallet``.
        number: as the bank writes it; only its masked form is kept.
        holder: in whose name it is.
        settles_as: for a wallet, how its operator is named on the bank's statement (财付通, 支付宝); empty for a bank.
        replaces: the code of the account whose place it takes, which ends the day before.
    """

    code: Code
    book: Code
    bank: Text
    number: Annotated[str, Field(min_length=4, max_length=40)]
    holder: Text
    opened_on: Day
    role: Code = "bank"
    settles_as: Annotated[str, Field(max_length=20, pattern=PLAIN)] = ""
    replaces: Code | None = None


class AccountNumberMalformed(Malformed):
    code = "account-number-malformed"
    zh = "账号“{number}”不像一个账号：请填 4 到 40 位数字、字母、@、点或星号。"
    en = "“{number}” is no account number: 4 to 40 digits, letters, @, dots or asterisks."


class NoSuchAccountOfBook(Malformed):
    code = "no-such-account-of-book"
    zh = "“{book}”账套没有“{role}”这种账户，可以是：{possible}。"
    en = "The book “{book}” has no money account “{role}”; it can be: {possible}."


class AccountCodeTaken(Refused):
    code = "account-code-taken"
    zh = "账户代码“{account}”已经用过，换户请用新代码。"
    en = "The account code “{account}” was used before; a new account takes a new code."


class AccountOfAnotherBook(Refused):
    code = "account-of-another-book"
    zh = "{bank} {number} 已经是“{book}”账套的账户“{account}”：维修资金、公共收益、物业费必须分户存放。"
    en = "{bank} {number} is the account “{account}” of the book “{book}” already: each kind of money has its own account."
    article = "《住宅专项维修资金管理办法》第4条（专户存储）；《民法典》第282条"


class AccountInFirmsName(Refused):
    code = "account-in-firms-name"
    zh = "“{book}”账套的账户不得以物业服务企业“{holder}”的名义开立。"
    en = "An account of the book “{book}” may not be in the name of the property firm “{holder}”."
    article = "《住宅专项维修资金管理办法》第10、11、15条"


class AccountNotApproved(Refused):
    code = "account-not-approved"
    zh = "“{account}”在{on}不是已批准的收款账户，不能把钱记到它名下；请先申请并由另一人批准。"
    en = "“{account}” is no approved account on {on}; nothing may be booked into it before another person approves it."
    article = "《住宅专项维修资金管理办法》第4条（专户存储）；《会计法》第9、17条"


class AccountNotKnown(AccountNotApproved):
    code = "account-not-known"
    zh = "没有“{account}”这个账户，没有记账；{on}已批准的有：{possible}。"
    en = "There is no account “{account}”, so nothing was booked; approved on {on} are: {possible}."


class NoApprovedAccount(AccountNotApproved):
    code = "no-approved-account"
    zh = "{book}账套在{on}没有已批准的“{role}”账户，不能记账；请先申请并由另一人批准。"
    en = "On {on} the {book} has no approved “{role}”; nothing may be booked into one before another person approves it."


class AccountAlreadyApproved(Refused):
    code = "account-already-approved"
    zh = "账户“{account}”已经由 {by} 批准。"
    en = "The account “{account}” was approved by {by} already."


class AccountClosed(Refused):
    code = "account-closed"
    zh = "账户“{account}”已于{on}销户，不能再改。"
    en = "The account “{account}” was closed on {on} and changes no more."


class AccountClosesEarly(Refused):
    code = "account-closes-early"
    zh = "账户“{account}”{first}才启用，不能在{on}销户。"
    en = "The account “{account}” opens on {first}; it cannot close on {on}."


class NoAccount(Unknown):
    code = "no-account"
    zh = "本小区没有登记账户“{account}”。"
    en = "This community has no account “{account}”."


NUMBER = re.compile(r"[0-9A-Za-z@.*_-]{4,40}")


def masked(number: str) -> str:
    """An account number as it is kept: the last four signs, and four in front where there are many.

    Raises:
        AccountNumberMalformed: it is no account number.
    """
    bare = "".join(number.split())
    if not NUMBER.fullmatch(bare):
        raise AccountNumberMalformed(number=number)
    front = bare[:4] if len(bare) >= 12 else ""
    return f"{front}****{bare[-4:]}"


def check_holder(book: str, holder: str, firms: Set[str], article: str, *, forbidden: bool) -> None:
    """See that an account is not in a property firm's name where the profile forbids it; ``article`` is its source.

    Raises:
        AccountInFirmsName: it is.
    """
    if forbidden and _bare(holder) in {_bare(name) for name in firms}:
        raise AccountInFirmsName(book=Coded("book", book), holder=holder, article=article)


def _bare(name: str) -> str:
    return "".join(name.split()).replace("(", "（").replace(")", "）")
