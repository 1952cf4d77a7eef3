"""The door: the procedure that all faces share, and nothing but wiring.

open -> variants -> round -> record -> replay. A face opens a `Workbench`, asks it for a `Plan`,
and iterates over the events of a `round`; what it shows of a live round and of a replayed one is
the same stream.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from workbench.catalog.catalog import catalog, config_file
from workbench.catalog.model import Model
from workbench.costs import Cost, cost_of_run
from workbench.costs import forecast as cost_before
from workbench.documents.prompt import Prompt
from workbench.errors import WorkbenchError
from workbench.run import Run, RunProblem
from workbench.sessions.journal import Journal, open_journal
from workbench.sessions.replay import replay as replay
from workbench.sessions.round import RoundInfo as RoundInfo
from workbench.sessions.session import SavedRound as SavedRound
from workbench.sessions.session import Session as Session
from workbench.sessions.session import read_session as read_session
from workbench.sessions.shelf import SessionSummary as SessionSummary
from workbench.sessions.shelf import sessions_in as sessions_in
from workbench.tokens import Estimate, count, estimate
from workbench.variants import Variant, build
from workbench.wire.request import MessagesRequest

if TYPE_CHECKING:
    # httpx takes 0.14 s to load; who only looks at files and sessions must not pay for it.
    from workbench.api.client import Client
    from workbench.api.endpoint import Endpoint
    from workbench.engine import LiveRound

APP_VERSION = "0.1.0"
MOST_CONCURRENT = 64


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user chose for a round, apart from the files.

    Args:
        values: What fills the variables, over the defaults in the file.
        only: Names of the variants to run; all of them where empty.
        cases: Case ids to run, each with every variant; none means the values alone.
        model: Runs every variant on this model instead of its own.
        repeat: How often each variant is sent.
        concurrency: How many runs may be in flight together; the file's limit, else 4.
        max_cost_usd: A forecast above this is not sent; the file's limit where None.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    only: Sequence[str] = ()
    cases: Sequence[str] = ()
    model: str | None = None
    repeat: int = 1
    concurrency: int | None = None
    max_cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A round before it is sent: its runs as they will be, and what each sends."""

    prompt: Prompt
    info: RoundInfo
    runs: tuple[Run, ...]
    requests: Mapping[str, MessagesRequest]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a plan will take, before it is sent: an estimate, at most, never a promise.

    `usd_at_most` counts every answer as long as its `max_tokens` allows; None if unknown.
    """

    input_tokens: Estimate
    usd_input: Decimal | None
    usd_at_most: Decimal | None


class Workbench:
    """A folder of prompts with a provider to send them to. An async context manager.

    The simulator, where it is the provider, runs from the first round (or `ready`) until the
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
        self.endpoint = endpoint
        self.sessions = sessions or sessions_beside(folder)
        self.journal: Journal | None = None
        self._save = save
        self._speed, self._seed = speed, seed
        self._rounds = 0
        self._owned = AsyncExitStack()
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

    @property
    def simulated(self) -> bool:
        """Whether the answers are made up on this machine."""
        return self.endpoint.profile.simulated

    async def ready(self) -> Client:
        """The connection to the provider; starts the simulator where that is the provider.

        Raises:
            SimulatorError: The simulator could not be started.
        """
        if self._client is None:
            from workbench.api.client import Client

            if self.simulated and not self.endpoint.base_url:
                from workbench.simulator.launch import launched

                url = await self._owned.enter_async_context(
                    launched(speed=self._speed, seed=self._seed)
                )
                self.endpoint = replace(self.endpoint, base_url=url)
            self._client = await self._owned.enter_async_context(Client(self.endpoint))
        return self._client

    def plan(self, prompt: Prompt, settings: Settings | None = None) -> Plan:
        """The round that these settings make of a prompt.

        Raises:
            DocumentError: A variable has no value, a patch or a case does not fit.
            WorkbenchError: The forecast is over the cost limit.
        """
        settings = settings or Settings()
        provider = self.endpoint.profile
        round_id = f"r{self._rounds + 1}"
        runs: list[Run] = []
        requests: dict[str, MessagesRequest] = {}
        for case, variant in _variants(prompt, settings):
            for repeat in range(1, settings.repeat + 1):
                run_id = f"{round_id}-{len(runs) + 1}"
                requests[run_id] = variant.request
                runs.append(
                    Run(
                        run_id,
                        round_id,
                        variant.name,
                        case,
                        repeat,
                        provider.name,
                        variant.request.model,
                        provider.simulated,
                    )
                )
        limit = settings.concurrency or prompt.limits.concurrency or 4
        info = RoundInfo(
            round_id=round_id,
            began="",
            prompt=prompt.path.name,
            documents={_relative(path, self.folder): text for path, text in prompt.files.items()},
            provider=provider.name,
            base_url=self.endpoint.base_url,
            api_version=provider.api_version,
            simulated=provider.simulated,
            values=dict(settings.values),
            concurrency=max(1, min(limit, MOST_CONCURRENT)),
        )
        plan = Plan(prompt, info, tuple(runs), requests)
        _within(settings.max_cost_usd or prompt.limits.cost_usd, plan)
        return plan

    @asynccontextmanager
    async def round(self, plan: Plan) -> AsyncIterator[LiveRound]:
        """Send a plan; inside the block, iterate over its events. Saved as it happens.

        Raises:
            SimulatorError: The simulator could not be started.
        """
        from workbench.engine import round_of

        client = await self.ready()
        self._rounds += 1
        began = datetime.now(UTC).isoformat(timespec="milliseconds")
        info = replace(plan.info, began=began, base_url=self.endpoint.base_url)
        journal = self._begin(plan, info)
        async with round_of(
            plan.requests,
            client,
            at_once=info.concurrency,
            tap=journal.write if journal else _ignore,
        ) as live:
            yield live

    def _begin(self, plan: Plan, info: RoundInfo) -> Journal | None:
        if not self._save:
            return None
        if self.journal is None:
            secrets = tuple(filter(None, (self.endpoint.key,))) if not self.simulated else ()
            self.journal = open_journal(
                self.sessions,
                plan.prompt.name,
                app_version=APP_VERSION,
                catalog_as_of=catalog().as_of,
                secrets=secrets,
            )
        pairs = [(run, plan.requests[run.run_id]) for run in plan.runs]
        self.journal.begin_round(info, pairs)
        return self.journal


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
) -> Workbench:
    """A workbench on this folder with the provider that is named, or the default one.

    Raises:
        SettingsError: No such provider, or no base URL.
        AuthenticationFailed: The provider wants a key that is not set.
    """
    from workbench.api.endpoint import endpoint

    where = endpoint(catalog(), provider, base_url)
    return Workbench(folder, where, save=save, sessions=sessions, speed=speed, seed=seed)


def sessions_beside(folder: Path) -> Path:
    """Where the sessions of a folder of prompts are kept; `WORKBENCH_SESSIONS` moves it."""
    moved = os.environ.get("WORKBENCH_SESSIONS")
    return Path(moved) if moved else folder.absolute().parent / "sessions"


def model_of(run: Run) -> Model | None:
    """What the catalog knows of the model that a run was sent to."""
    return catalog().model(run.provider, run.model)


def cost_of(run: Run) -> Cost:
    """What a run cost, or is about to: an estimate while it streams or where it was cut."""
    model = model_of(run)
    written = None
    if run.end_state not in ("complete", "complete_no_stop") and run.blocks:
        tokenizer = model.tokenizer if model and model.tokenizer else "classic"
        shown = "".join(block.shown for block in run.blocks.values())
        written = count(shown, tokenizer) if run.end_state else len(shown) // 4
    return cost_of_run(run, model, output_tokens=written)


def forecast(plan: Plan) -> Forecast:
    """What a plan will take: its input by estimate, its output by `max_tokens` at most."""
    total = Estimate(0)
    least: list[Decimal | None] = []
    most: list[Decimal | None] = []
    sizes: dict[MessagesRequest, Estimate] = {}
    for run in plan.runs:
        request, model = plan.requests[run.run_id], model_of(run)
        size = sizes.get(request) or sizes.setdefault(request, estimate(request, model))
        total += size
        least.append(cost_before(size.tokens, 0, model).usd)
        most.append(cost_before(size.tokens, _max_tokens(request), model).usd)
    return Forecast(total, _sum(least), _sum(most))


def _max_tokens(request: MessagesRequest) -> int:
    limit = request.body.get("max_tokens")
    return limit if isinstance(limit, int) else 0


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; unknown where any part is."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def as_json(run: Run, session: Path | None) -> dict[str, Any]:
    """A run as `--json` prints it, live or replayed. Source: design, section 6."""
    cost = cost_of(run)
    return {
        "run": run.run_id,
        "round": run.round_id,
        "variant": run.variant,
        "case": run.case,
        "repeat": run.repeat,
        "provider": run.provider,
        "model": run.model,
        "simulated": run.simulated,
        "end_state": run.end_state,
        "stop_reason": run.stop_reason,
        "content": run.content,
        "usage": dict(run.usage.counts),
        "cost_usd": None if cost.usd is None else format(cost.usd.normalize(), "f"),
        "cost_is_estimate": cost.is_estimate,
        "first_token_s": run.first_token_s,
        "total_s": run.total_s,
        "request_id": run.request_id,
        "attempts": run.attempts,
        "error": _error_json(run.problem),
        "session": str(session) if session else None,
    }


def _error_json(problem: RunProblem | None) -> dict[str, Any] | None:
    if problem is None:
        return None
    return {
        "type": problem.type,
        "status": problem.status,
        "problem": problem.problem,
        "hint": problem.hint,
    }


def _variants(prompt: Prompt, settings: Settings) -> list[tuple[str | None, Variant]]:
    """Every variant for every case, in that order; without cases, for the values alone."""
    cases: list[tuple[str | None, Mapping[str, str]]] = [(None, {})]
    if settings.cases:
        from workbench.documents.cases import read_cases

        cases = [(case.id, case.values) for case in read_cases(prompt, settings.cases)]
    return [
        (case, variant)
        for case, values in cases
        for variant in build(
            prompt,
            values={**values, **settings.values},
            only=settings.only,
            model=settings.model,
        )
    ]


def _within(limit_usd: Decimal | None, plan: Plan) -> None:
    if limit_usd is None:
        return
    most = forecast(plan).usd_at_most
    if most is None:
        raise WorkbenchError(
            "the price of a model in this round is not known, so its cost limit cannot be kept",
            hint=f"Add the price to {config_file()}, or leave the limit out.",
        )
    if most > limit_usd:
        raise WorkbenchError(
            f"{len(plan.runs)} runs could cost up to ${most:.4f}, over the limit of ${limit_usd}",
            hint="Send fewer runs, lower max_tokens, or raise --max-cost or `limits: cost_usd`.",
        )


def _relative(path: Path, folder: Path) -> str:
    try:
        return str(path.relative_to(folder.absolute()))
    except ValueError:
        return str(path)
