"""A small language for the shapes of JSON, and what is wrong with a value that has another one.

A kind is a function from a value and its path to what is wrong with it, in pydantic's words, which
are the API's. It stops where it cannot read on: take the first thing said and trust no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

EXTRA = "Extra inputs are not permitted"
MISSING = "Field required"

Kind = Callable[[Any, str], Iterator[str]]


def _simple(fits: Callable[[Any], bool], called: str) -> Kind:
    def kind(value: Any, path: str) -> Iterator[str]:
        if not fits(value):
            yield f"{path}: Input should be {called}"

    return kind


TEXT = _simple(lambda v: isinstance(v, str), "a valid string")
INTEGER = _simple(lambda v: isinstance(v, int) and not isinstance(v, bool), "a valid integer")
NUMBER = _simple(lambda v: isinstance(v, int | float) and not isinstance(v, bool), "a valid number")
BOOLEAN = _simple(lambda v: isinstance(v, bool), "a valid boolean")
LIST = _simple(lambda v: isinstance(v, list), "a valid list")
OBJECT = _simple(lambda v: isinstance(v, dict), "a valid dictionary")


def anything(value: Any, path: str) -> Iterator[str]:
    """Whatever it is, it is not looked into."""
    yield from ()


def one_of(*values: str) -> Kind:
    """Exactly one of these strings."""
    *others, last = (f"'{value}'" for value in values)
    called = f"{', '.join(others)} or {last}" if others else last
    return _simple(lambda v: isinstance(v, str) and v in values, called)


def at_least(low: int, kind: Kind) -> Kind:
    """Of this kind, and no smaller."""

    def bounded(value: Any, path: str) -> Iterator[str]:
        yield from kind(value, path)
        if value < low:
            yield f"{path}: Input should be greater than or equal to {low}"

    return bounded


def maybe(kind: Kind) -> Kind:
    """Of this kind, or null."""

    def nullable(value: Any, path: str) -> Iterator[str]:
        if value is not None:
            yield from kind(value, path)

    return nullable


def text_or(kind: Kind) -> Kind:
    """A string, or else of this kind."""

    def either(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield from kind(value, path)

    return either


def each(kind: Kind, most: int | None = None) -> Kind:
    """A list of this kind, of `most` at the most."""

    def listed(value: Any, path: str) -> Iterator[str]:
        yield from LIST(value, path)
        if most is not None and len(value) > most:
            yield f"{path}: List should have at most {most} items after validation"
        for i, item in enumerate(value):
            yield from kind(item, f"{path}.{i}")

    return listed


def fields(required: Mapping[str, Kind], optional: Mapping[str, Kind] | None = None) -> Kind:
    """An object with all of these fields and some of those, and none besides."""
    known = {**required, **(optional or {})}

    def shaped(value: Any, path: str) -> Iterator[str]:
        yield from OBJECT(value, path)
        yield from missing(value, required, path)
        yield from extra(value, known, path)
        for field, below in value.items():
            yield from known[field](below, below_path(path, field))

    return shaped


def tagged(kinds: Mapping[str, Kind], usual: str | None = None) -> Kind:
    """An object whose `type` says which of these it is; `usual` where it says nothing."""

    def chosen(value: Any, path: str) -> Iterator[str]:
        yield from OBJECT(value, path)
        tag = value.get("type", usual)
        if tag is None and usual is None:
            yield f"{path}.type: {MISSING}"
        tag = usual if tag is None else tag
        if not isinstance(tag, str) or tag not in kinds:
            expected = ", ".join(f"'{kind}'" for kind in kinds)
            yield (
                f"{path}: Input tag '{tag}' found using 'type' does not match any of the expected "
                f"tags: {expected}"
            )
        yield from kinds[tag](value, f"{path}.{tag}")

    return chosen


Fields = Mapping[str, Kind]


def tags(kinds: Mapping[str, tuple[Fields, Fields]]) -> Kind:
    """As `tagged`, from required and optional fields; each has its `type` besides."""
    return tagged({tag: typed(*both) for tag, both in kinds.items()})


def typed(required: Mapping[str, Kind], optional: Mapping[str, Kind] | None = None) -> Kind:
    """As `fields`, for an object that has been chosen by its `type`."""
    return fields(required, {**(optional or {}), "type": anything})


def missing(value: Mapping[str, Any], wanted: Iterable[str], path: str) -> Iterator[str]:
    """The fields that are not there."""
    return (f"{below_path(path, field)}: {MISSING}" for field in wanted if field not in value)


def extra(value: Mapping[str, Any], known: Iterable[str], path: str) -> Iterator[str]:
    """The fields that should not be there."""
    return (f"{below_path(path, field)}: {EXTRA}" for field in value if field not in known)


def below_path(path: str, field: str) -> str:
    """The path of a field of the object at `path`; the body's own path is empty."""
    return f"{path}.{field}" if path else field
