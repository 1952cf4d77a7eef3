"""A real browser, where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE_MS = 90_000.0

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None or None in map(find_spec, ("playwright", "textual_serve")),
    reason="there is no Chromium here, or no playwright or textual-serve",
)


@contextmanager
def browsing() -> Iterator[BrowserContext]:
    """A browser of the test's own, allowed to use its clipboard."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            context = browser.new_context(viewport={"width": 1300, "height": 760})
            context.set_default_timeout(PATIENCE_MS)
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            yield context
        finally:
            browser.close()
