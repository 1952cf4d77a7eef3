"""A comparison as a page for others: verdicts, how the variants stand, every answer side by side.

One file that any browser shows, without network and without script: nothing on it runs, and what
others said stands there as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path

from workbench.compare.results import ALONE, Entry, Results
from workbench.compare.review import Review
from workbench.run import WHOLE, Run
from workbench.sessions.about import About
from workbench.sessions.content import stem_of
from workbench.sessions.export.answer import pieces
from workbench.sessions.export.asked import asked
from workbench.sessions.export.page import HEAD, hash_of
from workbench.sessions.export.target import write
from workbench.sessions.session import Session
from workbench.telling.figures import glyph, rate, seconds, spent, word, written
from workbench.telling.plain import seen
from workbench.wire.request import MessagesRequest
from workbench.workbench.standings import columns, stands

_SIGNS = {True: ("✓", "good"), False: ("✗", "bad"), None: ("·", "quiet")}


def comparison(
    results: Results,
    title: str,
    *,
    baseline: str = "",
    seed: int = 0,
    over: bool = True,
    reviews: Sequence[Review] = (),
    abouts: Mapping[str, About] | None = None,
    request_of: Callable[[Run], MessagesRequest | None] = lambda run: None,
) -> Iterator[str]:
    """The page, piece by piece.

    Args:
        results: Cases by variants.
        title: What they are of.
        baseline: The variant that others are held against; the first where empty.
        seed: Of what is drawn by chance.
        over: Whether no run is still to come.
        reviews: What was voted on pairs.
        abouts: What people say of the runs, by their ids.
        request_of: What was sent for a run.
    """
    style = resources.files("workbench.workbench").joinpath("comparison.css").read_text("utf-8")
    policy = (
        f"default-src 'none'; style-src '{hash_of(style)}'; base-uri 'none'; form-action 'none'"
    )
    yield HEAD.format(policy=escape(policy), title=_safe(f"{title} · workbench"), style=style)
    yield _head(results, title)
    found = stands(results, reviews, baseline=baseline, seed=seed, over=over)
    verdicts = found.verdicts or ["no verdict: nothing was checked, rated or voted on"]
    yield "".join(f'<p class="verdict">{_safe(words)}</p>\n' for words in verdicts)
    named = columns(found.standings, ranges=True)
    yield _table(["variant", "", *named])
    for one in found.standings:
        cells = (f"<td>{_safe(cell(one))}</td>" for cell in named.values())
        bar = f'<meter value="{one.passed.value:.4f}"></meter>' if one.passed else ""
        yield f"<tr><th>{_safe(one.variant) or '–'}</th><td>{bar}</td>{''.join(cells)}</tr>\n"
    yield "</table>\n"
    yield from _answers(results, abouts or {}, request_of)
    yield "</body>\n</html>\n"


def comparison_to(
    path: Path,
    session: Session,
    results: Results,
    reviews: Sequence[Review],
    *,
    baseline: str,
    seed: int,
    force: bool,
) -> None:
    """Write the comparison of a session's variants.

    Args:
        path: The file.
        session: The session.
        results: What has come of it.
        reviews: What was voted on its pairs.
        baseline: The variant that others are held against.
        seed: Of what is drawn by chance.
        force: Whether a file that is there is replaced.

    Raises:
        SessionError: The name is taken, or it cannot be written.
    """
    requests = {run: its for saved in session.rounds for run, its in saved.requests.items()}
    page = comparison(
        results,
        session.about.title or stem_of(session.path),
        baseline=baseline,
        seed=seed,
        reviews=reviews,
        abouts=session.abouts,
        request_of=lambda run: requests.get(run.run_id),
    )
    write(page, path, force=force)


def _head(results: Results, title: str) -> str:
    runs = [entry.run for entry in results.entries]
    models = ", ".join(dict.fromkeys(run.model for run in runs))
    made_up = '<b class="badge">SIMULATED</b>' if any(run.simulated for run in runs) else ""
    counts = f"{_count(len(results.cases), 'case')}, {_count(len(runs), 'run')}"
    return (
        f'<header><h1>{_safe(title)}</h1><span>{_safe(models)}</span><span class="quiet">'
        f"{counts}</span>{made_up}</header>\n"
    )


def _answers(
    results: Results,
    abouts: Mapping[str, About],
    request_of: Callable[[Run], MessagesRequest | None],
) -> Iterator[str]:
    """A row for each case, a cell for each variant."""
    yield '<div class="wide">' + _table(["case", *results.variants], "grid")
    for case in results.cases:
        cells = [results.cell(case, variant).entries for variant in results.variants]
        first = next((entry.run for its in cells for entry in its), None)
        request = None if first is None else request_of(first)
        name = _safe(case) if case != ALONE else "–"
        yield f"<tr><th>{name}{'' if request is None else _asked(request)}</th>"
        for entries in cells:
            yield "<td>"
            for entry in entries:
                yield _entry(entry, abouts.get(entry.run.run_id, About()))
            yield "</td>"
        yield "</tr>\n"
    yield "</table></div>\n"


def _asked(request: MessagesRequest) -> str:
    """The messages of a request, to be opened."""
    sections = asked(request).get("messages", ())
    if not sections:
        return ""
    told = "".join(
        f"<h3>{escape(section.label)}</h3><pre>{escape(section.text)}</pre>" for section in sections
    )
    return f"<details><summary>asked</summary>{told}</details>"


def _entry(entry: Entry, about: About) -> str:
    """An answer under what is said of it, over its figures."""
    run = entry.run
    if run.end_state not in WHOLE:
        sign, kind = glyph(run), "warn"
    else:
        sign, kind = _SIGNS[entry.grade.settled]
    said = [f"{about.rating} of 5"] if about.rating is not None else []
    said += ["by hand"] if entry.by_hand else []
    said += [f"score {entry.grade.score:.2f}"] if entry.grade.score not in (None, 0, 1) else []
    whys = [f"{one.check.title}: {one.why}" for one in entry.grade.wrong]
    whys += [f"✎ {about.note}"] if about.note else []
    text = "".join(
        f'<span class="{escape(kind)}">{escape(words)}</span>' if kind != "text" else escape(words)
        for kind, words in pieces(run)
    )
    reasons = "".join(f'<p class="why">{_safe(why)}</p>' for why in whys)
    figures = (f"{glyph(run)} {word(run)}", written(run), seconds(run.first_token_s), rate(run))
    return (
        f'<article><p><b class="{kind}">{sign}</b> {_safe("   ".join(said))}</p>'
        f"{reasons}<pre>{text or '(no text)'}</pre>"
        f'<p class="quiet">{_safe("   ".join((*figures, spent(entry.cost))))}</p></article>'
    )


def _table(words: Iterable[str], kind: str = "") -> str:
    """A table's begin, with its heads."""
    heads = "".join(f"<th>{_safe(word)}</th>" for word in words)
    return f'<table class="{kind}"><tr class="heads">{heads}</tr>\n'


def _count(many: int, what: str) -> str:
    return f"{many:,} {what}{'s' * (many != 1)}"


def _safe(text: str) -> str:
    return escape(seen(text))
