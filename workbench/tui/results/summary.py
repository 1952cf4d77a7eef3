"""How the variants stand: pass rates, drawn with their intervals, medians, verdicts. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import set_cell_size
from textual.content import Content

from workbench.compare.figures import Figure, middle_in_words, rate_in_words, stars_in_words
from workbench.compare.results import Standing
from workbench.costs import Cost
from workbench.telling.plain import plain
from workbench.tui.acts import key_of
from workbench.tui.look_acts import JUDGE, RATE_BAD, RATE_GOOD
from workbench.workbench.standings import Stands

_NAME, _WIDE, _BAR = 16, 100, 21
_WIDEST = 120
_MIDDLES, _RANGES = (8, 11), (22, 33)
"""Columns of the medians of first token and cost, without and with their ranges."""
_STARS = 9
_MOST_VERDICTS, _MOST_ROWS = 3, 6


def blank(variants: Sequence[str]) -> Stands:
    """The variants before anything of them is worked out."""
    nothing = (None,) * 6
    return Stands([Standing(name, 0, *nothing, Cost(None), 0, None) for name in variants], ())


def verdict_lines(found: Stands | None) -> Content:
    """The verdicts, a line each; what is missing where there is none."""
    if found is None or not found.standings:
        return Content("no answer yet")
    if not found.verdicts:
        asked = any(one.passed or one.stars for one in found.standings)
        keys = f"{RATE_GOOD.shown_key} and {RATE_BAD.shown_key} rate, {key_of('review')} votes"
        rate = f"nothing checked or rated yet: {keys}, {JUDGE.shown_key} judges"
        words = "only one variant" if asked else rate
        return Content(f"no verdict: {words}")
    lines = [plain(words) for words in found.verdicts[:_MOST_VERDICTS]]
    more = len(found.verdicts) - len(lines)
    return Content(
        "\n".join((*lines, *(f"and {more} more comparison{'s' * (more != 1)}",) * bool(more)))
    )


def rows(found: Stands | None, width: int) -> Content:
    """A row for each variant under their heads; of very many the first."""
    if found is None or not found.standings:
        return Content("")
    wide = width >= _WIDE
    shown = found.standings[:_MOST_ROWS]
    spread = any(f and f.between for one in shown for f in (one.first_token_s, one.usd))
    stars = any(one.stars for one in found.standings)
    rated = f"{'rated':>{_STARS}}" * stars
    roomy = width >= _WIDEST + len(rated)
    first, usd = _RANGES if roomy and spread else _MIDDLES
    bar = f"{'0      50      100 %':<{_BAR}}  " * wide
    figures = f"{'passed':<16}{rated}{'first':>{first}}{'a run':>{usd}}{'same':>6}"
    heads = f"{'variant':<{_NAME}} {bar}{figures}"
    lines = [
        Content(heads).stylize("dim"),
        *(_row(one, wide=wide, stars=stars, widths=(first, usd)) for one in shown),
    ]
    if (more := len(found.standings) - len(shown)) > 0:
        lines.append(
            Content(
                f"and {more} more variant{'s' * (more != 1)}: workbench compare lists them"
            ).stylize("dim")
        )
    return Content("\n").join(lines)


def _row(one: Standing, *, wide: bool, stars: bool, widths: tuple[int, int]) -> Content:
    name = set_cell_size(plain(one.variant) or "–", _NAME)
    ranges = widths == _RANGES
    first = middle_in_words(one.first_token_s, "{:.2f}", " s", ranges=ranges)
    usd = middle_in_words(one.usd, "${:.5f}", ranges=ranges)
    same = "–" if one.stability is None else f"{one.stability:.0%}"
    rated = f"{stars_in_words(one.stars):>{_STARS}}" * stars
    drawn = f"{bar(one.passed)}  " if wide else ""
    passed = rate_in_words(one.passed)
    figures = f"{passed:<16}{rated}{first:>{widths[0]}}{usd:>{widths[1]}}{same:>6}"
    return Content.assemble((name, "bold"), f" {drawn}{figures}")


def bar(figure: Figure | None, room: int = _BAR) -> str:
    """A part of 1 as a dot on its interval: `    ├──●──┤     `, from 0 at the left to 1."""
    cells = [" "] * room
    if figure is None:
        return "".join(cells)

    def at(part: float) -> int:
        return min(room - 1, max(0, round(part * (room - 1))))

    if figure.between is not None:
        low, high = at(figure.between.low), at(figure.between.high)
        cells[low : high + 1] = "─" * (high - low + 1)
        cells[low], cells[high] = "├", "┤"
    cells[at(figure.value)] = "●"
    return "".join(cells)
