"""The installation: the database, and what stands beside it: settings, keys, the queue of the background."""

from typing import NamedTuple, Self

from ledger.config import Config
from ledger.db import Database
from ledger.jobs.queue import Queue
from ledger.log.signer import Signer
from ledger.people.keyring import Keyring


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

    def page_url(self, community: str, kind: str, period: str) -> str:
        """Where a notice can be read by everyone."""
        return f"{self.config.site}/{community}/{kind}/{period}/"
