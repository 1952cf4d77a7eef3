"""Rule 32: images and PDFs are few, small and readable enough.

Source: messages-api.md section 9.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from workbench.simulator.asked import Asked
from workbench.simulator.pictures import Picture, documents, images, largest_that_fits
from workbench.simulator.rules.wrong import Wrong

MOST_BYTES = 10 * 1024 * 1024
MOST_SIDE_PX, MOST_SIDE_OF_MANY_PX = 8_000, 2_000
MANY = 20
MOST_IMAGES = 100
MOST_PAGES, MOST_PAGES_SMALL_WINDOW = 600, 100
_LARGE_WINDOW = 1_000_000
TOO_LARGE = "image_dimensions_too_large"
_MAGIC = (
    ("image/png", b"\x89PNG"),
    ("image/jpeg", b"\xff\xd8"),
    ("image/gif", b"GIF8"),
    ("image/webp", b"RIFF"),
)


def few(asked: Asked) -> str | None:
    """32: No more images than the model takes. [G] wording."""
    most, found = asked.model.max_images or MOST_IMAGES, len(images(asked))
    return f"messages: too many images: {found} > {most} maximum" if found > most else None


def few_pages(asked: Asked) -> str | None:
    """32: No more pages than the model takes. [G] wording.

    Tried before rule 28, for such a prompt is too long as well.
    """
    window = asked.model.context_window or 0
    pages = sum(one.pages or 0 for one in documents(asked) if _is_pdf(one))
    most = MOST_PAGES if window >= _LARGE_WINDOW else MOST_PAGES_SMALL_WINDOW
    if pages > most:
        return f"messages: A maximum of {most} PDF pages may be provided. Found {pages}."
    return None


def light(asked: Asked) -> str | None:
    """32: No image has more than 10 MB, in base64."""
    for one in images(asked):
        if one.data is not None and len(one.data) > MOST_BYTES:
            return (
                f"{one.path}.image.source.base64: image exceeds 10 MB maximum: {len(one.data)} "
                f"bytes > {MOST_BYTES} bytes"
            )
    return None


def readable(asked: Asked) -> str | None:
    """32: An image is one, and of the type that it is said to be; a PDF is one, and open."""
    for one in images(asked):
        if one.data is not None and (why := _unreadable(one)):
            return f"{one.path}.image.source.base64: {why}"
    for one in documents(asked):
        if _is_pdf(one) and (why := _closed(one)):
            return f"{one.path}.document.source.base64: {why}"
    return None


def small(asked: Asked) -> Wrong | None:
    """32: No side is too long, all the less in a request with many images."""
    found = images(asked)
    many = len(found) > MANY
    most = MOST_SIDE_OF_MANY_PX if many else MOST_SIDE_PX
    paths = [one.path for one in found if one.size is not None and max(one.size) > most]
    if paths:
        among = " for many-image requests" if many else ""
        return _too_large(
            f"{paths[0]}.image.source.base64.data: At least one of the image dimensions exceed max "
            f"allowed size{among}: {most} pixels",
            most,
            paths,
        )
    return _unscaled(found, asked.model.image_tier)


def _unscaled(found: Sequence[Picture], tier: str) -> Wrong | None:
    """An image that must not be scaled down, and would have to be. [G] wording."""
    for one in found:
        wish = (one.block.get("transformations") or {}).get("oversized_image")
        if wish == "error" and one.size is not None:
            fits = largest_that_fits(*one.size, tier)
            if fits != one.size:
                (width, height), (fit_width, fit_height) = one.size, fits
                return _too_large(
                    f"{one.path}.image: image is {width}x{height} pixels, the largest that fits is "
                    f"{fit_width}x{fit_height}",
                    max(fits),
                    [one.path],
                )
    return None


def _too_large(message: str, most: int, paths: list[str]) -> Wrong:
    return Wrong(message, TOO_LARGE, {"max_side_length_pixels": most, "paths": paths})


def _unreadable(one: Picture) -> str | None:
    head = _decoded((one.data or "")[:64])
    told = one.source["media_type"]
    found = next((kind for kind, magic in _MAGIC if head.startswith(magic)), None)
    if found is None or one.size is None:
        return "Could not process image"
    if found != told:
        return (
            f"The image was specified using the {told} media type, but the image appears to be a "
            f"{found} image"
        )
    return None


def _is_pdf(one: Picture) -> bool:
    return one.data is not None


def _closed(one: Picture) -> str | None:
    raw = _decoded(one.data or "")
    if not raw.startswith(b"%PDF"):
        return "The PDF specified was not valid."
    return "The PDF specified is password protected." if b"/Encrypt" in raw else None


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data[: len(data) // 4 * 4])
    except (binascii.Error, ValueError):
        return b""
