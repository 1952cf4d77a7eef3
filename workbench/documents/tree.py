"""YAML text to plain values, each with the place where it was written.

Limited to YAML 1.2's core types: `no`, `on`, `12:30` and dates stay text. Built from the parser's
events and not by PyYAML's composer: the C one recurses on the C stack, where a file of ten
thousand brackets kills the process.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from workbench.documents.finding import nearest_hint
from workbench.documents.source import Source
from workbench.documents.syntax import MAX_DEPTH, TOO_DEEP, syntax_problem
from workbench.errors import DocumentError, Problem

try:
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]
except ImportError:  # PyYAML without libyaml: some thirty times slower, the same events

    class _Parser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):  # type: ignore[no-redef]
        def __init__(self, text: str) -> None:
            yaml.reader.Reader.__init__(self, text)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)


MAX_ALIASED = 1_000_000
"""How much aliases may add to a file: characters and values together."""

_CONTROL = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What may not stand in YAML, by section 5.1 of its specification."""

_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character: libyaml refuses it, PyYAML's own parser lets it in by an escape."""

_PREFIX = "tag:yaml.org,2002:"
_SCALAR_TAGS = ("str", "null", "bool", "int", "float")
_WORDS: dict[str, Any] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_JSON = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


@dataclass(slots=True, eq=False)
class Node:
    """A value and where it was written, as offsets into the text.

    `written` is a scalar's own text; `pairs` or `items` are what a mapping or list holds. Lines
    are the source's to tell: the parser takes U+2028 and its like for their ends, too.
    """

    start: int
    end: int
    value: Any = None
    written: str | None = None
    pairs: list[tuple[Node, Node]] | None = None
    items: list[Node] | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole YAML file: its values with their places, and what is wrong but can be read past."""

    source: Source
    root: Node
    problems: tuple[Problem, ...]


def read_tree(source: Source) -> Tree:
    """Read a YAML text.

    Raises:
        DocumentError: It is no YAML, or one that we refuse; with every problem up to there.
    """
    if (control := _CONTROL.search(source.text)) is not None:
        code = ord(control.group())
        raise DocumentError(
            [
                source.problem(
                    control.start(),
                    f"the character U+{code:04X} may not stand in YAML",
                    f'Remove it, or write it as "\\u{code:04x}" in double quotes.',
                )
            ]
        )
    reader = _Reader(source)
    try:
        root = reader.document()
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        last = syntax_problem(source, error)
        place = (last.line, last.column)  # what stops the parser says more than what led to it
        before = [found for found in reader.problems if (found.line, found.column) != place]
        raise DocumentError([*before, last]) from error
    return Tree(source, root, tuple(reader.problems))


class _Reader:
    """Builds the tree from events; collects what it can read past in `problems`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._events = _events(source.text)
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._depth = 0
        self._weight = 0
        self._aliased = 0

    def document(self) -> Node:
        """The one document of the text."""
        next(self._events)  # the stream starts
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return Node(0, 0)
        root = self._node(next(self._events))
        next(self._events)  # the document ends
        second = next(self._events)
        if not isinstance(second, yaml.StreamEndEvent):
            self._fail(second, "a second YAML document begins here", "Keep one document a file.")
        return root

    def _fail(self, at: Any, problem: str, hint: str) -> None:
        self._say(at, problem, hint)
        raise DocumentError(self.problems)

    def _say(self, at: Any, problem: str, hint: str) -> None:
        start = at.start if isinstance(at, Node) else at.start_mark.index
        self.problems.append(self.source.problem(start, problem, hint))

    def _node(self, event: Any) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before, anchor = self._weight, event.anchor
        self._weight += 1
        if anchor is not None:
            self._anchors[anchor] = None  # open: an alias to it would hold itself
        if isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event)
        else:
            node = self._collection(event)
        if anchor is not None:
            self._anchors[anchor] = (node, self._weight - before)
        return node

    def _alias(self, event: Any) -> Node:
        name = event.anchor
        known = self._anchors.get(name)
        if known is None:
            if name in self._anchors:
                self._say(event, f"`*{name}` stands inside what it stands for", "Write it out.")
            else:
                hint = nearest_hint(name, self._anchors) if self._anchors else "Quote the text."
                self._say(event, f"there is no anchor `&{name}` above this alias", hint)
            return _node_at(event, "")
        node, weight = known
        self._weight += weight
        self._aliased += weight
        if self._aliased > MAX_ALIASED:
            self._fail(event, "the aliases of this file blow it up beyond 1 MB", "Write it out.")
        return node

    def _collection(self, event: Any) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(event, *TOO_DEEP)
        node = _node_at(event)
        if isinstance(event, yaml.MappingStartEvent):
            self._check_tag(event, ("map",))
            self._mapping(node, flow=bool(event.flow_style))
        else:
            self._check_tag(event, ("seq",))
            self._list(node)
        self._depth -= 1
        return node

    def _list(self, node: Node) -> None:
        node.items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            node.items.append(self._node(event))
        node.end = _end(event)
        node.value = [item.value for item in node.items]

    def _mapping(self, node: Node, *, flow: bool) -> None:
        node.pairs, node.value = [], {}
        starts: dict[str, int] = {}
        bare: str | None = None
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            quoted = isinstance(event, yaml.ScalarEvent) and not event.implicit[0]
            key, value = self._node(event), self._node(next(self._events))
            if flow and key.pairs is not None:
                bare = self._bare(node, key)
            elif self._good_key(key, starts, quoted=quoted):
                node.pairs.append((key, value))
                node.value[key.written] = value.value
        node.end = _end(event)
        if bare is not None:
            node.pairs, node.value, node.written = None, bare, bare

    def _bare(self, node: Node, key: Node) -> str:
        """`{{x}}` without quotes: to YAML a mapping whose key is a mapping."""
        assert key.pairs is not None
        text = "{{" + (key.pairs[0][0].written or "" if key.pairs else "") + "}}"
        problem = f"YAML reads {text} as a mapping, not as text"
        self._say(node, problem, f'Quote it ("{text}") or use |- and write it on the next line.')
        return text

    def _good_key(self, key: Node, starts: dict[str, int], *, quoted: bool) -> bool:
        name = key.written
        if name is None or (name == "" and not quoted):
            self._say(key, "a name has to be text", "Write `name: value`.")
        elif name == "<<" and not quoted:
            hint = "YAML 1.2 has none. Write the fields out, or alias a whole value."
            self._say(key, "merge keys are not supported", hint)
        elif name in starts:
            line, _ = self.source.place(starts[name])
            problem = f"`{name}` is given twice; first in line {line}"
            self._say(key, problem, "Remove one of them.")
        else:
            starts[name] = key.start
            return True
        return False

    def _scalar(self, event: Any) -> Node:
        written: str = event.value
        self._weight += len(written)
        node = _node_at(event, written)
        if event.style == '"' and _SURROGATE.search(written):
            self._say(event, "this \\u escape is no character", "Write the character itself.")
        tag = self._check_tag(event, _SCALAR_TAGS)
        plain = event.tag is None and event.implicit[0]
        if plain or tag in {"null", "bool", "int", "float"}:
            self._resolve(event, node, tag)
        return node

    def _resolve(self, event: Any, node: Node, tag: str | None) -> None:
        """Give a plain scalar its core type."""
        written = node.written or ""
        value = _core(written)
        if _NO_JSON.fullmatch(written) or (isinstance(value, float) and math.isinf(value)):
            self._say(event, f"JSON has no number {written}", "Quote it if it is meant as text.")
        elif tag is not None and _type_name(value) not in {tag, "int" if tag == "float" else tag}:
            self._say(event, f"`{written}` is not of type !!{tag}", "Remove the tag.")
        else:
            node.value = value

    def _check_tag(self, event: Any, allowed: tuple[str, ...]) -> str | None:
        tag = event.tag
        if tag is None or tag == "!":
            return None
        name = str(tag).removeprefix(_PREFIX)
        if name in allowed:
            return name
        shown = str(tag).replace(_PREFIX, "!!")
        self._say(event, f"the tag {shown} is not supported", "Remove it, or quote the value.")
        return "str"


def _events(text: str) -> Iterator[Any]:
    parser = _Parser(text)
    try:
        while True:
            yield parser.get_event()
    finally:
        parser.dispose()


def _node_at(event: Any, written: str | None = None) -> Node:
    """A node where the event stands; a text, where one is given."""
    return Node(event.start_mark.index, _end(event), value=written, written=written)


def _end(event: Any) -> int:
    return int(event.end_mark.index)


def _core(written: str) -> Any:
    """The value of a plain scalar by YAML 1.2's core schema."""
    if written in _WORDS:
        return _WORDS[written]
    if written[0] not in "+-.0123456789":
        return written
    if _INT.fullmatch(written):
        if len(written) > 300:
            return written
        base = {"0o": 8, "0x": 16}.get(written[:2], 10)
        return int(written, base)
    return float(written) if _FLOAT.fullmatch(written) else written


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    return type(value).__name__
