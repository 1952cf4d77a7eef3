"""Everything that can be said about a document before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.catalog.catalog import catalog
from workbench.catalog.profile import Profile
from workbench.documents.expansion import expansions
from workbench.documents.foresight import foresight_findings
from workbench.documents.joiner import Joiner
from workbench.documents.kinds import kind_of
from workbench.documents.ours import file_findings
from workbench.documents.prompt import Prompt, load_prompt, sorted_problems
from workbench.documents.shape import body_findings
from workbench.documents.soundness import soundness_findings
from workbench.documents.source import read_source
from workbench.documents.tree import read_tree
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
    prompt: Prompt, provider: str, *, only: Sequence[str] = (), model: str | None = None
) -> tuple[Problem, ...]:
    """What the provider would refuse in any variant of this prompt, foreseen from the catalog.

    Args:
        provider: The name of its profile.
        only: The variants to look at; all of them where empty.
        model: Looks at everything as if it were for this model.
    """
    # A server given by its address has no profile, and so nothing that it would refuse is known.
    profile = catalog().profiles.get(provider) or Profile(provider)
    names = catalog().names(provider)
    problems: list[Problem] = []
    for expansion in expansions(prompt, model=model):
        if only and not {expansion.name, expansion.variant} & {*only}:
            continue
        known = catalog().model(provider, str(expansion.body["model"]))
        version = str(expansion.api_version or profile.api_version)
        spoken = replace(profile, api_version=version)
        findings = [*soundness_findings(expansion.body)]
        findings += foresight_findings(expansion.body, known, spoken, names)
        problems += (expansion.problem(finding, prompt.places) for finding in findings)
    return tuple(sorted_problems(prompt.path, problems))


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
