"""A prompt: a prompt file with everything that it includes, resolved and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbench.documents.expansion import Expansion, expansions
from workbench.documents.finding import Finding, Keys, Place, nearest, nearest_hint
from workbench.documents.joiner import SCHEME, Joiner
from workbench.documents.kinds import endings, files_in, name_of
from workbench.documents.ours import (
    OUR_FIELDS,
    VERSION_FIELD,
    prompt_findings,
    version_findings,
)
from workbench.documents.patch import Patch, expand, split
from workbench.documents.places import Places
from workbench.documents.shape import body_findings
from workbench.documents.tree import Tree
from workbench.documents.typed import described
from workbench.documents.variables import uses
from workbench.errors import DocumentError, Problem
from workbench.wire.request import REQUIRED_FIELDS


@dataclass(frozen=True, slots=True)
class Input:
    """A variable that a prompt file declares; `default` is None where it has none."""

    name: str
    default: str | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What a round of this prompt, and each of its runs, may cost; how many may go on at once."""

    cost_usd: Decimal | None = None
    run_cost_usd: Decimal | None = None
    concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file with everything that it includes, resolved. Make one with `load_prompt`.

    Args:
        name: `triage` for `triage.prompt.yaml`.
        body: The request body: our names taken out but `api_version`, which variants may change;
            files joined, {{variables}} still in place.
        variants: Name to merge patch, dotted names opened up (an int key is a place in a list).
        matrix: Dotted name to the values that every variant is tried with.
        exclude: Combinations of `variant` and names of `matrix` that are left out.
        redact: The variables whose values are masked before a round is written down.
        redact_tools: Whether what tools are given and give is masked, too.
        mocks: Canned tool results, by the tool's name, tried top to bottom.
        cases: The file of cases, which is there; its content is not read here.
        system_path: The file that `system:` comes from, where it names one.
        tools_path: The file that `tools:` comes from, where it names one.
        files: Every file that was read, with its text.
        problems: Warnings; errors are raised, but for those that were let pass.
        places: Where everything was written.
    """

    path: Path
    name: str
    body: Mapping[str, Any]
    inputs: Mapping[str, Input]
    variants: Mapping[str, Patch]
    matrix: Mapping[str, Sequence[Any]]
    exclude: Sequence[Mapping[str, Any]]
    limits: Limits
    redact: tuple[str, ...]
    redact_tools: bool
    mocks: Mapping[str, Sequence[Mapping[str, Any]]]
    cases: Path | None
    system_path: Path | None
    tools_path: Path | None
    files: Mapping[Path, str]
    problems: tuple[Problem, ...]
    places: Places = field(repr=False, compare=False)

    def where(self, *keys: str | int) -> Place:
        """File, line and column of a value: `where("messages", 0)`, `where("variants", "warm")`."""
        return self.places.place(keys)


def load_prompt(
    path: Path,
    *,
    overlay: Mapping[Path, str] = {},
    root: Path | None = None,
    force: bool = False,
) -> Prompt:
    """Read a prompt file and all that it includes.

    Args:
        overlay: Unsaved texts by absolute path; they win over the disk.
        root: The workspace that includes may not leave; the prompt's own folder where None.
        force: Lets pass what breaks a rule of the API's alone; the problems stay with the prompt.

    Raises:
        DocumentError: It cannot be run; carries all problems of all files.
    """
    joiner = Joiner(root or path.parent, overlay)
    tree = joiner.document(path)
    prompt = _Loading(path, joiner, tree).prompt() if tree is not None else None
    problems = sorted_problems(path, joiner.problems)
    stops = (p.severity == "error" and not (force and p.rule) for p in problems)
    if prompt is None or any(stops):
        raise DocumentError(problems)
    return prompt


def prompts_in(folder: Path) -> list[Path]:
    """Every prompt file in this folder, sorted by name."""
    return files_in(folder, endings("prompt"))


def sorted_problems(path: Path, problems: Sequence[Problem]) -> list[Problem]:
    """Problems without doubles: what stops a run first, the file itself before what it includes."""

    def order(problem: Problem) -> tuple[Any, ...]:
        is_included = problem.path != path
        stops = problem.severity == "error"
        return (not stops, is_included, problem.path, problem.line, problem.column)

    return sorted(dict.fromkeys(problems), key=order)


_WHOLE_OR_NOT = ("cases", "exclude", "limits", "redact")
"""Names of ours that are left out as a whole where a part is wrong."""


class _Loading:
    """One prompt file on its way to a `Prompt`."""

    def __init__(self, path: Path, joiner: Joiner, tree: Tree) -> None:
        self.path = path
        self.joiner = joiner
        self.tree = tree
        joiner.places.mount((), tree.source, tree.root)

    def prompt(self) -> Prompt | None:
        """The prompt, as far as it can be made out; what is wrong goes to the joiner."""
        whole = self.tree.root.value
        if not isinstance(whole, dict):
            problem = f"a prompt file has to be a mapping, not {described(whole)}"
            if not self.tree.problems:
                self.joiner.say(Finding((), problem, "Begin with `model:`."))
            return None
        ours = {name: whole[name] for name in whole if name in OUR_FIELDS}
        wrong = list(prompt_findings(ours))
        self._say(wrong)
        spoilt = {f.keys[0] for f in wrong if len(f.keys) == 1 or f.keys[0] in _WHOLE_OR_NOT}
        good = {name: value for name, value in ours.items() if name not in spoilt}
        body = self._joined((), {n: v for n, v in whole.items() if n not in OUR_FIELDS}, ())
        cases = good.get("cases")
        prompt = Prompt(
            path=self.path,
            name=name_of(self.path),
            body=body,
            inputs=self._inputs(good.get("inputs") or {}),
            variants=self._variants(good.get("variants") or {}) or {"base": {}},
            matrix=self._matrix(good.get("matrix") or {}),
            exclude=self._exclude(good.get("exclude") or ()),
            limits=_limits(good.get("limits") or {}),
            redact=tuple(dict.fromkeys(good.get("redact") or ())),
            redact_tools=good.get("redact_tools") is True,
            mocks=self.joiner.mocks,
            cases=self.joiner.path_of(cases, ("cases",)) if cases else None,
            system_path=self.joiner.paths.get(("system",)),
            tools_path=self.joiner.paths.get(("tools",)),
            files=self.joiner.files,
            problems=(),
            places=self.joiner.places,
        )
        used = _used(prompt)
        self._say(_unused(prompt, used))
        self._say(_not_there(prompt, used))
        self._check_bodies(prompt)
        return replace(prompt, problems=tuple(sorted_problems(self.path, self.joiner.problems)))

    def _say(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.joiner.say(finding)

    def _joined(self, body_keys: Keys, value: Any, keys: Keys) -> Any:
        return self.joiner.joined(body_keys, value, keys)

    def _check_bodies(self, prompt: Prompt) -> None:
        """Whether every body that the prompt stands for has the shape that the API asks for.

        Bodies share what no patch has touched; that is looked at once.
        """
        try:
            found = expansions(prompt)
        except DocumentError as error:
            self.joiner.problems += error.problems
            return
        seen: set[tuple[str, int]] = set()
        for expansion in found:
            if expansion.gaps:
                self._say(expansion.gaps)
                continue
            versions = version_findings(expansion.api_version)
            self.joiner.problems += (expansion.problem(f, prompt.places) for f in versions)
            for name, value in expansion.body.items():
                if isinstance(value, dict | list):
                    if (name, id(value)) in seen:
                        continue
                    seen.add((name, id(value)))
                findings = body_findings({name: value}, (*OUR_FIELDS, VERSION_FIELD))
                self.joiner.problems += (expansion.problem(f, prompt.places) for f in findings)
        self._say(_missing(prompt, found))

    def _variants(self, variants: Mapping[str, Any]) -> dict[str, Patch]:
        result: dict[str, Patch] = {}
        for name, written in variants.items():
            if not isinstance(written, dict | None):
                continue
            opened, wrong = expand(written or {})
            keys: Keys = ("variants", name)
            self._say(replace(finding, keys=(*keys, *finding.keys)) for finding in wrong)
            result[name] = self._joined((), opened, keys)
        return result

    def _matrix(self, matrix: Mapping[str, Any]) -> dict[str, list[Any]]:
        return {
            axis: [
                self._joined(split(axis), value, ("matrix", axis, index))
                for index, value in enumerate(values)
            ]
            for axis, values in matrix.items()
            if isinstance(values, list) and values
        }

    def _inputs(self, inputs: Mapping[str, Any]) -> dict[str, Input]:
        result = {}
        for name, spec in inputs.items():
            keys: Keys = ("inputs", name, "default")
            default = None
            fields = spec if isinstance(spec, dict) else {}
            if fields.get("default") is not None:
                default = self.joiner.places.written(keys) or ""
                default = self.joiner.text(default, keys) if default.startswith(SCHEME) else default
            result[name] = Input(name, default, fields.get("required") is True)
        return result

    def _exclude(self, exclude: Sequence[Any]) -> list[dict[str, Any]]:
        return [
            {
                axis: value
                if axis == "variant"
                else self._joined(split(axis), value, ("exclude", index, axis))
                for axis, value in pattern.items()
            }
            for index, pattern in enumerate(exclude)
        ]


def _missing(prompt: Prompt, found: Sequence[Expansion]) -> Iterator[Finding]:
    """Fields that a request cannot do without, and that no patch has given either."""
    for name in REQUIRED_FIELDS:
        lacking = {e.variant for e in found if name not in e.body}
        if lacking and name not in prompt.body and lacking == {e.variant for e in found}:
            hint = f"Add `{name}:` to this file."
            yield Finding((), f"`{name}` is missing", hint, rule="required")
            continue
        for variant in sorted(lacking):
            problem = f"the variant `{variant}` has no `{name}`"
            keys: Keys = ("variants", variant)
            yield Finding(keys, problem, f"Give it `{name}:`.", at_key=True, rule="required")


def _used(prompt: Prompt) -> set[str]:
    """The variables that some text uses."""
    wholes: list[Mapping[Any, Any]] = [prompt.body, *prompt.variants.values()]
    wholes += [
        expand({axis: value})[0] for axis, values in prompt.matrix.items() for value in values
    ]
    return {name for whole in wholes for name, _ in uses(whole)}


def _not_there(prompt: Prompt, used: set[str]) -> Iterator[Finding]:
    """Variables to be masked that there are none of: a slip would let the right one through."""
    for index, name in enumerate(prompt.redact):
        if name not in used:
            problem = f"`redact` names `{name}`, which no text uses"
            yield Finding(("redact", index), problem, nearest_hint(name, used))


def _unused(prompt: Prompt, used: set[str]) -> Iterator[Finding]:
    """Inputs that no variant uses."""
    for name in prompt.inputs:
        if name not in used:
            problem = f"the input `{name}` is declared, but no text uses it"
            meant = nearest(name, used - set(prompt.inputs))
            hint = f"Did you mean `{meant}`?" if meant else f"Write {{{{{name}}}}}, or remove it."
            yield Finding(("inputs", name), problem, hint, "warning", at_key=True)


def _limits(limits: Mapping[str, Any]) -> Limits:
    def usd(name: str) -> Decimal | None:
        amount = limits.get(name)
        return None if amount is None else Decimal(str(amount))

    return Limits(usd("cost_usd"), usd("run_cost_usd"), limits.get("concurrency"))
