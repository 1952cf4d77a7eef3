"""httpx, without its command: that would bring pygments and rich's tables, 40 modules and 2 MB."""

import sys

if "httpx" not in sys.modules:
    sys.modules["httpx._main"] = None  # type: ignore[assignment]  # as where it is not installed

import httpx as httpx  # given on

if sys.modules.get("httpx._main", ...) is None:
    del sys.modules["httpx._main"]
