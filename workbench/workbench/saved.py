"""Saved sessions, as faces may see them."""

from workbench.sessions.fork import Fork, forked
from workbench.sessions.reel import Reel
from workbench.sessions.replay import replay
from workbench.sessions.session import SavedRound, Session, read_session
from workbench.sessions.shelf import SessionSummary, find_session, newest_in, sessions_in

__all__ = [
    "Fork",
    "Reel",
    "SavedRound",
    "Session",
    "SessionSummary",
    "find_session",
    "forked",
    "newest_in",
    "read_session",
    "replay",
    "sessions_in",
]
