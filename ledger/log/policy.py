"""Whom a reader trusts: the keys of logs and witnesses, and how many of the witnesses he asks for (C2SP tlog-policy). Pure."""

from collections.abc import Set
from typing import NamedTuple

from ledger.errors import Malformed
from ledger.log.note import COSIGNATURE, Verifier

NONE = "none"


class PolicyLineUnknown(Malformed):
    code = "policy-line-unknown"
    zh = "信任清单里这一行不认识，或者它说的名字前面没有：{line}"
    en = "This line of the policy is not known, or a name in it was not given before: {line}"


class Group(NamedTuple):
    """So many of these witnesses or groups."""

    least: int
    members: tuple[str, ...]


class Policy(NamedTuple):
    """The keys by the name of their line, and what the quorum asks for; nothing where it is ``none``."""

    logs: tuple[Verifier, ...]
    witnesses: dict[str, Verifier]
    groups: dict[str, Group]
    quorum: str

    @property
    def keys(self) -> list[Verifier]:
        return [*self.logs, *self.witnesses.values()]

    def seen_by(self, signers: Set[Verifier]) -> set[str]:
        """Which of the witnesses are among those who signed."""
        return {name for name, key in self.witnesses.items() if key in signers}

    def is_satisfied(self, seen: Set[str]) -> bool:
        """Whether the witnesses who saw it are as many as the quorum asks for."""
        return self.quorum == NONE or self._holds(self.quorum, seen)

    def _holds(self, name: str, seen: Set[str]) -> bool:
        if name in self.witnesses:
            return name in seen
        group = self.groups[name]
        return sum(self._holds(member, seen) for member in group.members) >= group.least


def read_policy(text: str) -> Policy:
    """Read a policy: ``log VKEY [URL]``, ``witness NAME VKEY [URL]``, ``group NAME any|all|COUNT NAME…``, ``quorum NAME|none``.

    Raises:
        PolicyLineUnknown: another line, a name that comes twice or was not given before, or a second quorum.
        NoteMalformed: a key that is none.
    """
    logs: list[Verifier] = []
    witnesses: dict[str, Verifier] = {}
    groups: dict[str, Group] = {}
    quorum = None
    for line in text.split("\n"):
        words = line.split()
        known = {*witnesses, *groups}
        match words:
            case _ if any(letter < " " and letter != "\t" for letter in line):
                raise PolicyLineUnknown(line=line)
            case []:
                pass
            case [word, *_] if word.startswith("#"):
                pass
            case ["log", vkey] | ["log", vkey, _]:
                logs.append(Verifier.parse(vkey))
            case ["witness", name, vkey] | ["witness", name, vkey, _] if name not in {NONE, *known}:
                witnesses[name] = Verifier.parse(vkey, COSIGNATURE)
            case ["group", name, least, *members] if name not in {NONE, *known} and known.issuperset(members):
                groups[name] = Group(_least(least, len(set(members)), line), tuple(members))
            case ["quorum", name] if quorum is None and name in {NONE, *known}:
                quorum = name
            case _:
                raise PolicyLineUnknown(line=line)
    return Policy(tuple(logs), witnesses, groups, quorum or NONE)


def _least(word: str, members: int, line: str) -> int:
    least = {"any": 1, "all": members}.get(word) or (int(word) if word.isascii() and word.isdecimal() else 0)
    if not 1 <= least <= members:
        raise PolicyLineUnknown(line=line)
    return least
