"""Rounds over a dataset, and `workbench compare` on what was saved."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from tests.cli.own import own_prompt
from workbench.cli.main import main
from workbench.run import WHOLE
from workbench.sessions.about import annotate
from workbench.sessions.content import named, pack
from workbench.sessions.session import read_session
from workbench.workbench.grading import results_of

CASES = """\
id,what,tags,__expected1,__expected2
a,a prime,even,not-contains: \x1b,max-tokens-out: 30
b,a colour,odd,starts-with: ,max-tokens-out: 200
c,a king,even,"python: file://own.py:long",
"""
OWN = (
    "def long(text, run):\n    return {'pass': len(text) > 40, 'reason': f'{len(text)} letters'}\n"
)
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def prompt(tmp_path: Path) -> Path:
    """A prompt with two variants, three cases and a function of its own."""
    path = own_prompt(tmp_path / "prompts", CASES)
    path.with_name("own.py").write_text(OWN)
    return path


def sent(prompt: Path, *options: str) -> int:
    """Send a round; the exit code."""
    return main(["run", str(prompt), "--speed", "100", *options])


def rows(capsys: Captured) -> dict[tuple[str, str], dict[str, object]]:
    """The JSON lines printed, by case and variant."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {(row["case"], row["variant"]): row for row in lines}


def test_every_case_is_tried_and_each_check_says_why(prompt: Path, capsys: Captured) -> None:
    """A check that fails makes the exit code 1; code that is not allowed is not tried."""
    assert sent(prompt, "--cases", "--json") == 1

    found = rows(capsys)
    assert len(found) == 6
    assert found["a", "base"]["passed"] is False
    assert found["a", "terse"]["passed"] is True
    checks = found["a", "base"]["checks"]
    assert isinstance(checks, list)
    assert [one["passed"] for one in checks] == [True, False]
    assert checks[1]["why"] == "60 tokens out, 30 allowed"
    assert found["c", "base"]["passed"] is None
    assert "--allow-code" in str(found["c", "base"]["checks"])


def test_code_runs_where_it_is_allowed(prompt: Path, capsys: Captured) -> None:
    """The function's own reason is told; one that is not there stops the round before it begins."""
    assert sent(prompt, "--case", "c", "--allow-code", "--json") == 1
    found = rows(capsys)
    assert found["c", "base"]["passed"] is True
    assert "letters" in str(found["c", "terse"]["checks"])

    assert sent(prompt, "--case", "c", "--allow-code") == 1
    capsys.readouterr()
    assert (
        main(["sessions", "show", "last", "--sessions", str(prompt.parents[1] / "sessions")]) == 0
    )
    assert "[failed] python file://own.py:long: " in capsys.readouterr().out

    (prompt.parent / "own.py").write_text("x = 1\n")
    assert sent(prompt, "--case", "c", "--allow-code") == 2
    assert "has no function `long`" in capsys.readouterr().err


def test_cases_are_chosen_by_tag_and_by_chance(prompt: Path, capsys: Captured) -> None:
    """A tag that no case has is named."""
    assert sent(prompt, "--tag", "odd", "--json") == 0
    assert {case for case, _ in rows(capsys)} == {"b"}
    sent(prompt, "--sample", "2", "--json")
    assert len({case for case, _ in rows(capsys)}) == 2
    assert sent(prompt, "--tag", "od") == 2
    assert "no case is tagged `od`" in capsys.readouterr().err


def test_what_was_saved_is_compared(prompt: Path, capsys: Captured) -> None:
    """Pass rates with their ranges and a verdict; the margin decides about the exit code."""
    sent(prompt, "--cases", "--repeat", "2")
    assert "runs  " in capsys.readouterr().out
    folder = ["--sessions", str(prompt.parents[1] / "sessions")]

    assert main(["compare", "last", *folder]) == 1
    out = capsys.readouterr().out
    assert "50% (5 to 95)" in out  # two cases, whatever their repeats
    assert "100% (34 to 100)" in out
    assert "2 cases" in out or "worse" in out
    assert main(["compare", "last", *folder, "--margin", "60"]) == 0
    assert main(["compare", "last", *folder, "--baseline", "terse", "--margin", "10"]) == 1
    capsys.readouterr()

    main(["compare", "last", *folder, "--json"])
    base, terse = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (base["passed"]["value"], terse["difference"], terse["cases"]) == (0.5, 0.5, 2)
    assert main(["compare", "last", *folder, "--baseline", "bse"]) == 2
    assert "It has: base, terse." in capsys.readouterr().err

    assert terse["votes"] is None
    (path,) = (prompt.parents[1] / "sessions").glob("*.jsonl")
    of_case = {(r.case, r.repeat, r.variant): r.run_id for r in read_session(path).rounds[0].runs}
    for case, won in (("a", "b"), ("c", "bad")):
        both = {"a": of_case[case, 1, "base"], "b": of_case[case, 1, "terse"]}
        annotate(path, {"vote": {**both, "won": won}}, of="r1")
        annotate(path, {"vote": {**both, "won": "a", "judge": "claude-haiku-4-5"}}, of="r1")
        annotate(path, {"rating": 2}, of=both["a"])
        annotate(path, {"rating": 5}, of=both["b"])
    main(["compare", "last", *folder])
    out = capsys.readouterr().out
    assert "by ratings: terse ahead by 3.0 stars in 2 cases, evidence " in out
    assert "5.0 of 5" in out
    assert "by people's votes: terse ahead, 100% of 1 decided case, evidence" in out
    assert "cases: base won 0, terse won 1, 1 tie; neither was any good on 1 pair" in out
    main(["compare", "last", *folder, "--json"])
    base, terse = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert base["votes"] is None
    assert (base["ratings"]["mean"], terse["ratings"]["difference"]) == (2.0, 3.0)
    assert (terse["votes"]["won"], terse["votes"]["tied"], terse["votes"]["pairs"]) == (1, 1, 6)


def test_two_runs_are_held_against_each_other(prompt: Path, capsys: Captured) -> None:
    """Figures with their change; texts by words that give both back; JSON and tools by field."""
    sent(prompt, "--case", "a")
    folder = ["--sessions", str(prompt.parents[1] / "sessions")]
    capsys.readouterr()

    assert main(["compare", "last", "r1-1", "terse", *folder]) == 0
    out = capsys.readouterr().out
    assert "r1-1  base  a" in out
    assert "r1-2  terse  a" in out
    assert "\N{MINUS SIGN}55" in out  # 60 tokens out, then 5
    assert "of the words are the same" in out
    assert "[-" in out

    assert main(["compare", "last", "base", "r1-2", *folder, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["deltas"]["output_tokens"] == -55
    texts = ["".join(s["text"] for s in told["words"] if s["kind"] != gone) for gone in _GONE]
    assert texts == [told[side]["content"][0]["text"] for side in "ab"]

    assert main(["compare", "last", "r1-1", "r9-9", *folder]) == 2
    assert "Its runs: r1-1, r1-2" in capsys.readouterr().err

    assert main(["compare", "example-orders", "r1-1", "r1-2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fields"] is not None


def test_results_are_written_for_ci(prompt: Path, tmp_path: Path, capsys: Captured) -> None:
    """What failed is a failure with its reason, what was not tried is skipped; XML whatever comes.

    With a margin only a variant below the baseline fails.
    """
    xml, folder = tmp_path / "out.xml", ["--sessions", str(tmp_path / "sessions")]
    assert sent(prompt, "--cases", "--junit", str(xml)) == 1
    root = Xml.parse(xml).getroot()
    assert [root.get(name) for name in ("tests", "failures", "skipped")] == ["6", "1", "2"]
    (failure,) = root.iter("failure")
    assert "␛" not in str(failure.get("message"))
    assert "60 tokens out, 30" in str(failure.get("message"))

    written = ["compare", "last", *folder, "--junit", str(xml), "--margin", "10"]
    assert main(written) == 0
    assert Xml.parse(xml).getroot().get("failures") == "0"
    assert main([*written, "--baseline", "terse"]) == 1
    (failure,) = Xml.parse(xml).getroot().iter("failure")
    assert "terse" in str(failure.get("message"))

    page = ["compare", "last", *folder, "--html", str(tmp_path / "out.html")]
    assert main(page) == 1
    assert "terse" in (tmp_path / "out.html").read_text("utf-8")
    assert main(page) == 2
    assert "replace it with --force" in capsys.readouterr().err
    assert main([*page, "--force"]) == 1

    assert sent(prompt, "--junit", str(tmp_path / "none" / "out.xml")) == 2
    assert sent(prompt, "--case", "a", "--baseline", "bse") == 2
    assert "It sends: base, terse." in capsys.readouterr().err


def test_nothing_is_green_that_was_not_looked_at(prompt: Path, capsys: Captured) -> None:
    """A margin needs two variants, and cases that both were checked on; a check has to be tried.

    Where some were tried and some were not, how many is said.
    """
    one = ["--case", "a", "--variant", "base"]
    assert sent(prompt, *one, "--margin", "5") == 2
    assert "there is only base" in capsys.readouterr().err
    assert not (prompt.parents[1] / "sessions").exists()  # nothing was sent

    assert sent(prompt, "--case", "c", "--repeat", "2") == 2
    assert "NOT CHECKED: 4 of 4 runs: code runs only with --allow-code" in capsys.readouterr().err
    xml, folder = prompt.parent / "out.xml", ["--sessions", str(prompt.parents[1] / "sessions")]
    assert main(["compare", "last", *folder]) == 2
    assert main(["compare", "last", *folder, "--margin", "5", "--junit", str(xml)]) == 2
    assert "no case was checked both of base and of terse" in capsys.readouterr().err
    assert Xml.parse(xml).getroot().get("errors") == "1"

    assert sent(prompt, "--case", "b", "--case", "c") == 0
    assert "NOT CHECKED: 2 of 4 runs: code" in capsys.readouterr().err
    assert sent(prompt, *one) == 1
    assert main(["compare", "last", *folder, "--margin", "5"]) == 2

    (prompt.parent / "own.csv").write_text("id,what,__expected\na,x,grade: is polite\nb,y,\n")
    assert sent(prompt, "--cases") == 2
    assert "NOT CHECKED: 2 of 2 runs: " in capsys.readouterr().err
    assert sent(prompt, "--case", "b", "--margin", "5") == 2
    assert "nothing is asked of the answers" in capsys.readouterr().err


def test_a_dataset_is_checked_with_its_prompt(prompt: Path, capsys: Captured) -> None:
    """Values that lack, values nobody uses, functions whose file is not there; else all is well."""
    assert main(["check", str(prompt)]) == 0
    cases = prompt.parent / "own.csv"
    cases.write_text('id,wat,__expected\na,x,"python: file://lost.py:f"\nb,y,\n')
    capsys.readouterr()
    assert main(["check", str(prompt)]) == 1
    out = capsys.readouterr().out
    assert "{{what}} has no value in cases a, b" in out
    assert "give `wat`, which no text uses" in out
    assert "there is no lost.py, which case a asks" in out
    cases.write_text("id,what,__expected\na,x,regex: [\n")
    assert main(["check", str(prompt)]) == 1
    assert "own.csv:2:1" in capsys.readouterr().out


def test_what_lies_ahead_is_said_and_nothing_sent(prompt: Path, capsys: Captured) -> None:
    """Runs, money, what the cases can show and what a budget buys; no session is written."""
    asked = ["--cases", "--repeat", "10", "--plan", "--max-cost", "0.05"]
    assert sent(prompt, *asked, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["runs"], told["pairs"]["pairs"]) == (60, 3)
    assert float(told["usd_at_least"]) < float(told["usd_at_most"]) < 0.05
    assert told["affordable"]["pairs"] == int(0.05 / (float(told["usd_at_most"]) / 3))
    assert not (prompt.parents[1] / "sessions").exists()

    assert sent(prompt, *asked) == 0
    out = capsys.readouterr().out
    assert "60 runs (2 variants, 3 cases, 10 times each), 4 at a time, $" in out
    assert "between two variants: 3 cases, not enough to see even 95/5" in out
    assert "$0.05 buys at least " in out


@pytest.mark.parametrize("packed", [False, True])
def test_an_interrupted_round_is_resumed(prompt: Path, capsys: Captured, packed: bool) -> None:
    """Only what has no whole answer is sent, into the same file; compared, both rounds are one."""
    sent(prompt, "--cases")
    (path,) = (prompt.parents[1] / "sessions").glob("*.jsonl")
    whole = path.read_bytes().splitlines(keepends=True)
    last = min(
        n for n, line in enumerate(whole) if b'"r":6,' in line and b'"message_delta"' in line
    )
    cut = [line for n, line in enumerate(whole) if n < last or b'"r":6,' not in line]
    cut = [line for line in cut if b'"about"' not in line or b"r1-6" not in line]
    path.write_bytes(b"".join(cut) + b'{"r":6,"at')  # killed while it wrote
    if packed:
        path = pack(path)
    before = read_session(path)
    assert sum(run.end_state in WHOLE for run in before.rounds[0].finished()) == 5
    capsys.readouterr()

    assert any("1 run is cut" in note for note in before.notes)
    xml = prompt.parent / "out.xml"
    resumed = ["--resume", "last", "--json"]
    assert sent(prompt, *resumed, "--baseline", "bse") == 2
    assert sent(prompt, *resumed, "--junit", str(xml)) in (0, 1)
    told, err = capsys.readouterr()
    assert len(told.splitlines()) == 1
    assert "1 run is missing in r1" in err
    suites = Xml.parse(xml).getroot()
    assert [(one.get("name"), one.get("tests")) for one in suites] == [
        ("base", "3"),
        ("terse", "3"),
    ]

    after = read_session(named(path))
    assert [len(saved.runs) for saved in after.rounds] == [6, 1]
    assert not any("cut:" in note for note in after.notes)
    assert after.rounds[0].finished() == before.rounds[0].finished()
    assert [len(results_of(after).column(v)) for v in ("base", "terse")] == [3, 3]
    assert not any(results_of(after).standing(v).unanswered for v in ("base", "terse"))
    assert sent(prompt, *resumed) == 2
    assert "nothing is missing in r1" in capsys.readouterr().err
    assert sent(prompt, *resumed, "--variant", "base") == 2


_GONE = ("added", "removed")


def test_what_a_dataset_lacks_is_told_with_what_it_has(prompt: Path, capsys: Captured) -> None:
    """The place in the prompt, the case, the file and its columns; a file after --cases, too."""
    (prompt.parent / "own.csv").write_text("id,topic,whats\nfirst,x,y\n")
    assert main(["run", str(prompt), "--cases", "--plan"]) == 2
    err = capsys.readouterr().err
    assert f"{prompt}:3:40: {{{{what}}}} has no value in case `first`" in err
    assert "own.csv gives this case topic, whats. Did you mean `whats`?" in err
    assert "--set NAME=VALUE" in err

    assert main(["run", str(prompt), "--cases", "other.csv"]) == 2
    assert "Write `cases: file://other.csv` into own.prompt.yaml" in capsys.readouterr().err


def test_nothing_is_cut_in_a_pipe(prompt: Path, capsys: Captured) -> None:
    """However long the names of variants are, and however many columns there are."""
    name = "of-" + "a-very-long-name-" * 8
    prompt.write_text(prompt.read_text().replace("terse", name))
    sent(prompt, "--cases", "--repeat", "6")
    (path,) = (prompt.parent.parent / "sessions").glob("*.jsonl*")
    capsys.readouterr()
    main(["compare", str(path)])
    out = capsys.readouterr().out
    assert name in out
    assert "spent" in out.splitlines()[0]
    assert "…" not in out
