"""Refusals on demand: a marker in the user's words makes the simulated model refuse.

`WORKBENCH_SIMULATE_REFUSAL` refuses before anything is said, `WORKBENCH_SIMULATE_REFUSAL_MIDWAY`
in the middle of the answer; `:cyber`, or another category, may follow. A refusal is an answer with
status 200, not an error. Source: messages-api.md section 11.
"""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.simulator.asked import Asked
from workbench.simulator.draft import Draft

MARKER = "WORKBENCH_SIMULATE_REFUSAL"
EXPLANATION = "The simulator was asked to refuse this request."
_MARKED = re.compile(rf"{MARKER}(?P<midway>_MIDWAY)?(?::(?P<category>\w+))?")


def refused(draft: Draft, asked: Asked) -> Draft:
    """The draft, broken off where the user's words ask for it; else as it is."""
    marked = _MARKED.search(asked.user)
    if marked is None:
        return draft
    said = replace(draft, calls=(), stop="refusal", explanation=EXPLANATION)
    said = replace(said, category=marked["category"])
    if not marked["midway"]:
        return replace(said, text="", thinking="")
    words = draft.text.split(" ")
    return replace(said, text=" ".join(words[: (len(words) + 1) // 2]))
