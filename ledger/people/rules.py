"""What a password must be, how long a sign-in lasts, and how long whoever guesses has to wait. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from ledger.community.role_rules import Role
from ledger.errors import Malformed, NotAllowed, Refused, Unknown

ACCESS = timedelta(minutes=15)
"""How long an access token is good for."""
IDLE = timedelta(days=7)
"""How long a sign-in that nobody uses can still be carried on."""
WHOLE = timedelta(days=30)
WHOLE_WITH_FACTOR = timedelta(hours=12)
"""After so long somebody signs in anew, whatever he does; sooner whoever needs a second factor."""
GRACE = timedelta(seconds=60)
"""Two tabs that renew at once are one person: so long the token before is taken for what it was."""

SECOND_FACTOR = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR})
"""Who reads everything, of everybody, signs in with a second factor."""


class Event(StrEnum):
    """What is remembered of people and their access."""

    SIGNED_IN = "signed_in"
    REFUSED = "refused"
    SIGNED_OUT = "signed_out"
    STOLEN = "stolen"
    PASSWORD = "password"  # noqa: S105 - the word for an event
    FACTOR = "factor"
    FACTOR_LACKED = "factor_lacked"
    READ = "read"


class Ending(StrEnum):
    """Why a sign-in ended before its time."""

    SIGNED_OUT = "signed_out"
    ELSEWHERE = "elsewhere"
    PASSWORD = "password"  # noqa: S105 - the word for a reason
    STOLEN = "stolen"
    OFFICE = "office"
    FACTOR_LACKED = "factor_lacked"
    """It began by a password alone, and its person holds a role by now that signs in with a second factor."""
    RESTORED = "restored"


class WrongPassword(NotAllowed):
    code = "wrong-password"
    zh = "用户名或密码不对。"
    en = "The name or the password is wrong."


class TooManyTries(Refused):
    code = "too-many-tries"
    zh = "试错太多次，请等 {seconds} 秒再试；您在别的设备上照样可以登录。"
    en = "Too many wrong tries: wait {seconds} seconds. You can sign in elsewhere meanwhile."


class FactorMissing(NotAllowed):
    code = "second-factor-missing"
    zh = "您的身份登录要两步：请再填手机验证器上的 6 位动态码。"
    en = "Your role signs in with two factors: fill in the six digits of your authenticator too."


class FactorNotSet(NotAllowed):
    code = "second-factor-not-set"
    zh = "您的身份登录要两步，还没有设置验证器；请先在网页上登录一次并设置。"
    en = "Your role signs in with two factors and none is set up yet: sign in once on the web pages and set it up."


class WrongFactor(NotAllowed):
    code = "second-factor-wrong"
    zh = "动态码不对或已经用过；请等下一个 6 位数再填。"
    en = "The six digits are wrong or were used already; wait for the next ones."


class PasswordShort(Malformed):
    code = "password-short"
    zh = "密码太短：至少 {least} 个字符（一个汉字算两个）。一句好记的话就行，例如八九个字。"
    en = "The password is too short: at least {least} characters (a Chinese one counts twice). A sentence that you remember will do."


class PasswordGuessable(Malformed):
    code = "password-guessable"
    zh = "这个密码太容易猜：不要用自己的名字、登录名，也不要只用重复或连续的字符。"
    en = (
        "This password is easily guessed: not your name or sign-in name, nor one that only repeats or counts."
    )


ACCESS_KEPT = timedelta(days=3 * 366)
"""For how long access is remembered: 网络安全法 Art. 21 asks for six months; three years where money was looked at."""
SLIP_DAYS = timedelta(days=7)
"""How long a slip can be used."""

MAY_APPOINT: Mapping[Role, frozenset[Role]] = {
    Role.OPERATOR: frozenset(Role),
    Role.COMMUNITY_OFFICE: frozenset({Role.COMMITTEE, Role.OWNER, Role.TENANT}),
    Role.COMMITTEE: frozenset({Role.OWNER, Role.TENANT}),
    Role.MANAGER: frozenset({Role.WORKER}),
}
"""Who lets whom in. The firm lets no owner in: his slip would be his vote. Operators are made at the machine."""


class NotYoursToAppoint(NotAllowed):
    code = "not-yours-to-appoint"
    zh = "您不能给人“{role}”的身份，也不能停；请找系统管理员，业主和租户也可以找社区或业委会。"
    en = "The role “{role}” is not yours to give or to end: ask the operator, for owners and tenants the residents' or owners' committee."


class HomeOfResident(Malformed):
    code = "home-of-resident"
    zh = "业主和租户要写明是哪一户，别的身份不写；“{role}”写得不对。"
    en = "Owners and tenants name their home and nobody else does: that of the “{role}” is wrong."


class LevelMissing(Malformed):
    code = "level-missing"
    zh = "“{role}”要写明是什么机构的：街道、住建部门，还是专户银行。"
    en = "A “{role}” names what kind of organisation he is of: the street office, the housing authority or the fund's bank."


class LevelOfOthers(Malformed):
    code = "level-of-others"
    zh = "“{role}”不会是“{level}”的人，请改机构类别或身份。"
    en = "A “{role}” is not of the “{level}”: change the kind of organisation or the role."


class DaysOfAppointment(Malformed):
    code = "days-of-appointment"
    zh = "任期的起止日期有误：从{since}到{until}；结束日不能早于开始日，也不能已经过去。"
    en = "The days are wrong: from {since} to {until}; the last is not before the first, and not past."


class AppointedAlready(Refused):
    code = "appointed-already"
    zh = "他在这些日子里已经是“{role}”了，不用再任命；{since}起的这一次没有登记。"
    en = "He is “{role}” on some of these days already; the one from {since} was not entered."


class SeatBeforeOpening(Refused):
    code = "seat-before-opening"
    zh = "任期不能从{since}起：本小区从启用日（{opened_on}）起才在这里登记。早就在任的，从启用日填起。"
    en = "A seat cannot begin on {since}: what is entered here begins on the community's opening day ({opened_on}). For whoever was in office before, fill in that day."


class InvitedAlready(Refused):
    code = "invited-already"
    zh = "“{name}”在这些日子里已经是“{role}”（登录名 {login}），没有再邀请；忘了密码，请给他再打一张登录条。是同名的另一个人，请在姓名里写明区别，例如“{name}（小）”。"
    en = "“{name}” is “{role}” on some of these days already (signs in as {login}) and was not invited again. If the password is forgotten, make another slip; if it is somebody else of this name, tell them apart in the name, such as “{name} junior”."


class AppointmentOver(Refused):
    code = "appointment-over"
    zh = "“{role}”的任期（{since}至{until}）不能这样结束：已经结束，或者结束日早于开始日。"
    en = "The seat of “{role}” ({since} to {until}) cannot be ended so: it is over, or the last day is before the first."


class LastOperator(Refused):
    code = "last-operator"
    zh = "“{login}”是最后一个系统管理员，没有停用：停了就没人能管这台机器。请先运行 mingbai person add 添一个。"
    en = "“{login}” is the last operator and was not removed: nobody could run the machine any more. Add another by mingbai person add first."


class NoOperator(Unknown):
    code = "no-operator"
    zh = "“{login}”现在不是系统管理员。"
    en = "“{login}” is no operator now."


class LoginTaken(Refused):
    code = "login-taken"
    zh = "登录名“{login}”都用完了，请先停用不再用的。"
    en = "The sign-in names “{login}” are used up; deactivate those that nobody needs."


class SlipWorthless(NotAllowed):
    code = "slip-worthless"
    zh = "这张登录条不能用：可能抄错、用过、作废或过了日子；请让给您的人再打一张。"
    en = "This slip cannot be used: mistyped, used, void or out of date. Ask whoever gave it to you for another."


LEAST = 15
LEAST_WITH_FACTOR = 8
"""Characters of a password that stands alone, and of one beside a second factor (NIST SP 800-63B-4, 3.1.1.2)."""


def normal(password: str) -> str:
    """A password as it is compared: Unicode's NFKC, so that full-width and half-width letters are the same."""
    return unicodedata.normalize("NFKC", password)


def check_password_good(password: str, *, names: Iterable[str], with_factor: bool) -> None:
    """See that a new password is long enough and no guess; there is no rule of composition and none of age.

    A character of the East Asian wide kind counts twice: it is worth more guesses than two letters, and a sentence of
    eight characters is what people remember.

    Raises:
        PasswordShort, PasswordGuessable.
    """
    text = normal(password)
    length = sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)
    least = LEAST_WITH_FACTOR if with_factor else LEAST
    if length < least:
        raise PasswordShort(least=least)
    lowered = text.casefold()
    for name in names:
        lowered = lowered.replace(name.casefold(), "") if len(name) > 1 else lowered
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    if len(lowered) < len(text) / 2 or len(set(text)) < 4 or (len(steps) == 1 and abs(steps.pop()) <= 1):
        raise PasswordGuessable()


FREE_TRIES = 4
"""Wrong tries of one account from one network that cost nothing."""
SPREAD_TRIES = 30
"""Wrong tries of one account in an hour, from everywhere: from then on networks that it never signed in from wait."""
NETWORK_TRIES = 200
"""Wrong tries from one network in an hour, whichever the accounts: from then on accounts wait that never signed in from it.

A whole street may stand behind one address."""
LONGEST_WAIT = timedelta(minutes=15)
REMEMBERED = timedelta(hours=1)


def free_at(
    here: Sequence[datetime],
    everywhere: int,
    network: int,
    *,
    known: bool,
    network_last: datetime | None = None,
) -> datetime | None:
    """When somebody may try again; None for now.

    ``here`` are the wrong tries of this account from this network since its last right one, oldest first; ``everywhere``
    and ``network`` count the last hour's of the account and of the network, whose last one was at ``network_last``. ``known``
    says that the account has signed in from this network before: so nobody locks another out of where he always signs in.
    """
    if network_last and network > NETWORK_TRIES and not known:
        return network_last + LONGEST_WAIT
    if not here:
        return None
    wait = timedelta(0)
    if len(here) > FREE_TRIES:
        wait = min(timedelta(minutes=1) * 2 ** min(len(here) - FREE_TRIES - 1, 10), LONGEST_WAIT)
    if (everywhere > SPREAD_TRIES and not known) or network > NETWORK_TRIES:
        wait = LONGEST_WAIT
    return here[-1] + wait if wait else None
