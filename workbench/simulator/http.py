"""What every handler needs of HTTP: who calls, the body within its limit, an answer in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from workbench.simulator.account import Account
from workbench.simulator.faults.table import HEADER
from workbench.simulator.refusal import Refusal
from workbench.simulator.rules.parameters import VERSIONS
from workbench.wire.request import compact

MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One request whose key has been checked.

    Args:
        request: As aiohttp gives it.
        account: The key's.
        head: The headers that every answer to it has.
        name: The id that its path names, or nothing.
    """

    request: web.BaseRequest
    account: Account
    head: Mapping[str, str]
    name: str = ""

    @property
    def version(self) -> str:
        """The `anthropic-version` header, empty where it is missing."""
        return self.request.headers.get("anthropic-version", "").strip()

    def check_version(self) -> None:
        """See whether it says for which version of the API it is written.

        Raises:
            Refusal: 400, it does not, or for one that nobody knows.
        """
        if not self.version:
            raise Refusal(400, "anthropic-version: header is required")
        if self.version not in VERSIONS:
            raise Refusal(400, f'anthropic-version: "{self.version}" is not a valid version')

    @property
    def terms(self) -> dict[str, Any]:
        """What else, beside its body, the answer depends on, as `take_turn` calls it."""
        betas = self.request.headers.get("anthropic-beta", "")
        return {"version": self.version, "betas": betas}


async def body_of(request: web.BaseRequest, most_bytes: int = MOST_BYTES) -> bytes:
    """The whole body.

    Raises:
        Refusal: It is too large, or not encoded as it says.
    """
    too_large = Refusal(413, "Request exceeds the maximum size")
    if (request.content_length or 0) > most_bytes:
        raise too_large
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > most_bytes:
                raise too_large
    except web.RequestPayloadError as error:
        raise Refusal(400, "The request body could not be decoded") from error
    return bytes(body)


def faults_in_header(request: web.BaseRequest) -> str:
    """What its header says of faults, however many of them there are."""
    return ",".join(request.headers.getall(HEADER, ()))


def json_answer(status: int, body: Mapping[str, Any], head: Mapping[str, str]) -> web.Response:
    """An answer in JSON."""
    return web.Response(
        status=status,
        body=compact(body).encode(),
        headers={**head, "content-type": "application/json"},
    )
