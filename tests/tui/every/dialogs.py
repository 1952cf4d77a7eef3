"""Acts of dialogs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.screen import Screen
from textual.widgets import Input, OptionList

from tests.tui.every.doing import Ready, Row, Sitting, changes, leaves, opens
from tests.tui.every.stage import cursor, editing, front, on_top, text, top
from workbench.tui.acts import Act
from workbench.tui.ask import Ask
from workbench.tui.caps_screen import CapsScreen
from workbench.tui.dialog_acts import (
    ABOUT_ACTS,
    ASK_ACTS,
    BACK,
    CAPS_ACTS,
    CASES_ACTS,
    EXPORT_ACTS,
    FORM_ACTS,
    LIST_ACTS,
    PLACE_ACTS,
    SETTINGS_ACTS,
    TOUR_ACTS,
)
from workbench.tui.picker import Picker
from workbench.tui.place_screen import PlaceScreen
from workbench.tui.sessions.about_screen import AboutScreen
from workbench.tui.sessions.export_screen import Answer, ExportScreen
from workbench.tui.settings_screen import SettingsScreen
from workbench.tui.ticks import Ticks
from workbench.tui.values_screen import ValuesScreen
from workbench.tui.variants_screen import VariantsScreen
from workbench.workbench.library import About


async def open_it(s: Sitting, screen: type[Screen[Any]], act: str) -> None:
    """Open a dialog, and wait until it is there."""
    await s.app.front.run_action(act)
    await s.until(lambda: isinstance(s.screen, screen) and s.screen.focused is not None)
    await s.pilot.pause()


def dialog(screen: type[Screen[Any]], act: str) -> Ready:
    """A dialog of the workbench's, opened anew."""

    async def ready(s: Sitting) -> None:
        await editing(s, (0, 0))
        await open_it(s, screen, act)

    return ready


listing = dialog(VariantsScreen, "want('variants')")
asking, ticking = dialog(Ask, "want('new_prompt')"), dialog(Ticks, "want('cases')")
setting, capping = dialog(SettingsScreen, "settings"), dialog(CapsScreen, "want('cost_limit')")


async def answering(s: Sitting) -> None:
    """A question, with an answer that will do."""
    await asking(s)
    assert s.app.desk is not None
    s.screen.query_one(Input).value = f"number-{len(s.app.desk.tabs.prompts)}"


async def effortful(s: Sitting) -> None:
    """The list of variants of a model that takes an effort."""
    await editing(s, (0, 0))
    s.editor.replace_text(text(s).replace("model: claude-haiku-4-5", "model: claude-opus-4-5"))
    await open_it(s, VariantsScreen, "want('variants')")


async def filling(s: Sitting) -> None:
    """The form, with something in it."""
    await dialog(ValuesScreen, "want('values')")(s)
    screen = top(s, ValuesScreen)
    screen._fields[0].put("a value")
    await s.pilot.pause()


async def paced(s: Sitting) -> None:
    """The settings, at one with figures."""
    await setting(s)
    s.screen.query_one(OptionList).highlighted = 2
    await s.pilot.pause()


def pushed(make: Callable[[], Screen[Any]]) -> Ready:
    """A dialog that is opened where something has gone wrong, or for something chosen."""

    async def ready(s: Sitting) -> None:
        await front(s)
        s.app.push_screen(make())
        await s.until(lambda: s.screen.focused is not None)
        await s.pilot.pause()

    return ready


picking = pushed(lambda: Picker("any", [], empty="nothing"))
placing = pushed(lambda: PlaceScreen("the disk is full", "/elsewhere"))
describing = pushed(lambda: AboutScreen("triage", About()))
exporting = pushed(lambda: ExportScreen("triage", Answer("triage.html")))


async def touring(s: Sitting) -> None:
    """The tour's first step."""
    await editing(s, (0, 0))
    s.app.front.action_tour()
    await s.until(lambda: s.app.front.query("TourBar KeysLine"))
    await s.pilot.pause()


async def beside(s: Sitting) -> None:
    """Click beside the box."""
    await s.pilot.click(offset=(0, 0))


async def first_option(s: Sitting) -> None:
    """Click the first of a list."""
    await s.choose(s.screen.query_one(OptionList), 0)


def off(s: Sitting) -> set[str]:
    """The variants that are off."""
    return set(s.app.front.off)


def ticked(s: Sitting) -> set[str]:
    """What is ticked."""
    return set(top(s, Ticks)._ticked)


def given(s: Sitting) -> list[str]:
    """What stands in the form."""
    return [field.text for field in top(s, ValuesScreen)._fields]


DIALOGS: tuple[tuple[Sequence[Act], dict[str, Row]], ...] = (
    (
        LIST_ACTS,
        {
            "variant_switch": Row(listing, changes(off)),
            "variant_switch_all": Row(listing, changes(off)),
            "variant_copy": Row(listing, changes(text)),
            "variant_temperature": Row(listing, opens(Ask)),
            "variant_model": Row(listing, opens(Ticks)),
            "variant_effort": Row(effortful, opens(Ticks)),
            "variant_rename": Row(listing, opens(Ask)),
            "variant_delete": Row(listing, changes(text)),
            "variant_undo": Row(listing, changes(text)),
            "variant_go_to": Row(listing, changes(cursor)),
            "dialog_back": Row(listing, leaves),
        },
    ),
    (
        FORM_ACTS,
        {
            "dialog_take": Row(filling, leaves),
            "value_line": Row(filling, changes(given)),
            "value_case": Row(filling, opens(Picker)),
            "values_clear": Row(filling, changes(given)),
            "dialog_back": Row(filling, leaves),
        },
    ),
    (
        CASES_ACTS,
        {
            "tick": Row(ticking, changes(ticked), first_option),
            "tick_sample": Row(ticking, opens(Ask)),
            "tick_all": Row(ticking, changes(ticked)),
            "dialog_take": Row(ticking, leaves),
            "dialog_back": Row(ticking, leaves),
        },
    ),
    (
        SETTINGS_ACTS,
        {
            "setting_before": Row(paced, changes(lambda s: s.app.choices.settings)),
            "setting_next": Row(paced, changes(lambda s: s.app.choices.settings)),
            "setting_take": Row(paced, changes(lambda s: s.screen.query_one(Input).display)),
            "dialog_back": Row(setting, leaves),
        },
    ),
    (
        TOUR_ACTS,
        {
            "tour_on": Row(touring, changes(lambda s: s.app.front.tour and s.app.front.tour._at)),
            "tour_off": Row(touring, changes(lambda s: s.app.front.tour)),
        },
    ),
    ((BACK,), {"dialog_back": Row(picking, leaves, beside)}),
    (CAPS_ACTS, {"dialog_take": Row(capping, leaves), "dialog_back": Row(capping, leaves)}),
    (PLACE_ACTS, {"dialog_take": Row(placing, leaves), "dialog_back": Row(placing, leaves)}),
    (ASK_ACTS, {"dialog_take": Row(answering, leaves), "dialog_back": Row(asking, leaves)}),
    (
        ABOUT_ACTS,
        {
            "dialog_take": Row(describing, leaves),
            "field_before": Row(describing, changes(on_top("focused"))),
            "field_next": Row(describing, changes(on_top("focused"))),
            "dialog_back": Row(describing, leaves),
        },
    ),
    (
        EXPORT_ACTS,
        {
            "dialog_take": Row(exporting, leaves),
            "mask_tools": Row(exporting, changes(on_top("_tools"))),
            "form_before": Row(exporting, changes(on_top("_form"))),
            "form_next": Row(exporting, changes(on_top("_form"))),
            "mask_variables": Row(exporting, changes(on_top("focused"))),
            "dialog_back": Row(exporting, leaves),
        },
    ),
)
"""By the acts of each dialog, what proves them."""
