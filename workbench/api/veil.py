"""Takes the key out of an answer's text, where a server says it in pieces.

A frame that holds the whole key is masked as it is read; this is for one that is spread over
several deltas, so that neither a pane, nor a file, nor standard output is ever given it.
"""

from __future__ import annotations

from workbench.api.endpoint import HIDDEN_KEY
from workbench.wire.events import InputJsonDelta, Ping, StreamEvent, TextDelta, ThinkingDelta

_PIECES = (TextDelta, ThinkingDelta, InputJsonDelta)
_FEW, _MANY = 4, 16
"""Characters of a key: fewer may begin any word, and pass; so many are as good as all of it."""


class Veil:
    """Gives out events; keeps text back as long as it goes on as the key does.

    Args:
        secret: The key; None where there is nothing to hide.
    """

    def __init__(self, secret: str | None) -> None:
        self._secret = secret
        self._of: tuple[type[TextDelta | ThinkingDelta | InputJsonDelta], int] = (TextDelta, -1)
        self._told, self._kept = "", ""  # the last few characters told, and those kept back

    def over(self, events: list[StreamEvent]) -> list[StreamEvent]:
        """What may be given out now that these have come."""
        if self._secret is None:
            return events
        return [given for event in events for given in self._after(event, self._secret)]

    def rest(self) -> list[StreamEvent]:
        """What was kept back, where nothing goes on with it."""
        kept, self._told, self._kept = self._kept, "", ""
        kind, index = self._of
        return [kind(index, kept if len(kept) < _MANY else HIDDEN_KEY)] if kept else []

    def _after(self, event: StreamEvent, secret: str) -> list[StreamEvent]:
        if isinstance(event, Ping):
            return [event]
        if not isinstance(event, _PIECES):
            return [*self.rest(), event]
        given: list[StreamEvent] = []
        if self._of[1] != event.index or self._of[0] is not type(event):
            given = self.rest()
            self._of = (type(event), event.index)
        if not self._kept and secret[:_FEW] not in (so_far := self._told + event.text):
            self._told = so_far[1 - _FEW :]  # as it goes with nearly every delta
            return [*given, event]
        text = self._shown(event.text, secret)
        if text or not event.text:
            given.append(type(event)(event.index, text))
        return given

    def _shown(self, text: str, secret: str) -> str:
        """As much as may be told, now that the text goes on with this."""
        text, begins = self._told + self._kept + text, secret[:_FEW]
        shown, at, since = "", len(self._told), 0
        begun = text.find(begins)
        while begun >= 0 and not _may_go_on(text, begun, secret):
            if text.startswith(secret, begun):
                shown += text[at:begun] + HIDDEN_KEY
                at = since = begun + len(secret)
            begun = text.find(begins, max(since, begun + 1))
        cut = len(text) if begun < 0 else max(begun, at)
        self._told, self._kept = text[max(since, cut - _FEW + 1) : cut], text[cut:]
        return shown + text[at:cut]


def _may_go_on(text: str, begun: int, secret: str) -> bool:
    """Whether all of the text from there on is the beginning of the secret, and not all of it."""
    return len(text) - begun < len(secret) and secret.startswith(text[begun:])
