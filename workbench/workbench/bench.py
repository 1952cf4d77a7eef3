"""A folder of prompts with a provider to send them to; rounds are saved as they happen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from workbench.api.endpoint import Endpoint, endpoint
from workbench.api.headroom import Headroom
from workbench.catalog.profile import Profile
from workbench.errors import SessionError
from workbench.workbench.background import in_a_thread

if TYPE_CHECKING:
    # The first frame is shown before any of this is loaded, and httpx takes 0.14 s.
    from workbench.api.client import Client
    from workbench.documents.prompt import Prompt
    from workbench.engine import LiveRound as LiveRound
    from workbench.sessions.journal import Journal
    from workbench.sessions.round import RoundInfo
    from workbench.sessions.session import SavedRound
    from workbench.workbench.again import Again
    from workbench.workbench.plan import Plan, Settings
    from workbench.workbench.watched import Tell

APP_VERSION = "0.1.0"


class Workbench:
    """A folder of prompts with a provider to send them to. An async context manager.

    The simulator, where it is the provider, runs from the first round (or `start`) until the
    block is left; the session file of the first round is continued by the later ones.
    """

    def __init__(
        self,
        folder: Path,
        endpoint: Endpoint,
        *,
        save: bool = True,
        sessions: Path | None = None,
        speed: float = 1.0,
        seed: int = 0,
    ) -> None:
        self.folder = folder
        self.endpoint = self._home = endpoint
        self.sessions = sessions or sessions_beside(folder)
        self.journal: Journal | None = None
        self._save = save
        self._speed, self._seed = speed, seed
        self._rounds = self._under_way = 0
        self._owned, self._starting = AsyncExitStack(), asyncio.Lock()
        self._client: Client | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self.journal is not None:
            self.journal.close()
        await self._owned.aclose()

    def sibling(self) -> Workbench:
        """Another one to the same provider, with a session of its own."""
        return Workbench(
            self.folder,
            self.endpoint,
            sessions=self.sessions,
            speed=self._speed,
            seed=self._seed,
        )

    @property
    def simulated(self) -> bool:
        """Whether the answers are made up on this machine."""
        return self.endpoint.profile.simulated

    @property
    def saves(self) -> bool:
        """Whether rounds are saved."""
        return self._save

    @property
    def headroom(self) -> Headroom:
        """What the provider still lets us do, by the headers of its last answer."""
        return self._client.headroom if self._client else Headroom()

    @property
    def shut_s(self) -> float:
        """For how many seconds more, by estimate, runs wait for the provider's limits."""
        return self._client.gate.shut_s if self._client else 0.0

    async def ready(self) -> Client:
        """The connection to the provider; starts the simulator where that is the provider.

        Raises:
            SimulatorError: The simulator could not be started.
        """
        async with self._starting:
            await self._start()
            if self._client is None:
                client = (await asyncio.to_thread(_client_class))(self.endpoint)
                self._client = await self._owned.enter_async_context(client)
        return self._client

    async def start(self) -> None:
        """Start the simulator, where that is the provider: a process that nothing is sent to yet.

        Raises:
            SimulatorError: It could not be started.
        """
        async with self._starting:
            await self._start()

    async def _start(self) -> None:
        if self.simulated and not self.endpoint.base_url:
            from workbench.simulator.launch import launched

            url = await self._owned.enter_async_context(
                launched(speed=self._speed, seed=self._seed)
            )
            self.endpoint = replace(self.endpoint, base_url=url)

    def plan(
        self, prompt: Prompt, settings: Settings | None = None, tell: Tell | None = None
    ) -> Plan:
        """The round that these settings make of a prompt; nothing is sent yet.

        Args:
            tell: Is told how far that has come; what it raises ends it.

        Raises:
            DocumentError: A variable has no value, a patch or a case does not fit.
            WorkbenchError: It is certain to cost more than it may, or nobody knows what it costs.
        """
        from workbench.workbench.plan import Settings, plan_of

        return plan_of(
            prompt,
            settings or Settings(),
            endpoint=self.endpoint,
            folder=self.folder,
            number=self._rounds + 1,
            tell=tell,
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must reach no file."""
        return tuple(filter(None, (self.endpoint.secret,)))

    def writer_of(self, path: Path) -> Journal | None:
        """What is writing this session, however its path is spelt; None where we are not."""
        journal = self.journal
        if journal is None or journal.path is None or journal.closed:
            return None
        return journal if journal.path.resolve() == path.resolve() else None

    def carry_on(self, journal: Journal, number: int) -> None:
        """Let the next round be that of this number in a session that is there already."""
        self.journal, self._rounds = journal, number - 1

    def plan_again(
        self, saved: SavedRound, stem: str, chosen: Again, *, number: int | None = None
    ) -> Plan:
        """The round that sends a saved one again; nothing is sent yet. Raises what that does."""
        from workbench.workbench.again import plan_again

        number = number or self._rounds + 1
        return plan_again(saved, stem, chosen, endpoint=self.endpoint, number=number)

    @asynccontextmanager
    async def round(self, plan: Plan) -> AsyncIterator[LiveRound]:
        """Send a plan; inside the block, iterate over its events. Saved as it happens.

        Raises:
            SimulatorError: The simulator could not be started.
            ValueError: The plan has been sent before, or another one since it was made.
        """
        from workbench.engine import round_of
        from workbench.workbench.caps import guard_of

        client = await self.ready()
        # Counting may load a vocabulary; faces go on meanwhile.
        guard = await asyncio.to_thread(guard_of, plan, self.endpoint.profile)
        if plan.info.round_id != f"r{self._rounds + 1}":
            # Its run ids are taken: in the session, two rounds would fold into one.
            raise ValueError("a plan is sent once, and in the order of planning; plan again")
        self._rounds, self._under_way = self._rounds + 1, self._under_way + 1
        began = datetime.now(UTC).isoformat(timespec="milliseconds")
        info = replace(plan.info, began=began, base_url=self.endpoint.base_url)
        try:
            journal = self._begin(plan, info)
            async with round_of(
                plan.requests,
                client,
                at_once=info.concurrency,
                tap=journal.write if journal else _ignore,
                guard=guard,
            ) as live:
                yield live
        finally:
            self._under_way -= 1

    async def move_to(self, provider: str) -> None:
        """Send to another provider from now on; the next round begins another session.

        The one that this was opened with is always there, a server named by its address too.

        Raises:
            SettingsError: No such provider.
            AuthenticationFailed: The provider wants a key that is not set.
            SessionError: A round is on its way, or its session is not on disk yet.
        """
        at_home = provider == self._home.profile.name
        where = self._home if at_home else endpoint(_profile_of, provider)
        if self.journal is not None and self.journal.stranded:
            hint = "Save it elsewhere first."
            raise SessionError("the session is kept in memory only", hint=hint)
        await self.close_session()
        await self._owned.aclose()
        self.endpoint, self._client = where, None

    @property
    def home(self) -> str:
        """The provider that this was opened with."""
        return self._home.profile.name

    async def close_session(self) -> None:
        """Let go of the session file; the next round begins another one.

        Raises:
            SessionError: A round is on its way into it.
        """
        if self._under_way:
            hint = "Cancel its runs, or wait until they have ended."
            raise SessionError("a round is being saved to this session", hint=hint)
        journal, self.journal = self.journal, None
        if journal is not None:
            await in_a_thread(journal.close)

    def _begin(self, plan: Plan, info: RoundInfo) -> Journal | None:
        if not self._save:
            return None
        if self.journal is None:
            from workbench.catalog.catalog import catalog
            from workbench.sessions.journal import open_journal

            self.journal = open_journal(
                self.sessions,
                plan.name,
                app_version=APP_VERSION,
                catalog_as_of=catalog().as_of,
                secrets=self.secrets,
                account=self.endpoint.account,
            )
        pairs = ((run, plan.requests[run.run_id]) for run in plan.runs)
        self.journal.begin_round(info, pairs, plan.redaction)
        return self.journal


def _client_class() -> type[Client]:
    """Brings httpx: 14 MB that nobody needs who sends nothing, loaded while the screen goes on."""
    from workbench.api.client import Client

    return Client


def _ignore(_: object) -> None:
    pass


def open_workbench(
    folder: Path,
    *,
    provider: str | None = None,
    base_url: str | None = None,
    save: bool = True,
    sessions: Path | None = None,
    speed: float = 1.0,
    seed: int = 0,
    keyed: bool = True,
) -> Workbench:
    """A workbench on this folder with the provider that is named, or the default one.

    Without `keyed`, its key need not be set, and nothing can be sent.

    Raises:
        SettingsError: No such provider, or no base URL.
        AuthenticationFailed: The provider wants a key that is not set.
    """
    where = endpoint(_profile_of, provider, base_url, keyed=keyed)
    return Workbench(folder, where, save=save, sessions=sessions, speed=speed, seed=seed)


def _profile_of(name: str) -> Profile:
    from workbench.catalog.catalog import catalog

    return catalog().profile(name)


def sessions_beside(folder: Path) -> Path:
    """Where the sessions of a folder of prompts are kept; `WORKBENCH_SESSIONS` moves it."""
    moved = os.environ.get("WORKBENCH_SESSIONS")
    return Path(moved) if moved else folder.absolute().parent / "sessions"
