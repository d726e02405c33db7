"""The installation: the database, and what stands beside it: settings, keys, the queue of the background."""

from typing import NamedTuple, Self

from ledger.config import Config
from ledger.db import Database
from ledger.errors import Refused
from ledger.jobs.queue import Queue
from ledger.log.actions import check_signable
from ledger.log.queries import CLOSED, head, logs
from ledger.log.signer import Signer
from ledger.people.keyring import Keyring


class NotAsSigned(Refused):
    """A log does not continue what was signed of it, so that nothing may be written behind it."""

    code = "not-as-signed"
    zh = (
        "账本现在只能读，不能写：日志 {origin} 接不上签名者签过的日志头，或者签名者的密钥、记忆不在。"
        "数据库可能是从旧备份恢复的，或被改写过。公示和查询照常。请管机器的人运行 mingbai fsck 看原因，再用 mingbai restore 恢复最近的备份。"
    )
    en = (
        "The ledger can only be read at present: the log {origin} does not continue the head that the signer has signed, or "
        "the signer's key or memory is not here. The database may be from an old backup, or was rewritten. What is published "
        "can be read as always. Whoever runs the machine finds the reason by mingbai fsck, and restores the last backup by "
        "mingbai restore."
    )


class Installation(NamedTuple):
    """What an action may need beside the figures."""

    config: Config
    database: Database
    signer: Signer
    keyring: Keyring
    queue: Queue

    @classmethod
    def of(cls, config: Config, database: Database) -> Self:
        """The installation of these settings over its database."""
        keyring = Keyring(config.keys / "people.key")
        queue = Queue(config.home, config.secret, config.broker)
        return cls(config, database, Signer(config.keys), keyring, queue)

    def hold_to_signatures(self) -> None:
        """Close the books of each community whose log does not continue what was signed of it; they are read as before."""
        closed: dict[str, Refused] = {}
        with self.database.reading() as session:
            for code in logs(session):
                at_head = head(session, code)
                try:
                    check_signable(session, at_head, self.signer)
                except Refused:
                    closed[code] = NotAsSigned(origin=at_head.origin)
        self.database.info[CLOSED] = closed

    def page_url(self, community: str, kind: str, period: str) -> str:
        """Where a notice can be read by everyone."""
        return f"{self.config.site}/{community}/{kind}/{period}/"
