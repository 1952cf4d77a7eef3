"""Where the user's own settings are."""

from __future__ import annotations

import os
from pathlib import Path


def config_folder() -> Path:
    """Where the user's `config.yaml` is looked for; `WORKBENCH_CONFIG_DIR` moves it."""
    if moved := os.environ.get("WORKBENCH_CONFIG_DIR"):
        return Path(moved)
    import platformdirs

    return platformdirs.user_config_path("workbench", appauthor=False)


def config_file() -> Path:
    """The user's config file, whether or not it is there."""
    return config_folder() / "config.yaml"
