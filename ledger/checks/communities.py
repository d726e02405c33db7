"""Checks of what the communities need: signed logs, the official calendar, contracts, committees and disclosures in time, a first month."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from ledger.checks.ground import Ground
from ledger.checks.rules import CALENDAR_FROM_MONTH, SIGNED_WITHIN_DAYS, Check, State, Words
from ledger.committee.queries import committee_tasks_on
from ledger.community.queries import communities, decided_days
from ledger.disclosure.due_queries import dues_on
from ledger.first_month.queries import first_month
from ledger.first_month.rules import StepState
from ledger.handover.queries import contract_tasks_on
from ledger.journal.tables import Entry
from ledger.log import note
from ledger.log.queries import NoLog, continues, head, latest_signed
from ledger.operations.first_month import lacking, who_does
from ledger.periods import day_in_shanghai, is_provisional
from ledger.words import period, told, word


def heads(ground: Ground) -> Iterator[Check]:
    """Every log continues what the signer remembers of it, its key is here, and nothing waits long for a signature."""
    logs, bad = 0, False
    for community in communities(ground.session):
        try:
            check = _head(ground, community.code)
        except NoLog:
            continue
        logs += 1
        if check is not None:
            bad = True
            yield check
    if not bad:
        yield Check(
            "heads",
            State.WELL,
            (
                f"{logs} 份日志都接得上签过的头，没有久未签名的。",
                f"All {logs} logs continue their signed heads, and nothing waits for a signature.",
            ),
        )


KEY_GONE: tuple[Words, Words] = (
    ("日志签过名，但它的密钥不在 LEDGER_HOME 里。", "The log was signed, and its key is not in LEDGER_HOME."),
    (
        "从备份恢复密钥目录，不要另造新钥。",
        "Restore the key directory from its backup; do not make a new key.",
    ),
)
MEMORY_GONE: tuple[Words, Words] = (
    (
        "日志签过名，但签名者不记得签过什么，数据库被换成旧的也看不出来。",
        "The log was signed, and the signer remembers nothing of it: an older database would pass unseen.",
    ),
    (
        "从备份恢复 LEDGER_HOME/keys 里的 .state.json 文件。",
        "Restore the .state.json files in LEDGER_HOME/keys from their backup.",
    ),
)


def _head(ground: Ground, code: str) -> Check | None:
    current = head(ground.session, code)
    remembered = ground.memory.get(current.origin, note.Checkpoint(current.origin, 0, b""))
    signed = latest_signed(ground.session, code)
    if signed is not None and not ground.signer.has_key(current.origin):
        return Check("heads", State.BROKEN, *KEY_GONE, code)
    if signed is not None and not remembered.size:
        return Check("heads", State.BROKEN, *MEMORY_GONE, code)
    if not continues(ground.session, current, remembered):
        return Check(
            "heads",
            State.BROKEN,
            (
                f"日志只有 {current.tree_size} 条，或与签过的 {remembered.size} 条不一致。",
                f"The log of {current.tree_size} leaves does not continue the {remembered.size} leaves that were signed.",
            ),
            (
                "数据库可能被改写，或是从旧备份恢复的：停下服务器，运行 mingbai fsck。",
                "The database was rewritten, or restored from an old backup: stop the server and run mingbai fsck.",
            ),
            code,
        )
    waits_since = _unsigned_since(ground, code, signed.tree_size if signed else 0)
    if waits_since is None or ground.at - waits_since <= timedelta(SIGNED_WITHIN_DAYS):
        return None
    since = day_in_shanghai(waits_since)
    return Check(
        "heads",
        State.LOOK,
        (
            f"自 {since} 起的记账还没有签名，读者核验不了。",
            f"What was written since {since} is not signed, and no reader can verify it.",
        ),
        ("运行 mingbai sign，并查看签名的定时器。", "Run mingbai sign, and look at the timer that should."),
        code,
    )


def _unsigned_since(ground: Ground, code: str, signed_leaves: int) -> datetime | None:
    """When the oldest entry above the newest signed head was written."""
    return ground.session.exec(
        select(func.min(Entry.posted_at)).where(
            Entry.community == code, col(Entry.leaf_index) >= signed_leaves
        )
    ).one()


def calendar(ground: Ground) -> Iterator[Check]:
    """The official days off of this year are known, and from December those of the next."""
    today = day_in_shanghai(ground.at)
    years = [today.year] + [today.year + 1] * (today.month >= CALENDAR_FROM_MONTH)
    missing = False
    for area in sorted({community.area or "" for community in communities(ground.session)} or {""}):
        decided = decided_days(ground.session, area)
        for year in years:
            if not is_provisional(year, decided):
                continue
            missing = True
            yield Check(
                "calendar",
                State.LOOK,
                (
                    f"{year} 年的放假调休安排还没有，先按法定节假日算工作日，算出的期限是暂定的。",
                    f"The official days off of {year} are missing: statutory holidays are assumed, and terms counted with them are provisional.",
                ),
                (
                    "国务院办公厅的通知一出就录入这一年的日历，或升级本系统。",
                    "Enter the calendar as soon as the State Council publishes it, or upgrade this system.",
                ),
                area,
            )
    if not missing:
        known = "、".join(map(str, years)), " and ".join(map(str, years))
        yield Check(
            "calendar",
            State.WELL,
            (f"{known[0]} 年的放假调休安排齐全。", f"The official days off of {known[1]} are known."),
        )


def contracts(ground: Ground) -> Iterator[Check]:
    """Nothing that a service contract or a hand-over asks for is near its day, or past it, as first screens tell it too."""
    today, waiting = day_in_shanghai(ground.at), False
    for community in communities(ground.session):
        for task, contract, on in contract_tasks_on(ground.session, community.code, today):
            waiting = True
            yield Check(
                "contracts",
                State.LOOK,
                (
                    f"物业服务合同 {contract}：{word(task)}，{told(on, 'zh')}。",
                    f"Service contract {contract}: {word(task, language='en')}, {told(on, 'en')}.",
                ),
                (
                    "请有关的人在“今天要办”里办。",
                    "Ask those whom it concerns to see to it: it waits on their first screens.",
                ),
                community.code,
            )
    if not waiting:
        yield Check(
            "contracts",
            State.WELL,
            (
                "没有临近或已过期限的物业服务合同和交接。",
                "No day of a service contract or a hand-over is near or past.",
            ),
        )


def committees(ground: Ground) -> Iterator[Check]:
    """Nothing that a term of an owners' committee asks for is near its day, or past it, as first screens tell it too."""
    today, waiting = day_in_shanghai(ground.at), False
    for community in communities(ground.session):
        for task, no, on in committee_tasks_on(ground.session, community.code, today):
            waiting = True
            by = (f"，{told(on, 'zh')}", f", {told(on, 'en')}") if on else ("", "")
            yield Check(
                "committees",
                State.LOOK,
                (
                    f"第 {no} 届业主委员会：{word(task)}{by[0]}。",
                    f"Owners' committee, term {no}: {word(task, language='en')}{by[1]}.",
                ),
                (
                    "请有关的人在“今天要办”里办。",
                    "Ask those whom it concerns to see to it: it waits on their first screens.",
                ),
                community.code,
            )
    if not waiting:
        yield Check(
            "committees",
            State.WELL,
            (
                "没有等着办的业主委员会备案、换届、移交和审计。",
                "No filing, election, hand-over or audit of an owners' committee waits.",
            ),
        )


def disclosures(ground: Ground) -> Iterator[Check]:
    """No accounts that are to be disclosed are near their day or past it, as first screens and the board tell it too."""
    today, waiting = day_in_shanghai(ground.at), False
    for community in communities(ground.session):
        for due in dues_on(ground.session, community.code, today):
            waiting = True
            yield Check(
                "disclosures",
                State.LOOK,
                (
                    f"{period(due.period, 'zh')}：{word(due.task)}，{told(due.on, 'zh')}前。",
                    f"{period(due.period, 'en')}: {word(due.task, language='en')} by {told(due.on, 'en')}.",
                ),
                (
                    "请有关的人在“今天要办”里办。",
                    "Ask those whom it concerns to see to it: it waits on their first screens.",
                ),
                community.code,
            )
    if not waiting:
        yield Check(
            "disclosures",
            State.WELL,
            ("没有临近或已过期限的公示。", "No disclosure is near its day or past it."),
        )


def first_months(ground: Ground) -> Iterator[Check]:
    """No community waits for a step of its first month that somebody can do now."""
    today, places = day_in_shanghai(ground.at), communities(ground.session)
    waiting = not places
    if not places:
        yield Check(
            "first_month",
            State.LOOK,
            ("还没有一个小区。", "There is no community yet."),
            (
                "管理员登录网页，导入登记簿，或者填表开通。",
                "The operator signs in at the desk and imports a register, or opens one by forms.",
            ),
        )
    for community in places:
        for step in first_month(ground.session, community.code, today):
            if step.state is not StepState.OPEN:
                continue
            waiting = True
            who, lacks = who_does(step.step), lacking(step)
            yield Check(
                "first_month",
                State.LOOK,
                (
                    f"第一个月：{word(step.step)}，{lacks.zh}。",
                    f"First month: {word(step.step, language='en')}; {lacks.en}.",
                ),
                (f"等{told(who, 'zh')}来办。", f"It waits for: {told(who, 'en')}."),
                community.code,
            )
    if not waiting:
        yield Check(
            "first_month",
            State.WELL,
            ("没有等着办的第一个月。", "No step of a first month waits."),
        )
