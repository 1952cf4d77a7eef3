"""What a provider still lets us do, as faces may see it."""

from workbench.api.headroom import Headroom, shown

__all__ = ["Headroom", "shown"]
