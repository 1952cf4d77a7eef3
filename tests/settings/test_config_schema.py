"""The JSON Schema of `config.yaml`: it says what the tables of settings, acts and providers say."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from workbench.catalog import config
from workbench.settings.user_settings import (
    _RULES,
    FASTEST_HZ,
    KEY_SETS,
    SLOWEST_HZ,
    UNICODE,
    read_settings,
)
from workbench.tui.keymap import every_act
from workbench.tui.settings_screen import SETTINGS

FILE = Path(str(resources.files("workbench.documents").joinpath("schemas/config.json")))
TEXTS = {"type": "array", "items": {"type": "string"}}
OF_RULES: Mapping[Callable[[Any], str], dict[str, Any]] = {
    config._text: {"type": ["string", "null"]},
    config._url: {"type": ["string", "null"], "pattern": "^https?://"},
    config._flag: {"type": ["boolean", "null"]},
    config._count: {"type": ["integer", "null"], "minimum": 0},
    config._texts: {"type": ["array", "null"], "items": {"type": "string"}},
    config._mappings: {"type": ["array", "null"], "items": {"type": "object"}},
    config._tokenizer: {"enum": ["classic", "new", None]},
    **{
        rule: {"type": ["object", "null"]}
        for rule in (
            *(config._mapping, config._auth, config._overhead, config._limits, config._billing),
        )
    },
    config._effort: {"type": ["object", "null"], "properties": {"levels": TEXTS}},
}
OF_SETTINGS: Mapping[str, dict[str, Any]] = {
    "theme": {"type": ["string", "null"], "minLength": 1},
    "key_set": {"enum": [*KEY_SETS, None]},
    "paint_hz": {"type": ["number", "null"], "minimum": SLOWEST_HZ, "maximum": FASTEST_HZ},
    "wrap": {"type": ["boolean", "null"]},
    "autosave": {"type": ["boolean", "null"]},
    "vim": {"type": ["boolean", "null"]},
    "unicode": {"enum": [*UNICODE, True, False, None]},
}


def made() -> dict[str, Any]:
    """The schema, out of the tables."""
    told = {each.name: each.tells for each in SETTINGS}
    settings = {
        name: {"description": told[name], **OF_SETTINGS[name]}
        for name in _RULES
        if name != "key_set"
    }
    acts = {
        name: {"description": act.tells, "$ref": "#/$defs/keys"}
        for name, act in every_act().items()
    }
    own_set = {"description": told["key_set"], **OF_SETTINGS["key_set"]}
    prices = {"type": ["object", "null"]}
    model = {name: OF_RULES[rule] for name, rule in config._MODEL.items()}
    provider = {name: OF_RULES[rule] for name, rule in config._PROVIDER.items()}
    provider["models"] = {
        "type": ["object", "null"],
        "additionalProperties": {
            "type": ["object", "null"],
            "properties": {**model, "prices": prices, "batch_prices": prices},
        },
    }
    keys = {
        "description": "Acts by name: a key, several, or none.",
        "type": ["object", "null"],
        "properties": {"set": own_set, **acts},
        "additionalProperties": False,
    }
    providers = {
        "description": "Providers of your own by name, or what is to differ of ours.",
        "type": ["object", "null"],
        "additionalProperties": {"type": ["object", "null"], "properties": provider},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The user's config.yaml of the workbench",
        "type": ["object", "null"],
        "properties": {**settings, "keys": keys, "providers": providers},
        "$defs": {
            "keys": {
                "type": ["string", "integer", "boolean", "array", "null"],
                "items": {"type": ["string", "integer", "null"]},
            }
        },
    }


def test_the_schema_is_what_the_tables_make() -> None:
    """UPDATE_SNAPSHOTS=1 writes it anew."""
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FILE.write_text(json.dumps(made(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    schema = json.loads(FILE.read_text(encoding="utf-8"))

    Draft202012Validator.check_schema(schema)
    assert schema == made()


def test_it_finds_what_reading_finds_and_passes_what_holds() -> None:
    """The README's file, and one with as many mistakes as lines."""
    check = Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))
    readme = Path(__file__).parents[2].joinpath("README.md").read_text(encoding="utf-8")
    text = readme.partition("## Settings")[2].partition("```yaml\n")[2].partition("```")[0]
    wrong = "wrap: maybe\nunicode: sometimes\npaint_hz: 100\nkeys: {set: joe}\n"

    assert not [*check.iter_errors(yaml.safe_load(text))]
    assert len([*check.iter_errors(yaml.safe_load(wrong))]) == len(wrong.splitlines())
    file = Path(os.environ["WORKBENCH_CONFIG_DIR"]) / "config.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(wrong, encoding="utf-8")
    assert len(read_settings().problems) == len(wrong.splitlines())
    assert [*check.iter_errors({"keys": {"rum": "f11"}})]
