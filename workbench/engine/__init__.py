"""The engine: a round, many requests at once, as one stream of events.

What happened is stamped and handed to the tap (the journal) the moment it happens; the stream
that a face reads waits for nobody and is waited for by nobody. Requests go out as the endpoint's
gate lets them, are sent again where that can help, and are stopped where they would cost more
than was allowed.
"""

from workbench.engine.bill import Stake
from workbench.engine.guard import Guard
from workbench.engine.round import AT_ONCE, LiveRound, round_of

__all__ = ["AT_ONCE", "Guard", "LiveRound", "Stake", "round_of"]
