"""A prompt of a workspace, as Python code has it: what it takes to run it, and running it.

>>> import workbench as wb
>>> with wb.open("prompts", provider="simulator", save=False) as workspace:
...     ahead = workspace["triage"].plan(repeat=20, max_cost=0.05)
>>> ahead.size.runs, ahead.size.variants, ahead.forecast.usd_at_most < 1
(60, 3, True)
>>> ahead.lines[0].partition(", $")[0]
'60 runs (3 variants, 20 times each), 4 at a time'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from workbench.costs import Usd, in_usd
from workbench.documents.cases import chosen as chosen_of
from workbench.documents.cases import read_cases
from workbench.documents.expansion import variables_of
from workbench.documents.kinds import name_of
from workbench.documents.prompt import Prompt as Document
from workbench.documents.prompt import load_prompt
from workbench.errors import DocumentError, SettingsError
from workbench.workbench.foreseen import foreseen
from workbench.workbench.functions import Functions
from workbench.workbench.plan import Settings
from workbench.workbench.round import Round
from workbench.workbench.saved_session import require_known, several
from workbench.workbench.underway import Underway

if TYPE_CHECKING:
    from workbench.workbench.ahead import Ahead
    from workbench.workbench.workspace import Workspace


class Sending(TypedDict, total=False):
    """What may be said of a round by name; what it means is told at `Prompt.run`."""

    variants: Sequence[str]
    values: Mapping[str, Any]
    cases: Sequence[str] | bool
    tags: Sequence[str]
    sample: int | None
    seed: int
    repeat: int
    model: str | None
    concurrency: int | None
    max_cost: Usd | None
    max_run_cost: Usd | None
    redact: Sequence[str]
    force: bool
    allow_code: bool


class Prompt:
    """A prompt of a workspace, to be run.

    Args:
        workspace: Whose it is.
        path: Its file.
        texts: What files say that are not on the disk, by their paths.
    """

    def __init__(self, workspace: Workspace, path: Path, texts: Mapping[Path, str] = {}) -> None:
        self._workspace, self.path, self._texts = workspace, path, texts

    @property
    def name(self) -> str:
        """What it is called."""
        return name_of(self.path)

    @property
    def document(self) -> Document:
        """The prompt with all that it includes, read now.

        Raises:
            DocumentError: It cannot be run; says everything that is wrong with it.
        """
        return self._load(force=False)

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of its variants, as its file has them."""
        return tuple(self.document.variants)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of its variables, in the order of their use."""
        return variables_of(self._load(force=True))

    def run(
        self,
        *,
        variants: Sequence[str] = (),
        values: Mapping[str, Any] = {},
        cases: Sequence[str] | bool = (),
        tags: Sequence[str] = (),
        sample: int | None = None,
        seed: int = 0,
        repeat: int = 1,
        model: str | None = None,
        concurrency: int | None = None,
        max_cost: Usd | None = None,
        max_run_cost: Usd | None = None,
        redact: Sequence[str] = (),
        force: bool = False,
        allow_code: bool = False,
    ) -> Underway:
        """Send a round, which begins at once. `await` what is returned for the `Round`.

        Args:
            variants: Only these; all where empty.
            values: What fills the variables; what is no text is told by `str`, None is empty.
            cases: The ids of cases to run, each with every variant; True for all there are.
            tags: The cases that have any of these tags, too.
            sample: So many of them, or of all where there are no tags, drawn by chance.
            seed: Of that chance.
            repeat: How often each is sent.
            model: Runs every variant on this model instead of its own.
            concurrency: How many runs may be in flight together.
            max_cost: What the round may cost, in USD.
            max_run_cost: What each of its runs may cost, in USD.
            redact: Variables whose values are masked in the session.
            force: Send even what the provider is known to refuse.
            allow_code: Let the prompt's own Python checks run.

        Raises:
            DocumentError: A file is wrong, a value is missing, or the provider would refuse it.
            SettingsError: A name is not known.
            WorkbenchError: It is certain to cost more than it may.
        """
        document, settings = self._settled(
            force,
            {
                "variants": variants,
                "values": values,
                "cases": cases,
                "tags": tags,
                "sample": sample,
                "seed": seed,
                "repeat": repeat,
                "model": model,
                "concurrency": concurrency,
                "max_cost": max_cost,
                "max_run_cost": max_run_cost,
                "redact": redact,
            },
        )
        functions = Functions(self._workspace.folder, allowed=allow_code)
        return self._workspace.send(document, settings, functions)

    def plan(self, **chosen: Unpack[Sending]) -> Ahead:
        """What `run` takes with the same arguments: runs, tokens, money, time; nothing is sent.

        Also what so many pairs can show of two variants, and what a budget buys. Raises what
        `run` does.
        """
        from workbench.workbench.ahead import ahead_of

        require_known(chosen, Sending, "plan")
        document, settings = self._settled(chosen.get("force", False), chosen)
        return ahead_of(self._workspace.planned(document, settings))

    def run_sync(self, **chosen: Unpack[Sending]) -> Round:
        """Send a round as `run` does, and block until it is over; also where a loop is running.

        A KeyboardInterrupt cancels it; what arrived is saved.
        """
        return self.run(**chosen).wait()

    def _settled(self, force: bool, chosen: Sending) -> tuple[Document, Settings]:
        """The prompt as it is now, and what is to become of it."""
        document = self._load(force=True)
        for name in ("repeat", "concurrency", "sample"):
            _require_count(name, chosen.get(name))
        settings = Settings(
            values={
                name: "" if value is None else str(value)
                for name, value in chosen.get("values", {}).items()
            },
            only=several(chosen.get("variants", ())),
            cases=_ids(document, chosen),
            model=chosen.get("model"),
            repeat=chosen.get("repeat", 1),
            concurrency=chosen.get("concurrency"),
            max_cost_usd=in_usd(chosen.get("max_cost"), "max_cost"),
            max_run_cost_usd=in_usd(chosen.get("max_run_cost"), "max_run_cost"),
            redact=several(chosen.get("redact", ())),
        )
        found = [*document.problems, *foreseen(document, self._workspace.provider, settings)]
        wrong = [problem for problem in found if problem.severity == "error"]
        if wrong and not force:
            raise DocumentError(wrong)
        return document, settings

    def _load(self, *, force: bool) -> Document:
        overlay = {path.absolute(): text for path, text in self._texts.items()}
        return load_prompt(self.path.absolute(), overlay=overlay, force=force)

    def __repr__(self) -> str:
        return f"<prompt {self.name}>"


def _ids(document: Document, sending: Sending) -> tuple[str, ...]:
    """The ids of the cases that are meant.

    Raises:
        SettingsError: No case has one of the tags, or the prompt names no cases.
    """
    cases, tags = sending.get("cases", ()), several(sending.get("tags", ()))
    sample = sending.get("sample")
    ids = () if isinstance(cases, bool) else several(cases)
    if cases is True or tags or sample is not None:
        found = chosen_of(read_cases(document), tags, sample, sending.get("seed", 0))
        ids = (*ids, *(case.id for case in found))
    return tuple(dict.fromkeys(ids))


def _require_count(name: str, value: object) -> None:
    """Raises a SettingsError where something is counted by what is no number of things."""
    if value is not None and (type(value) is not int or value < 1):
        raise SettingsError(f"{name}={value!r} is no number of times", hint="1 or more.")
