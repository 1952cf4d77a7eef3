"""A session to be voted on: two variants, of which one always says more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.sessions.helpers import INFO, interleaved, journal_in, story
from tests.tui.next_round import PROMPT
from workbench.run import Run
from workbench.wire.request import MessagesRequest

CASES = 12
OWN = PROMPT.replace("cases: file://own.cases.yaml\n", "").replace("required: true", "default: a")
MODEL = "claude-haiku-4-5"


def recorded(folder: Path) -> Path:
    """A session of twelve cases, to each of which `base` says more than `warm`; its file."""
    planned, stories = list[tuple[Run, MessagesRequest]](), []
    for number in range(CASES):
        for variant, words in (("base", "At length"), ("warm", "In short")):
            run = Run(f"{variant}-{number}", "r1", variant, f"c{number}", 1, "simulator", MODEL)
            asks = {"role": "user", "content": f"Ticket {number}"}
            planned.append((run, MessagesRequest.of({"model": MODEL, "messages": [asks]})))
            stories.append(story(run.run_id, f"{words}: [{number}]."))
    with journal_in(folder, "own") as journal:
        info = replace(
            INFO, round_id="r1", prompt="own.prompt.yaml", documents={"own.prompt.yaml": OWN}
        )
        journal.begin_round(info, planned)
        for event in interleaved(*stories):
            journal.write(event)
    assert journal.path is not None
    return journal.path
