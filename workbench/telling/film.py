"""A run told and wrapped once, so that any moment of it can be shown without doing so again.

Pure, no Textual. A pane that goes back in time, or far ahead, takes up the text from the nearest
moment before and tells the little that is missing.
"""

from __future__ import annotations

import pickle
from bisect import bisect_right

from workbench.run import Run
from workbench.telling.flow import Flow, Mark
from workbench.telling.transcript import Transcript, View


class Film:
    """How a run was told, at moments on its way.

    Args:
        view: How it is told; not as Markdown, which is told in one go.
        width: The cells of a row.
        wraps: Whether long lines are wrapped.
    """

    def __init__(self, view: View, width: int, *, wraps: bool = True) -> None:
        self._view, self._width, self._wraps = view, width, wraps
        self._transcript = Transcript(view)
        self._flow = Flow(width)
        self._flow.wraps = wraps
        self._frames: list[tuple[int, bytes, Mark]] = []
        self._keep(0)

    def fits(self, view: View, flow: Flow) -> bool:
        """Whether it shows what a pane with this view and this flow would."""
        return (view, flow.width, flow.wraps) == (self._view, self._width, self._wraps)

    def take(self, run: Run) -> None:
        """Tell the run as it stood later than what was taken before."""
        news = self._transcript.news(run)
        if news is None:  # something was told otherwise before: of no use any more
            self._transcript = Transcript(self._view)
            self._flow.clear()
            self._frames.clear()
            self._keep(0)
            news = self._transcript.news(run) or []
        for kind, text in news:
            self._flow.append(kind, text)
        self._keep(progress(run))

    def place(self, run: Run) -> int:
        """Between which of the moments the run stands."""
        return bisect_right(self._frames, progress(run), key=lambda frame: frame[0]) - 1

    def before(self, run: Run) -> tuple[Flow, Transcript]:
        """Text and transcript of the last moment before, to go on from."""
        _, transcript, mark = self._frames[self.place(run)]
        return self._flow.until(mark), pickle.loads(transcript)

    def _keep(self, at: int) -> None:
        # Pickled as a copy of all that it holds, which is made many times faster than a deep one.
        self._frames.append((at, pickle.dumps(self._transcript), self._flow.mark()))


def progress(run: Run) -> int:
    """How far a run has come: more with all that is told of it."""
    blocks = (len(b.text) + len(b.citations) + b.stopped + 1 for b in run.blocks.values())
    return sum(blocks) + (run.end_state is not None)
