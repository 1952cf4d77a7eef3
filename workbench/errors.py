"""Every error a user can meet.

WorkbenchError              one line for the user, and what to do next
├── DocumentError           YAML files cannot be used: every problem with path, line, column
│   └── ValuesMissing       variables have no value: a face says how it takes one
├── SettingsError           the config file or an option cannot be used
├── SessionError            a saved session cannot be read or written
├── SimulatorError          the simulator could not be started
├── ServeError              the workbench cannot be served to a browser
└── ApiError                the provider refused, or the connection did: status, type, request id
    ├── Unreachable         no connection, or it broke off before the answer began
    ├── BrokenStream        the answer had begun, then the connection broke off
    ├── Stalled             the answer had begun, then nothing came for too long
    ├── NoAnswer            the answer ended without one event that we know
    ├── InvalidRequest      400, 413, 422: the request itself is at fault
    ├── AuthenticationFailed 401: the key is missing or wrong
    ├── PaymentRequired     402: the wallet is empty
    ├── PermissionDenied    403: the key may not do this
    ├── NotFound            404: no such model or path
    ├── RateLimited         429: wait, then try again
    └── ServerFault         5xx: the provider's own trouble
        └── Overloaded      529: worth trying again later
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


class WorkbenchError(Exception):
    """Something the user can put right; faces show it without a traceback.

    `str()` is what is wrong, in one line; `hint` is what to do, or empty.
    """

    def __init__(self, problem: str, *, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint
        if hint:
            self.add_note(hint)  # a script's traceback ends with it

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it in place of a traceback."""
        told = str(self) if not self.hint else f"{self}\n  {self.hint}"
        return ["".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in told)]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file, where it stands and what to do. Counts from 1.

    An error stops a run; a warning says what may surprise, and stops nothing. `rule` names the
    rule of the API that is broken, where it is one of those that the provider would refuse for.
    """

    path: Path
    line: int
    column: int
    problem: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    rule: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.problem}"


class DocumentError(WorkbenchError):
    """YAML documents cannot be used. Carries every problem found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)), hint=problems[0].hint)
        self.problems = tuple(problems)


class ValuesMissing(DocumentError):
    """Variables have no value. Carries a problem for each, at its first use."""


class SettingsError(WorkbenchError):
    """The config file, an option or an argument cannot be used."""


class SessionError(WorkbenchError):
    """A saved session cannot be read, or a new one cannot be written."""


class SimulatorError(WorkbenchError):
    """The simulator could not be started."""


class ServeError(WorkbenchError):
    """The workbench cannot be served to a browser."""


class ApiError(WorkbenchError):
    """The provider refused a request, or the connection to it failed.

    Args:
        status: HTTP status; None when no answer came.
        type: The API's `error.type`, or ours where the API said none.
        request_id: The provider's id of the request, to quote to its support.
        error_code: `error.details.error_code` (or ByteSpike's `error.code`), if any.
        retry_after_s: How long the provider asks us to wait, if it said so.
        should_retry: Whether the provider says that trying again is of use, if it said so.

    Source: messages-api.md sections 14 and 15.
    """

    def __init__(
        self,
        problem: str,
        *,
        hint: str = "",
        status: int | None = None,
        type: str = "",
        request_id: str | None = None,
        error_code: str | None = None,
        retry_after_s: float | None = None,
        should_retry: bool | None = None,
    ) -> None:
        super().__init__(problem, hint=hint)
        self.status = status
        self.type = type
        self.request_id = request_id
        self.error_code = error_code
        self.retry_after_s = retry_after_s
        self.should_retry = should_retry


CONNECTION, COST_LIMIT = "connection", "cost_limit"
"""Types of problems that are ours: no connection came about, or it broke; stopped for its cost."""


class Unreachable(ApiError):
    """No connection to the provider, or it broke off before the answer began."""


class BrokenStream(ApiError):
    """The answer had begun, then the connection broke off. What arrived is kept."""


class Stalled(ApiError):
    """The answer had begun, then nothing came for too long. What arrived is kept."""


class NoAnswer(ApiError):
    """The answer ended, and nothing in it was an event of the Messages API."""


class InvalidRequest(ApiError):
    """400, 413, 422: the request itself is at fault; sending it again cannot help."""


class AuthenticationFailed(ApiError):
    """401: the key is missing, wrong or revoked."""


class PaymentRequired(ApiError):
    """402: the wallet is empty or a spending cap is reached."""


class PermissionDenied(ApiError):
    """403: the key may not use this model, feature or address."""


class NotFound(ApiError):
    """404: no such model, or no such path on this server."""


class RateLimited(ApiError):
    """429: too many requests or tokens; wait, then try again."""


class ServerFault(ApiError):
    """5xx: trouble on the provider's side."""


class Overloaded(ServerFault):
    """529: the provider has no room now; worth trying again later."""
