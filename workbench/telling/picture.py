"""A picture in words: what it is, how large, and how many tokens it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def picture_words(source: Mapping[str, Any], tier: str = "") -> str:
    """An image block's source in a line.

    Args:
        source: As the API has it: base64, a URL, or a file's id.
        tier: The model's tier of pictures, by which tokens are counted; empty where unknown.
    """
    match source:
        case {"data": str(data)}:
            words = ["image", str(source.get("media_type") or "of a type not given")]
            return ", ".join([*words, *_measures(data, tier)])
        case {"url": place} | {"file_id": place}:
            return f"image, {place}"
    return "image, without a source"


def _measures(data: str, tier: str) -> list[str]:
    from workbench.tokens.picture import image_size, image_tokens

    words = [f"{len(data) * 3 // 4 / 1000:,.1f} kB"]
    if (size := image_size(data)) is not None:
        words.insert(0, f"{size[0]:,} × {size[1]:,}")
        if tier:
            words.append(f"{image_tokens(*size, tier):,} tokens")
    return words
