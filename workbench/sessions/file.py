"""A file that only ever grows, is ours alone, and forgets nothing the disk would not take."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows keeps others from files that are open by itself
    fcntl = None  # type: ignore[assignment]

_NEW = os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_RDWR | getattr(os, "O_BINARY", 0)
_BLOCK = 1 << 20
_WAITS_S = (0, 0.01, 0.01, 0.01)


def lock(fd: int) -> bool:
    """Keep others from writing to an open file for as long as it is open; False where one is."""
    for wait_s in _WAITS_S:  # whoever only asks (`being_written`) holds it for an instant
        time.sleep(wait_s)
        if _locked(fd, "LOCK_EX"):
            return True
    return False


def being_written(path: Path) -> bool:
    """Whether a workbench is writing this file at the moment: it ends by itself, or goes on."""
    try:
        with path.open("rb") as file:
            return not _locked(file.fileno(), "LOCK_SH")  # shared: several may ask at once
    except OSError:
        return False


def _locked(fd: int, kind: str) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(fd, getattr(fcntl, kind) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that knows no locks
        return True
    return True


class GrowingFile:
    """A file to append to; nothing is on disk before `create`. For one thread at a time.

    What `push` cannot put on the file waits, and goes there first the next time: the file is
    always a beginning of all that was added, and never has a gap.
    """

    __slots__ = ("_fd", "_waiting", "path", "size")

    def __init__(self) -> None:
        self.path: Path | None = None
        self.size = 0
        self._fd: int | None = None
        self._waiting = bytearray()

    def create(self, path: Path) -> None:
        """Make the file, for us alone to read and write.

        Raises:
            FileExistsError: The name is taken; the file there is left alone.
            OSError: The file cannot be made.
        """
        self._fd = os.open(path, _NEW, 0o600)
        lock(self._fd)  # it is new: nobody else can have it
        self.path = path

    def reopen(self, path: Path) -> bool:
        """Go on with a file that is there; False where somebody else is writing it.

        Raises:
            OSError: It cannot be opened to be written.
        """
        fd = os.open(path, os.O_APPEND | os.O_RDWR | getattr(os, "O_BINARY", 0))
        if not lock(fd):
            os.close(fd)
            return False
        self._fd, self.path, self.size = fd, path, os.fstat(fd).st_size
        return True

    def add(self, data: bytes) -> None:
        """Let bytes wait for the next `push`."""
        self._waiting += data

    def push(self) -> None:
        """Put all that waits on the file.

        Raises:
            OSError: Some of it still waits; or it went to a file that somebody has removed.
        """
        if self._fd is None:
            return
        while self._waiting:
            written = os.write(self._fd, self._waiting)
            self.size += written
            del self._waiting[:written]
        if os.fstat(self._fd).st_nlink == 0:
            raise FileNotFoundError(None, "the file has been removed")

    def sync(self) -> None:
        """Wait until the file, and its name in the folder, are on the disk itself."""
        if self._fd is None or self.path is None:
            return
        os.fsync(self._fd)
        # Not every system lets one open a folder; there it does without.
        with contextlib.suppress(OSError):
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def content(self) -> bytes:
        """All that is on the file, even where somebody has removed it since.

        Raises:
            OSError: It cannot be read.
        """
        fd = self._fd
        if fd is None:
            return self.path.read_bytes() if self.path is not None and self.size else b""
        os.lseek(fd, 0, os.SEEK_SET)  # appending does not care where we read
        return b"".join(iter(lambda: os.read(fd, _BLOCK), b""))

    def waiting(self) -> bytes:
        """All that is not on the file."""
        return bytes(self._waiting)

    def close(self) -> None:
        """Let go of the file. An empty one is not left behind."""
        if self._fd is None:
            return
        os.close(self._fd)
        self._fd = None
        if not self.size:
            self.remove()

    def remove(self) -> None:
        """Take away the file that we made; one that cannot be taken away stays."""
        if self.path is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()
