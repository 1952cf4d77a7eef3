"""Faults instead of an answer: refusals of the API's own, and pages of edge and gateway.

Source: messages-api.md sections 14 and 15.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.simulator.faults.table import Fault
from workbench.simulator.refusal import Refusal


class EdgeRefusal(Exception):
    """What stands before the API will not serve this request: HTML, and no header of the API's."""

    headers: Mapping[str, str] = {"content-type": "text/html", "server": "nginx"}

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        head, heading = f"<head><title>{title}</title></head>", f"<center><h1>{title}</h1></center>"
        lines = ("<html>", head, "<body>", heading, "<hr><center>nginx</center>", "</body>")
        self.page = "\r\n".join([*lines, "</html>", ""]).encode()


REFUSALS = (
    "overloaded_before",
    "429:<retry-after>",
    "429_spend",
    "529x<k>_then_ok",
    "html_502",
    "413_html",
)


def refused_by(faults: Sequence[Fault], tried: int) -> Refusal | EdgeRefusal | None:
    """What the first fault that refuses gives; None where none does.

    Args:
        faults: Those asked for.
        tried: How often this very request has come before.
    """
    for fault in faults:
        if (refused := _refused(fault, tried)) is not None:
            return refused
    return None


def _refused(fault: Fault, tried: int) -> Refusal | EdgeRefusal | None:
    match fault.name:
        case "overloaded_before":
            return Refusal(529, "Overloaded")
        case "529x<k>_then_ok" if tried < (fault.amount or 0):
            return Refusal(529, "Overloaded")
        case "429:<retry-after>":
            wait = {"retry-after": f"{fault.amount:g}"}
            said = "This request would exceed your organization's rate limit"
            return Refusal(429, said, code="rate_limit_5h", headers=wait)
        case "429_spend":
            said = "Your organization has reached its spend limit"
            return Refusal(429, said, code="rate_limit_7d", detail="enforced_spend_limit_reached")
        case "html_502":
            return EdgeRefusal(502, "502 Bad Gateway")
        case "413_html":
            return EdgeRefusal(413, "413 Request Entity Too Large")
    return None
