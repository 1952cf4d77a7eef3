"""Which faults a request asks for: in a header, or in a suffix of its model's name.

The suffix begins with `+`, which is in no model's id and which shells, JSON and YAML leave alone:
`claude-haiku-4-5+cut_mid:5`. More faults follow after another `+` or a comma. It is taken off
before anybody else reads the request, so neither the model, nor the words, nor the cache differ.
"""

from __future__ import annotations

import json
import re

from workbench.simulator.faults.table import HEADER, Fault, read_faults
from workbench.wire.request import compact

SUFFIX = "+"
_MAY_HAVE = re.compile(rb'"model"\s*:\s*"[^"+]*\+')


def asked_in_header(words: str) -> tuple[Fault, ...]:
    """The faults that the header names.

    Raises:
        ValueError: One is unknown.
    """
    try:
        return read_faults(words)
    except ValueError as error:
        raise ValueError(f"{HEADER}: {error}") from None


def asked_in_model(raw: bytes) -> tuple[tuple[Fault, ...], bytes]:
    """The faults that the model's name ends with, and the request's body without them.

    Raises:
        ValueError: One is unknown.
    """
    if not _MAY_HAVE.search(raw):  # parsing 32 MB takes longer than looking through them
        return (), raw
    try:
        body = json.loads(raw)
        model, _, words = body["model"].partition(SUFFIX)
        bare = compact({**body, "model": model}).encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return (), raw  # not for us to refuse
    if not words:
        return (), raw
    try:
        return read_faults(words, SUFFIX + ","), bare
    except ValueError as error:
        raise ValueError(f"model: {error}") from None
