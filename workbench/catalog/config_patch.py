"""One value of the user's own `config.yaml` put in place of another; all else stays as typed."""

from __future__ import annotations

from typing import Any

import yaml

from workbench.errors import SettingsError


def with_value(text: str, keys: tuple[str, ...], value: object) -> str:
    """The text of a config file with the value under `keys`, which it must hold, replaced.

    Raises:
        SettingsError: The value is more than a word or a figure there, or the text is no YAML.
    """
    refused = SettingsError(
        f"config.yaml writes {'.'.join(keys)} in a way that only its author can change",
        hint="Change it there.",
    )
    try:
        node, before = yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text)
        for key in keys:
            if not isinstance(node, yaml.MappingNode):
                raise refused
            node = [found for name, found in node.value if name.value == key][-1]
        if not isinstance(node, yaml.ScalarNode):
            raise refused
        written = yaml.safe_dump(value, default_flow_style=True).partition("\n")[0]
        start, end = node.start_mark.index, node.end_mark.index
        patched = text[:start] + written + text[end:]
        if yaml.safe_load(patched) != _put(before, keys, value):
            raise refused
    except (ValueError, IndexError, yaml.YAMLError) as error:
        raise refused from error
    return patched


def _put(data: Any, keys: tuple[str, ...], value: object) -> Any:
    first, *rest = keys
    return {**data, first: _put(data[first], tuple(rest), value) if rest else value}
