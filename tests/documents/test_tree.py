"""YAML text to values with places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from workbench.documents import tree as tree_module
from workbench.documents.source import MAX_BYTES, Source, read_source
from workbench.documents.tree import read_tree
from workbench.errors import DocumentError, Problem

PATH = Path("x.prompt.yaml")


class PurePythonParser(
    yaml.reader.Reader,
    yaml.scanner.Scanner,
    yaml.parser.Parser,
):
    """PyYAML's parser where libyaml is missing."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers that a user's PyYAML may have."""
    if request.param == "pure":
        monkeypatch.setattr(tree_module, "_Parser", PurePythonParser)
    return str(request.param)


def value(text: str) -> Any:
    """The value of a text without problems."""
    tree = read_tree(Source(PATH, text))
    assert tree.problems == ()
    return tree.root.value


def problems(text: str) -> tuple[Problem, ...]:
    """What is wrong with a text."""
    try:
        return read_tree(Source(PATH, text)).problems
    except DocumentError as error:
        return error.problems


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("12:30", "12:30"),
        ("2026-10-21", "2026-10-21"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("=", "="),
        ("+", "+"),
        (".", "."),
        ("1e", "1e"),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("010", 10),
        ("0o10", 8),
        ("0xff", 255),
        ("-3", -3),
        ("0.10", 0.1),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("'no'", "no"),
        ('"1"', "1"),
        ("!!str 1", "1"),
        ('!!int "3"', 3),
        ("! 3", "3"),
        ("!!float 3", 3),
    ],
)
@pytest.mark.usefixtures("parser")
def test_plain_values_have_the_core_types_of_yaml_1_2(written: str, meant: object) -> None:
    """What YAML 1.1 would turn into truth, dates or minutes stays text."""
    read = value(f"a: {written}")["a"]

    assert read == meant
    assert type(read) is type(meant)


@pytest.mark.usefixtures("parser")
def test_json_is_read_as_it_is() -> None:
    """A request pasted as JSON gives the same value, key order included."""
    text = '{"b": [1, 2.5, true, null, "x\\n\\u00e9"],\n  "a": {"z": {}, "y": []}}'

    read = value(text)

    assert read == {"b": [1, 2.5, True, None, "x\né"], "a": {"z": {}, "y": []}}
    assert list(read) == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "line", "column", "said", "hint"),
    [
        ("a: {{x}}", 1, 4, "YAML reads {{x}} as a mapping", "|-"),
        ("a: 1\nb: {{ x }} and more", 2, 4, "may not begin with {{ x }}", "|-"),
        ("- {{x}}: y", 1, 3, "YAML reads {{x}} as a mapping", "Quote"),
        ('a: "\\q"', 1, 0, "escape", "single quotes"),
        ('a: "\\ud83d\\ude00"', 1, 0, "escape", "character itself"),
        ("a: - b", 1, 4, "a list may not begin here", "line of its own"),
        ("a: [b\nc: d", 2, 2, "a list in [ ]", "]"),
        ("a:\n  b: 1\n c: 2", 3, 2, "does not fit", "Align"),
        ("a: 1\nb: 2\na: 3", 3, 1, "`a` is given twice; first in line 1", "Remove"),
        ("a:\n\tb: 1", 2, 1, "a tab indents this line", "spaces"),
        ("a: b: c", 1, 5, "second `: `", "Quote"),
        ("a: @x", 1, 4, "may not begin with @", "Quote"),
        ("a: `x`", 1, 4, "may not begin with `", "Quote"),
        ("a: **bold** text", 1, 4, "alias or anchor", "Quote"),
        ('a: "x\nb: 1', 1, 4, "not closed", "Close"),
        ("a: 1\nmod el\n\n\nb: 2", 2, 1, "a name without its `:`", "name: value"),
        ("a: [1, 2", 0, 0, "a list in [ ]", "missing ]"),
        ("a: *b", 1, 4, "no anchor `&b`", "Quote"),
        ("a: &b 1\nc: *d", 2, 4, "no anchor `&d`", "Known: b."),
        ("a: &b [*b]", 1, 8, "stands inside what it stands for", "Write it out"),
        ("<<: {a: 1}", 1, 1, "merge keys", "YAML 1.2"),
        ("a: !env x", 1, 4, "the tag !env", "Remove"),
        ("a: !!python/name:os.system x", 1, 4, "the tag !!python/name:os.system", "Remove"),
        ("a: !!int x", 1, 4, "not of type !!int", "Remove"),
        ("a: 1\n---\nb: 2", 2, 1, "second YAML document", "one document"),
        ("a: .nan", 1, 4, "JSON has no number", "Quote"),
        ("a: 1e999", 1, 4, "JSON has no number", "Quote"),
        ("? [a]\n: 1", 1, 3, "a name has to be text", "name: value"),
        ("{: 1}", 1, 2, "a value is missing", "the one above"),
        ("?\n: 1", 0, 0, "a name has to be text", "name: value"),
        ("a: \x07", 1, 4, "U+0007", "double quotes"),
        ("a: " + "[" * 100_000, 1, 0, "nested deeper", "bracket"),
        ("- " * 100_000 + "a", 1, 201, "nested deeper", "bracket"),
    ],
)
@pytest.mark.usefixtures("parser")
def test_each_slip_gets_one_clear_problem(
    text: str, line: int, column: int, said: str, hint: str
) -> None:
    """One slip, one problem, with place and hint, whichever parser PyYAML has.

    A 0 stands where the two parsers give different places.
    """
    (problem,) = problems(text)

    assert said in problem.problem
    assert hint in problem.hint
    assert "\n" not in problem.problem
    assert problem.line == line or not line
    assert problem.column == column or not column


def test_all_slips_are_told_at_once() -> None:
    """A reader that goes on past a slip spares the user a round each."""
    found = problems("a: {{x}}\nb: 1\nb: 2\nc: !x 1\nd: [{{y}}, {e: {{z}}}]\n")

    assert [problem.line for problem in found] == [1, 3, 4, 5, 5]


def test_anchors_and_aliases_work() -> None:
    """An alias stands for the whole value of its anchor, the latest of that name."""
    text = "a: &x {k: [1]}\nb: *x\nc: &x 2\nd: *x"

    assert value(text) == {"a": {"k": [1]}, "b": {"k": [1]}, "c": 2, "d": 2}


def test_an_alias_bomb_is_refused() -> None:
    """Nine lines that stand for a billion values cost nothing and give one problem."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 10):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")

    (problem,) = problems("\n".join(lines))

    assert "blow it up" in problem.problem


def test_columns_count_characters() -> None:
    """An emoji is one column, as editors count."""
    (problem,) = problems("{'😀ä': 1, b: {{x}}}")

    assert (problem.line, problem.column) == (1, 14)


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85"])
@pytest.mark.usefixtures("parser")
def test_lines_end_where_editors_end_them(odd: str) -> None:
    """What YAML's parser takes for a line's end, too, moves no place behind it."""
    written = f'a: "x{odd}y"\nb: {{{{x}}}}\n# {odd}\nc: 1\nc: 2\n'
    ends = {"\n": written, "\r\n": written.replace("\n", "\r\n"), "\r": written.replace("\n", "\r")}

    for text in ends.values():
        bare, twice = problems(text)
        assert ((bare.line, bare.column), twice.line) == ((2, 4), 5)
        assert "first in line 4" in twice.problem
        (unclosed,) = problems(f'{text[:7]}"\nc: @')
        assert (unclosed.line, unclosed.column) == (2, 4)


@pytest.mark.parametrize(
    ("data", "line", "column", "said"),
    [
        (b"a: 1\nb: \xff", 2, 4, "0xFF is not UTF-8"),
        (b"a: 1\n\0", 2, 1, "U+0000"),
        (b"x" * (MAX_BYTES + 1), 1, 1, "over 10 MB"),
    ],
)
def test_a_file_that_is_no_text_is_refused(
    tmp_path: Path, data: bytes, line: int, column: int, said: str
) -> None:
    """Bad UTF-8, NULs and huge files each get one problem with a place."""
    path = tmp_path / "x.yaml"
    path.write_bytes(data)

    with pytest.raises(DocumentError) as refused:
        read_source(path, {})

    (problem,) = refused.value.problems
    assert said in problem.problem
    assert (problem.line, problem.column) == (line, column)


def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    """What is no file gets a problem, and the nearest name where there is one."""
    (tmp_path / "triage.prompt.yaml").write_text("")

    with pytest.raises(DocumentError, match="not a file"):
        read_source(tmp_path, {})
    with pytest.raises(DocumentError, match="no such file") as refused:
        read_source(tmp_path / "triaje.prompt.yaml", {})
    assert refused.value.hint == "Did you mean `triage.prompt.yaml`?"


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    """Editors on Windows write one; it is no part of the first name."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1")

    assert read_tree(read_source(path, {})).root.value == {"a": 1}
