"""What requests will be billed for as input, and what they may cost: counted before sending.

Of a variant that many cases fill, what stays the same is counted once, and of each case only what
it fills in: the counts are those that each whole request would have had.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from workbench.caching import prefixes
from workbench.catalog.model import Model
from workbench.costs import cost
from workbench.documents.finding import Keys, dotted
from workbench.documents.variables import changed_body, fill, uses
from workbench.tokens import Estimate, Part, Ttl, measure, parts, tokenizer_of, whole
from workbench.variants import Form
from workbench.wire.request import MessagesRequest
from workbench.wire.usage import Usage


@dataclass(frozen=True, slots=True)
class Input:
    """What one request will be billed for as input, and what it may cost.

    Args:
        size: All of the input.
        ttl: How long what is cached was asked to be kept; None where nothing is.
        usd_read: The input, were everything cacheable read from the cache.
        usd_written: The input, were it all written to the cache.
        usd_at_most: The same with an answer as long as may be. None, like the two above, where
            the price is not known.
        answer_tokens: How long the answer may be.
    """

    size: Estimate
    ttl: Ttl | None
    usd_read: Decimal | None
    usd_written: Decimal | None
    usd_at_most: Decimal | None
    answer_tokens: int


def input_of(request: MessagesRequest, model: Model | None) -> Input:
    """What this request will be billed for as input, and what it may cost."""
    body = request.body
    return _input(body, parts(body, model), model)


def _input(body: Mapping[str, Any], counted: Sequence[Part], model: Model | None) -> Input:
    size = whole(counted, model)
    cached = [p for p in prefixes(body, model, counted) if p.cacheable]
    longest = max((p.tokens for p in cached), default=0)
    ttl = next((p.ttl for p in cached if p.tokens == longest), None)
    counts = {"input_tokens": size.tokens - longest, "output_tokens": 0}
    read = Usage({**counts, "cache_read_input_tokens": longest})
    written = Usage({**counts, "cache_creation_input_tokens": longest})
    asked = body.get("max_tokens")
    answer = asked if isinstance(asked, int) else 0
    most = written.updated({"output_tokens": answer})
    return Input(
        size,
        ttl,
        cost(read, model, whole=False).usd,
        cost(written, model, whole=False, requested_ttl=ttl).usd,
        cost(most, model, whole=False, requested_ttl=ttl).usd,
        answer,
    )


_Kind = tuple[tuple[bool, str], ...]
"""Of each text that a case fills: whether anything is in it, and what its count rests on."""


class FormInputs:
    """What the requests of one form will be billed for, whatever fills it.

    Args:
        model: The form's model, as the catalog knows it.
    """

    def __init__(self, form: Form, model: Model | None) -> None:
        self._form, self._model = form, model
        body = form.expansion.body
        self._texts = [
            (keys, text_at(body, keys)) for keys in dict.fromkeys(k for _, k in uses(body))
        ]
        self._plain = all(stands_alone(body, keys) for keys, _ in self._texts)
        self._bases: dict[_Kind, tuple[Part, ...]] = {}
        self._known: dict[tuple[Estimate, ...] | tuple[str, ...], Input] = {}

    def of(self, filling: Mapping[str, str]) -> Input:
        """What the request will be billed for that this filling makes."""
        if not self._plain:
            return self._by_request(filling)
        texts = [fill(text, filling) for _, text in self._texts]
        tokenizer = tokenizer_of(self._model)
        measured = tuple(measure(text, tokenizer) for text in texts)
        known = self._known.get(measured)
        if known is None:
            known = self._known[measured] = self._afresh(texts, measured, filling)
        return known

    def _by_request(self, filling: Mapping[str, str]) -> Input:
        """A text is counted as part of something else, such as the JSON of a tool."""
        values = tuple(filling[name] for name in self._form.names)  # requests would fill the memory
        known = self._known.get(values)
        if known is None:
            known = self._known[values] = input_of(self._form.request(filling), self._model)
        return known

    def _afresh(
        self, texts: Sequence[str], measured: Sequence[Estimate], filling: Mapping[str, str]
    ) -> Input:
        kind = tuple((bool(text), size.basis) for text, size in zip(texts, measured, strict=True))
        base = self._bases.get(kind)
        if base is None:
            whole_body = changed_body(self._form.expansion.body, lambda text: fill(text, filling))
            counted = parts(whole_body, self._model)
            base = self._bases[kind] = self._with(counted, measured, -1)
        body = self._form.expansion.body
        return _input(body, self._with(base, measured, 1), self._model)

    def _with(
        self, counted: Sequence[Part], measured: Sequence[Estimate], sign: int
    ) -> tuple[Part, ...]:
        """These parts with the filled texts added, or taken away."""
        found = {part.path: part for part in counted}
        for (keys, _), size in zip(self._texts, measured, strict=True):
            if (part := found.get(_path(keys))) is not None:
                found[part.path] = _plus(part, size, sign)
        return tuple(found.values())


def _plus(part: Part, size: Estimate, sign: int) -> Part:
    tokens = part.tokens + sign * size.tokens
    unsure = part.tokens * part.band + sign * size.tokens * size.band
    return replace(part, tokens=tokens, band=unsure / tokens if tokens else 0.0)


def text_at(body: Mapping[str, Any], keys: Keys) -> str:
    """The text that stands at these keys of a body."""
    found: Any = body
    for key in keys:
        found = found[key]
    return str(found)


def _path(keys: Keys) -> str:
    """The part that the text at these keys belongs to."""
    return dotted(keys[:-1] if keys[-1] == "text" else keys)


def stands_alone(body: Mapping[str, Any], keys: Keys) -> bool:
    """Whether the text there is told by itself: all that is said, or a text block right in it."""
    if keys == ("system",) or (keys[0], len(keys), keys[-1]) == ("messages", 3, "content"):
        return True
    depth = {"system": 3, "messages": 5}.get(str(keys[0]))
    if len(keys) != depth or keys[-1] != "text":
        return False
    block: Any = body
    for key in keys[:-1]:
        block = block[key]
    return bool(block.get("type") == "text")
