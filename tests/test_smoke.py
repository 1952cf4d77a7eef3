"""A clean, unlocked install of the built package, outside the repository, on a real terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench.start import PANES, PROMPT, modules_before_the_first_frame
from workbench.run import Run
from workbench.sessions.session import read_session

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60.0
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `workbench` command of a fresh environment, installed as a user would."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = str(folder / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", str(ROOT)]
    subprocess.run(pip, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    return folder / "venv" / "bin" / "workbench"


class Terminal:
    """A program on a pty, and all that it writes there."""

    def __init__(self, command: list[str | Path], cwd: Path, env: dict[str, str]) -> None:
        parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 150, 0, 0))
        self.process = subprocess.Popen(
            command,
            stdin=child,
            stdout=child,
            stderr=child,
            cwd=cwd,
            env=env,
            start_new_session=True,
        )
        os.close(child)
        self._parent, self.painted = parent, ""
        self._raw = b""

    def until(self, words: str) -> None:
        """Read on until these words have been painted."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.painted:
            assert time.monotonic() < deadline, f"{words!r} never came: {self.painted[-2000:]}"
            assert self.process.poll() is None, f"it ended early: {self.painted[-2000:]}"
            self._read(0.2)

    def forget(self) -> None:
        """What was painted before counts no more."""
        self._raw, self.painted = b"", ""

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._parent, keys.encode())

    def ended(self) -> int:
        """Read to the end; the exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < deadline:
            self._read(0.2)
        self._read(0.0)
        os.close(self._parent)
        return self.process.wait(1)

    def _read(self, wait_s: float) -> None:
        while select.select([self._parent], [], [], wait_s)[0]:
            try:
                chunk = os.read(self._parent, 65536)
            except OSError:  # the other end is closed
                return
            if not chunk:
                return
            self._raw += chunk
            self.painted = _ESCAPES.sub("", self._raw.decode("utf-8", "replace"))
            wait_s = 0.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A user who has nothing: no key, no config, no folder of prompts."""
    keep = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return {
        **keep,
        "HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "WORKBENCH_CONFIG_DIR": str(tmp_path / "config"),
        "WORKBENCH_DATA_DIR": str(tmp_path / "data"),
        "WORKBENCH_STATE_DIR": str(tmp_path / "state"),
    }


@contextmanager
def opened(command: list[str | Path], cwd: Path, env: dict[str, str]) -> Iterator[Terminal]:
    """A program on a pty; killed if the test leaves it running, however it ends."""
    it = Terminal(command, cwd, env)
    try:
        yield it
    finally:
        it.process.kill()
        it.process.wait()


@pytest.fixture
def terminal(installed: Path, tmp_path: Path, environment: dict[str, str]) -> Iterator[Terminal]:
    """The installed workbench with a fast simulator."""
    with opened([installed, "--speed", "4"], tmp_path, environment) as it:
        yield it


@pytest.fixture
def slow_terminal(
    installed: Path, tmp_path: Path, environment: dict[str, str]
) -> Iterator[Terminal]:
    """The installed workbench with a slow simulator."""
    with opened([installed, "--speed", "0.5"], tmp_path, environment) as it:
        yield it


def test_it_starts_runs_a_round_and_quits(terminal: Terminal, tmp_path: Path) -> None:
    """No ./prompts here: the examples open; a round streams and is saved; exit 0, no complaint."""
    terminal.until("triage.prompt.yaml")
    terminal.until("next round")
    terminal.press("\x1bZ")  # alt+shift+z, where it would never come back
    terminal.until("was not started by a shell")
    terminal.press("\x12")  # ctrl+r
    for variant in ("base", "terse", "warm"):
        terminal.until(f"✓ {variant}")
    terminal.press("\x11")  # ctrl+q

    assert terminal.ended() == 0
    assert "Traceback" not in terminal.painted
    assert "a bug in workbench" not in terminal.painted
    sessions = tmp_path / "data" / "examples" / "sessions"
    (saved,) = [path for path in sessions.glob("20*.jsonl*")]
    assert {run.end_state for run in read_session(saved).rounds[0].finished()} == {"complete"}


SHELL = """
import fcntl, os, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp("sh", ["sh", "-i"])
"""


def test_suspended_it_leaves_the_terminal_to_the_shell_and_comes_back_whole(
    installed: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """By its key, in a shell with jobs; in mid-round it asks before; `fg` paints everything."""
    shell: list[str | Path] = [sys.executable, "-c", SHELL]
    with opened(shell, tmp_path, {**environment, "PS1": "ready> "}) as it:
        it.press(f"set -m; {installed} --speed 0.5\n")
        it.until("next round")
        it.press("\x1bZ")  # alt+shift+z
        it.until("Stopped")
        it.press("echo the sh''ell\n")
        it.until("the shell")
        it.forget()
        it.press("fg\n")
        it.until("triage.prompt.yaml")
        it.until("next round")
        it.press("\x12")  # ctrl+r
        it.until("streaming")
        it.press("\x1bZ")
        it.until("suspend all the same")
        it.press("z")
        it.until("Stopped")
        it.forget()
        it.press("fg\n")
        it.until("triage.prompt.yaml")
        it.until("no tools file")
        it.until("The round stood still")
        for variant in ("base", "terse", "warm"):
            it.until(f"✓ {variant}")
        it.forget()
        it.press("\x11")  # ctrl+q
        it.until("ready> ")
        it.press("exit\n")
        assert it.ended() == 0
        assert "Traceback" not in it.painted


def test_a_real_keyboard_and_a_hostile_paste(terminal: Terminal) -> None:
    """Alt and a letter is a key in a field as well; what is pasted there presses none."""
    terminal.until("next round")
    terminal.press("\x1br")  # alt+r
    terminal.until("alt+a all")
    terminal.forget()
    terminal.press("haiku")
    terminal.until("1 of ")
    terminal.press("\x1ba")  # alt+a
    terminal.until(" replaced")
    terminal.press("\x1b[200~# <\x1b[31mred\x1b[0m\x12\x07>\x1b[201~")
    terminal.until("red")
    terminal.press("\x11")  # ctrl+q
    terminal.until("drop the changes and leave")
    assert "Not sent" not in terminal.painted
    terminal.press("d")
    assert terminal.ended() == 0


def test_an_editor_elsewhere_counts_where_it_ended_well(
    installed: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """What it wrote is taken over; where it ended with an error, the file is as it was."""
    code, editor = tmp_path / "code", tmp_path / "editor.sh"
    editor.write_text(
        f'{{ echo "# by hand"; cat "$1"; }} > {tmp_path}/new; cat {tmp_path}/new > "$1"\n'
        f"exit $(cat {code})\n"
    )
    prompt = tmp_path / "data" / "examples" / "prompts" / "triage.prompt.yaml"
    with opened([installed], tmp_path, {**environment, "EDITOR": f"sh {editor}"}) as it:
        it.until("next round")
        before = prompt.read_text("utf-8")
        code.write_text("3")
        it.press("\x1bOS")  # F4
        it.until("The editor ended with 3")
        assert prompt.read_text("utf-8") == before
        it.forget()
        code.write_text("0")
        it.press("\x1bOS")
        it.until("# by hand")
        assert prompt.read_text("utf-8") == f"# by hand\n{before}"
        it.press("\x11")  # ctrl+q
        assert it.ended() == 0


def test_killed_in_mid_stream_it_loses_at_most_a_quarter_of_a_second(
    slow_terminal: Terminal, tmp_path: Path
) -> None:
    """After SIGKILL the session opens, the cut runs are marked, their text is there."""
    it = slow_terminal
    it.until("next round")
    it.press("\x12")
    sessions = tmp_path / "data" / "examples" / "sessions"

    def runs() -> list[Run]:
        found = [path for path in sessions.glob("20*.jsonl*")]
        if not found or not found[0].stat().st_size:
            return []  # made, and nothing written to it yet
        saved = read_session(found[0]).rounds
        return list(saved[0].finished()) if saved else []

    deadline = time.monotonic() + PATIENCE_S
    while not any(len(run.text) > 40 for run in runs()):
        assert time.monotonic() < deadline
        it._read(0.05)
    before = {run.run_id: run.text for run in runs()}
    it.process.send_signal(signal.SIGKILL)
    it.process.wait()
    os.close(it._parent)

    after = {run.run_id: run for run in runs()}
    assert all(after[run_id].text.startswith(text) for run_id, text in before.items())
    cut = [run for run in after.values() if run.end_state == "aborted"]
    assert cut
    assert all(run.problem is not None and run.problem.type == "cut" for run in cut)


def test_a_terminal_that_is_closed_in_mid_round_loses_nothing(
    installed: Path, slow_terminal: Terminal, tmp_path: Path, environment: dict[str, str]
) -> None:
    """The runs are saved as far as they came, and what was typed is there the next time."""
    it = slow_terminal
    it.until("next round")
    it.press("#")  # a comment sign more
    it.until("triage.prompt.yaml ●")
    it.press("\x12")
    it.until("t/s   ≈")
    it.process.send_signal(signal.SIGHUP)
    os.close(it._parent)
    assert it.process.wait(PATIENCE_S) in (0, 120)  # 120: nobody takes its last words

    sessions = tmp_path / "data" / "examples" / "sessions"
    (saved,) = [path for path in sessions.iterdir() if path.name.startswith("20")]
    runs = read_session(saved).rounds[0].finished()
    assert {run.end_state for run in runs} <= {"aborted", "complete"}
    assert all(run.problem is None for run in runs)  # nothing is cut: the file was closed in time

    with opened([installed, "--no-save"], tmp_path, environment) as again:
        again.until("here again, unsaved")
        assert "##" in again.painted
        again.press("\x11")
        again.until("drop the changes")
        again.press("d")
        assert again.ended() == 0


def test_the_command_line_works_outside_the_repository(
    installed: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Catalog, schemas, scripts and examples are in the package; stderr holds narration only."""
    doctor = subprocess.run(
        [installed, "doctor"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert doctor.returncode == 0
    assert doctor.stderr == ""
    (tmp_path / "a.prompt.yaml").write_text(
        "model: claude-haiku-4-5\nmax_tokens: 60\n"
        "messages: [{role: user, content: Name a prime above 100.}]\n"
    )
    ran = subprocess.run(
        [installed, "run", "a.prompt.yaml", "--json", "--speed", "50"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert '"end_state":"complete"' in ran.stdout
    assert "Traceback" not in ran.stderr


def test_few_modules_are_loaded_before_the_first_frame(tmp_path: Path) -> None:
    """What only some screens need waits: in all at most 500, as `tests.bench.start` counts."""
    (tmp_path / "own.prompt.yaml").write_text(PROMPT + PANES)
    assert modules_before_the_first_frame(tmp_path, tmp_path) <= 500
