"""Pictures and PDFs in base64: how large they are, and what that costs.

Source: messages-api.md section 9.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

IMAGE_LIMITS: Mapping[str, tuple[int, int]] = {"standard": (1568, 1568), "high": (2576, 4784)}
"""By the model's tier: the longest edge in pixels, the most tokens."""

_HEAD_CHARS = 1 << 20
_PATCH_PX = 28


def image_tokens(width: int, height: int, tier: str) -> int:
    """Tokens of a picture of this size in pixels, once it is shrunk to what the model sees."""
    return _patches(*shrunk(width, height, tier))


def shrunk(width: int, height: int, tier: str) -> tuple[int, int]:
    """What a picture of this size is shrunk to before the model sees it; itself, if it fits."""
    edge, cap = IMAGE_LIMITS.get(tier, IMAGE_LIMITS["standard"])
    long, short = max(width, height), min(width, height)
    for side in range(min(long, edge), 0, -1):
        other = max(1, round(short * side / long))
        if _patches(side, other) <= cap:
            return (side, other) if width >= height else (other, side)
    return 1, 1


def _patches(width: int, height: int) -> int:
    return math.ceil(width / _PATCH_PX) * math.ceil(height / _PATCH_PX)


def image_size(data: str) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF, WebP or JPEG; None where they cannot be read."""
    return _size_in(data[:_HEAD_CHARS])


@lru_cache(maxsize=16)
def pdf_pages(data: str) -> int | None:
    """Pages of a PDF, counted by their own objects, else as its page tree says; else None."""
    raw = decoded(data)
    told = [int(number) for number in re.findall(rb"/Count\s+(\d{1,4})\b", raw)]
    return len(re.findall(rb"/Type\s*/Page(?![A-Za-z])", raw)) or max(told, default=0) or None


def decoded(data: str) -> bytes:
    """Base64 read generously, cut short where it was cut short; empty where it is none."""
    bare = "".join(data.split())
    try:
        return base64.b64decode(bare[: len(bare) // 4 * 4])
    except (binascii.Error, ValueError):
        return b""


@lru_cache(maxsize=64)
def _size_in(head: str) -> tuple[int, int] | None:
    raw = decoded(head)

    def number(start: int, end: int, order: Literal["big", "little"] = "little") -> int:
        return int.from_bytes(raw[start:end], order)

    size = (0, 0)
    if raw.startswith(b"\x89PNG"):
        size = number(16, 20, "big"), number(20, 24, "big")
    elif raw.startswith(b"GIF8"):
        size = number(6, 8), number(8, 10)
    elif raw[8:16] == b"WEBPVP8X":
        size = number(24, 27) + 1, number(27, 30) + 1
    elif raw[8:16] == b"WEBPVP8L":
        size = number(21, 25) % 0x4000 + 1, (number(21, 25) >> 14) % 0x4000 + 1
    elif raw[8:16] == b"WEBPVP8 ":
        size = number(26, 28) % 0x4000, number(28, 30) % 0x4000
    elif raw.startswith(b"\xff\xd8"):
        size = _jpeg_size(raw)
    return size if min(size) > 0 else None


def _jpeg_size(raw: bytes) -> tuple[int, int]:
    """From the frame header, which may stand behind long blocks of metadata."""
    at = 2
    while at + 9 <= len(raw) and raw[at] == 0xFF:
        marker = raw[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(raw[at + 7 : at + 9]), int.from_bytes(raw[at + 5 : at + 7])
        if marker == 0xFF:
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        else:
            at += 2 + int.from_bytes(raw[at + 2 : at + 4])
    return 0, 0
