"""Simulators of tests' own, each forked from one process that has loaded all it takes.

To start one as the app does takes up to two seconds of a core, most of them for vocabularies, and
hundreds of tests need one. What a fork runs is the same; `tests/simulator/test_launch.py` and the
tests that start the app as a program have the real start.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

from workbench.simulator.__main__ import main
from workbench.tokens import warm

_MOST_BYTES = 1 << 20


class Forked:
    """A simulator, with what `launched` uses of a `subprocess.Popen`."""

    def __init__(self, arguments: Sequence[str], complaints: IO[bytes]) -> None:
        reads, self._held = os.pipe()
        said, says = os.pipe()
        self.stdout = os.fdopen(said, "rb")
        asked = json.dumps([*arguments]), json.dumps({**os.environ}), os.getcwd()
        fds = [reads, says, complaints.fileno()]
        mother = _mother()
        socket.send_fds(mother, ["\0".join(asked).encode()], fds)
        os.close(reads)
        os.close(says)
        self.pid = int(mother.recv(64))

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._held)
        self.stdout.read()  # to its end, which is the simulator's
        self.stdout.close()

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Its exit code where it did not start, as the real one's."""
        return 1


@cache
def _mother() -> socket.socket:
    """Where to ask for a fork: one process for all tests of this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulators", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=Path(__file__).parents[1],
            start_new_session=True,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(asked: socket.socket) -> None:
    """Fork at each request, until whoever asks is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for tokenizer in ("classic", "new"):
        warm(tokenizer)
    gc.collect()
    gc.freeze()
    while True:
        words, fds, *_ = socket.recv_fds(asked, _MOST_BYTES, 3)
        if not words:
            return
        if pid := os.fork():
            asked.send(str(pid).encode())
            for fd in fds:
                os.close(fd)
        else:
            asked.close()
            os._exit(_be_one(words.decode(), fds))


def _be_one(words: str, fds: Sequence[int]) -> int:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for place, fd in enumerate(fds):
        os.dup2(fd, place)
        os.close(fd)
    arguments, environment, folder = words.split("\0")
    os.environ.clear()
    os.environ.update(json.loads(environment))
    os.chdir(folder)
    return main(json.loads(arguments))


def forked(arguments: Sequence[str], complaints: IO[bytes]) -> Any:
    """In the place of `workbench.simulator.launch._started`."""
    return Forked(arguments, complaints)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
