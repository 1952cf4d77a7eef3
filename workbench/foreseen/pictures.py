"""Whether images and PDFs are few, small and readable enough, as far as they are sent along.

What is named by a URL or a file id is counted and not looked at. Source: messages-api.md section
9, and rule 32 of section 16.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.catalog.model import Model
from workbench.documents.finding import Finding, Keys, dotted
from workbench.tokens.picture import decoded, image_size, pdf_pages, shrunk

MOST_BYTES = 10 * 1024 * 1024
MOST_SIDE_PX, MOST_SIDE_OF_MANY_PX, MANY = 8_000, 2_000, 20
LARGE_WINDOW = 1_000_000
MOST_LARGE_WINDOW, MOST_SMALL_WINDOW = 600, 100
"""Images, and pages of PDFs, in one request."""

_KINDS = ("image", "document")
_MAGIC = (
    ("image/png", b"\x89PNG"),
    ("image/jpeg", b"\xff\xd8"),
    ("image/gif", b"GIF8"),
    ("image/webp", b"RIFF"),
)


@dataclass(frozen=True, slots=True)
class _Picture:
    """An image or a document and the way to it; `data` is its base64, where that is known."""

    keys: Keys
    block: Mapping[str, Any]

    @property
    def source(self) -> Mapping[str, Any]:
        source = self.block.get("source")
        return source if isinstance(source, Mapping) else {}

    @property
    def data(self) -> str | None:
        data = self.source.get("data") if self.source.get("type") == "base64" else None
        return data if isinstance(data, str) and "{{" not in data else None


def picture_findings(body: Mapping[str, Any], model: Model | None) -> Iterator[Finding]:
    """What the API would refuse in the images and PDFs of this body."""
    found = [
        picture
        for index, message in enumerate(body.get("messages") or ())
        for picture in _pictures(("messages", index, "content"), message.get("content"))
    ]
    images = [one for one in found if one.block["type"] == "image"]
    yield from _few(images, model)
    for image in images:
        yield from _image(image, many=len(images) > MANY, model=model)
        yield from _address(image)
    yield from _documents([one for one in found if one.block["type"] == "document"], model)


def _pictures(keys: Keys, content: Any) -> Iterator[_Picture]:
    for index, block in enumerate(content if isinstance(content, list) else ()):
        if not isinstance(block, Mapping):
            continue
        here: Keys = (*keys, index)
        if block.get("type") in _KINDS:
            picture = _Picture(here, block)
            yield picture
            yield from _pictures((*here, "source", "content"), picture.source.get("content"))
        yield from _pictures((*here, "content"), block.get("content"))


def _most(model: Model | None) -> int:
    large = model is None or (model.context_window or 0) >= LARGE_WINDOW
    return MOST_LARGE_WINDOW if large else MOST_SMALL_WINDOW


def _few(images: Sequence[_Picture], model: Model | None) -> Iterator[Finding]:
    most = (model.max_images if model else None) or _most(model)
    if len(images) > most:
        problem = f"too many images: {len(images)} > {most} maximum"
        yield Finding(images[most].keys, problem, "Send fewer.", rule="images")


def _image(image: _Picture, *, many: bool, model: Model | None) -> Iterator[Finding]:
    if image.data is None:
        return
    keys, size = (*image.keys, "source", "data"), image_size(image.data)
    if len(image.data) > MOST_BYTES:
        problem = f"the image exceeds 10 MB: {len(image.data):,} bytes of base64"
        yield Finding(keys, problem, "Shrink it.", rule="images")
        return
    kind = next((k for k, magic in _MAGIC if _head(image.data).startswith(magic)), None)
    if kind is None or size is None:
        problem = f"`{dotted(keys)}` is no JPEG, PNG, GIF or WebP image in base64"
        yield Finding(keys, problem, "Convert it.", rule="images")
        return
    yield from _media_type(image, kind)
    yield from _sides(image, size, many=many, model=model)


def _media_type(image: _Picture, kind: str) -> Iterator[Finding]:
    told = image.source.get("media_type")
    if isinstance(told, str) and "{{" not in told and told != kind:
        keys = (*image.keys, "source", "media_type")
        problem = f"the image is said to be {told}, but is {kind}"
        yield Finding(keys, problem, f"Write {kind}.", rule="images")


def _sides(
    image: _Picture, size: tuple[int, int], *, many: bool, model: Model | None
) -> Iterator[Finding]:
    most, (width, height) = MOST_SIDE_OF_MANY_PX if many else MOST_SIDE_PX, size
    if max(size) > most:
        among = f" where there are more than {MANY} of them" if many else ""
        problem = f"the image is {width}x{height} pixels; at most {most} a side are allowed{among}"
        yield Finding(image.keys, problem, "Shrink it.", rule="images")
    wish = image.block.get("transformations")
    if isinstance(wish, Mapping) and wish.get("oversized_image") == "error":
        fits = shrunk(width, height, model.image_tier if model else "high")
        if fits != size:
            problem = f"the image is {width}x{height} pixels, and would be shrunk to {_by(fits)}"
            hint = f"Shrink it to {_by(fits)}, or leave `oversized_image: error` out."
            yield Finding(image.keys, problem, hint, rule="images")


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _address(image: _Picture) -> Iterator[Finding]:
    """The provider fetches the image itself; what it cannot reach it refuses."""
    url = image.source.get("url")
    if isinstance(url, str) and not url.startswith(("https://", "{{")):
        keys = (*image.keys, "source", "url")
        problem = "the provider fetches the image itself, and only from an https:// address"
        yield Finding(keys, problem, "Send it as `type: base64`.", "warning", rule="images")


def _documents(documents: Sequence[_Picture], model: Model | None) -> Iterator[Finding]:
    pages, most = 0, _most(model)
    for document in documents:
        if document.data is None:
            continue
        keys = (*document.keys, "source", "data")
        if why := _closed(document.data):
            yield Finding(keys, f"`{dotted(keys)}` {why}", "Send another.", rule="documents")
            continue
        before, pages = pages, pages + (pdf_pages(document.data) or 0)
        if before <= most < pages:
            problem = f"a maximum of {most} PDF pages may be sent; up to here there are {pages}"
            yield Finding(document.keys, problem, "Send fewer.", rule="documents")


def _closed(data: str) -> str:
    """Why nobody can read this PDF; empty where it can be read."""
    if not _head(data).startswith(b"%PDF"):
        return "is no PDF in base64"
    return "is protected by a password" if b"/Encrypt" in decoded(data) else ""


def _head(data: str) -> bytes:
    return decoded(data[:64])
