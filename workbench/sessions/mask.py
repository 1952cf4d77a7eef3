"""The mask: chosen values, and what tools were given and gave, taken out of whatever holds them.

A value is masked wherever it stands: in requests, in answers that repeat it, in names and notes; as
it was, as JSON, HTML and addresses spell it, with other blanks between its words, and line by line
where its lines are long enough to be told from others. Words by which a message is read stay.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, cast
from urllib.parse import quote, quote_plus

from workbench.run import Closed, Discarded, Happening, Run, RunProblem
from workbench.sessions.round import RoundInfo
from workbench.sessions.secrets import Secrets
from workbench.wire.blocks import BLOCK_SHAPES
from workbench.wire.events import InputJsonDelta, TextDelta, ThinkingDelta
from workbench.wire.head import Head
from workbench.wire.request import BETA_REQUEST_FIELDS, REQUEST_FIELDS, MessagesRequest, finite

MASK = "[redacted]"

_LONG_LINE = 12  # characters; a shorter line of a value may be anybody's
FIELDS = {kind.field: kind.delta_type for kind in (TextDelta, ThinkingDelta, InputJsonDelta)}
FIELD_OF = {delta_type: field for field, delta_type in FIELDS.items()}
_ROLES = {"user", "assistant", "system"}
_API_WORDS = frozenset(
    {
        *BLOCK_SHAPES,
        *REQUEST_FIELDS,
        *BETA_REQUEST_FIELDS,
        *(name for shape in BLOCK_SHAPES.values() for name in (*shape.required, *shape.optional)),
        *(*FIELDS, *FIELD_OF, *_ROLES, "type", "role", "index", "delta", "message", "usage"),
        *("content_block", "error", "description", "input_schema", "ttl", "ephemeral", "signature"),
        *("message_start", "content_block_start", "content_block_delta", "content_block_stop"),
        *("message_delta", "message_stop", "ping", "stop_reason", "stop_sequence", "stop_details"),
        *("citations_delta", "signature_delta", "citation", "cited_text", "media_type", "base64"),
        *("input_tokens", "output_tokens", "cache_read_input_tokens"),
        "cache_creation_input_tokens",
    }
)
"""Names and types by which a message is read; as such they are nobody's value."""


class Mask:
    """Masks values, wherever they stand.

    Args:
        values: What is masked.
        tools: Whether what tools were given and gave is masked, too.
    """

    def __init__(self, values: Iterable[str], *, tools: bool) -> None:
        self._values = [value for value in values if value.strip()]
        self.forms = frozenset(form for value in self._values for form in forms_of(value))
        self.tools = tools
        self.secrets = Secrets(self.forms, MASK)

    def text(self, text: str) -> str:
        """A text with the values masked."""
        return cast("str", self.secrets.hidden(text))

    def document(self, text: str) -> str:
        """A document; there a value may be laid out over lines of its own, however far indented."""
        spelt = (" ".join(value.split()) for value in self._values)
        several = {value for value in spelt if " " in value}
        return self.text(_loosely(text, several | {v.replace("'", "''") for v in several}))

    def hidden(self, value: Any, key: str = "") -> Any:
        """JSON with the values masked, and what tools got and gave; it can still be read."""
        if isinstance(value, str):
            return value if key in ("type", "role") and value in _API_WORDS else self.text(value)
        if isinstance(value, Mapping):
            hide = self._tool_fields(value)
            return {
                self._name(name): MASK if name in hide else self.hidden(each, name)
                for name, each in value.items()
            }
        if isinstance(value, Sequence):
            return [self.hidden(each) for each in value]
        return value

    def said(self, said: Any) -> Any:
        """What somebody, or a check, says of it: JSON with other words than the API's.

        Why a check failed may quote what a tool was given.
        """
        if isinstance(said, str):
            return self.text(said)
        if isinstance(said, Mapping):
            return {
                name: MASK if name == "why" and each and self.tools else self.said(each)
                for name, each in said.items()
            }
        return [*map(self.said, said)] if isinstance(said, Sequence) else said

    def info(self, info: RoundInfo) -> RoundInfo:
        """What a round is."""
        return replace(
            info,
            prompt=self.text(info.prompt),
            base_url=self.text(info.base_url),
            note=self.text(info.note),
            documents={self.text(n): self.document(text) for n, text in info.documents.items()},
            values=self.values(info.values),
        )

    def values(self, values: Mapping[str, str]) -> dict[str, str]:
        """What filled variables; their names stay."""
        return {name: self.text(value) for name, value in values.items()}

    def run(self, run: Run) -> Run:
        """A run as it was planned."""
        return replace(
            run,
            variant=self.text(run.variant),
            case=None if run.case is None else self.text(run.case),
            model=self.text(run.model),
        )

    def request(self, request: MessagesRequest) -> MessagesRequest:
        """A request."""
        return MessagesRequest(finite(self.hidden(request.body)), request.api_version)

    def happening(self, what: Happening) -> Happening:
        """Anything that happened but a plain delta: the text of those runs on over several."""
        if isinstance(what, Head):
            return Head(what.status, {n: self.text(text) for n, text in what.headers.items()})
        if isinstance(what, Closed | Discarded):
            return replace(what, problem=self._problem(what.problem))  # type: ignore[arg-type]
        if hasattr(what, "data"):
            return replace(what, data=self.hidden(what.data))
        return what

    def _problem(self, problem: RunProblem | None) -> RunProblem | None:
        if problem is None:
            return None
        said, hint = self.text(problem.problem), self.text(problem.hint)
        return replace(problem, problem=said, hint=hint)

    def _name(self, name: str) -> str:
        return name if name in _API_WORDS else self.text(name)

    def _tool_fields(self, value: Mapping[str, Any]) -> Collection[str]:
        """The fields of a block that hold what a tool was given or gave."""
        kind = value.get("type")
        if not self.tools or not isinstance(kind, str):
            return ()
        if kind.endswith("tool_use"):
            return ("input",)
        if kind.endswith("tool_result") or kind == "search_result":
            return ("content", "title", "source")
        if kind.startswith(("web_search_result", "search_result_location")):
            return ("cited_text", "title", "url", "source")
        return ()


def forms_of(value: str) -> Iterator[str]:
    """A value in every spelling that is masked."""
    import html  # brings a table of 2,000 entities, before anything is saved

    for text in {value, value.strip(), " ".join(value.split()), *_long_lines(value)}:
        for ascii_only in (False, True):
            once = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
            yield from (text, once, json.dumps(once, ensure_ascii=ascii_only)[1:-1])
        yield from (html.escape(text), html.escape(text, quote=False))
        said = text.encode(errors="replace")
        yield from (quote(said), quote(said, safe=""), quote_plus(said))


def _long_lines(value: str) -> Iterator[str]:
    return (line.strip() for line in value.splitlines() if len(line.strip()) >= _LONG_LINE)


def _loosely(text: str, values: Collection[str]) -> str:
    """A text with values of several words masked, whatever blanks stand between those."""
    words = [*re.finditer(r"\S+", text)]
    ends = [*accumulate(len(word[0]) + 1 for word in words)]
    joined = " ".join(word[0] for word in words)
    if not (there := sorted((value for value in values if value in joined), key=len, reverse=True)):
        return text
    kept, at = "", 0
    for found in re.finditer("|".join(map(re.escape, there)), joined):
        begin, end = (_spread(words, ends, place) for place in (found.start(), found.end() - 1))
        kept, at = kept + text[at:begin] + MASK, end + 1
    return kept + text[at:]


def _spread(words: Sequence[re.Match[str]], ends: Sequence[int], place: int) -> int:
    """Where in a text a character stands that is at this place in its joined words."""
    number = bisect_right(ends, place)
    return words[number].start() + place - (ends[number - 1] if number else 0)
