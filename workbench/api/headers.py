"""What every request of ours says in its headers, but for the key."""

from __future__ import annotations

HEADERS = {
    "content-type": "application/json",
    "accept": "text/event-stream, application/json",
    # A compressed stream is one more thing that a proxy can hold back.
    "accept-encoding": "identity",
    "user-agent": "workbench",
}
KEY_HEADER = "x-api-key"
VERSION_HEADER = "anthropic-version"
