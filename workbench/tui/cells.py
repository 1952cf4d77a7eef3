"""Words in so many cells. Pure."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def shortened(text: str, cells: int) -> str:
    """The text, or as much of it as there is room for, with an ellipsis."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(0, cells - 1)).rstrip() + "…" * (cells > 0)


def fitted(text: str, cells: int) -> str:
    """The same, with blanks up to that width."""
    return set_cell_size(shortened(text, cells), cells)
