"""Markdown: a session to read, in a diff or on a page; text from others always in a fence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from workbench.costs import Cost, shown, spent_on
from workbench.run import Run
from workbench.sessions.about import About
from workbench.sessions.content import stem_of
from workbench.sessions.export.answer import answer
from workbench.sessions.export.asked import Section, asked, joined, shared
from workbench.sessions.session import SavedRound, Session
from workbench.telling.figures import cached, glyph, number, rate, seconds, spent, word
from workbench.telling.naming import named
from workbench.telling.plain import seen

_SPECIAL = re.compile(
    r"[\\`*\[\]<>|~$@]|&(?=[#\w])|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//)|(?<=www)\."
)
_TICKS = re.compile("`+")
_FIGURES = ("run", "ended", "in", "out", "first token", "total", "speed", "cost")


def markdown(session: Session, cost_of: Callable[[Run], Cost]) -> Iterator[str]:
    """The session, piece by piece.

    Args:
        session: As it is to be shown.
        cost_of: What a run cost.
    """
    manifest = session.manifest
    title = session.about.title or str(manifest.get("name") or stem_of(session.path))
    yield f"# {_words(title)}\n\n"
    facts = {
        "session": session.path.name,
        "began": _when(str(manifest.get("created", ""))),
        "rounds": str(len(session.rounds)),
        "prices of": str(manifest.get("catalog_as_of", "")),
        **_said(session.about),
    }
    yield _list(facts)
    for place, saved in enumerate(session.rounds, 1):
        yield from _round(saved, place, session.abouts, cost_of)


def _round(
    saved: SavedRound, place: int, abouts: Mapping[str, About], cost_of: Callable[[Run], Cost]
) -> Iterator[str]:
    info, runs = saved.info, saved.finished()
    yield f"\n## Round {place}: {_words(info.prompt or info.round_id)}\n\n"
    if info.simulated or any(run.simulated for run in runs):
        yield "**SIMULATED**: these answers are the simulator's, not a model's.\n\n"
    facts = {
        "round": info.round_id,
        "began": _when(info.began),
        "provider": info.provider,
        "API version": info.api_version,
        **_said(abouts.get(info.round_id, About())),
    }
    yield _list(facts)
    yield f"- cost: {shown(spent_on((run, cost_of(run)) for run in runs))}\n\n"
    common = shared(saved)
    yield from _sections(joined(common), "###")
    if info.values:
        yield "### values\n\n"
        for name, value in info.values.items():
            yield f"{_words(name)}:\n\n{fenced(seen(value))}\n"
    yield "### runs\n\n"
    yield _row(_FIGURES) + _row(["---"] * len(_FIGURES))
    with_model = len({run.model for run in runs}) > 1
    for run in runs:
        yield _row(_figures(run, cost_of(run), with_model=with_model))
    for run in runs:
        yield f"\n### {_words(_title(run, with_model=with_model))}\n\n"
        if said := _said(abouts.get(run.run_id, About())):
            yield f"{_list(said)}\n"
        request = saved.requests.get(run.run_id)
        if request is not None:
            own = {name: part for name, part in asked(request).items() if name not in common}
            yield from _sections(joined(own), "####")
        yield fenced(answer(run) or "(no text)")


def _said(about: About) -> dict[str, str]:
    """What somebody said of it, but for its title."""
    said = {"tags": ", ".join(about.tags), "note": about.note}
    return {name: words for name, words in said.items() if words}


def _figures(run: Run, cost: Cost, *, with_model: bool) -> list[str]:
    return [
        _words(_title(run, with_model=with_model)),
        _words(f"{glyph(run)} {word(run)}"),
        number(run.usage.prompt_tokens) + cached(run, " read", " written"),
        number(run.usage.output_tokens),
        seconds(run.first_token_s),
        seconds(run.total_s),
        rate(run),
        spent(cost),
    ]


def _title(run: Run, *, with_model: bool) -> str:
    name, details = named(run, with_model=with_model)
    return f"{name}{details}"


def fenced(text: str, language: str = "text") -> str:
    """A block of code that holds `text` and ends only after it, whatever the text says."""
    longest = max(map(len, _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    end = "" if text.endswith("\n") else "\n"
    return f"{fence}{language}\n{text}{end}{fence}\n"


def _sections(sections: Iterable[Section], level: str) -> Iterator[str]:
    for section in sections:
        yield f"{level} {_words(section.label)}\n\n{fenced(section.text, section.form)}\n"


def _list(facts: Mapping[str, str]) -> str:
    return "".join(f"- {name}: {_words(fact)}\n" for name, fact in facts.items() if fact)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _words(text: str) -> str:
    """Words that stand outside a fence: on one line, none of them markup."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(seen(text).split()))


def _when(stamp: str) -> str:
    return stamp[:19].replace("T", " ") + " UTC" if stamp else ""
