"""Cases from a table: CSV as spreadsheets, promptfoo and Anthropic's Console write it; JSON Lines.

A column is a variable, its name the header's. Beside them: `id`, `tags` (set apart by commas),
`ideal`, and promptfoo's `__expected`, `__expected1` …, `__description`, `__metadata:tags`. Columns
that are nothing to the prompt, such as answers in an export, are passed over.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from workbench.documents.checks import check_in_words
from workbench.documents.finding import Finding, problem_at
from workbench.documents.source import Source, read_table
from workbench.errors import DocumentError, Problem

_IDEAL = ("ideal", "ideal output", "ideal_output", "golden answer", "golden_answer")
_BRACED = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_EXPECTED = re.compile(r"__expected\d*")
_LONGEST_CELL = 10_000_000
_MANY = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A case as it is written in one line of a table, and where that line begins."""

    line: int
    case: Mapping[str, Any]


def rows_of(path: Path) -> list[Row]:
    """The cases of a `.csv` or `.jsonl` file, in the shape that they have in a `.cases.yaml`.

    Raises:
        DocumentError: It cannot be read; with every line that is wrong, up to twenty.
    """
    source = read_table(path)
    problems: list[Problem] = []
    found = _csv(source, problems) if path.suffix.lower() == ".csv" else _jsonl(source, problems)
    rows = list(found)
    if problems:
        raise DocumentError(problems[:_MANY])
    return rows


def _csv(source: Source, problems: list[Problem]) -> Iterator[Row]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(source.text, newline=""), _dialect(source.text), strict=True)
    try:
        header = [_named(name) for name in next(reader, [])]
    except csv.Error as error:
        problems.append(_at(source, 1, f"this is no CSV: {error}"))
        return
    problems += _header(source, header)
    if problems:
        return
    line = reader.line_num + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > len(header):
                    problems.append(_at(source, line, _too_many(cells, header), _QUOTES))
                yield Row(line, _case(dict(zip(header, cells, strict=False))))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(_at(source, line, f"this row is no CSV: {error}", _QUOTES))


_QUOTES = 'Put cells with commas, quotes or line breaks in "…", and double quotes inside them.'


def _header(source: Source, header: list[str]) -> Iterator[Problem]:
    if not any(header):
        yield _at(source, 1, "the first line names no column", "Name the variables in it.")
    for at, name in enumerate(header):
        if name and name in header[:at]:
            yield _at(source, 1, f"two columns are called `{name}`", "Rename one of them.")


def _named(cell: str) -> str:
    """The name of a column; Anthropic's Console may write a variable as `{{ticket}}`."""
    braced = _BRACED.fullmatch(cell.strip())
    return braced[1] if braced else cell.strip()


def _too_many(cells: list[str], header: list[str]) -> str:
    return f"this row has {len(cells)} cells, the header {len(header)}"


def _dialect(text: str) -> type[csv.excel]:
    """Commas, semicolons or tabs, whichever the header has most of."""
    head = text.split("\n", 1)[0]
    by = max(",;\t", key=head.count)
    return type("_Dialect", (csv.excel,), {"delimiter": by if by in head else ","})


def _case(cells: Mapping[str, str]) -> dict[str, Any]:
    case: dict[str, Any] = {}
    values: dict[str, str] = {}
    for name, cell in cells.items():
        if name.lower() == "id":
            case |= {"id": cell} if cell else {}
        elif name.lower() in ("tags", "__metadata:tags"):
            case["tags"] = [tag for tag in re.split(r"\s*,\s*", cell.strip()) if tag]
        elif name.lower() in _IDEAL:
            case |= {"ideal": cell} if cell else {}
        elif _EXPECTED.fullmatch(name):
            case.setdefault("assert", []).extend([check_in_words(cell)] if cell else [])
        elif name and not name.startswith("__"):
            values[name] = cell
    return {**case, "vars": values}


def _jsonl(source: Source, problems: list[Problem]) -> Iterator[Row]:
    for line, text in enumerate(source.text.split("\n"), 1):
        if not text.strip():
            continue
        try:
            value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        except ArithmeticError as error:
            problems.append(_at(source, line, str(error), "Write null where there is no value."))
            continue
        except (ValueError, RecursionError) as error:
            column = getattr(error, "colno", 1)
            problems.append(_at(source, line, "this line is no JSON", "One object a line.", column))
            continue
        if not isinstance(value, dict):
            problems.append(_at(source, line, "this line is no JSON object", "One object a line."))
        elif isinstance(value.get("vars"), dict):
            yield Row(line, value)
        else:
            yield Row(line, _flat(value))


def _finite(written: str) -> float:
    return found if isfinite(found := float(written)) else _no_number(written)


def _no_number(written: str) -> NoReturn:
    raise ArithmeticError(f"JSON has no number {written[:20]}")


def _flat(value: Mapping[str, Any]) -> dict[str, Any]:
    """An object whose names are the variables, but for those that every case may have."""
    own = {name: value[name] for name in ("id", "tags", "ideal", "assert") if name in value}
    return {**own, "vars": {name: one for name, one in value.items() if name not in own}}


def _at(source: Source, line: int, problem: str, hint: str = "", column: int = 1) -> Problem:
    return problem_at((source.path, line, column), Finding((), problem, hint))
