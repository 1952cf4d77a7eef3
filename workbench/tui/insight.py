"""What can be said of a prompt while it is being typed: problems, estimates, the next round.

Computed from files and unsaved texts in a thread; the screen paints the frozen result.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from os.path import normpath
from pathlib import Path
from typing import Any

from workbench.catalog.catalog import catalog
from workbench.costs import Cost, shown
from workbench.documents.expansion import expansions, variables_of
from workbench.documents.finding import Keys
from workbench.documents.prompt import Prompt, load_prompt
from workbench.documents.save import read_text
from workbench.errors import DocumentError, Problem, ValuesMissing, WorkbenchError
from workbench.telling.plain import plain
from workbench.tokens import Estimate, Part, parts
from workbench.tui.acts import KINDS, key_of
from workbench.tui.caps import Caps
from workbench.tui.chosen import Chosen
from workbench.tui.known import Known
from workbench.tui.listed import Listed, listed
from workbench.tui.stretch import Stretch
from workbench.tui.stretches import stretches
from workbench.workbench.forecast import forecast
from workbench.workbench.foreseen import foreseen
from workbench.workbench.plan import Plan, Prefix, Settings, prefixes
from workbench.workbench.warm import Warm, held_until
from workbench.workbench.watched import Tell

_SAID_EVERY_S = 0.4
_NAMED = re.compile(r"""^(system|tools):\s+["']?file://([^\s"']+)""", re.MULTILINE)


Say = Callable[[str], None]
"""Is told in words how far a look has come that takes long; from the look's own thread."""

Wanted = Callable[[], bool]
"""Whether somebody still waits for what is being looked at."""


class GivenUp(Exception):
    """Nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Insight:
    """What is known of a prompt and its files as they stand in the editors.

    Args:
        prompt: The prompt, or None where its files cannot be used.
        plan: The next round, or None where it could not be sent.
        files: The files to show beside it, by editor; an editor not named keeps what it shows.
        included: All files that it includes, by the editor that each belongs into.
        problems: Everything wrong, in all its files.
        refusal: Why there is no next round, where that is no problem of a file.
        estimates: Input tokens by editor: prompt, system, tools.
        notes: A word on each editor's part, where there is no problem.
        stretches: Which lines of the files are sent as one, by file.
        known: The variables that have a value.
        completes: What completion knows beside the text; without a prompt, the models alone.
        variants: The prompt's variants, be they on or off.
        values: What fills its variables, in words.
        model: The model that it is sent to, or how many.
        outlook: The next round in words.
        asks: The act that gives the variables what they lack; empty where none lacks a value.
    """

    prompt: Prompt | None = None
    plan: Plan | None = None
    files: Mapping[str, Path | None] = field(default_factory=dict)
    included: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    refusal: WorkbenchError | None = None
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    stretches: Mapping[Path, Sequence[Stretch]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    completes: Known = field(default_factory=Known)
    variants: tuple[Listed, ...] = ()
    values: str = ""
    model: str = ""
    outlook: str = ""
    asks: str = ""

    @property
    def first_error(self) -> Problem | None:
        """The first problem that keeps the prompt from being sent unasked."""
        return next((p for p in self.problems if p.severity == "error"), None)


def look(
    path: Path,
    overlay: Mapping[Path, str],
    provider: str,
    plan_of: Callable[[Prompt, Settings, Tell], Plan],
    chosen: Chosen | None = None,
    caps: Caps | None = None,
    warm: Sequence[Warm] = (),
    wanted: Wanted = lambda: True,
    say: Say = lambda words: None,
) -> Insight:
    """Look at a prompt file and all that it includes.

    What the provider would refuse has a plan all the same: the user may want to see it refused.

    Args:
        path: The prompt file.
        overlay: Texts as they stand unsaved in the editors.
        provider: Whose prices and limits hold.
        plan_of: Makes the next round of a prompt.
        chosen: What was chosen for it.
        caps: What it may cost.
        warm: What the provider still holds of what was sent.
        wanted: Asked between any two steps, and while one of them takes long.
        say: Is told how far that has come.

    Raises:
        GivenUp: It is not.
    """
    try:
        prompt = load_prompt(path, overlay=overlay, force=True)
    except DocumentError as error:
        models = Known(_models_of(provider))
        return Insight(files=_named(path, overlay), problems=error.problems, completes=models)
    _go_on(wanted)
    chosen, variants = chosen or Chosen(), listed(prompt)
    tell = partial(_go_on_with, wanted, say, _Clock(time.monotonic()))
    problems = [*prompt.problems]
    plan: Plan | None = None
    refusal: WorkbenchError | None = None
    asks = ""
    try:
        settings = chosen.settings(prompt, variants, caps or Caps())
        problems += foreseen(prompt, provider, settings, tell)
        _go_on(wanted)
        plan = plan_of(prompt, settings, tell)
        forecast(plan, tell)  # kept with the plan
    except ValuesMissing as error:
        problems += (replace(problem, hint=_give_it_one(prompt)) for problem in error.problems)
        asks = "values" if prompt.cases is None else "cases"
    except DocumentError as error:
        problems += [problem for problem in error.problems if problem not in problems]
    except WorkbenchError as error:
        refusal = error
    _go_on(wanted)
    body = plan.requests[plan.runs[0].run_id].body if plan and plan.runs else prompt.body
    model = catalog().model(provider, str(body.get("model", "")))
    counted = parts(body, model)
    marked = prefixes(body, model, counted)
    _go_on(wanted)
    return Insight(
        prompt=prompt,
        plan=plan,
        files={"system": prompt.system_path, "tools": prompt.tools_path}
        | _named(path, prompt.files),
        included=_included(prompt),
        problems=tuple(problems),
        refusal=refusal,
        estimates={kind: _estimate(counted, kind) for kind in KINDS},
        notes=_notes(prompt, body, marked, warm),
        stretches=_stretches(prompt, plan, counted, marked),
        known=chosen.known(prompt),
        completes=Known(_models_of(provider), variables_of(prompt), _tools_of(prompt)),
        variants=variants,
        values=chosen.in_words(prompt),
        model=_models(plan) if plan else plain(str(body.get("model", ""))),
        outlook=outlook(plan) if plan else "",
        asks=asks,
    )


def _give_it_one(prompt: Prompt) -> str:
    """What to do about a variable without a value, on this screen."""
    cases = "" if prompt.cases is None else f"{key_of('cases')} chooses cases that have one; "
    return f"{cases}{key_of('values')} gives it one; so does a default under `inputs:`."


def _models_of(provider: str) -> list[str]:
    """The models that a provider has, but for those that are gone."""
    models = (catalog().model(provider, name) for name in catalog().names(provider))
    return [model.name for model in models if model is not None and model.status != "retired"]


def _tools_of(prompt: Prompt) -> list[str]:
    tools = prompt.body.get("tools")
    named = (tool.get("name") for tool in tools if isinstance(tool, Mapping)) if tools else ()
    return [name for name in named if isinstance(name, str)]


def _go_on(wanted: Wanted) -> None:
    if not wanted():
        raise GivenUp


@dataclass(slots=True)
class _Clock:
    """When something was last said, on the monotonic clock."""

    said_s: float


def _go_on_with(wanted: Wanted, say: Say, clock: _Clock, doing: str, done: int, of: int) -> None:
    _go_on(wanted)
    if time.monotonic() - clock.said_s > _SAID_EVERY_S:
        clock.said_s = time.monotonic()
        say(f"{doing}: {done:,} of {of:,} · {key_of('cancel')} stops")


def named_in(text: str) -> dict[str, str]:
    """What a prompt's text names by `file://` as a whole: "system" and "tools" to a file's name."""
    return dict(_NAMED.findall(text))


def _named(path: Path, texts: Mapping[Path, str]) -> dict[str, Path | None]:
    """The files that a prompt names for an editor, as far as they are there.

    Read off its lines, as it may not be whole; a text by `file://` belongs in an editor too.
    """
    try:
        text = texts[path] if path in texts else read_text(path)
    except WorkbenchError:
        return {}
    names = named_in(text).items()
    named = {kind: Path(normpath(path.parent / name)) for kind, name in names}
    return {kind: file for kind, file in named.items() if file in texts or file.is_file()}


def _included(prompt: Prompt) -> dict[str, list[Path]]:
    """The files of a prompt by editor: of a variant's system prompt, too, and what that includes.

    Texts that go into messages, and cases, belong to the prompt.
    """
    found: dict[str, dict[Path, None]] = {kind: {} for kind in KINDS}
    for keys, path in prompt.places.files():
        if path != prompt.path:
            found[_kind(keys)][path] = None
    if prompt.cases is not None:
        found["prompt"][prompt.cases] = None
    return {kind: [*paths] for kind, paths in found.items()}


def _kind(keys: Keys) -> str:
    """The editor for what stands at these keys of a document."""
    if keys[0] == "variants":
        keys = keys[2:]
    elif keys[0] == "matrix":
        keys = tuple(str(keys[1]).split("."))
    return str(keys[0]) if keys and keys[0] in ("system", "tools") else "prompt"


def _models(plan: Plan) -> str:
    """The one model of a round, or `3 models`."""
    models = {run.model: None for run in plan.runs}
    return plain(next(iter(models))) if len(models) == 1 else f"{len(models)} models"


def outlook(plan: Plan) -> str:
    """The next round in words: how many runs, what they will take."""
    ahead = forecast(plan)
    runs = "1 run" if len(plan.runs) == 1 else f"{len(plan.runs):,} runs"
    if ahead.usd_at_least is None or ahead.usd_at_most is None:
        return f"next round: {runs}, price not known{_redacted(plan)}"
    least, most = (shown(Cost(usd, False)) for usd in (ahead.usd_at_least, ahead.usd_at_most))
    return f"next round: {runs}, {least} to {most}{_limits(plan)}{_redacted(plan)}"


def _redacted(plan: Plan) -> str:
    """What is masked in the session, where anything is."""
    return f", {plan.info.masked} redacted" if plan.info.masked else ""


def _limits(plan: Plan) -> str:
    """What the round may cost, where that is limited: `, ≤ $0.25, each ≤ $0.05`."""
    amounts = (("", plan.max_cost_usd), ("each ", plan.max_run_cost_usd))
    limits = ((what, usd) for what, usd in amounts if usd is not None)
    return "".join(f", {what}≤ {shown(Cost(usd, False))}" for what, usd in limits)


def _of(part: Part, kind: str) -> bool:
    first = part.path.partition(".")[0]
    return first == kind if kind != "prompt" else first not in KINDS


def _estimate(counted: Sequence[Part], kind: str) -> Estimate:
    total = Estimate(0)
    for part in counted:
        if _of(part, kind):
            total += Estimate(part.tokens, part.band, part.basis)
    return total


def _stretches(
    prompt: Prompt, plan: Plan | None, counted: Sequence[Part], marked: Sequence[Prefix]
) -> Mapping[Path, Sequence[Stretch]]:
    """Of the first run of the next round; nothing where there is none."""
    if plan is None or not plan.runs:
        return {}
    name = plan.runs[0].variant
    first = next((one for one in expansions(prompt) if one.name == name), None)
    longest = next((one.path for one in reversed(marked) if one.cacheable), "")
    return stretches(prompt, first, counted, longest) if first is not None else {}


def _notes(
    prompt: Prompt, body: Mapping[str, Any], marked: Sequence[Prefix], warm: Sequence[Warm]
) -> dict[str, str]:
    notes = {}
    tools = body.get("tools")
    if isinstance(tools, list) and tools:
        words = [_plural(len(tools), "tool")]
        if prompt.mocks:
            words.append(_plural(len(prompt.mocks), "mock"))
        notes["tools"] = ", ".join(words)
    for prefix in marked:
        first = prefix.path.partition(".")[0]
        kind = first if first in KINDS else "prompt"
        if prefix.cacheable is None or prefix.min_tokens is None:
            continue
        if prefix.cacheable:
            held = held_until(body, prefix.path, warm, time.time())
            hour = time.strftime("%H:%M", time.localtime(held))
            what = f"read until {hour}" if held else "to be written"
            notes[kind] = f"cached, over {prefix.min_tokens:,}: {what}"
        else:
            notes[kind] = f"not cached: below the {prefix.min_tokens:,} minimum"
    return notes


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
