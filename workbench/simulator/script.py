"""Scripted replies: TOML files that say which request gets which words.

A file holds `[[reply]]` tables; the first whose every `when` matches wins. `when` may ask for
`model`, `system`, `user`, `last`, `tool_result` (regular expressions, searched), `tool` (a tool
of that name is offered), `tool_choice` (its type), `temperature_min` and `temperature_max`. `say`
is a text or a list of wordings, the first of which is what temperature 0 says; `{user.NAME}` in it
stands for what the group NAME of `when.user` matched, and so for the other expressions. `fault`
names what goes wrong with the answer (`faults.table`). `stop` is `refusal` (with `category` and
`explanation`, after what is said), `pause_turn` (with a call of a tool that the provider runs) or
`end_turn`, which with nothing to say gives an answer without content.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from random import Random
from typing import Any

from workbench.errors import SimulatorError
from workbench.simulator.asked import Asked
from workbench.simulator.draft import CATEGORIES, STOPS, Call, Draft, Stop
from workbench.simulator.faults.table import Fault, read_faults

PATTERNS = ("model", "system", "user", "last", "tool_result")
NAMES = ("tool", "tool_choice")
BOUNDS = ("temperature_min", "temperature_max")
_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "name": str,
    "when": dict,
    "say": (str, list),
    "thinking": str,
    "tools": list,
    "fault": str,
    "stop": str,
    "category": str,
    "explanation": str,
}
_SLOT = re.compile(r"\{(model|system|user|last|tool_result)\.(\w+)\}")
_HEADING = re.compile(r"^[ \t]*\[\[\s*reply\s*\]\]", re.MULTILINE)
_AT_LINE = re.compile(r"^(.*?) \(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Script:
    """One scripted reply: the conditions under which it is given, and what it says."""

    name: str
    patterns: Mapping[str, re.Pattern[str]]
    tool: str | None
    tool_choice: str | None
    temperatures: tuple[float, float]
    say: tuple[str, ...]
    thinking: str
    calls: tuple[Call, ...]
    faults: tuple[Fault, ...] = ()
    stop: Stop | None = None
    category: str | None = None
    explanation: str | None = None

    def fits(self, asked: Asked) -> bool:
        """Whether this is the reply to give, if none before it is."""
        return self._found(asked) is not None

    def draft(self, asked: Asked, rng: Random) -> Draft | None:
        """The reply, its slots filled; None where a condition does not hold."""
        found = self._found(asked)
        if found is None:
            return None
        say = self.say or ("",)
        text = say[0] if asked.temperature == 0 else rng.choice(say)
        calls = tuple(Call(call.name, _filled(call.input, found)) for call in self.calls)
        text, thinking = _filled(text, found), _filled(self.thinking, found)
        return Draft(text, thinking, calls, self.stop, self.category, self.explanation)

    def _found(self, asked: Asked) -> dict[str, str] | None:
        low, high = self.temperatures
        offered = {tool.get("name") for tool in asked.tools}
        if (
            not low <= asked.temperature <= high
            or (self.tool is not None and self.tool not in offered)
            or self.tool_choice not in (None, asked.choice["type"])
        ):
            return None
        found: dict[str, str] = {}
        for field, pattern in self.patterns.items():
            text = asked.model.id if field == "model" else getattr(asked, field)
            if (match := pattern.search(text)) is None:
                return None
            groups = match.groupdict(default="")
            found |= {f"{field}.{group}": text for group, text in groups.items()}
        return found


def load_scripts(own: Iterable[Path] = ()) -> tuple[Script, ...]:
    """The scripts in these files and folders, then those that ship with the simulator.

    Raises:
        SimulatorError: A file cannot be read or used; says where.
    """
    shipped = resources.files("workbench.simulator") / "scripts"
    files = [file for path in own for file in _files(path)]
    files += _files(shipped) if shipped.is_dir() else []
    return tuple(script for file in files for script in _read(file))


def _files(path: Traversable) -> list[Traversable]:
    if not path.is_dir():
        return [path]
    found = (file for file in path.iterdir() if file.name.endswith(".toml"))
    return sorted(found, key=lambda file: file.name)


def _read(file: Traversable) -> list[Script]:
    try:
        text = file.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        raise SimulatorError(f"{file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SimulatorError(f"{file}:1: this is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        problem, line = str(error), text.count("\n") + 1
        if match := _AT_LINE.match(problem):
            problem, line = match[1], int(match[2])
        raise SimulatorError(f"{file}:{line}: {problem}", hint="See toml.io.") from error
    headings = [text.count("\n", 0, match.end()) + 1 for match in _HEADING.finditer(text)]
    scripts: list[Script] = []
    try:
        scripts.extend(map(_script, _replies(tables)))
    except ValueError as error:
        line = headings[len(scripts)] if len(scripts) < len(headings) else 1
        raise SimulatorError(
            f"{file}:{line}: {error}",
            hint="A reply has `when`, `say`, `thinking`, `tools`, `stop`, `fault` and a `name`.",
        ) from error
    return scripts


def _replies(tables: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The tables that describe replies; ValueError where there is anything else."""
    for key in tables:
        if key != "reply":
            raise ValueError(f"a file of scripts has no {key!r}")
    replies = tables.get("reply", [])
    if not isinstance(replies, list):
        raise ValueError("`reply` is a list of tables: write [[reply]]")
    return replies


def _script(reply: Mapping[str, Any]) -> Script:
    """The script that this table describes; ValueError says what is wrong with it."""
    if not isinstance(reply, Mapping):
        raise ValueError("a reply is a table: write [[reply]]")
    for key, value in reply.items():
        if key not in _FIELDS:
            raise ValueError(f"a reply has no {key!r}")
        if not isinstance(value, _FIELDS[key]):
            raise ValueError(f"{key} is of the wrong type")
    when = reply.get("when", {})
    _check_when(when)
    say = reply.get("say", [])
    say = [say] if isinstance(say, str) else say
    if not all(isinstance(text, str) for text in say):
        raise ValueError("say is a text or a list of texts")
    return Script(
        name=reply.get("name", ""),
        patterns={field: _pattern(field, when[field]) for field in PATTERNS if field in when},
        tool=when.get("tool"),
        tool_choice=when.get("tool_choice"),
        temperatures=(when.get(BOUNDS[0], 0.0), when.get(BOUNDS[1], float("inf"))),
        say=tuple(say),
        thinking=reply.get("thinking", ""),
        calls=tuple(map(_call, reply.get("tools", []))),
        faults=read_faults(reply.get("fault", "")),
        stop=_stop(reply),
        category=reply.get("category"),
        explanation=reply.get("explanation"),
    )


def _stop(reply: Mapping[str, Any]) -> Stop | None:
    """Why the reply stops, where it says so; only a refusal has a category and an explanation."""
    stop: Stop | None = next((known for known in STOPS if known == reply.get("stop")), None)
    if stop is None and "stop" in reply:
        raise ValueError(f"stop is one of {', '.join(STOPS)}")
    if stop != "refusal" and {"category", "explanation"} & reply.keys():
        raise ValueError('category and explanation need stop = "refusal"')
    if reply.get("category", CATEGORIES[0]) not in CATEGORIES:
        raise ValueError(f"category is one of {', '.join(CATEGORIES)}")
    return stop


def _check_when(when: Mapping[str, Any]) -> None:
    for key, value in when.items():
        if key in BOUNDS:
            right = isinstance(value, int | float) and not isinstance(value, bool)
        elif key in (*PATTERNS, *NAMES):
            right = isinstance(value, str)
        else:
            raise ValueError(f"when has no {key!r}")
        if not right:
            raise ValueError(f"when.{key} is of the wrong type")


def _pattern(field: str, expression: str) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except re.error as error:
        raise ValueError(f"when.{field} is no regular expression: {error}") from error


def _call(tool: Any) -> Call:
    match tool:
        case {"name": str(name), "input": dict(arguments)}:
            return Call(name, arguments)
        case {"name": str(name)}:
            return Call(name, {})
    raise ValueError('tools holds tables such as { name = "get_order", input = {} }')


def _filled(value: Any, found: Mapping[str, str]) -> Any:
    """`value` with the slots in its texts filled, at any depth; an unknown slot stays."""
    if isinstance(value, str):
        return _SLOT.sub(lambda slot: found.get(slot[0][1:-1], slot[0]), value)
    if isinstance(value, Mapping):
        return {key: _filled(below, found) for key, below in value.items()}
    if isinstance(value, Sequence):
        return [_filled(below, found) for below in value]
    return value
