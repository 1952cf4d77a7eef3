"""The text of a new document: values, written so that reading them gives the same values.

For files that are made from nothing. A file that somebody has written is never rewritten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_NO_TEXT = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
"""Words that somebody's YAML reads as something else."""
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""What may not stand in a YAML file, or would end a line of it."""
_LONG = 60
_STEP = "  "


def written(value: Mapping[str, Any]) -> str:
    """A mapping as the text of a YAML file.

    Texts of several lines stand as such; all that could be read otherwise is quoted. Half a
    surrogate pair, which no file can hold, becomes U+FFFD.

    Args:
        value: Of JSON's types; numbers finite.
    """
    return "".join(f"{line}\n" for line in _mapping(value, ""))


def _mapping(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, inner in value.items():
        key = f"{indent}{_text(str(name))}:"
        if isinstance(inner, Mapping) and inner:
            yield key
            yield from _mapping(inner, indent + _STEP)
        elif isinstance(inner, list) and inner:
            yield key
            yield from _list(inner, indent + _STEP)
        else:
            yield from _one(key, inner, indent + _STEP)


def _list(value: list[Any], indent: str) -> Iterator[str]:
    for inner in value:
        if not (isinstance(inner, Mapping | list) and inner):
            yield from _one(f"{indent}-", inner, indent + _STEP)
            continue
        deeper = indent + _STEP
        lines = _list(inner, deeper) if isinstance(inner, list) else _mapping(inner, deeper)
        for number, line in enumerate(lines):
            yield line if number else f"{indent}- {line[len(deeper) :]}"


def _one(head: str, value: Any, indent: str) -> Iterator[str]:
    """What stands behind a name or a dash: on its line, or as lines of its own."""
    if not isinstance(value, str):
        empty = "{}" if isinstance(value, Mapping) else json.dumps(value)
        yield f"{head} {empty}"
    elif (lines := _lines(value)) is not None:
        yield f"{head} |-" if not value.endswith("\n") else f"{head} |"
        yield from (f"{indent}{line}" if line else "" for line in lines)
    else:
        yield f"{head} {_text(value)}"


def _lines(text: str) -> list[str] | None:
    """The lines of a text that may stand as it is; None where it has to be quoted."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) == 1 and len(text) <= _LONG:
        return None
    if text[:1] in " \t\n" or lines[-1].strip(" \t") == "":
        return None
    return lines if all(line.replace("\t", "").isprintable() for line in lines) else None


def _text(text: str) -> str:
    """A text on one line."""
    if _WORD.fullmatch(text) and text.lower() not in _NO_TEXT:
        return text
    return _ESCAPED.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"
