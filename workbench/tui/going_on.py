"""Saved rounds and conversations gone on with in the workbench: taken up, continued, sent again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.catalog.catalog import catalog
from workbench.documents.finding import dotted
from workbench.documents.kinds import name_of
from workbench.documents.prompt import prompts_in
from workbench.errors import WorkbenchError
from workbench.telling.plain import plain
from workbench.tui.acts import key_of
from workbench.tui.choice import Choice
from workbench.tui.diff_screen import DiffScreen
from workbench.tui.picker import Item, Picker
from workbench.wire.request import MessagesRequest, text_of
from workbench.workbench.again import Again, additions
from workbench.workbench.continuing import conversation_now, target_at
from workbench.workbench.foreseen import foreseen_of
from workbench.workbench.saved import (
    Conversation,
    Fork,
    SavedRound,
    Session,
    continued,
    conversation_of,
    forked,
    meant,
    stem_of,
)

if TYPE_CHECKING:
    from workbench.tui.desk import Desk

_SHOWN = 3
_AS_IT_WAS, _ELSEWHERE = "as it was", "elsewhere"


class GoingOn:
    """Takes up in the workbench what was saved, or just answered.

    Args:
        desk: Knows the files that are open, and sends rounds.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._app = desk, desk.app

    async def do(self, act: str, session: Session, of: str) -> None:
        """Do an act of a replay with a round or run, named by its id."""
        try:
            match act:
                case "fork":
                    await self._take_up(forked(session, of))
                case "go_on":
                    await self._go_on(conversation_of(session, of))
                case "rerun":
                    await self._rerun(session, of)
        except WorkbenchError as error:
            self._app.tell(error)

    async def go_on_now(self) -> None:
        """Go on with the conversation in the workbench's focused pane, or in the chosen one."""
        front = self._desk.front
        pane = front.chosen_pane
        run = pane.run if pane is not None and front.shows_round else None
        plan = self._desk.rounds.plan_of(run.run_id) if run is not None else None
        if run is None or plan is None or run.run_id not in plan.requests:
            self._app.notify(f"There is no answer yet: {key_of('run')} sends the round.")
            return
        try:
            await self._go_on(conversation_now(plan, run, self._desk.bench.endpoint))
        except WorkbenchError as error:
            self._app.tell(error)

    # Documents

    async def _go_on(self, conversation: Conversation) -> None:
        messages = conversation.messages
        turns = len(messages)
        if turns > 2:
            items = [
                Item(str(count), f"{count}  {one.get('role')}", _first_words(one))
                for count, one in reversed([*enumerate(messages, 1)])
            ]
            title = "go on after which message"
            picked = await self._app.push_screen_wait(Picker(title, items, empty=""))
            if not picked:
                return
            turns = int(picked)
        folder, target = self._desk.bench.folder, target_at(self._desk.bench.endpoint)
        here = [*prompts_in(folder), *self._desk.files.buffers.unsaved]
        taken = {name_of(path) for path in here}
        fork = continued(conversation, target, turns=turns if messages else None, taken=taken)
        await self._take_up(fork, new=True)

    async def _take_up(self, fork: Fork, *, new: bool = False) -> None:
        """They come as unsaved changes over the files of their names; what differs is shown."""
        buffers, folder = self._desk.files.buffers, self._desk.bench.folder
        texts = {folder / name: text for name, text in fork.files.items()}
        unsaved = buffers.unsaved
        lost = [path.name for path, text in texts.items() if unsaved.get(path, text) != text]
        if lost and not await self._drops(lost):
            return
        differences = "" if new else fork.differences(folder)
        for path, text in texts.items():
            self._desk.files.take_up(path, text)
        self._app.show_front()
        prompt = folder / fork.prompt
        self._desk.next_round.fill(prompt, fork.values)
        self._desk.open_prompt(prompt)
        if differences:
            await self._app.push_screen_wait(DiffScreen("then, and now on disk", differences))
        self._say(fork, texts, new=new)

    def _say(self, fork: Fork, texts: Mapping[Path, str], *, new: bool) -> None:
        as_then = f"As in {fork.origin}{f', variant {fork.variant}' if fork.variant else ''}."
        words = [f"Goes on from {fork.origin}." if new else as_then]
        if not self._desk.files.buffers.unsaved.keys().isdisjoint(texts):
            reload = "" if new else f", {key_of('reload')} takes what is on disk"
            words.append(f"Unsaved: {key_of('save')} keeps it{reload}.")
        if fork.values:
            words.append(f"Filled as then: {', '.join(fork.values)} ({key_of('values')}).")
        words += fork.said
        self._app.notify(plain("\n".join(words)[:600]), timeout=10, markup=False)

    async def _drops(self, names: Sequence[str]) -> bool:
        question = f"Unsaved changes stand in the way: {', '.join(names)}"
        answer = await self._app.push_screen_wait(Choice(question, {"d": "drop them and fork"}))
        return bool(answer)

    # Rounds

    async def _rerun(self, session: Session, of: str) -> None:
        """Send a whole round again: as it was, on another model, or at another provider.

        Raises:
            WorkbenchError: Its requests are not whole, or cost too much.
        """
        desk, bench = self._desk, self._desk.bench
        if desk.sending.under_way:
            desk.sending.say_under_way()
            return
        saved, _ = meant(session, of)
        while (picked := await self._pick_place(saved)) == _ELSEWHERE:
            await desk.moving.choose()
        if not picked:
            return
        where = bench.endpoint.profile.name
        model = None if picked == _AS_IT_WAS else picked
        caps = desk.caps
        chosen = Again(model=model, max_cost_usd=caps.round_usd, max_run_cost_usd=caps.run_usd)
        plan = await asyncio.to_thread(bench.plan_again, saved, stem_of(session.path), chosen)
        if await self._would_be_refused([*plan.requests.values()], where):
            return
        self._app.show_front()
        desk.sending.send(plan)
        added = additions(saved, chosen)
        words = f"Sent again: {plan.info.origin}." + f" {added}." * bool(added)
        self._app.notify(plain(words), markup=False)

    async def _pick_place(self, saved: SavedRound) -> str:
        """Which model it is sent to, or as it was, or elsewhere; empty where the user backs out."""
        models = ", ".join(dict.fromkeys(run.model for run in saved.runs))
        where = self._desk.bench.endpoint.profile.name
        runs = "1 run" if len(saved.runs) == 1 else f"{len(saved.runs)} runs"
        items = [
            Item(_AS_IT_WAS, f"as it was: {models}", f"{runs} at {where}"),
            Item(_ELSEWHERE, "at another provider …"),
            *(Item(name, name) for name in catalog().names(where)),
        ]
        return await self._app.push_screen_wait(Picker("send again on", items, empty="")) or ""

    async def _would_be_refused(self, requests: Sequence[MessagesRequest], where: str) -> bool:
        """Whether the user leaves it be, because the provider would refuse some of it."""
        lines = dict.fromkeys(
            plain(f"{dotted(finding.keys)}: {finding.problem}")
            for request in dict.fromkeys(requests)
            for finding in foreseen_of(request, where)
            if finding.severity == "error"
        )
        if not lines:
            return False
        shown = [f"Not sent: {where} would refuse this round.", *[*lines][:_SHOWN]]
        if len(lines) > _SHOWN:
            shown.append(f"… and {len(lines) - _SHOWN} more")
        answer = await self._app.push_screen_wait(Choice("\n".join(shown), {"s": "send it anyway"}))
        return answer != "s"


def _first_words(message: Mapping[str, object]) -> str:
    """How a message begins, in a line; of one without words, what it is made of."""
    content = message.get("content")
    if words := " ".join(text_of(content).split()):
        return words[:200]
    blocks = content if isinstance(content, list) else []
    return ", ".join(str(block.get("type")) for block in blocks if isinstance(block, dict))
