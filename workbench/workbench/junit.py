"""Results as JUnit's XML, which every CI reads: a suite a variant, a test a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from xml.etree import ElementTree as Xml

from workbench.compare.results import Entry, Results
from workbench.run import WHOLE
from workbench.telling.plain import plain


def as_junit(
    results: Results,
    name: str,
    *,
    baseline: str = "",
    margin: float | None = None,
    seed: int = 0,
    whys: bool = True,
) -> bytes:
    """The results as a file that CI reads.

    A check that fails is a failure, a run without a whole answer is an error, one that could not
    be checked is skipped. With a margin, a suite of its own holds a failure for each variant that
    is so many points below the baseline, an error where no case tells; checks that fail are then
    counted as skipped, as they do not decide.

    Args:
        results: Of one or more rounds.
        name: Of the session, or the prompt.
        baseline: The variant that others are held against; the first where empty.
        margin: In points, 0 to 100; None where only checks decide.
        seed: Of what is drawn by chance.
        whys: Whether the reasons may be told: they quote the answers.
    """
    suites = [_suite(results, variant, name, margin, whys=whys) for variant in results.variants]
    if margin is not None:
        suites.append(_against(results, baseline or results.variants[0], margin, seed))
    root = Xml.Element("testsuites", name=plain(name))
    for suite in suites:
        root.append(suite)
    _count(root, root.iter("testcase"))
    Xml.indent(root)
    return bytes(Xml.tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def _suite(
    results: Results, variant: str, name: str, margin: float | None, *, whys: bool
) -> Xml.Element:
    suite = Xml.Element("testsuite", name=plain(variant or name))
    for case in results.cases:
        for entry in results.cell(case, variant).entries:
            suite.append(_test(entry, name, margin is None, whys=whys))
    _count(suite, suite.iter("testcase"))
    return suite


def _test(entry: Entry, name: str, decides: bool, *, whys: bool) -> Xml.Element:
    run = entry.run
    repeat = f" #{run.repeat}" if run.repeat > 1 else ""
    title = f"{run.case or run.run_id}{repeat}"
    where = plain(f"{name}.{run.variant}" if run.variant else name)
    test = Xml.Element(
        "testcase", name=plain(title), classname=where, time=f"{run.total_s or 0:.3f}"
    )
    asked = bool(entry.grade.results)
    told = _whys(entry) if whys else "not told: the round was recorded redacted"
    if run.end_state not in WHOLE:
        problem = run.problem.problem if run.problem else run.state
        _child(test, "error", problem, run.end_state or "cut", "")
    elif entry.grade.settled is False:
        _child(test, "failure" if decides else "skipped", told, "check", run.text if whys else "")
    elif asked and entry.grade.passed is None:
        _child(test, "skipped", told, "check", "")
    return test


def _whys(entry: Entry) -> str:
    wrong = [f"{one.check.title}: {one.why}" for one in entry.grade.wrong]
    return "; ".join(wrong) or "a person let it fail"


def _against(results: Results, baseline: str, margin: float, seed: int) -> Xml.Element:
    suite = Xml.Element("testsuite", name=f"at most {margin:g} points below {plain(baseline)}")
    for other in results.against(baseline, seed=seed):
        test = Xml.SubElement(
            suite, "testcase", name=plain(other.variant), classname="baseline", time="0"
        )
        if below(other.difference.points, margin):
            _child(test, "failure", other.verdict.words, "baseline", "")
        elif not other.difference.cases:
            _child(test, "error", "no case was checked that both have", "baseline", "")
    _count(suite, suite.iter("testcase"))
    return suite


def below(points: float, margin: float) -> bool:
    """Whether a difference (-1 to 1) is more than a margin (0 to 100) below the baseline."""
    return Decimal(str(round(-points * 100, 9))) > Decimal(str(margin))


def _child(test: Xml.Element, tag: str, message: str, kind: str, text: str) -> None:
    child = Xml.SubElement(test, tag, message=plain(message))
    if tag != "skipped":
        child.set("type", kind)
    child.text = plain(text) or None


def _count(suite: Xml.Element, tests: Iterator[Xml.Element]) -> None:
    found: Sequence[Xml.Element] = [*tests]
    suite.set("tests", str(len(found)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(test.find(tag) is not None for test in found)))
    suite.set("time", f"{sum(float(test.get('time', 0)) for test in found):.3f}")
