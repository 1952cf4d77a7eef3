"""A request as code for the provider that it is, or would be, sent to."""

from __future__ import annotations

from workbench.api.endpoint import FREE_KEY, Endpoint, endpoint
from workbench.catalog.catalog import catalog
from workbench.telling.code import LANGUAGES, Language, Place, code
from workbench.wire.request import MessagesRequest

__all__ = ["LANGUAGES", "Language", "code_for"]

_PLAYED = "anthropic"


def code_for(where: Endpoint, request: MessagesRequest, language: Language) -> str:
    """The code that sends a request to `where`; no key stands in it, also not from a prompt.

    For the simulator, whose address changes with every start, it is the code for the provider
    that it plays.
    """
    if where.profile.simulated:
        where = endpoint(catalog().profile, _PLAYED, keyed=False)
    key_env = FREE_KEY if where.given else where.profile.key_env
    place = Place(where.base_url, where.profile.api_version, key_env)
    return where.hidden(code(request, language, place))
