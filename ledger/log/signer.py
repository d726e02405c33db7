"""The signer: a key and a memory outside the database.

Before it signs a head it asks what a witness would ask: is this tree at least as long as the last one I
signed, and does it begin with it? So a database that was restored from an old backup, or rewritten, cannot
get a second signature over another history: the signer remembers more than the database does.
"""

import fcntl
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.config import made_once
from ledger.errors import Malformed, Refused
from ledger.log import merkle, note
from ledger.log.tables import SignedHead

STATE = ".state.json"
"""How the name of a file ends in which the signer remembers a log."""

Consistency = Callable[[int, int], list[bytes]]
"""``consistency(old, new)`` gives the path which proves that the old tree begins the new one."""


class LogRewritten(Refused):
    """The log is shorter than, or different from, what was signed before."""

    code = "log-rewritten"
    zh = (
        "签名被拒绝：{origin} 的日志只有 {size} 条，或与之前签名的 {signed} 条不一致。"
        "数据库可能被改写，或是从旧备份恢复的。"
    )
    en = (
        "Signing refused: the log {origin} of {size} leaves does not continue the {signed} leaves signed before. "
        "The database was rewritten, or restored from an old backup."
    )


class KeyLost(Refused):
    """The log was signed before, and the key that did it is not here."""

    code = "key-lost"
    zh = "签名被拒绝：日志 {origin} 以前签过名，但 {directory} 里没有它的密钥。请从备份恢复密钥目录，不要另造新钥。"
    en = (
        "Signing refused: the log {origin} was signed before, and its key is not in {directory}. "
        "Restore the key directory from its backup; do not make a new key."
    )


class MemoryLost(Refused):
    """The log was signed before, and what the signer remembered of it is gone or cannot be read."""

    code = "memory-lost"
    zh = (
        "签名被拒绝：日志 {origin} 以前签过名，但签名者的记忆 {file} 不见了或读不出来，数据库被换成旧的也看不出来。"
        "请从备份恢复这个文件；没有，就用 mingbai restore 恢复最近的一份备份。"
    )
    en = (
        "Signing refused: the log {origin} was signed before, and what the signer remembered of it, {file}, is gone or cannot "
        "be read, so that an older database would pass unseen. Restore that file from its backup, or restore the last backup "
        "by mingbai restore."
    )


class KeyOfHeadLost(Refused):
    """A head was signed before heads kept the key that did it, and no key here proves it."""

    code = "key-of-head-lost"
    zh = (
        "升级停下了：最早的版本没有随签名的日志头记下公钥，日志 {origin} 的签名要用当时的密钥来证明，而 {directory} 里没有。"
        "请把当时 LEDGER_HOME 的密钥目录放回来，再运行一次 mingbai migrate；不要另造新钥。"
    )
    en = (
        "The upgrade has stopped: the first version kept no public key with a signed head, so the signature of the log "
        "{origin} has to be proved by the key of that time, and {directory} does not hold it. "
        "Put the key directory of that LEDGER_HOME back and run mingbai migrate once more; do not make a new key."
    )


class KeyOfLogForged(Refused):
    code = "key-of-log-forged"
    zh = "这里存的日志头（钥匙、记录数和根）不是 {origin} 的签名者签出来的，不能当真：请告诉业主委员会和街道，并用公告栏上贴的纸核对。"
    en = "The head of the log that is kept here (key, size and root) is not what the signer of {origin} signed, so it is not served: tell the owners' committee and the street office, and compare with the paper on site."


class Signer:
    """Signs the checkpoints of the logs whose keys lie in ``directory``, one key and one state a log."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def state_file(self, origin: str) -> Path:
        """Where the signer remembers a log."""
        return self.directory / f"{_file_name(origin)}{STATE}"

    def verifier(self, origin: str) -> note.Verifier:
        """The public half of the log's key; the key is made when there is none."""
        return note.Verifier(origin, self._key(origin).public_key().public_bytes_raw())

    def has_key(self, origin: str) -> bool:
        """Whether the log's key is here already."""
        return self._key_file(origin).exists()

    def sign(self, checkpoint: note.Checkpoint, consistency: Consistency) -> str:
        """Sign a head that continues the last one signed for its origin. Gives the signed note.

        Raises:
            LogRewritten: it does not.
            MemoryLost: its key is here, which is made when it is signed first, and nothing is remembered of it.
        """
        with self._state(checkpoint.origin) as state:
            if not state and self.has_key(checkpoint.origin):
                raise MemoryLost(origin=checkpoint.origin, file=self.state_file(checkpoint.origin))
            size, root = state.get("size", 0), b64decode(state.get("root", ""))
            if size > checkpoint.size or (
                size > 0
                and not merkle.verify_consistency(
                    size, checkpoint.size, root, checkpoint.root, consistency(size, checkpoint.size)
                )
            ):
                raise LogRewritten(origin=checkpoint.origin, size=checkpoint.size, signed=size)
            state.update(size=checkpoint.size, root=b64encode(checkpoint.root).decode())
        return note.sign(checkpoint.text, checkpoint.origin, self._key(checkpoint.origin))

    def prove(self, origin: str, signed: str) -> note.Verifier:
        """The public half of the log's key, once a note that was signed before proves that it is the one.

        Raises:
            KeyOfHeadLost: the key is not here, or it is another one.
        """
        if self.has_key(origin):
            verifier = self.verifier(origin)
            with suppress(note.NoteMalformed, note.SignatureWrong):
                note.verified(signed, [verifier])
                return verifier
        raise KeyOfHeadLost(origin=origin, directory=self.directory)

    def endorse(self, text: str, name: str) -> str:
        """Sign what is no head of a log, such as the manifest of a backup, by the key of a name that no log has."""
        return note.sign(text, name, self._key(name))

    def memory(self) -> dict[str, note.Checkpoint]:
        """The last head signed of each log, by origin; of a log that was let go of, an empty one.

        Raises:
            MemoryLost: what is remembered of one cannot be read.
        """
        origins = [
            unquote(file.name.removesuffix(STATE)) for file in sorted(self.directory.glob(f"*{STATE}"))
        ]
        return {origin: self.remembered(origin) for origin in origins}

    def remembered(self, origin: str) -> note.Checkpoint:
        """The last head signed of a log; an empty one where none was.

        Raises:
            MemoryLost: what is remembered of it cannot be read.
        """
        state = self._read(origin)
        return note.Checkpoint(origin, state.get("size", 0), b64decode(state.get("root", "")))

    def remember(self, checkpoint: note.Checkpoint) -> None:
        """Continue from another head than the last one signed, which is kept beside it.

        Only for a database that was restored: by the operator's word where it is older, and where this home has signed
        nothing yet. To remember the same head again is no harm.
        """
        with self._state(checkpoint.origin) as state:
            head = {"size": checkpoint.size, "root": b64encode(checkpoint.root).decode()}
            if state and head.items() <= state.items():
                return
            if state:
                state["before"] = [*state.get("before", []), {name: state[name] for name in head}]
            state.update(head)

    def rename_first_files(self, origin: str) -> None:
        """Give the key and the memory of a log, which the first versions named otherwise, the names of today."""
        for ending in (".key", STATE):
            first = self.directory / f"{origin.replace('/', '_')}{ending}"
            today = self.directory / f"{_file_name(origin)}{ending}"
            if first.exists() and not today.exists():
                first.rename(today)

    def _key(self, origin: str) -> Ed25519PrivateKey:
        key = made_once(self._key_file(origin), lambda: Ed25519PrivateKey.generate().private_bytes_raw())
        return Ed25519PrivateKey.from_private_bytes(key)

    def _key_file(self, origin: str) -> Path:
        return self.directory / f"{_file_name(origin)}.key"

    @contextmanager
    def _state(self, origin: str) -> Iterator[dict[str, Any]]:
        """The signer's memory of one log, locked; written back durably if the block ends well."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self.state_file(origin)
        with open(file.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            state = self._read(origin)
            yield state
            partial = file.with_suffix(".new")
            with open(partial, "w") as handle:
                json.dump(state, handle)
                handle.flush()
                os.fsync(handle.fileno())
            os.replace(partial, file)

    def _read(self, origin: str) -> dict[str, Any]:
        file = self.state_file(origin)
        if not file.exists():
            return {}
        try:
            state = json.loads(file.read_bytes())
            root = b64decode(state["root"], validate=True)
            whole = isinstance(state["size"], int) and len(root) == (32 if state["size"] else len(root))
        except (ValueError, TypeError, KeyError):
            whole = False
        if not whole:
            raise MemoryLost(origin=origin, file=self.state_file(origin))
        return dict(state)


def held_to_its_key(signed: SignedHead, signer: Signer | None) -> SignedHead:
    """A signed head whose row says the key, size and root that its note says: the signer's own key, where that is here.

    Raises:
        KeyOfLogForged: it says others.
    """
    origin = signed.note.partition("\n")[0]
    try:
        key = note.Verifier.parse(signed.vkey)
        signed_note, _ = note.verified(signed.note, [key])
        genuine = (
            key.name == origin
            and note.parse_checkpoint(signed_note.text)
            == note.Checkpoint(origin, signed.tree_size, signed.root)
            and (signer is None or not signer.has_key(origin) or signer.verifier(origin).vkey == signed.vkey)
        )
    except Malformed:
        genuine = False
    if not genuine:
        raise KeyOfLogForged(origin=origin)
    return signed


def _file_name(origin: str) -> str:
    """A name that no other origin has: two logs in one file would share a key and a memory."""
    return quote(origin, safe="")
