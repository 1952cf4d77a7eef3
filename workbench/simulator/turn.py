"""One turn: a request's body in, everything that its answer needs out. Pure but for the counting.

Takes tens of milliseconds where texts are counted for the first time, so it runs in a thread.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model
from workbench.simulator.answer import Answer
from workbench.simulator.asked import Asked
from workbench.simulator.cache import CacheUse
from workbench.simulator.config import Provider
from workbench.simulator.diagnosis import Fingerprint
from workbench.simulator.models import line_of
from workbench.simulator.prefix import Position, positions
from workbench.simulator.refusal import Refusal
from workbench.simulator.reply import base62, luck_of, reply
from workbench.simulator.rules import size
from workbench.simulator.rules.parameters import geography_of
from workbench.simulator.rules.shape import shape_refusal
from workbench.simulator.rules.table import refusal
from workbench.simulator.script import Script
from workbench.simulator.undocumented import check_documented
from workbench.wire.events import Json

NO_THREADS = "thread_unsupported_request"
"""`error.details.error_code` for a conversation that the server would have to hold."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A request that will be answered, and its answer.

    Args:
        asked: The request.
        prompt: Its positions, for the cache.
        total: Tokens of the whole prompt.
        answer: What will be said.
        luck: What it was drawn from; the same request draws the same.
        fingerprint: What cache diagnostics compare; None where the request asks for none.
    """

    asked: Asked
    prompt: tuple[Position, ...]
    total: int
    answer: Answer
    luck: str
    fingerprint: Fingerprint | None = None

    def message_id(self, serial: str) -> str:
        """The id of the message that answers the request `serial`."""
        return "msg_01" + base62(hashlib.sha256(f"{serial}:{self.luck}".encode()).digest())

    def message(
        self, provider: Provider, serial: str, use: CacheUse, more: Json = MappingProxyType({})
    ) -> dict[str, Any]:
        """The message as it begins: an id, the model, no content, what the input costs.

        `more` are fields beside these: `Past.diagnosis` gives them.
        """
        own_id, line = self.message_id(serial), line_of(self.asked.model) or "model"
        return {
            "id": own_id if provider == "anthropic" else own_id.replace("01", f"{line}_", 1),
            "type": "message",
            "role": "assistant",
            "model": self.asked.model.id if provider == "anthropic" else self.asked.body["model"],
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "stop_details": None,
            **more,
            "usage": _usage(self.asked, provider, use, min(1, self.answer.tokens)),
        }

    def whole_message(
        self, provider: Provider, serial: str, use: CacheUse, more: Json = MappingProxyType({})
    ) -> dict[str, Any]:
        """The message in one piece."""
        begun = self.message(provider, serial, use, more)
        return {
            **begun,
            "content": [block.whole() for block in self.answer.blocks],
            **self.answer.ending(),
            "usage": {**begun["usage"], **self.answer.usage()},
        }


def take_turn(
    raw: bytes,
    *,
    provider: Provider,
    version: str,
    betas: str,
    scripts: Sequence[Script],
    seed: int,
    again: int = 0,
    batched: bool = False,
) -> Turn:
    """Read a request to `/v1/messages` and decide its answer.

    Args:
        raw: The body.
        provider: The provider that is played.
        version: The `anthropic-version` header, empty where it is missing.
        betas: The `anthropic-beta` header, empty where it is missing.
        scripts: Scripted replies, the first that fits is given.
        seed: Draws other words.
        again: How often the same was asked before: above temperature 0 it is answered otherwise.
        batched: Whether it is one of a Message Batch.

    Raises:
        Refusal: The API would not serve it.
    """
    asked = _read(raw, provider, version, betas=betas, batched=batched)
    counted = size.billed(asked)
    prompt = positions(asked, counted)
    luck = luck_of(asked, prompt, seed)
    if again and asked.temperature > 0:
        luck = f"{luck}:{again}"
    window, total = asked.model.context_window, sum(part.tokens for part in counted)
    return Turn(
        asked,
        prompt,
        total,
        reply(asked, scripts, luck, room=None if window is None else window - total),
        luck,
        None if asked.body.get("diagnostics") is None else Fingerprint.of(asked),
    )


def count_input(raw: bytes, *, provider: Provider, version: str, betas: str) -> int:
    """Read a request to `/v1/messages/count_tokens` and count it.

    Raises:
        Refusal: The API would not serve it.
    """
    asked = _read(raw, provider, version, betas=betas, counting=True)
    return size.input_tokens(asked)


def _read(
    raw: bytes,
    provider: Provider,
    version: str,
    *,
    betas: str,
    counting: bool = False,
    batched: bool = False,
) -> Asked:
    body = parsed_body(raw)
    wrong = shape_refusal(body, counting=counting, version=version, betas=bool(betas))
    if wrong is not None:
        raise Refusal(400, wrong)
    if "thread" in body:
        raise Refusal(400, "thread: not supported for this request", detail=NO_THREADS)
    if provider == "bytespike":
        check_documented(body, version)
    asked_for = frozenset(beta.strip() for beta in betas.split(",") if beta.strip())
    model = _model(provider, body["model"])
    asked = Asked(body, model, version, counting, asked_for, batched)
    if (broken := refusal(asked)) is not None:
        detail = broken.code if broken.details else None
        message, details = broken.message, broken.details
        raise Refusal(400, message, code=broken.code, detail=detail, details=details)
    return asked


def parsed_body(raw: bytes) -> Json:
    """The JSON object that a body is.

    Raises:
        Refusal: It is none.
    """
    try:
        body = json.loads(raw, parse_constant=_no_constant, parse_float=_finite)
        if b"\\ud" in raw.lower():  # JSON can spell half a character, which no text may hold
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Refusal(400, f"The request body is not valid JSON: {error}") from error
    if not isinstance(body, dict):
        raise Refusal(400, "Input should be a valid dictionary")
    return body


def _finite(number: str) -> float:
    if math.isinf(found := float(number)):
        raise ValueError(f"{number[:20]} is out of range")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _model(provider: Provider, name: str) -> Model:
    """The model of this very name; ByteSpike tells one it does not offer from one nobody has."""
    known = catalog().model(provider, name)
    if known is not None and known.status == "retired":
        known = None
    if known is not None and known.name not in catalog().names(provider):
        raise Refusal(400, f"model: {name}", code="unsupported_model")
    if known is None or name not in known.names:
        raise Refusal(404, f"model: {name}", code="model_not_found")
    return known


def _usage(asked: Asked, provider: Provider, use: CacheUse, output_tokens: int) -> dict[str, Any]:
    """The counts of the input, and a placeholder for the output's."""
    if provider == "bytespike":
        read = {"cache_read_input_tokens": use.read} if use.read else {}
        return {"input_tokens": use.fresh, **read, "output_tokens": output_tokens}
    return {
        "input_tokens": use.fresh,
        "cache_creation_input_tokens": use.written,
        "cache_read_input_tokens": use.read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": use.write_5m,
            "ephemeral_1h_input_tokens": use.write_1h,
        },
        "output_tokens": output_tokens,
        "service_tier": "batch" if asked.batched else "standard",
        "inference_geo": geography_of(asked),
        **({"speed": asked.body["speed"]} if asked.body.get("speed") else {}),
    }
