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


placing = pushed(lambda: PlaceScreen("the disk is full", "/elsewhere"))
describing = pushed(lambda: AboutScreen("triage", About()))
exporting = pushed(lambda: ExportScreen("triage", Answer("triage.html")))


async def touring(s: Sitting) -> None:
    """The tour's first step."""
    await editing(s, (0, 0))
    s.app.front.action_tour()
    await s.until(lambda: s.app.front.query("TourBar KeysLine"))
    await s.pilot.pause()


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
            "switch": Row(listing, changes(off)),
            "switch_all": Row(listing, changes(off)),
            "wish('copy')": Row(listing, changes(text)),
            "wish('temperature')": Row(listing, opens(Ask)),
            "wish('model')": Row(listing, opens(Ticks)),
            "wish('effort')": Row(effortful, opens(Ticks)),
            "wish('rename')": Row(listing, opens(Ask)),
            "wish('delete')": Row(listing, changes(text)),
            "wish('undo')": Row(listing, changes(text)),
            "wish('go_to')": Row(listing, changes(cursor)),
            "dismiss(None)": Row(listing, leaves),
        },
    ),
    (
        FORM_ACTS,
        {
            "take": Row(filling, leaves),
            "new_line": Row(filling, changes(given)),
            "case": Row(filling, opens(Picker)),
            "clear": Row(filling, changes(given)),
            "dismiss(None)": Row(filling, leaves),
        },
    ),
    (
        CASES_ACTS,
        {
            "tick": Row(ticking, changes(ticked), first_option),
            "sample": Row(ticking, opens(Ask)),
            "tick_all": Row(ticking, changes(ticked)),
            "take": Row(ticking, leaves),
            "dismiss(None)": Row(ticking, leaves),
        },
    ),
    (
        SETTINGS_ACTS,
        {
            "turn(-1)": Row(paced, changes(lambda s: s.app.choices.settings)),
            "turn(1)": Row(paced, changes(lambda s: s.app.choices.settings)),
            "enter": Row(paced, changes(lambda s: s.screen.query_one(Input).display)),
            "back": Row(setting, leaves),
        },
    ),
    (
        TOUR_ACTS,
        {
            "tour_on": Row(touring, changes(lambda s: s.app.front.tour and s.app.front.tour._at)),
            "tour_off": Row(touring, changes(lambda s: s.app.front.tour)),
        },
    ),
    (CAPS_ACTS, {"take": Row(capping, leaves), "dismiss(None)": Row(capping, leaves)}),
    (PLACE_ACTS, {"take": Row(placing, leaves), "dismiss('')": Row(placing, leaves)}),
    (ASK_ACTS, {"take": Row(answering, leaves), "dismiss(None)": Row(asking, leaves)}),
    (
        ABOUT_ACTS,
        {
            "take": Row(describing, leaves),
            "app.focus_previous": Row(describing, changes(on_top("focused"))),
            "app.focus_next": Row(describing, changes(on_top("focused"))),
            "dismiss(None)": Row(describing, leaves),
        },
    ),
    (
        EXPORT_ACTS,
        {
            "take": Row(exporting, leaves),
            "mask_tools": Row(exporting, changes(on_top("_tools"))),
            "turn(-1)": Row(exporting, changes(on_top("_form"))),
            "turn(1)": Row(exporting, changes(on_top("_form"))),
            "app.focus_next": Row(exporting, changes(on_top("focused"))),
            "dismiss(None)": Row(exporting, leaves),
        },
    ),
)
"""By the acts of each dialog, what proves them."""
