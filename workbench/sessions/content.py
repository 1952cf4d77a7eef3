"""What is in a session file, be it plain or compressed.

A session is written plain, as `<stem>.jsonl`; a large one is compressed once it is closed, to
`<stem>.jsonl.gz`, and answers to either name. Lines added later are a gzip member of their own.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.errors import SessionError
from workbench.sessions.file import GrowingFile

PLAIN, PACKED = ".jsonl", ".jsonl.gz"
LARGE = 64 * 1024
"""From so many bytes on a session is compressed when it is closed; a smaller one stays plain."""
LONGEST = 1 << 31
"""The most bytes that a file may unpack to: a bomb is not unpacked."""
_MAGIC = b"\x1f\x8b"
_GZIP = 31
_BLOCK = 1 << 20
_PIECE = 1 << 14


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a session file, unpacked.

    Args:
        data: As they were written.
        cut: Whether the compressed file is cut short or damaged, and more was in it.
    """

    data: bytes
    cut: bool = False


def stem_of(path: Path) -> str:
    """A session file's name without what says how it is written."""
    return path.name.removesuffix(".gz").removesuffix(PLAIN)


def stem_for(began: datetime, name: str) -> str:
    """What a session's file is called: when it began (UTC), and what of its name fits a file."""
    fitting = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:48] or "session"
    return f"{began:%Y%m%dT%H%M%SZ}-{fitting}"


def create(file: GrowingFile, folder: Path, stem: str) -> None:
    """Make a session's file in the folder under the first name that nobody has taken.

    Raises:
        OSError: It cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while file.path is None:
        path = folder / (f"{stem}-{number}" if number > 1 else stem)
        try:
            if path.with_name(path.name + PACKED).exists():  # it answers to this name, too
                raise FileExistsError
            file.create(path.with_name(path.name + PLAIN))
        except FileExistsError:
            number += 1


def existing(path: Path) -> Path:
    """The file of this session: the compressed one where the plain one is gone."""
    packed = path.with_name(path.name + ".gz")
    return packed if path.name.endswith(PLAIN) and not path.exists() and packed.exists() else path


def named(path: Path) -> Path:
    """The name that a session file has had from the beginning, compressed or not."""
    return path.with_name(stem_of(path) + PLAIN) if path.name.endswith(PACKED) else path


def is_packed(head: bytes) -> bool:
    """Whether a file that begins so is compressed."""
    return bool(head) and _MAGIC.startswith(head[:2])  # be it cut after its first byte


def read_content(path: Path) -> Content:
    """Read a session file, under either of its names.

    Raises:
        OSError: It cannot be read.
        SessionError: It unpacks to more than anybody has written.
    """
    raw = existing(path).read_bytes()
    return _unpacked(raw, path) if is_packed(raw) else Content(raw)


def first_line(path: Path) -> bytes:
    """The first line of a session file, without reading the rest of it.

    Raises:
        OSError: It cannot be read.
    """
    with existing(path).open("rb") as file:
        if not is_packed(file.peek(2)):
            return file.readline()
        member, line = zlib.decompressobj(wbits=_GZIP), b""
        with suppress(zlib.error):
            while b"\n" not in line and (piece := file.read(_PIECE)):
                line += member.decompress(piece, _BLOCK)
        return line.partition(b"\n")[0]


def _unpacked(raw: bytes, path: Path) -> Content:
    pieces, size, rest = list[bytes](), 0, raw
    while rest:
        member = zlib.decompressobj(wbits=_GZIP)
        while rest and not member.eof:
            before = member.copy()
            try:
                piece = member.decompress(rest, _BLOCK)
            except zlib.error:  # it gives nothing of a block in which anything is wrong
                return Content(b"".join([*pieces, *_by_bytes(before, rest)]), cut=True)
            pieces.append(piece)
            if (size := size + len(piece)) > LONGEST:
                raise SessionError(f"{path} unpacks to more than {LONGEST >> 30} GB")
            rest = member.unconsumed_tail
            if not piece and not rest and not member.eof:
                return Content(b"".join(pieces), cut=True)
        if not member.eof:
            return Content(b"".join(pieces), cut=True)
        rest = member.unused_data
    return Content(b"".join(pieces))


def _by_bytes(member: Any, rest: bytes) -> Iterator[bytes]:
    """What can be unpacked before the byte that is damaged."""
    with suppress(zlib.error):
        for at in range(len(rest)):
            yield member.decompress(rest[at : at + 1])


def pack(path: Path) -> Path:
    """Compress a closed session file and take the plain one away; its new path.

    The plain file goes only once the other is on the disk, whole. Where a file of that name is
    there already, nothing is done.

    Raises:
        OSError: It cannot be written. The plain file is as it was.
    """
    packed = path.with_name(path.name + ".gz")
    if packed.exists():
        return path
    with _new_file(packed) as part:
        plain = path.read_bytes()
        press = zlib.compressobj(wbits=_GZIP)
        for begin in range(0, len(plain), _BLOCK):
            part.add(press.compress(plain[begin : begin + _BLOCK]))
            part.push()
        part.add(press.flush())
        part.push()
        part.sync()
        if _unpacked(part.content(), path) != Content(plain):
            raise OSError(f"{packed.name} did not come out as it went in")
    with suppress(OSError):  # whoever may not take it away has both
        path.unlink()
    return packed


def unpack(path: Path) -> Path:
    """Make a compressed session plain again, to be gone on with; its path, which it has anyhow.

    The compressed file goes only once the plain one is on the disk, whole.

    Raises:
        OSError: It cannot be written, or it is damaged. The compressed file is as it was.
    """
    packed = existing(path)
    if not packed.name.endswith(PACKED):
        return packed
    content = read_content(packed)
    if content.cut:
        raise OSError(f"{packed.name} is cut short")
    with _new_file(named(packed)) as part:
        part.add(content.data)
    with suppress(OSError):
        packed.unlink()
    return named(packed)


@contextmanager
def _new_file(path: Path) -> Iterator[GrowingFile]:
    """A file that has this name once all that was put on it is on the disk; else there is none.

    Raises:
        OSError: It cannot be written.
    """
    with closing(GrowingFile()) as part, ExitStack() as undoing:
        part.create(path.with_name(f".{path.name}.{os.getpid()}.part"))
        undoing.callback(part.remove)
        yield part
        part.push()
        part.sync()
        if part.path is not None:
            os.rename(part.path, path)
            part.path = path
        part.sync()
        undoing.pop_all()


def member(data: bytes) -> bytes:
    """Bytes as a gzip member of their own, to stand at the end of a compressed file."""
    press = zlib.compressobj(wbits=_GZIP)
    return press.compress(data) + press.flush()
