"""What is in a session, at a glance: its rounds, its runs and their figures, how answers begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Click, Resize
from textual.message import Message as Notice
from textual.widgets import Static

from workbench.costs import Cost, shown
from workbench.telling.plain import plain
from workbench.workbench.library import Entry, Gist, RoundGist, RunGist

_FIELDS = ("title", "tags", "note")
_LINES = 3
"""How many lines of an answer are shown."""
_QUIET = "$foreground 60%"
_COLOURS = {"failed": "$text-error", "cut": "$text-warning", "complete": "$text-success"}
_INDENT = "    "
_LONGEST_NAME, _LONGEST_DETAILS = 24, 32


@dataclass(frozen=True, slots=True)
class Seen:
    """What is previewed.

    Args:
        entry: The session.
        gist: What came of it; None while that is not known.
        snippet: Where the words looked for occur, each between `‹` and `›`.
    """

    entry: Entry
    gist: Gist | None = None
    snippet: str = ""


class Preview(VerticalScroll, can_focus=True):
    """Paints a `Seen`. Post-condition of a click on title, tags or note: `Described`."""

    @dataclass
    class Described(Notice):
        """The user wants to say something else of the session: its title, tags or note."""

        field: str

    DEFAULT_CSS = """
    Preview {
        background: $background; color: $foreground; padding: 0 1; scrollbar-size: 1 1;
        scrollbar-gutter: stable;
        scrollbar-color: $foreground 20%; scrollbar-background: $background;
        scrollbar-color-hover: $foreground 40%; scrollbar-background-hover: $background;
        scrollbar-color-active: $accent; scrollbar-background-active: $background;
    }
    Preview Static { height: auto; width: 100%; }
    Preview .said:hover { background: $foreground 6%; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._seen: Seen | None = None
        self._parts = {
            name: Static(id=name, classes="said" * (name in _FIELDS), markup=False)
            for name in ("title", "figures", "tags", "note", "rounds")
        }

    def compose(self) -> ComposeResult:
        """What it is called, its figures, what is said of it, and what is in it."""
        yield from self._parts.values()

    def show(self, seen: Seen | None) -> None:
        """Show a session, from its top where it is another one."""
        before, self._seen = self._seen, seen
        if before is None or seen is None or before.entry.summary.path != seen.entry.summary.path:
            self.scroll_home(animate=False)
        self._paint()

    def knows(self, entry: Entry | None) -> bool:
        """Whether it shows what came of this session."""
        seen = self._seen
        return seen is not None and seen.gist is not None and seen.entry == entry

    def on_resize(self, _: Resize) -> None:
        """Answers are cut to their first lines, which depend on the width."""
        self._paint()

    def _paint(self) -> None:
        seen = self._seen
        if seen is None:
            told = dict.fromkeys(("figures", "rounds", *_FIELDS), Content())
        else:
            width = self.scrollable_content_region.width
            told = {field: _said(seen.entry, field) for field in _FIELDS}
            told["figures"] = Content("\n").join(_figures(seen.entry))
            told["rounds"] = Content("\n").join(_rounds(seen, width))
        for name, words in told.items():
            self._parts[name].update(words)
            self._parts[name].display = bool(words.plain)

    @on(Click, ".said")
    def _clicked(self, event: Click) -> None:
        if isinstance(event.widget, Static) and event.widget.id:
            self.post_message(self.Described(event.widget.id))


def _said(entry: Entry, field: str) -> Content:
    about, name = entry.summary.about, entry.summary.name
    if field == "title":
        if about.title:
            return Content.assemble((plain(about.title), "bold"), (f"  {plain(name)}", _QUIET))
        return Content.assemble((plain(name), "bold"))
    if field == "tags":
        return Content.styled(plain("  ".join(f"#{tag}" for tag in about.tags)), "$text-accent")
    return Content(plain(about.note))


def _figures(entry: Entry) -> Iterator[Content]:
    one = entry.summary
    yield Content("   ").join(
        [
            Content(f"{_number(one.rounds, 'round')}, {_number(one.runs, 'run')}"),
            Content(shown(Cost(entry.cost_usd, False))),
            *[Content.styled("SIMULATED", "bold $text-warning")] * one.simulated,
            *[Content.styled("pinned", "$text-accent")] * one.about.pinned,
            *[Content.styled("archived", _QUIET)] * one.about.archived,
        ]
    )
    yield _quiet(", ".join(one.models))
    when = f"{one.began[:10]} {one.began[11:19]} UTC"
    yield _quiet(f"{when}   {one.size / 1000:,.1f} kB   {one.path.name}")


def _rounds(seen: Seen, width: int) -> Iterator[Content]:
    if seen.snippet:
        yield Content()
        yield _marked(plain(seen.snippet))
    if seen.gist is None:
        return
    for one in seen.gist.rounds:
        yield Content()
        yield from _round(one, seen.entry.summary.rounds, width)
    if seen.gist.more:
        yield Content()
        yield _quiet(f"… and {_number(seen.gist.more, 'round')} before")


def _round(one: RoundGist, of: int, width: int) -> Iterator[Content]:
    head = (f"round {one.place} of {of}", one.prompt, one.began[11:19], one.cost)
    yield Content.styled(plain("   ".join(filter(None, head))), "bold")
    if one.values:
        yield from _cut(plain("   ".join(one.values)), width, 1, "", _QUIET)
    if one.said:
        yield from _cut(plain(one.said), width, 2, "", "$text-accent")
    figures = _columns([run.figures for run in one.runs])
    name = min(_LONGEST_NAME, max((Content(run.name).cell_length for run in one.runs), default=0))
    for run, words in zip(one.runs, figures, strict=True):
        yield from _run(run, name, words, width)
    if one.more:
        yield _quiet(f"  … and {_number(one.more, 'run')} more")


def _run(run: RunGist, name: int, figures: str, width: int) -> Iterator[Content]:
    called = Content(plain(run.name)).truncate(name, ellipsis=True, pad=True)
    details = Content(f"  {plain(run.details)}" if run.details else "")
    left = Content.assemble(
        (f"  {run.glyph} ", _COLOURS.get(run.stands, _QUIET)),
        called,
        details.truncate(_LONGEST_DETAILS, ellipsis=True).stylize(_QUIET),
        (
            f"  {plain(run.word)}",
            _COLOURS.get(run.stands, _QUIET) if run.stands != "complete" else _QUIET,
        ),
    )
    gap = width - left.cell_length - Content(figures).cell_length
    if gap >= 2:
        yield Content.assemble(left, " " * gap, (figures, _QUIET))
    else:
        yield left.truncate(width, ellipsis=True)
        yield Content.styled(f"{_INDENT}{figures}", _QUIET).truncate(width, ellipsis=True)
    if run.said:
        yield from _cut(plain(run.said), width, 2, _INDENT, "$text-accent")
    style = "$text-error" if run.stands == "failed" else ""
    yield from _cut(plain(run.opening), width, _LINES, _INDENT, style)


def _columns(figures: Sequence[tuple[str, str, str]]) -> list[str]:
    """Figures of several runs, each in its column."""
    widths = [max(len(row[at]) for row in figures) for at in range(3)] if figures else []
    return [
        "   ".join(f"{word:>{width}}" for word, width in zip(row, widths, strict=True))
        for row in figures
    ]


def _cut(text: str, width: int, most: int, indent: str, style: str) -> Iterator[Content]:
    """The first lines of a text, blank ones left out; an … where there are more."""
    lines: list[Content] = []
    for paragraph in text.expandtabs(4).split("\n"):
        if len(lines) > most:
            break
        if paragraph.strip():
            lines += Content(paragraph.rstrip()).wrap(max(8, width - len(indent)))
    more = len(lines) > most
    for at, line in enumerate(lines[:most], 1):
        end = " …" if more and at == most else ""
        yield Content.assemble(indent, line, end).truncate(width, ellipsis=True).stylize(style)


def _marked(snippet: str) -> Content:
    """Where the words occur, the words marked."""
    parts: list[Content | tuple[str, str]] = []
    for at, piece in enumerate(snippet.split("‹")):
        word, mark, rest = piece.partition("›") if at else ("", "", piece)
        parts.append((word, "bold $text-accent") if mark else (word, _QUIET))
        parts.append((rest, _QUIET))
    return Content.assemble(*parts)


def _quiet(words: str) -> Content:
    return Content.styled(plain(words), _QUIET)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
