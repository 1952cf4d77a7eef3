"""Everything that can be said about a document before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model
from workbench.catalog.profile import Profile
from workbench.documents.blocks import blank
from workbench.documents.expansion import Expansion, expansions
from workbench.documents.finding import Finding, Keys
from workbench.documents.foresight import foresight_findings
from workbench.documents.joiner import Joiner
from workbench.documents.kinds import kind_of
from workbench.documents.ours import file_findings
from workbench.documents.prompt import Prompt, load_prompt, sorted_problems
from workbench.documents.shape import body_findings
from workbench.documents.soundness import soundness_findings
from workbench.documents.source import read_source
from workbench.documents.tree import read_tree
from workbench.documents.variables import filled_body, uses
from workbench.errors import DocumentError, Problem


def check_file(
    path: Path, *, overlay: Mapping[Path, str] = {}, root: Path | None = None
) -> tuple[Problem, ...]:
    """What is wrong with a document of any kind; never raises for what stands in it.

    A prompt is checked with all that it includes; a file that is no document, for being text.
    """
    try:
        kind = kind_of(path)
        if kind == "prompt":
            return load_prompt(path, overlay=overlay, root=root).problems
        if kind is not None:
            return tuple(_part_problems(path, kind, Joiner(root or path.parent, overlay)))
        source = read_source(path, overlay)
        return read_tree(source).problems if path.suffix in (".yaml", ".yml") else ()
    except DocumentError as error:
        return error.problems


def check_prompt(
    prompt: Prompt,
    provider: str,
    *,
    only: Sequence[str] = (),
    model: str | None = None,
    values: Mapping[str, str] = {},
) -> tuple[Problem, ...]:
    """What the provider would refuse in any variant of this prompt, foreseen from the catalog.

    Args:
        provider: The name of its profile.
        only: The variants to look at; all of them where empty.
        model: Looks at everything as if it were for this model.
        values: Fill variables, before the prompt's own defaults; one without a value stays.
    """
    problems: list[Problem] = []
    for form in open_bodies(prompt, provider, only=only, model=model):
        filled = form.filled(values)
        problems += (filled.problem(finding) for finding in filled_findings(filled))
    return tuple(sorted_problems(prompt.path, problems))


@dataclass(frozen=True, slots=True)
class FilledBody:
    """One body that a prompt stands for, with its variables filled or open, for one provider.

    Args:
        model: The body's model as the catalog knows it.
        profile: The provider's, with the API version that this variant is sent with.
    """

    prompt: Prompt
    expansion: Expansion
    body: Mapping[str, Any]
    model: Model | None
    profile: Profile

    def problem(self, finding: Finding) -> Problem:
        """A finding on the body as a problem where it was written."""
        return self.expansion.problem(finding, self.prompt.places)

    def filled(self, values: Mapping[str, str]) -> FilledBody:
        """The same with its variables filled, before the prompt's own defaults."""
        defaults = {i.name: i.default for i in self.prompt.inputs.values() if i.default is not None}
        return replace(self, body=filled_body(self.expansion.body, {**defaults, **values}))


def open_bodies(
    prompt: Prompt, provider: str, *, only: Sequence[str] = (), model: str | None = None
) -> Iterator[FilledBody]:
    """The bodies that this prompt stands for, their variables open. As for `check_prompt`."""
    for expansion in expansions(prompt, model=model):
        if only and not {expansion.name, expansion.variant} & {*only}:
            continue
        yield FilledBody(
            prompt,
            expansion,
            expansion.body,
            catalog().model(provider, str(expansion.body["model"])),
            spoken_to(provider, str(expansion.api_version or "")),
        )


def spoken_to(provider: str, api_version: str = "") -> Profile:
    """A provider's profile with the API version to speak, its usual one where none is given.

    A server given by its address has none, and so nothing that it alone would refuse is known.
    """
    profile = catalog().profiles.get(provider) or Profile(provider)
    return replace(profile, api_version=api_version or profile.api_version)


def filled_findings(filled: FilledBody) -> Iterator[Finding]:
    """What the provider would refuse in this body, as far as that can be told without counting."""
    yield from _emptied(filled)
    yield from body_foresight(filled.body, filled.model, filled.profile)


def body_foresight(
    body: Mapping[str, Any], model: Model | None, profile: Profile
) -> Iterator[Finding]:
    """The same of any body of the right shape, wherever it comes from."""
    yield from soundness_findings(body)
    yield from foresight_findings(body, model, profile, catalog().names(profile.name))


def _emptied(filled: FilledBody) -> Iterator[Finding]:
    """Texts that are empty only now that their variables are filled."""
    for keys in dict.fromkeys(keys for _, keys in uses(filled.expansion.body)):
        around: Any = None
        text: Any = filled.body
        for key in keys:
            around, text = text, text[key]
        is_message = keys[0] == "messages" and len(keys) == 3 and keys[-1] == "content"
        if (is_message or _is_text_block(around, keys)) and not text.strip():
            yield blank(keys)


def _is_text_block(around: Any, keys: Keys) -> bool:
    return keys[-1] == "text" and isinstance(around, Mapping) and around.get("type") == "text"


def _part_problems(path: Path, kind: str, joiner: Joiner) -> Iterator[Problem]:
    """What is wrong with a system, tools or cases file on its own."""
    tree = joiner.document(path)
    if tree is not None:
        joiner.places.mount((), tree.source, tree.root)
        whole = tree.root.value
        findings = list(file_findings(kind, whole))
        if (
            isinstance(whole, dict)
            and kind in ("system", "tools")
            and kind in whole
            and not findings
        ):
            joined = joiner.joined((kind,), whole[kind], (kind,))
            findings += body_findings({kind: joined})
        for finding in findings:
            joiner.say(finding)
    yield from sorted_problems(path, joiner.problems)
