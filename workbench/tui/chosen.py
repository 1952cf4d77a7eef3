"""What is chosen for the next round of a prompt, apart from its files; kept for the sitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from workbench.documents.cases import Case, read_cases
from workbench.documents.expansion import variables_of
from workbench.documents.prompt import Prompt
from workbench.errors import SettingsError, WorkbenchError
from workbench.telling.plain import plain
from workbench.tui.acts import key_of
from workbench.tui.caps import Caps
from workbench.tui.listed import Listed
from workbench.workbench.plan import Settings

_LONGEST, _A_LINE = 30, 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choices for the next round of one prompt.

    Args:
        off: The names of the variants that are not sent.
        values: What fills its variables; over the cases' values, and over its defaults.
        cases: The ids of the cases that each variant is sent for; none means the values alone.
        every_case: Whether it is all of them, also those that come to the file later.
        is_remembered: Whether it was chosen in another sitting: of its cases some may be gone.
    """

    off: frozenset[str] = frozenset()
    values: Mapping[str, str] = field(default_factory=dict)
    cases: tuple[str, ...] = ()
    every_case: bool = False
    is_remembered: bool = False

    @property
    def is_made(self) -> bool:
        """Whether anything but values was chosen."""
        return bool(self.off or self.cases or self.every_case)

    def settings(self, prompt: Prompt, variants: Sequence[Listed], caps: Caps) -> Settings:
        """What that makes of the next round.

        Raises:
            DocumentError: The file of cases cannot be used.
            SettingsError: No variant is on, or the prompt names no cases.
        """
        on = [one.name for one in variants if one.name not in self.off]
        if variants and not on:
            hint = f"{key_of('variants')} lists them; space switches one on."
            raise SettingsError("every variant is off for the next round", hint=hint)
        known = variables_of(prompt)
        return Settings(
            values={name: text for name, text in self.values.items() if name in known},
            only=on if len(on) < len(variants) else (),
            cases=tuple(case.id for case in self.chosen_cases(prompt)),
            max_cost_usd=caps.round_usd,
            max_run_cost_usd=caps.run_usd,
        )

    def chosen_cases(self, prompt: Prompt) -> Sequence[Case]:
        """The cases of the next round; none where it is for the values alone. Raises as above."""
        wanted = prompt.cases is not None and (self.cases or self.every_case)
        if wanted and self.is_remembered and self.cases:
            there = {case.id: case for case in read_cases(prompt)}
            return tuple(there[name] for name in self.cases if name in there)
        return read_cases(prompt, self.cases) if wanted else ()

    def known(self, prompt: Prompt) -> frozenset[str]:
        """The variables that have a value."""
        defaults = (name for name, one in prompt.inputs.items() if one.default is not None)
        return frozenset((*defaults, *self.values, *self._named_by_cases(prompt)))

    def in_words(self, prompt: Prompt) -> str:
        """What fills the variables: `case late-order`, `ticket "Order A-1 is nine days…"`."""
        words = [self._cases_in_words(prompt)] if prompt.cases is not None else []
        by_case = self._named_by_cases(prompt)
        for name in sorted(variables_of(prompt), key=lambda name: name not in self.values):
            given = self.values.get(name)
            declared = prompt.inputs.get(name)
            text = given if given is not None or declared is None else declared.default
            if given is None and name in by_case:
                continue
            shown = "masked" if name in prompt.redact and text else _quoted(text or "")
            words.append(f"{name} has no value" if text is None else f"{name} {shown}")
        return plain("  ".join(filter(None, words)))

    def _cases_in_words(self, prompt: Prompt) -> str:
        if self.every_case:
            return "cases: all"
        names = self.cases
        if self.is_remembered:
            with suppress(WorkbenchError):  # told where the round is planned
                names = tuple(case.id for case in self.chosen_cases(prompt))
        what = "case" if len(names) == 1 else "cases"
        return f"{what} {', '.join(names)}" if names else ""

    def _named_by_cases(self, prompt: Prompt) -> frozenset[str]:
        """The variables that each of the chosen cases fills."""
        try:
            names = [frozenset(case.values) for case in self.chosen_cases(prompt)]
        except WorkbenchError:  # told where the round is planned
            return frozenset()
        return frozenset.intersection(*names) if names else frozenset()


def _quoted(text: str) -> str:
    """A text in a word or two: its first line, cut to a length that can be taken in."""
    first, _, more = text.strip().partition("\n")
    is_cut = len(first) > _LONGEST or bool(more)
    return f'"{first[:_LONGEST].rstrip()}{"…" * is_cut}"'


def in_a_line(case: Case) -> str:
    """Its tags, and what it fills, in one line."""
    words = (f"{name} {' '.join(text.split())}" for name, text in case.values.items())
    told = "  ".join((*(f"#{tag}" for tag in case.tags), *words))
    return told if len(told) <= _A_LINE else f"{told[:_A_LINE]}…"
