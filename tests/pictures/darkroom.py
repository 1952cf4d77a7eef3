"""PNGs of SVG pictures: many in one browser, each with the fingerprint of what it was made of."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.browser import browsing

_COLOURS = 256
"""A screen has few; the others are where letters are smoothed."""
_MADE_OF = "made of"
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_PAGE = "<style>body { margin: 0 } svg { display: block }</style>"


def fingerprint(svg: str) -> str:
    """What tells one picture's text from another's."""
    return hashlib.sha256(svg.encode()).hexdigest()


def made_of(png: Path) -> str:
    """The fingerprint of the picture that a PNG was made of; empty where it does not say."""
    with Image.open(png) as image:
        return str(image.info.get(_MADE_OF, ""))


def develop(pictures: Iterable[Path]) -> None:
    """Make a PNG beside each of these SVG pictures, in its own size."""
    with browsing() as context:
        page = context.new_page()
        for path in pictures:
            svg = path.read_text("utf-8")
            found = _SIZE.search(svg)
            assert found is not None, f"{path} is no picture of a screen"
            width, height = (round(float(pixels)) for pixels in found.groups())
            page.set_viewport_size({"width": width, "height": height})
            page.set_content(_PAGE + svg)
            note = PngInfo()
            note.add_text(_MADE_OF, fingerprint(svg))
            with Image.open(io.BytesIO(page.screenshot())) as shot:
                few = shot.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
                few.save(path.with_suffix(".png"), optimize=True, pnginfo=note)
