"""What came of a session, at a glance: how its runs ended, and how each answer begins.

Told in words and figures when the session is taken up by the index, so that a list with a preview
need not read it: a session of ten thousand runs is previewed as quickly as one of three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from workbench.costs import Cost, total
from workbench.run import Run
from workbench.sessions.about import About
from workbench.sessions.session import CUT, Session
from workbench.telling.figures import cached, glyph, number, seconds, spent, stands, word, written
from workbench.telling.naming import named
from workbench.telling.transcript import Transcript

CostOf = Callable[[Run], Cost]

MOST_RUNS = 60
"""How many runs are told one by one."""
_LONGEST = 400
_LONGEST_VALUE = 80
_UNTOLD = ("thinking", "label")


@dataclass(frozen=True, slots=True)
class End:
    """How some runs of a session ended.

    Args:
        stands: As `telling.figures.stands` has it.
        glyph: The cell that tells it.
        word: The word that tells it.
        count: How many they are.
    """

    stands: str
    glyph: str
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class RunGist:
    """One run, told.

    Args:
        run_id: Its id.
        name: Its variant.
        details: Its case, repeat and model, as far as they tell it from its neighbours.
        stands: As `telling.figures.stands` has it.
        glyph: The cell that tells how it ended.
        word: The word that tells it.
        figures: Tokens in and out; seconds to the first token; cost.
        opening: How its answer begins, or why there is none. Newlines stand.
        said: Its title, tags and note.
    """

    run_id: str
    name: str
    details: str
    stands: str
    glyph: str
    word: str
    figures: tuple[str, str, str]
    opening: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class RoundGist:
    """One round, told.

    Args:
        place: Its number in the session, from 1.
        began: UTC, ISO 8601.
        prompt: The prompt's name.
        cost: What its runs cost.
        values: What filled the variables: `name=value`, the values cut.
        said: Its title, tags and note, and what it was sent again from.
        runs: Its runs, as many as are told.
        more: How many more there are.
    """

    place: int
    began: str
    prompt: str
    cost: str
    values: tuple[str, ...]
    said: str
    runs: tuple[RunGist, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Gist:
    """A session's rounds, the last one first, as many as are told; `more` is how many are not."""

    rounds: tuple[RoundGist, ...] = ()
    more: int = 0

    def to_json(self) -> list[Any]:
        """As lists of lists, for a cache."""
        return [[astuple(one) for one in self.rounds], self.more]

    @classmethod
    def of_json(cls, data: Sequence[Any]) -> Gist:
        """What `to_json` made."""
        rounds, more = data
        return cls(tuple(_round_of(*one) for one in rounds), more)


def _round_of(
    place: int, began: str, prompt: str, cost: str, values: Any, said: str, runs: Any, more: int
) -> RoundGist:
    told = tuple(_run_of(*run) for run in runs)
    return RoundGist(place, began, prompt, cost, tuple(values), said, told, more)


def _run_of(
    run_id: str,
    name: str,
    details: str,
    stands: str,
    glyph: str,
    word: str,
    figures: Any,
    *more: str,
) -> RunGist:
    return RunGist(run_id, name, details, stands, glyph, word, tuple(figures), *more)


def ends_of(runs: Iterable[Run]) -> tuple[End, ...]:
    """How these runs ended, most of them first."""
    counted = Counter((str(stands(run)), glyph(run), _word(run)) for run in runs)
    return tuple(End(*how, count) for how, count in counted.most_common())


def ended(ends: Sequence[End]) -> tuple[str, str]:
    """A glyph and words for how a session's runs ended: what went wrong, where something did."""
    for wrong in ("failed", "cut", "under way"):
        if these := [end for end in ends if end.stands == wrong]:
            count = sum(end.count for end in these)
            said = these[0].word if len({end.word for end in these}) == 1 else "cut off"
            return these[0].glyph, f"{count:,} {'failed' if wrong == 'failed' else said}"
    return ("✓", "complete") if ends else ("–", "no run")


def gist_of(session: Session, runs: Sequence[Sequence[Run]], cost_of: CostOf) -> Gist:
    """What is told of a session.

    Args:
        session: The session.
        runs: The runs of each of its rounds, as they ended.
        cost_of: What a run cost.
    """
    told, left = list[RoundGist](), MOST_RUNS
    for place in range(len(session.rounds), 0, -1):
        if not left:
            break
        told.append(_told_round(session, place, runs[place - 1], cost_of, left))
        left -= len(told[-1].runs)
    return Gist(tuple(told), len(session.rounds) - len(told))


def _told_round(
    session: Session, place: int, runs: Sequence[Run], cost_of: CostOf, most: int
) -> RoundGist:
    info, some = session.rounds[place - 1].info, runs[:most]
    models = len({run.model for run in runs}) > 1
    again = f"sent again from {info.origin}" if info.origin else ""
    said = (_said(session.abouts.get(info.round_id)), info.note, again)
    return RoundGist(
        place,
        info.began,
        info.prompt,
        spent(total(cost_of(run) for run in runs if run.billed)),
        tuple(f"{name}={_short(value)}" for name, value in info.values.items()),
        "  ".join(filter(None, said)),
        tuple(_told_run(session, run, cost_of(run), with_model=models) for run in some),
        len(runs) - len(some),
    )


def _told_run(session: Session, run: Run, cost: Cost, *, with_model: bool) -> RunGist:
    name, details = named(run, with_model=with_model)
    tokens = f"{number(run.usage.prompt_tokens)}{cached(run, 'r', 'w')} → {written(run)}"
    return RunGist(
        run.run_id,
        name,
        details.strip(),
        stands(run),
        glyph(run),
        _word(run),
        (tokens, seconds(run.first_token_s), spent(cost)),
        _opening(run),
        _said(session.abouts.get(run.run_id)),
    )


def _word(run: Run) -> str:
    return "cut" if run.problem == CUT else word(run)


def _opening(run: Run) -> str:
    """How the answer begins; where it has no words, why."""
    pieces = Transcript().news(run) or ()
    words = "".join(text for kind, text in pieces if kind not in _UNTOLD).strip()
    return (words or "".join(text for _, text in pieces).strip())[:_LONGEST]


def _said(about: About | None) -> str:
    if about is None:
        return ""
    tags = (f"#{tag}" for tag in about.tags)
    return "  ".join(filter(None, (about.title, *tags, about.note)))


def _short(value: str) -> str:
    one_line = " ".join(value[: 2 * _LONGEST_VALUE].split())
    return one_line if len(one_line) <= _LONGEST_VALUE else one_line[: _LONGEST_VALUE - 1] + "…"
