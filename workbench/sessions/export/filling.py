"""What a variable was filled with, in each run of a saved round.

A value may have come with the round, from the prompt's defaults or from a case. The request as it
was sent has all of them: it is laid over the prompt as it stood then, and what stands in the place
of `{{name}}` is the value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.documents.expansion import expansions
from workbench.documents.prompt import Prompt, load_prompt
from workbench.documents.variables import VARIABLE, uses
from workbench.errors import DocumentError, SessionError
from workbench.run import Run
from workbench.sessions.session import SavedRound, Session

_NOWHERE = Path("/a folder that is not there")
"""Where saved documents are said to lie, so that none is looked up on the disk."""

Filled = Mapping[str, str]


def values_of(session: Session, names: Collection[str]) -> frozenset[str]:
    """Every value that these variables had, in any run.

    Raises:
        SessionError: The session has no such variable, or what filled it cannot be told for sure.
    """
    found: set[str] = set()
    known: set[str] = set()
    for saved in session.rounds:
        given = saved.info.values
        for values in (given, *saved.values.values()):
            known |= values.keys()
            found |= {values[name] for name in names if name in values}
        prompt = _prompt_of(saved)
        if prompt is None:
            missing = set(names) - given.keys()
            if missing and saved.info.documents:
                raise _untold(min(missing), saved, "its prompt cannot be read")
            continue
        own = _variables(prompt)
        known |= own
        if open_names := own & set(names) - given.keys():
            found |= _looked_up(saved, prompt, open_names)
    for name in names:
        if name not in known:
            raise SessionError(
                f"{session.path.name} has no variable {name!r}",
                hint=f"It has: {', '.join(sorted(known))}" if known else "It has none at all.",
            )
    return frozenset(value for value in found if value.strip())


def _prompt_of(saved: SavedRound) -> Prompt | None:
    """The prompt as it stood, from the round's own documents alone."""
    texts = {_placed(name): text for name, text in saved.info.documents.items()}
    own = next((path for path in texts if path.name == PurePosixPath(saved.info.prompt).name), None)
    if own is None:
        return None
    try:
        return load_prompt(own, overlay=texts, root=_NOWHERE)
    except DocumentError:
        return None


def _placed(name: str) -> Path:
    return _NOWHERE / name.lstrip("/")


def _variables(prompt: Prompt) -> set[str]:
    return {*prompt.inputs, *(name for body in _bodies(prompt).values() for name, _ in uses(body))}


def _bodies(prompt: Prompt) -> dict[str, Mapping[str, Any]]:
    """Variant -> its request with the variables still in place."""
    try:
        return {each.name: each.body for each in expansions(prompt)}
    except DocumentError:
        return {}


def _looked_up(saved: SavedRound, prompt: Prompt, names: Collection[str]) -> set[str]:
    defaults = {i.name: i.default for i in prompt.inputs.values() if i.default is not None}
    bodies, found = _bodies(prompt), {defaults[name] for name in names if name in defaults}
    for run in saved.runs:
        # Without a case nothing else can have filled what the round itself did not.
        certain = {**(defaults if run.case is None else {}), **saved.info.values}
        if set(names) <= certain.keys():
            continue
        request, body = saved.requests.get(run.run_id), _body_of(run, bodies)
        if request is None:
            continue
        if body is None:
            raise _untold(min(names), saved, f"no variant is called {run.variant!r}")
        for template, sent in _pairs(body, request.body):
            for name, value in _filled(template, sent, certain, run, saved):
                if name in names:
                    found.add(value)
    return found


def _body_of(run: Run, bodies: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    if run.variant in bodies:
        return bodies[run.variant]
    # A round on a model of the user's choice has no matrix over models in its names.
    alike = [body for name, body in bodies.items() if name.split("/")[0] == run.variant]
    return alike[0] if alike else None


def _pairs(template: Any, sent: Any) -> Iterator[tuple[str, str]]:
    """The texts with variables in them, each with what was sent in its place."""
    if isinstance(template, str) and isinstance(sent, str):
        if VARIABLE.search(template):
            yield template, sent
    elif isinstance(template, Mapping) and isinstance(sent, Mapping):
        for key in template:
            yield from _pairs(template[key], sent.get(key))
    elif isinstance(template, list) and isinstance(sent, list):
        for one, other in zip(template, sent, strict=False):
            yield from _pairs(one, other)


def _filled(
    template: str, sent: str, certain: Filled, run: Run, saved: SavedRound
) -> Iterator[tuple[str, str]]:
    """What the variables of a text were filled with; those that stand together, as one value."""
    pieces = VARIABLE.split(template)  # literal, name, literal, name, … literal
    groups: list[list[str]] = []
    lazy = [re.escape(pieces[0])]
    for name, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        if name in certain:
            lazy.append(re.escape(certain[name]))
        elif groups and lazy[-1] == "(.*?)":
            groups[-1].append(name)
        else:
            groups.append([name])
            lazy.append("(.*?)")
        if literal:
            lazy.append(re.escape(literal))
    shortest = _groups("".join(lazy), sent)
    longest = _groups("".join(lazy).replace("(.*?)", "(.*)"), sent)
    if groups and (shortest is None or shortest != longest):
        why = f"the request of {run.run_id} can be read in more ways than one"
        raise _untold(groups[0][0], saved, why if shortest else f"{run.run_id} was sent otherwise")
    for names, value in zip(groups, shortest or (), strict=False):
        yield from ((name, value) for name in names)


def _groups(pattern: str, text: str) -> Sequence[str] | None:
    found = re.fullmatch(pattern, text, re.DOTALL)
    return found.groups() if found else None


def _untold(name: str, saved: SavedRound, why: str) -> SessionError:
    return SessionError(
        f"what filled {name!r} in round {saved.info.round_id} cannot be told: {why}",
        hint="Nothing was written. Leave that round out (`rounds=`), or do without `redact=`.",
    )
