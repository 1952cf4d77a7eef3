"""Signatures of thinking: made when thoughts are sent, checked when they come back.

Opaque to clients, as the API's are. One tells its author's own thoughts from others', and thoughts
as they were sent from edited ones; no state is kept. The key is no secret, for nothing is guarded.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Literal

_PREFIX = "Es"
_MARK = b"workbench-simulator"
_KEY = b"thoughts"
_BYTES = 32

Verdict = Literal["whole", "edited", "foreign"]


def sign(shown: str, model: str, luck: str, hidden: str = "") -> str:
    """The signature of thoughts as they are sent: empty ones, where they are omitted.

    Two answers never share one, not even two whose thoughts are omitted. What is `hidden` from
    the reader is in it, as far as its length goes.
    """
    salt = hashlib.sha256(f"{model}\n{luck}".encode()).digest()
    veiled = hashlib.shake_256(salt + hidden.encode()).digest(len(hidden.encode()))
    payload = _MARK + salt + veiled + _digest(shown)
    return _PREFIX + base64.b64encode(payload + _seal(payload)).decode()


def verdict(thinking: str, signature: str) -> Verdict:
    """Whether a thinking block is as it was sent, was edited, or was never sent by us."""
    try:
        raw = base64.b64decode(signature.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return "foreign"
    payload, seal = raw[:-_BYTES], raw[-_BYTES:]
    if not signature.startswith(_PREFIX) or not hmac.compare_digest(seal, _seal(payload)):
        return "foreign"
    return "whole" if payload[-_BYTES:] == _digest(thinking) else "edited"


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _seal(payload: bytes) -> bytes:
    return hmac.digest(_KEY, payload, "sha256")
