"""What a run is called, and what is said in place of an answer that has not begun."""

from __future__ import annotations

from workbench.run import Run
from workbench.telling.plain import plain


def named(run: Run | None, *, with_model: bool) -> tuple[str, str]:
    """A pane's title: the variant, and after it the case, the repeat and the model.

    Args:
        run: Whose pane it is; None where there is none yet.
        with_model: Whether the model is named too: where the panes of a round differ in it.
    """
    if run is None:
        return "", ""
    details = [run.case, f"#{run.repeat}" if run.repeat > 1 else None]
    details.append(run.model if with_model else None)
    words = "  ".join(plain(word) for word in details if word)
    return plain(run.variant or run.run_id), f"  {words}" if words else ""


def waiting(run: Run) -> str:
    """What stands in place of the answer while there is none."""
    if run.state == "waiting":
        return "waiting for its turn"
    if run.state == "sent" and run.discarded and run.head is None:
        return f"{run.discarded[-1].problem}; trying again"
    return "sent, no answer yet" if run.state == "sent" else ""
