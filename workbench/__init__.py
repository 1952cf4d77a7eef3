"""workbench: prompt engineering on the Claude Messages API, in the terminal and in Jupyter.

    import workbench as wb

    workspace = wb.open("prompts")
    round = await workspace["triage"].run(variants=["base", "terse"])
    round.to_frame()

Names are loaded when they are first used; `import workbench` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.errors import WorkbenchError
    from workbench.notebook.frame import app
    from workbench.run import Run
    from workbench.workbench.judgement import Judgement
    from workbench.workbench.prompt import Prompt
    from workbench.workbench.round import Round
    from workbench.workbench.saved_session import (
        SavedSession,
        import_sessions,
        replay,
        restore,
        session,
        sessions,
    )
    from workbench.workbench.underway import Underway
    from workbench.workbench.workspace import Workspace, open

__version__ = "0.1.0"
__all__ = [
    "Judgement",
    "Prompt",
    "Round",
    "Run",
    "SavedSession",
    "Underway",
    "WorkbenchError",
    "Workspace",
    "app",
    "import_sessions",
    "open",
    "replay",
    "restore",
    "session",
    "sessions",
]

_PLACES = {  # the last of them is what `%load_ext workbench` calls
    "Judgement": "workbench.workbench.judgement",
    "Prompt": "workbench.workbench.prompt",
    "Round": "workbench.workbench.round",
    "Run": "workbench.run",
    "SavedSession": "workbench.workbench.saved_session",
    "Underway": "workbench.workbench.underway",
    "WorkbenchError": "workbench.errors",
    "Workspace": "workbench.workbench.workspace",
    "app": "workbench.notebook.frame",
    "import_sessions": "workbench.workbench.saved_session",
    "open": "workbench.workbench.workspace",
    "replay": "workbench.workbench.saved_session",
    "restore": "workbench.workbench.saved_session",
    "session": "workbench.workbench.saved_session",
    "load_ipython_extension": "workbench.notebook.magics",
}


def __getattr__(name: str) -> Any:
    """One of our names, loaded now."""
    if name == "sessions":  # a room of the house, which `saved_session` makes callable
        import_module(_PLACES["session"])
        return import_module("workbench.sessions")
    if name not in _PLACES:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
