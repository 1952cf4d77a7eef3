"""The images and PDFs of a request: where they stand, what they are, how large.

Source: messages-api.md section 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from workbench.simulator.asked import Asked, blocks_of
from workbench.tokens.picture import IMAGE_LIMITS, image_size, pdf_pages
from workbench.wire.events import Json

PATCH_PX = 28
KINDS = ("image", "document")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image or a document, and its path in the body as the API writes it."""

    path: str
    block: Json

    @property
    def source(self) -> Json:
        """Where its data is."""
        source: Json = self.block["source"]
        return source

    @property
    def data(self) -> str | None:
        """Its base64, where it is sent along."""
        return str(self.source["data"]) if self.source["type"] == "base64" else None

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, where they can be read."""
        return image_size(self.data) if self.data is not None else None

    @property
    def pages(self) -> int | None:
        """Pages of a PDF, where they can be counted."""
        return pdf_pages(self.data) if self.data is not None else None


def images(asked: Asked) -> list[Picture]:
    """Every image of the request, those in tool results and documents too."""
    return [one for one in _pictures(asked) if one.block["type"] == "image"]


def documents(asked: Asked) -> list[Picture]:
    """Every document of the request."""
    return [one for one in _pictures(asked) if one.block["type"] == "document"]


def largest_that_fits(width: int, height: int, tier: str) -> tuple[int, int]:
    """What a picture of this size is shrunk to before the model sees it; itself, if it fits."""
    edge, most = IMAGE_LIMITS[tier if tier in IMAGE_LIMITS else "standard"]
    long, short = max(width, height), min(width, height)
    for side in range(min(long, edge), 0, -1):
        other = max(1, round(short * side / long))
        if ceil(side / PATCH_PX) * ceil(other / PATCH_PX) <= most:
            return (side, other) if width >= height else (other, side)
    return 1, 1


def _pictures(asked: Asked) -> Iterator[Picture]:
    for i, message in enumerate(asked.messages):
        yield from _inside(blocks_of(message), f"messages.{i}.content")


def _inside(blocks: Any, path: str) -> Iterator[Picture]:
    if not isinstance(blocks, Sequence) or isinstance(blocks, str):
        return
    for i, block in enumerate(blocks):
        if not isinstance(block, Mapping):
            continue
        here, source = f"{path}.{i}", block.get("source")
        if block.get("type") in KINDS and isinstance(source, Mapping) and "type" in source:
            yield Picture(here, block)
            yield from _inside(source.get("content"), f"{here}.source.content")
        yield from _inside(block.get("content"), f"{here}.content")
