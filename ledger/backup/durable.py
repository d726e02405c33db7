"""Files that are there whole or not at all, also when the machine stops; what cannot be written is named."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Let an error of the system say which file it was about: one of a write does not."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, str(file)) from error


class Counted(RawIOBase):
    """Writes through to a file and keeps the digest and the number of its bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)
        return len(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


@contextmanager
def new_file(file: Path) -> Iterator[Counted]:
    """A file that is on the disk when the block ends."""
    with naming(file), open(file, "xb", opener=_for_nobody_else) as handle:
        counted = Counted(handle)
        yield counted
        handle.flush()
        os.fsync(handle.fileno())


def replace_file(file: Path, content: bytes) -> None:
    """Put content into a file at once: whoever reads it meanwhile has the old or the new one whole."""
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    with new_file(partial) as handle:
        handle.write(content)
    os.replace(partial, file)
    keep_names(file.parent)


def keep_names(directory: Path) -> None:
    """See that the names of the files in a directory are on the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    with naming(file), open(file, "rb") as handle:
        digest = sha256()
        while piece := handle.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _for_nobody_else(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
