"""Checks of what the communities need: signed logs, the official calendar, contracts that somebody decides on in time."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import col, select

from ledger.checks.ground import Ground
from ledger.checks.rules import CALENDAR_FROM_MONTH, CONTRACT_DAYS, SIGNED_WITHIN_DAYS, Check, State
from ledger.community.queries import communities, decided_days
from ledger.handover.queries import renewal_calendar, services
from ledger.handover.rules import Standing
from ledger.journal.tables import Entry
from ledger.log import merkle
from ledger.log.queries import NoLog, head, latest_signed, tiles
from ledger.periods import day_in_shanghai, has_national_calendar


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


def _head(ground: Ground, code: str) -> Check | None:
    current = head(ground.session, code)
    size, root = ground.memories.get(current.origin, (0, b""))
    signed = latest_signed(ground.session, code)
    if signed is not None and not ground.signer.has_key(current.origin):
        return Check(
            "heads",
            State.BROKEN,
            (
                "日志签过名，但它的密钥不在 LEDGER_HOME 里。",
                "The log was signed, and its key is not in LEDGER_HOME.",
            ),
            (
                "从备份恢复密钥目录，不要另造新钥。",
                "Restore the key directory from its backup; do not make a new key.",
            ),
            code,
        )
    if signed is not None and size == 0:
        return Check(
            "heads",
            State.BROKEN,
            (
                "日志签过名，但签名者不记得签过什么，数据库被换成旧的也看不出来。",
                "The log was signed, and the signer remembers nothing of it: an older database would pass unseen.",
            ),
            (
                "从备份恢复 LEDGER_HOME/keys 里的 .state.json 文件。",
                "Restore the .state.json files in LEDGER_HOME/keys from their backup.",
            ),
            code,
        )
    path = (
        merkle.consistency_path(size, current.tree_size, tiles(ground.session, code))
        if 0 < size <= current.tree_size
        else []
    )
    if size and not (
        size <= current.tree_size
        and merkle.verify_consistency(size, current.tree_size, root, current.root, path)
    ):
        return Check(
            "heads",
            State.BROKEN,
            (
                f"日志只有 {current.tree_size} 条，或与签过的 {size} 条不一致。",
                f"The log of {current.tree_size} leaves does not continue the {size} leaves that were signed.",
            ),
            (
                "数据库可能被改写，或是从旧备份恢复的：停下服务器，运行 mingbai fsck。",
                "The database was rewritten, or restored from an old backup: stop the server and run mingbai fsck.",
            ),
            code,
        )
    waits_since = ground.session.exec(
        select(func.min(Entry.posted_at)).where(
            Entry.community == code, col(Entry.leaf_index) >= (signed.tree_size if signed else 0)
        )
    ).one()
    if waits_since is None or ground.at - waits_since <= timedelta(SIGNED_WITHIN_DAYS):
        return None
    since = f"{day_in_shanghai(waits_since)}"
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


def calendar(ground: Ground) -> Iterator[Check]:
    """The official days off of this year are known, and from December those of the next."""
    today = day_in_shanghai(ground.at)
    years = [today.year] + [today.year + 1] * (today.month >= CALENDAR_FROM_MONTH)
    missing = False
    for area in sorted({community.area or "" for community in communities(ground.session)} or {""}):
        decided = {day.year for day in decided_days(ground.session, area)}
        for year in years:
            if has_national_calendar(year) or year in decided:
                continue
            missing = True
            yield Check(
                "calendar",
                State.LOOK,
                (
                    f"{year} 年的放假调休安排还没有，按周一到周五算工作日，期限可能差几天。",
                    f"The official days off of {year} are missing: working days are counted as Monday to Friday, and terms may be days off.",
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
    """No service contract comes to its end, or is past it, without somebody having decided."""
    today, waiting = day_in_shanghai(ground.at), False
    for community in communities(ground.session):
        of_place = services(ground.session, community.code, today)
        follows = max((contract["starts_on"] for contract in of_place), default=today)
        for contract in of_place:
            ends_on = contract["ends_on"]
            decided = contract["cause"] is not None or follows > ends_on
            if decided or contract["standing"] not in (Standing.RUNNING, Standing.INDEFINITE):
                continue
            if ends_on > today + timedelta(CONTRACT_DAYS):
                continue
            waiting = True
            decide_by = renewal_calendar(ground.session, community.code, contract["number"]).decide_by
            yield Check(
                "contracts",
                State.LOOK,
                (
                    f"物业服务合同 {contract['number']} 到 {ends_on} 期满，还没有决定续聘还是另选。",
                    f"Service contract {contract['number']} runs until {ends_on}, and nobody has decided on renewal or another firm.",
                )
                if ends_on >= today
                else (
                    f"物业服务合同 {contract['number']} 已于 {ends_on} 期满，没有决定，现在是不定期合同。",
                    f"Service contract {contract['number']} ended on {ends_on} without a decision and now runs for no fixed time.",
                ),
                (
                    f"请业主委员会在 {decide_by} 前组织业主共同决定。",
                    f"Ask the owners' committee to have the owners decide by {decide_by}.",
                )
                if decide_by >= today
                else (
                    "请业主委员会尽快组织业主共同决定。",
                    "Ask the owners' committee to have the owners decide soon.",
                ),
                community.code,
            )
    if not waiting:
        yield Check(
            "contracts",
            State.WELL,
            (
                f"{CONTRACT_DAYS} 天内没有待决定的物业服务合同。",
                f"No service contract waits for a decision within {CONTRACT_DAYS} days.",
            ),
        )
