"""What may stand at a place of a file: names and values, from the schemas that ship with it.

Half-typed files are the normal case: what the schemas do not know is passed over, and nothing is
offered where they leave it open.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from workbench.documents.ours import OUR_FIELDS
from workbench.documents.tool_shape import SERVED_TYPES, served_fields

Scalars = Mapping[str, str]
"""The scalars of a mapping, as written: they decide what else it may hold, as a `type` does."""

_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way to a place: the name in a mapping, or the place in a list.

    Args:
        key: The name or the index.
        beside: The scalars of the mapping that the name stands in.
    """

    key: str | int
    beside: Scalars = field(default_factory=dict)


Way = Sequence[Step]


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may stand at a place.

    Args:
        text: The name or value.
        tells: What it means, in a few words; may be empty.
        holds: Whether more goes below: a mapping or a list, never a scalar.
    """

    text: str
    tells: str = ""
    holds: bool = False


def names_at(kind: str, way: Way, here: Scalars) -> list[Offer]:
    """The names that a mapping may have.

    Args:
        kind: Of which kind the file is: prompt, system, tools, cases.
        way: The way to the mapping.
        here: Its own scalars.
    """
    found: dict[str, Offer] = {}
    for schema in _schemas_at(kind, way, here):
        for name, inner in schema.get("properties", {}).items():
            if not (isinstance(inner, Mapping) and inner.get("not") == {}):  # it may never stand
                found.setdefault(name, Offer(name, _tells(inner), _holds(inner)))
    if _is_tool(way):
        found |= {name: Offer(name) for name in served_fields(here.get("type", ""))}
    return list(found.values())


def values_at(kind: str, way: Way) -> list[str]:
    """The values that may stand at the end of a way; empty where that is open."""
    found: dict[str, None] = {}
    for schema in _schemas_at(kind, way, {}):
        values = [*schema.get("enum", ()), *schema.get("examples", ())]
        values += [schema["const"]] if "const" in schema else []
        values += ["true", "false"] if "boolean" in _types(schema) else []
        found |= dict.fromkeys(map(str, values))
    if way and way[-1].key == "type" and _is_tool(way[:-1]):
        found |= dict.fromkeys(SERVED_TYPES)
    return list(found)


def files_at(folder: Path, begun: str) -> list[str]:
    """The files that `file://` may name: those of the folder that `begun` leads into.

    As they would be written, folders with a slash at the end; hidden ones are left out, and so is
    what lies outside of `folder`.
    """
    inside = begun.rpartition("/")[0]
    if ".." in inside.split("/") or inside.startswith("/"):
        return []
    try:
        with os.scandir(folder / inside) as entries:
            names = [e.name + "/" * e.is_dir() for e in entries if not e.name.startswith(".")]
    except OSError:
        return []
    return [f"{inside}/{name}" if inside else name for name in sorted(names)]


def steps_of(dotted: str) -> list[Step]:
    """The way that a dotted name of a variant leads: `messages.0.content`."""
    return [Step(int(word) if word.isdecimal() else word) for word in dotted.split(".")]


# The schemas


@cache
def _schema(name: str) -> dict[str, Any]:
    file = resources.files("workbench.documents").joinpath(f"schemas/{name}.json")
    loaded: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return loaded


@cache
def _body() -> dict[str, Any]:
    """What a variant may patch: a prompt file, but for the names of ours."""
    names = _schema("prompt")["properties"]
    return {"properties": {name: names[name] for name in names if name not in OUR_FIELDS}}


def _start(kind: str, way: Way) -> tuple[Mapping[str, Any], Way]:
    """Where to begin: variants, the matrix and what it excludes speak of the body."""
    first = way[0].key if way else ""
    if kind != "prompt" or first not in ("variants", "matrix", "exclude"):
        return _schema(kind), way
    way = [*way[1:2], *way[3:]] if first == "matrix" else way[2:]
    return _body(), [inner for step in way for inner in _opened(step)]


def _opened(step: Step) -> list[Step]:
    """A dotted name in a patch is a way of its own."""
    if isinstance(step.key, int):
        return [step]
    first, *others = steps_of(step.key)
    return [replace(first, beside=step.beside), *others]


def _schemas_at(kind: str, way: Way, here: Scalars) -> list[Mapping[str, Any]]:
    """Every schema that speaks of what stands at the end of a way."""
    if kind == "prompt" and [step.key for step in way] in (["variants"], ["exclude"]):
        return []  # names of the user's own
    whole, way = _start(kind, way)
    mappings = [*(step.beside for step in way), here]
    schemas = [*_parts(whole, mappings[0])]
    for step, beside in zip(way, mappings[1:], strict=True):
        schemas = [
            part
            for schema in schemas
            for inner in _inside(schema, step.key)
            for part in _parts(inner, beside)
        ]
    return schemas


def _inside(schema: Mapping[str, Any], key: str | int) -> Iterator[Any]:
    if isinstance(key, int):
        yield schema.get("items")
    else:
        named = schema.get("properties", {})
        yield named[key] if key in named else schema.get("additionalProperties")


def _parts(schema: Any, beside: Scalars, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """A schema and all that it is made of, as far as `beside` does not speak against it."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    yield schema
    inner = [schema.get("then")] if "if" in schema and _fits(schema["if"], beside) else []
    if "$ref" in schema:
        file, _, pointer = str(schema["$ref"]).partition("#/$defs/")
        inner.append(_schema(file.removesuffix(".json") or "api")["$defs"][pointer])
    for name in ("allOf", "anyOf", "oneOf"):
        inner += schema.get(name, ())
    for part in inner:
        yield from _parts(part, beside, depth + 1)


def _fits(condition: Mapping[str, Any], beside: Scalars) -> bool:
    """Whether a mapping with these scalars fulfils it: a `const` for each name that counts."""
    for name, wanted in condition.get("properties", {}).items():
        if name not in beside:
            if name in condition.get("required", ()):
                return False
        elif beside[name] != wanted.get("const"):
            return False
    return True


def _types(schema: Mapping[str, Any]) -> Sequence[str]:
    types = schema.get("type", ())
    return [types] if isinstance(types, str) else types


def _holds(schema: Any) -> bool:
    types = {name for part in _parts(schema, {}) for name in _types(part)}
    return bool(types) and types <= {"object", "array", "null"}


def _tells(schema: Any) -> str:
    """The first sentence of its description."""
    for part in _parts(schema, {}):
        if told := str(part.get("description", "")):
            return told.split(". ")[0].rstrip(".")
    return ""


def _is_tool(way: Way) -> bool:
    return [step.key for step in way[-2:-1]] == ["tools"] and isinstance(way[-1].key, int)
