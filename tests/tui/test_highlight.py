"""The colours of one line, and what a line begins in."""

from __future__ import annotations

import pytest

from workbench.tui.highlight import (
    OUTSIDE,
    STYLES,
    Context,
    Contexts,
    after,
    is_text,
    prose_spans,
    yaml_spans,
)

LINES = [
    ("model: claude-haiku-4-5", ["key model"]),
    ("max_tokens: 400  # enough", ["key max_tokens", "number 400", "comment # enough"]),
    ("temperature: -0.7e1", ["key temperature", "number -0.7e1"]),
    ("  - role: user", ["key role"]),
    ("- - x: .inf", ["key x", "number .inf"]),
    ("beta: true", ["key beta", "constant true"]),
    ("beta: ~", ["key beta", "constant ~"]),
    ("beta: no", ["key beta"]),
    ("at: 12:30", ["key at"]),
    ("content: |-", ["key content", "marker |-"]),
    ("content: >2+  # folded", ["key content", "marker >2+", "comment # folded"]),
    ("base: &a {x: 1}", ["key base", "marker &a", "key x", "number 1"]),
    ("warm: *a", ["key warm", "marker *a"]),
    ("--- !tag", ["marker ---", "marker !tag"]),
    ("%YAML 1.2", ["marker %YAML 1.2"]),
    ("it: don't # no", ["key it", "comment # no"]),
    ("url: http://x.y/a#b", ["key url"]),
    ("k:v", []),
    ("'it''s': 'a # b'", ["key 'it''s'", "string 'a # b'"]),
    (r'"a\"b": "c: d"', [r'key "a\"b"', 'string "c: d"']),
    ('{"a":"b", n: [1, ~]}', ['key "a"', 'string "b"', "key n", "number 1", "constant ~"]),
    ('  "max_tokens": 400,', ['key "max_tokens"', "number 400"]),
    ("text: a, b [c] {d}", ["key text"]),
    ("system: file://a.system.yaml", ["key system", "file file://a.system.yaml"]),
    ("terse: {system: file://b.yaml}", ["key terse", "key system", "file file://b.yaml"]),
    (
        "cache_control: {type: ephemeral}  # 5m",
        [
            "key cache_control",
            "key type",
            "comment # 5m",
            "cache cache_control: {type: ephemeral}",
        ],
    ),
    (
        'x: "{{known}} <b id="1">{{other}}</b>"',
        ["variable {{known}}", "unset {{other}}", 'tag <b id="1">', "tag </b>"],
    ),
    ("# {{known}} in a comment", ["comment # {{known}} in a comment"]),
    ("tag: a < b and c > d", ["key tag"]),
    ("日本: {{ known }} 😀", ["key 日本", "variable {{ known }}"]),
    ("\tx: 1", ["key x", "number 1"]),
    ("", []),
    ('open: "half', ["key open", 'string "half']),
    ("shown: \u241b[31m", ["key shown", "control \u241b"]),
]


@pytest.mark.parametrize(("line", "expected"), LINES, ids=[line for line, _ in LINES])
def test_each_part_of_a_line_gets_its_style(line: str, expected: list[str]) -> None:
    """A line of YAML is told apart into keys, values and what means something in a prompt."""
    found = [
        f"{style} {line[start:end]}" for start, end, style in yaml_spans(line, known={"known"})
    ]

    assert set(expected) <= set(found)
    if not any(style in line for style in ("{{", "<b")):  # there more styles lie below
        assert sorted(found) == sorted(expected)
    assert {style for _, _, style in yaml_spans(line)} <= set(STYLES)


def test_a_variable_lies_on_top_of_all_else() -> None:
    """Inside a string and a tag, the last span over a variable is the variable's."""
    line = 'x: "<doc name={{a}}>"'
    at = line.index("{{")

    over = [style for start, end, style in yaml_spans(line) if start <= at < end]

    assert over == ["string", "tag", "variable"]


def test_without_known_names_no_variable_is_called_unset() -> None:
    """Where nobody said which variables have values, none is marked as lacking one."""
    assert yaml_spans("- {{a}}", known=None)[-1][2] == "variable"
    assert yaml_spans("- {{a}}", known=())[-1][2] == "unset"


def test_text_of_a_block_scalar_is_not_yaml() -> None:
    """Keys, quotes and comments in a prompt's text are its words; its Markdown is seen."""
    inside = Context(block=0)

    assert yaml_spans("  key: 'value' 400", inside) == []
    assert yaml_spans("  # Rules", inside) == [(2, 9, "heading")]
    assert yaml_spans("  - first", inside) == [(2, 3, "marker")]
    assert yaml_spans("next: 1", inside) == yaml_spans("next: 1", OUTSIDE) != []


FILES = [
    ("a: |\n  b: 1\n\n  c\nd: 1", [".", "0", "0", "0", "0", "."]),
    ("- a: |-\n    b: 1\n  c: 1", [".", "2", "2", "."]),
    ("- |\n text\n- b", [".", "0", "0", "."]),
    ("- - >2\n    text\n  - b", [".", "2", "2", "."]),
    ("--- |\ntext\nb: 1", [".", "-1", "-1", "-1"]),
    ("a:\n  |\n  text\nb: 1", [".", ".", "1", "1", "."]),
    ("a: &x !y |  # why\n  b: |\nc: 1", [".", "0", "0", "."]),
    ("a: b | c >\nd: 1", [".", ".", "."]),
    ("a: '|'\nb: 1", [".", ".", "."]),
    ("# a: |\n  b: 1", [".", ".", "."]),
    ('a: "b\n  c: 1\n  d" # |\ne: 1', [".", '"', '"', ".", "."]),
    ("a: 'it''s\n  b'': c'\nd: |\n  e", [".", "'", ".", "0", "0"]),
    ('a: "b\\"\n  c"\nd: 1', [".", '"', ".", "."]),
    ("a: |\n\tb: 1\n \t\n  c", [".", "0", ".", ".", "."]),
]


@pytest.mark.parametrize(("text", "expected"), FILES, ids=[text for text, _ in FILES])
def test_what_a_line_begins_in(text: str, expected: list[str]) -> None:
    """Block scalars end with their indent, quotes with their partner, whatever stands inside."""
    context, found = OUTSIDE, ["."]
    for line in text.split("\n"):
        context = after(line, context)
        found.append("." if context == OUTSIDE else context.quote or str(context.block))

    assert found == expected


def test_the_rest_of_a_line_after_a_quote_that_began_above() -> None:
    """Where a text of several lines ends, YAML goes on in the same line."""
    line = 'end", n: 1'

    spans = yaml_spans(line, Context(quote='"'))

    assert spans == [(0, 4, "string"), (6, 7, "key"), (9, 10, "number")]
    assert is_text("no end", Context(quote='"'))
    assert not is_text(line, Context(quote='"'))


def test_contexts_are_read_once_and_anew_from_an_edit_on() -> None:
    """An edit costs the lines from the edited one to the one asked for, and no others."""
    read: list[int] = []

    class Lines(list[str]):
        def __getitem__(self, index):  # type: ignore[no-untyped-def]
            read.append(index)
            return super().__getitem__(index)

    lines = Lines(["a: |", "  b", "c: 1"] + ["d: 1"] * 9_997)
    contexts = Contexts(lines)
    assert contexts.at(1) == Context(block=0)
    assert contexts.at(9_999) == OUTSIDE
    assert read == list(range(9_999))

    read.clear()
    lines[9_990] = "d: |"
    contexts.changed(9_990)

    assert contexts.at(9_991) == Context(block=0)
    assert contexts.at(3) == OUTSIDE
    assert read == [9_990]


def test_prose_knows_headings_lists_tags_files_and_variables() -> None:
    """A policy in Markdown is coloured for what matters in a prompt, and is never YAML."""
    assert prose_spans("## Refunds") == [(0, 10, "heading")]
    assert prose_spans("#no heading") == []
    assert prose_spans("1. first: {{a}}", ()) == [(0, 2, "marker"), (10, 15, "unset")]
    assert prose_spans("key: 'value' # 400") == []
    assert [style for *_, style in prose_spans("<a>see file://b.md</a>")] == ["tag", "tag", "file"]
