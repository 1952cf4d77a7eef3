"""A session is the same one plain and compressed, whatever has become of its bytes."""

from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.sessions.helpers import INFO, interleaved, journal_in, planned, saved, story
from workbench.errors import SessionError
from workbench.sessions import content, journal
from workbench.sessions.content import existing, pack, read_content
from workbench.sessions.session import read_session
from workbench.sessions.shelf import find_session, sessions_in


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compressed session of two runs."""
    folder = tmp_path_factory.mktemp("packed")
    with journal_in(folder) as book:
        book.begin_round(INFO, planned("a", "b"))
        for event in interleaved(story("a"), story("b")):
            book.write(event)
    (path,) = folder.iterdir()
    return pack(path)


def test_a_large_session_is_compressed_when_it_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says the same, answers to its old name, and the plain file is gone; a small one stays."""
    small = saved(tmp_path / "small", story("a"), "a")
    monkeypatch.setattr(journal, "LARGE", 1)
    large = saved(tmp_path / "large", story("a"), "a")

    assert small.exists()
    assert not large.exists()
    (packed,) = large.parent.iterdir()
    assert packed.name == large.name + ".gz"
    assert packed.stat().st_mode & 0o777 == 0o600
    assert existing(large) == packed
    assert read_session(large).rounds[0].events == read_session(small).rounds[0].events
    for word in (str(large), large.name, packed.name, large.stem, "last"):
        assert find_session(large.parent, word) == large
    (summary,) = sessions_in(large.parent)
    assert (summary.runs, summary.cut, summary.size) == (1, False, packed.stat().st_size)


def test_nothing_is_compressed_over(tmp_path: Path) -> None:
    """A file of the name is left alone, and so is the plain one."""
    path = saved(tmp_path, story("a"))
    other = path.with_name(path.name + ".gz")
    other.write_bytes(b"someone's")

    assert pack(path) == path
    assert other.read_bytes() == b"someone's"
    assert read_session(path).rounds


def test_a_disk_too_full_to_compress_keeps_the_plain_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left behind of the try."""
    path = saved(tmp_path, story("a"))

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.write", full)
    with pytest.raises(OSError, match="No space"):
        pack(path)
    assert [*tmp_path.iterdir()] == [path]


def test_what_does_not_come_out_as_it_went_in_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plain file goes only once the other has been read back."""
    path = saved(tmp_path, story("a"))
    monkeypatch.setattr(content, "_unpacked", lambda raw, path: content.Content(b"", cut=True))

    with pytest.raises(OSError, match="as it went in"):
        pack(path)
    assert [*tmp_path.iterdir()] == [path]


@given(share=st.floats(0, 1))
@example(share=0.0)
@example(share=0.002)
def test_a_truncated_one_gives_what_came_before(packed: Path, share: float) -> None:
    """At any byte: our own error where not even the first line is left, else a beginning."""
    raw, plain = packed.read_bytes(), gzip.decompress(packed.read_bytes())
    cut = packed.with_name("cut.jsonl.gz")
    cut.write_bytes(raw[: int(share * len(raw))])
    found = read_content(cut)

    assert plain.startswith(found.data)
    try:
        session = read_session(cut)
    except SessionError:
        assert b"\n" not in found.data
    else:
        assert bool(session.notes) == (len(raw) > cut.stat().st_size)


def test_a_damaged_byte_loses_nothing_before_it(tmp_path: Path) -> None:
    """However much is unpacked at once."""
    plain = "".join(f"{number} {number * 7919 % 1009}\n" for number in range(20_000)).encode()
    raw = bytearray(gzip.compress(plain))
    at = len(raw) // 2
    raw[at : at + 200] = bytes(200)
    damaged = tmp_path / "damaged.jsonl.gz"
    damaged.write_bytes(raw)
    found = read_content(damaged)

    assert found.cut
    whole = len(plain) // 3
    assert found.data[:whole] == plain[:whole]


@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_damaged_one_raises_nothing_but_our_own_error(
    packed: Path, place: int, byte: int
) -> None:
    """Any byte may be any other."""
    raw = bytearray(packed.read_bytes())
    raw[place % len(raw)] = byte
    damaged = packed.with_name("damaged.jsonl.gz")
    damaged.write_bytes(raw)
    with suppress(SessionError):
        read_session(damaged)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that unpacks to a huge one is refused in one line."""
    monkeypatch.setattr(content, "LONGEST", 1 << 20)
    bomb = tmp_path / "bomb.jsonl.gz"
    bomb.write_bytes(gzip.compress(b" " * (1 << 22)))

    with pytest.raises(SessionError, match="unpacks to more than"):
        read_session(bomb)
    assert sessions_in(tmp_path) == []
