"""The next round of each prompt: which variants, which values, which cases; and its dialogs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.catalog.catalog import catalog
from workbench.documents.amend import add_variant, remove_variant, rename_variant
from workbench.documents.cases import Case, read_cases
from workbench.documents.expansion import Expansion, expansions, variables_of
from workbench.documents.finding import shown
from workbench.documents.prompt import Prompt
from workbench.errors import WorkbenchError
from workbench.telling.plain import plain
from workbench.tui.acts import key_of
from workbench.tui.ask import Ask
from workbench.tui.chosen import Chosen, in_a_line
from workbench.tui.dialog_acts import LIST_ACTS
from workbench.tui.picker import Item
from workbench.tui.spoken import no_file
from workbench.tui.ticks import CaseTicks, Ticks
from workbench.tui.values_screen import Asked, ValuesScreen
from workbench.tui.variants_screen import VariantsScreen, Wish
from workbench.tui.vary import (
    EFFORT,
    New,
    copied,
    read_temperatures,
    with_efforts,
    with_models,
    with_temperatures,
)

if TYPE_CHECKING:
    from workbench.tui.desk import Desk

MUCH = 1_000_000
"""Bytes of a dataset from which on reading it takes so long that it is said."""

Act = Callable[[Prompt, str], Coroutine[Any, Any, str]]
"""Does something with a variant of a prompt; the name of the one to go on with."""


class NextRound:
    """What the user chose for the next round of each prompt in this sitting.

    Args:
        desk: Knows the prompt that is open, looks at it again, has its files.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._app = desk, desk.app
        folder = desk.bench.folder
        self._chosen: dict[Path, Chosen] = {
            folder / name: Chosen(
                off=frozenset(one["off"]),
                cases=tuple(one["cases"]),
                every_case=one["every_case"],
                is_remembered=True,
            )
            for name, one in desk.app.remembered.state.chosen.items()
        }
        self._acts: Mapping[str, Act] = {
            "copy": self._copy,
            "temperature": self._vary_temperature,
            "model": self._vary_model,
            "effort": self._vary_effort,
            "rename": self._rename,
            "delete": self._delete,
            "undo": self._undo,
        }

    def of(self, path: Path) -> Chosen:
        """What is chosen for a prompt."""
        return self._chosen.get(path, Chosen())

    def fill(self, path: Path, values: Mapping[str, str]) -> None:
        """Fill a prompt's variables with these values, and nothing else."""
        self._set(path, replace(self.of(path), values=dict(values)))

    def without_cases(self, path: Path) -> None:
        """Choose none of a prompt's cases, and look at it again."""
        self._choose(path, replace(self.of(path), cases=(), every_case=False))

    def switch(self, name: str) -> None:
        """Switch a variant of the open prompt on or off."""
        if (path := self._desk.prompt_path) is not None:
            chosen = self.of(path)
            self._choose(path, replace(chosen, off=chosen.off ^ {name}))

    def _choose(self, path: Path, chosen: Chosen) -> None:
        self._set(path, chosen)
        self._desk.looker.ask(at_once=True)

    def _set(self, path: Path, chosen: Chosen) -> None:
        """This is chosen now; it is remembered but for values, which may be anything."""
        self._chosen[path] = chosen
        remembered, folder = self._app.remembered, self._desk.bench.folder
        if path.parent == folder:
            kept = {"off": sorted(chosen.off), "cases": [*chosen.cases]}
            every = {
                name: one
                for name, one in remembered.state.chosen.items()
                if name != path.name and (folder / name).is_file()
            }
            one = {**kept, "every_case": chosen.every_case}
            remembered.note(chosen={**every, path.name: one} if chosen.is_made else every)

    async def _prompt(self) -> Prompt | None:
        """The open prompt as it stands in the editor; says so where it cannot be read."""
        await self._desk.look_now()
        insight = self._desk.insight
        if insight is not None and insight.prompt is not None:
            return insight.prompt
        if insight is not None and (problem := insight.first_error) is not None:
            words = f"First mend {problem.path.name}:{problem.line}:{problem.column}: "
            self._app.notify(words + problem.problem, severity="warning", markup=False)
            self._desk.go_to(problem.path, problem.line, problem.column)
        else:
            self._app.notify(no_file("prompt"), markup=False)
        return None

    # Variants

    async def list_variants(self) -> None:
        """Show the list until the user has done with it."""
        at = ""
        while (prompt := await self._prompt()) is not None and self._desk.insight is not None:
            variants = self._desk.insight.variants
            off = self.of(prompt.path).off
            axes = ", ".join(f"`{axis}`" for axis in prompt.matrix)
            note = f"By the matrix, which is changed in the editor: {axes}." * bool(axes)
            wish = await self._app.push_screen_wait(
                VariantsScreen(prompt.name, variants, off, at=at, note=shown(note))
            )
            if wish is None:
                return
            name = next(one.variant for one in variants if one.name == wish.name)
            if wish.act == "go_to":
                self._desk.go_to(*prompt.where("variants", name))
                return
            at = await self._done(wish, prompt, name)

    async def _done(self, wish: Wish, prompt: Prompt, name: str) -> str:
        """Do what is wished; the name of the variant to highlight."""
        try:
            changed = await self._acts[wish.act](prompt, name)
        except WorkbenchError as error:
            self._app.tell(error)
            return wish.name
        await self._desk.look_now()
        insight = self._desk.insight
        names = [one.name for one in insight.variants if one.variant == changed] if insight else []
        return wish.name if wish.name in names or not names else names[0]

    async def _copy(self, prompt: Prompt, name: str) -> str:
        return await self._add(prompt, name, [copied(name, prompt.variants)])

    async def _vary_temperature(self, prompt: Prompt, name: str) -> str:
        answer = await self._app.push_screen_wait(
            Ask("other temperatures", f"Copies of {shown(name)}, with", "0, 0.5, 1", _temperatures)
        )
        if answer is None:
            return name
        values = read_temperatures(answer)
        return await self._add(prompt, name, with_temperatures(name, values, prompt.variants))

    async def _vary_model(self, prompt: Prompt, name: str) -> str:
        provider = self._desk.bench.endpoint.profile.name
        body = _sent(prompt, name).body
        models = [
            model
            for each in catalog().names(provider)
            if (model := catalog().model(provider, each)) is not None and model.status != "retired"
        ]
        now = catalog().model(provider, str(body.get("model", "")))
        items = [
            Item(model.name, model.name, model.display_name)
            for model in models
            if now is None or model.id != now.id
        ]
        picked = await self._app.push_screen_wait(Ticks(f"other models for {name}", items))
        chosen = [model for model in models if model.name in (picked or ())]
        return await self._add(prompt, name, with_models(name, chosen, body, prompt.variants))

    async def _vary_effort(self, prompt: Prompt, name: str) -> str:
        body = _sent(prompt, name).body
        provider = self._desk.bench.endpoint.profile.name
        model = catalog().model(provider, str(body.get("model", "")))
        levels = model.effort_levels if model is not None else None
        if not levels:
            called = model.name if model is not None else shown(str(body.get("model", "")))
            raise WorkbenchError(
                f"{called} has no effort to vary, as far as is known",
                hint=f"Vary the model, or write `{EFFORT}` in the editor.",
            )
        items = [Item(level, level) for level in levels]
        picked = await self._app.push_screen_wait(Ticks(f"other efforts for {name}", items))
        return await self._add(prompt, name, with_efforts(name, picked or (), prompt.variants))

    async def _add(self, prompt: Prompt, like: str, new: Sequence[New]) -> str:
        """Write variants into the prompt's text; the name of the first."""
        if not new:
            return like
        path = prompt.path

        def added() -> str:
            text = self._text(path)
            for one in reversed(new):  # each comes right after the one that it is like
                text = add_variant(path, text, one.name, like=like, changes=one.changes)
            return text

        await self._put(path, await asyncio.to_thread(added))
        names = ", ".join(shown(one.name) for one in new)
        undo = _undo()
        self._app.notify(
            f"Added {names}, unsaved: {key_of('save')} saves, {undo} takes it back.", markup=False
        )
        return new[0].name

    async def _rename(self, prompt: Prompt, name: str) -> str:
        path, text = prompt.path, self._text(prompt.path)
        answer = await self._app.push_screen_wait(
            Ask("rename", "Its name", name, lambda new: rename_variant(path, text, name, new))
        )
        if answer is None or answer == name:
            return name
        await self._put(path, rename_variant(path, text, name, answer))
        chosen = self.of(path)
        off = {
            answer + each[len(name) :] if each == name or each.startswith(f"{name}/") else each
            for each in chosen.off
        }
        self._set(path, replace(chosen, off=frozenset(off)))
        return answer

    async def _delete(self, prompt: Prompt, name: str) -> str:
        path = prompt.path
        await self._put(path, remove_variant(path, self._text(path), name))
        self._app.notify(f"Deleted {shown(name)}: unsaved; {_undo()} brings it back.", markup=False)
        names = list(prompt.variants)
        at = names.index(name)
        return names[at + 1] if at + 1 < len(names) else names[at - 1]

    async def _undo(self, prompt: Prompt, name: str) -> str:
        self._desk.panel_with(prompt.path).editor.undo()
        return name

    def _text(self, path: Path) -> str:
        return self._desk.files.buffers[path].text

    async def _put(self, path: Path, text: str) -> None:
        """The text of the prompt is this now: one step of undo, unsaved."""
        self._desk.panel_with(path)
        await self._desk.files.put(path, text)

    # Values and cases

    async def ask_values(self) -> None:
        """Ask what fills the variables."""
        if (prompt := await self._prompt()) is None:
            return
        chosen = self.of(prompt.path)
        cases = await self._cases(prompt)
        several = chosen.every_case or len(chosen.cases) > 1
        filled = await self._app.push_screen_wait(
            ValuesScreen(
                prompt.name,
                [_asked(prompt, name, chosen, several) for name in variables_of(prompt)],
                cases,
                "" if several else "".join(chosen.cases),
            )
        )
        if filled is None:
            return
        if filled.case:
            several, chosen = False, replace(chosen, cases=(filled.case,), every_case=False)
        elif not several:
            chosen = replace(chosen, cases=())
        self._choose(prompt.path, replace(chosen, values=filled.values))

    async def choose_cases(self) -> None:
        """Ask for which cases the next round is."""
        if (prompt := await self._prompt()) is None:
            return
        if prompt.cases is None:
            hint = "Add `cases: file://NAME.cases.yaml` to it."
            self._app.tell(WorkbenchError(f"{prompt.path.name} has no cases", hint=hint))
            return
        if not (cases := await self._cases(prompt)):
            return
        chosen = self.of(prompt.path)
        ids = [case.id for case in cases]
        items = await asyncio.to_thread(_items, cases)
        ticked = ids if chosen.every_case else chosen.cases
        picked = await self._app.push_screen_wait(CaseTicks("cases", items, ticked, none=True))
        if picked is None:
            return
        every = len(picked) == len(ids) > 1
        of = {*picked}
        filled = {name for case in cases if case.id in of for name in case.values}
        values = {name: text for name, text in chosen.values.items() if name not in filled}
        cases_now = () if every else picked
        self._choose(prompt.path, replace(chosen, cases=cases_now, every_case=every, values=values))
        if len(picked) > 1:
            await self.tell_ahead()

    async def tell_ahead(self) -> None:
        """How many runs the round has now, what they take, and what so many pairs can show."""
        from workbench.workbench.ahead import ahead_of

        insight = await self._desk.look_now()
        if insight is not None and (plan := insight.plan) is not None:
            ahead = await asyncio.to_thread(ahead_of, plan)
            self._app.notify(plain("\n".join(ahead.lines)), timeout=12, markup=False)

    async def _cases(self, prompt: Prompt) -> Sequence[Case]:
        """The cases of a prompt; none, and said why, where they cannot be read."""
        if prompt.cases is None:
            return ()
        with suppress(OSError):  # which reading tells of
            if prompt.cases.stat().st_size > MUCH:
                words = f"Reading the cases in {plain(prompt.cases.name)} …"
                self._app.notify(words, timeout=4, markup=False)
        try:
            return await asyncio.to_thread(read_cases, prompt)
        except WorkbenchError as error:
            self._app.tell(error)
            return ()


def _temperatures(answer: str) -> object:
    return read_temperatures(answer)


def _sent(prompt: Prompt, variant: str) -> Expansion:
    """What a variant sends, at the matrix's first point."""
    return next(one for one in expansions(prompt) if one.variant == variant)


def _asked(prompt: Prompt, name: str, chosen: Chosen, several: bool) -> Asked:
    declared = prompt.inputs.get(name)
    default = declared.default if declared is not None else None
    by_case = several and name in chosen.known(prompt)
    instead = default if default is not None else "from each case" if by_case else ""
    return Asked(name, chosen.values.get(name, ""), instead, default is None and not by_case)


def _items(cases: Sequence[Case]) -> list[Item]:
    return [Item(case.id, case.id, in_a_line(case)) for case in cases]


def _undo() -> str:
    """What takes a change back in the list of variants."""
    return next(act.shown_key for act in LIST_ACTS if act.name == "variant_undo")
