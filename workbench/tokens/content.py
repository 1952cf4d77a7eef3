"""Which kind of content a text is, and how Claude's tokens relate to o200k's for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

RATIOS: Mapping[str, tuple[float, float]] = {
    "prose": (1.11, 1.50),
    "german": (1.42, 2.03),
    "romance": (1.25, 1.70),
    "markdown": (1.20, 1.60),
    "code": (1.24, 1.61),
    "yaml": (1.17, 1.48),
    "schema": (1.09, 1.45),
    "json": (1.26, 1.47),
    "compact json": (1.23, 1.66),
    "html": (1.12, 1.38),
    "numbers": (1.00, 1.00),
    "log": (1.09, 1.25),
    "hex": (1.02, 1.13),
    "japanese": (1.19, 1.34),
    "chinese": (1.46, 1.61),
    "korean": (1.64, 1.79),
    "cyrillic": (1.42, 1.59),
    "other script": (2.00, 2.00),
}
"""Claude's tokens by o200k's: (classic, new). Source: token-ratios.yaml, ratios_by_content."""

_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    "japanese": re.compile("[\u3040-\u30ff]"),
    "chinese": re.compile("[\u3400-\u9fff]"),
    "korean": re.compile("[\u1100-\u11ff\uac00-\ud7a3]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "other script": re.compile("[\u0370-\u03ff\u0530-\u10ff\u1200-\u1fff]"),
}
_GERMAN = re.compile(r"\b(?:und|der|die|das|nicht|ist|mit|ein|eine|für|von|zu|wird|werden)\b")
_ROMANCE = re.compile(r"\b(?:les?|la|des|et|est|une?|que|pour|el|los|las|del|para|por|con|en)\b")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_YAML_LINE = re.compile(r"^ *(?:- )?[\w.$/\"'-]+:(?: .*)?$|^ *- ", re.MULTILINE)
_MARKDOWN_LINE = re.compile(r"^(?:#{1,6} |[*-] |\d+\. |\||```|> )", re.MULTILINE)


def kind_of(text: str) -> str:
    """What kind of content this is, by its looks: a key of the table of ratios."""
    inked = sum(map(len, text.split())) or 1
    return _script_of(text, inked) or _notation_of(text, inked) or _language_of(text)


def _script_of(text: str, inked: int) -> str | None:
    if text.isascii():
        return None
    found = {script: len(signs.findall(text)) for script, signs in _SCRIPTS.items()}
    if sum(found.values()) < 0.25 * inked:
        return None
    if found["japanese"] > 0.1 * found["chinese"]:
        found["chinese"] = 0
    return max(found, key=found.__getitem__)


def _notation_of(text: str, inked: int) -> str | None:
    """Whether this is not prose but written for a machine."""
    digits = sum(map(str.isdecimal, text)) / inked
    lines = text.count("\n") + 1
    signs = sum(map(text.count, "(){}[];=<>_")) / inked
    if digits > 0.3:
        return _figures_of(text, inked)
    if text.lstrip()[:1] in ("{", "[") and text.count('"') > 0.03 * inked:
        return _json_of(text, inked)
    if sum(map(len, _MARKUP.findall(text))) > 0.2 * inked:
        return "html"
    if len(_YAML_LINE.findall(text)) > 0.5 * lines:
        return "yaml"
    if signs > 0.06:
        return "code"
    return "markdown" if len(_MARKDOWN_LINE.findall(text)) > 0.1 * lines else None


def _figures_of(text: str, inked: int) -> str:
    letters = sum(map(str.isalpha, text)) / inked
    if letters < 0.1:
        return "numbers"
    return "log" if re.search(r"\d:\d\d", text) else "hex"


def _json_of(text: str, inked: int) -> str:
    if '"type":' in text and '"description":' in text:
        return "schema"
    return "json" if text.count("\n ") > 0.01 * inked else "compact json"


def _language_of(text: str) -> str:
    words = len(text.split())
    if len(_GERMAN.findall(text)) > 0.08 * words:
        return "german"
    return "romance" if len(_ROMANCE.findall(text)) > 0.12 * words else "prose"
