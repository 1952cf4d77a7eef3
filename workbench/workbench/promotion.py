"""The variant that has won becomes the body of its file, and git is told on what evidence."""

from __future__ import annotations

import difflib
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from workbench.compare.figures import Figure
from workbench.compare.results import Results, Standing
from workbench.compare.review import Review
from workbench.compare.verdict import Verdict
from workbench.costs import shown
from workbench.documents.expansion import Expansion, expansions
from workbench.documents.finding import nearest_hint
from workbench.documents.promote import MATRIX, promote_variant
from workbench.documents.prompt import Prompt, load_prompt
from workbench.documents.save import read_text, save_text
from workbench.errors import SettingsError, WorkbenchError
from workbench.sessions.content import stem_of
from workbench.sessions.fork import meant
from workbench.sessions.round import RoundInfo
from workbench.sessions.session import Session
from workbench.telling.plain import plain
from workbench.workbench.grading import results_of
from workbench.workbench.reviews import reviews_of, whose

Voted = Callable[[str, Iterable[str]], Iterable[Review]]
"""What people, and judges, have voted of some variants against the one that is named first."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """What promoting a variant does to its file.

    Args:
        path: The prompt's file.
        before: Its text as it stands.
        after: Its text with the variant as its body.
        moved_on: Whether the file is another one now than when the variant was tried.
        message: For a commit: what was promoted, on what evidence.
        doubt: Why that evidence does not show it to be better; empty where it does.
    """

    path: Path
    before: str
    after: str
    moved_on: bool
    message: str
    doubt: str = ""

    @property
    def diff(self) -> str:
        """What changes, as a unified diff."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        lines = difflib.unified_diff(before, after, f"a/{self.path.name}", f"b/{self.path.name}")
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

    def write(self) -> None:
        """Write the file.

        Raises:
            ChangedOutside: It has changed since it was read; nothing was written.
            WorkbenchError: It cannot be written.
        """
        save_text(self.path, self.after, loaded=self.before)

    @property
    def tracked(self) -> bool:
        """Whether git knows the file."""
        return not _git(self.path, "ls-files", "--error-unmatch", "--", self.path.name)[0]

    @property
    def commits(self) -> bool:
        """Whether a commit can hold this and nothing else: the file is in git, as it stands."""
        return self.tracked and (
            _git(self.path, "status", "--porcelain", "--", self.path.name) == (0, "")
        )

    def commit(self) -> str:
        """Commit the file, once it is written, and nothing else; the commit in git's words.

        Raises:
            WorkbenchError: git does not do it; what it said.
        """
        code, said = _git(
            self.path, "commit", "--quiet", "--message", self.message, "--", self.path.name
        )
        if code:
            said = plain(" ".join(said.split()))[:300]
            problem = f"git does not commit {self.path.name}: {said}"
            raise WorkbenchError(problem, hint="The file is written; commit it by hand.")
        return plain(_git(self.path, "log", "-1", "--format=%h %s")[1].strip())


def promotion(session: Session, variant: str, folder: Path, *, baseline: str = "") -> Promotion:
    """What it takes to make a variant of a session's last round the body of its file.

    Args:
        variant: As the session names it, its matrix part included.
        folder: Where the prompt's file is.
        baseline: What it is held against; the first other variant where empty.

    Raises:
        SettingsError: The session has no such variant, or no round.
        WorkbenchError: The file is gone, or written in a way that only the user can change.
    """
    info = meant(session, "")[0].info
    results = results_of(session, [s for s in session.rounds if s.info.prompt == info.prompt])
    name = stem_of(session.path)
    voted = partial(reviews_of, session, prompt=info.prompt)
    return promoted(info, results, variant, folder, baseline=baseline, session=name, voted=voted)


def promoted(
    info: RoundInfo,
    results: Results,
    variant: str,
    folder: Path,
    *,
    baseline: str = "",
    session: str = "",
    unsaved: Mapping[Path, str] = {},
    voted: Voted = lambda _baseline, _others: (),
) -> Promotion:
    """What it takes to make a variant the body of its file.

    Args:
        info: A round in which it was tried.
        results: What came of the variants of that prompt.
        session: The name of the session that the evidence is in; empty where nothing is saved.
        unsaved: Texts as they stand in editors; they win over the disk.
        voted: What people, and judges, have voted.

    Others, and what is raised, are those of `promotion`.
    """
    for name in filter(None, (variant, baseline)):
        if name not in results.variants:
            known = ", ".join(map(plain, results.variants))
            raise SettingsError(
                f"{session or 'the round'} has no variant {name!r} of {info.prompt}",
                hint=f"It has: {known}.",
            )
    path = file_of(info, folder)
    before = unsaved[path] if path in unsaved else read_text(path)
    prompt = load_prompt(path, overlay=unsaved)
    expansion = _expansion(prompt, variant)
    point = {str(keys[1]): int(keys[2]) for _, keys in expansion.origins if keys[:1] == (MATRIX,)}
    after = promote_variant(path, before, expansion.variant, point)
    saved = {Path(name).name: text for name, text in info.documents.items()}
    baseline = baseline or next((v for v in results.variants if v != variant), "")
    told = _evidence(variant, baseline, results, voted(baseline, (variant,)))
    message = _message(path, variant, baseline, results, session, told)
    moved_on = saved.get(path.name, before) != before
    doubt = _doubt(variant, [verdict for _, verdict in told])
    return Promotion(path, before, after, moved_on, message, doubt)


def file_of(info: RoundInfo, folder: Path) -> Path:
    """Where the file of the prompt is that a round was of."""
    name = next((name for name in info.documents if Path(name).name == info.prompt), info.prompt)
    return folder / name


def _expansion(prompt: Prompt, variant: str) -> Expansion:
    found = {expansion.name: expansion for expansion in expansions(prompt)}
    if variant not in found:
        problem = f"{prompt.path.name} has no variant {variant!r} any more"
        raise SettingsError(problem, hint=nearest_hint(variant, found) or "It has changed since.")
    return found[variant]


def _evidence(
    variant: str, baseline: str, results: Results, reviews: Iterable[Review]
) -> list[tuple[str, Verdict]]:
    """The verdicts on it against the baseline, by checks, ratings and votes: whose, and what."""
    others = results.against(baseline) if baseline else ()
    tried = [a for a in others if a.variant == variant and a.difference.between is not None]
    by_checks = [a.verdict for a in tried]
    rated = results.by_stars(baseline) if baseline else ()
    by_stars = [(one.by.removeprefix("by "), one.verdict) for one in rated if one.b == variant]
    return (
        [("", one) for one in by_checks]
        + by_stars
        + [(whose(each), each.verdict) for each in reviews]
    )


def _doubt(variant: str, verdicts: Sequence[Verdict]) -> str:
    sure = [verdict for verdict in verdicts if verdict.sure]
    if against := [verdict for verdict in sure if verdict.ahead != variant]:
        return f"the evidence speaks against {variant}: {against[0].words}"
    if sure:
        return ""
    if not verdicts:
        return (
            f"nothing shows that {variant} is better: neither checks, ratings nor votes tell of it"
        )
    return f"nothing shows that {variant} is better: {verdicts[0].words}"


def _message(
    path: Path,
    variant: str,
    baseline: str,
    results: Results,
    session: str,
    evidence: Sequence[tuple[str, Verdict]],
) -> str:
    """The commit's message: a subject, and the evidence."""
    lines = [f"Promote {variant} to the base of {path.name}", ""]
    for by, verdict in evidence:
        lines += [f"By {by}: {verdict.words}." if by else f"{verdict.words}.", ""]
    names = [name for name in (variant, baseline) if name]
    lines += [_line(results.standing(name)) for name in names]
    if session:
        lines.append(f"Session {session}.")
    return plain("\n".join(lines))


def _line(standing: Standing) -> str:
    """`warm: 75 % of 40 runs passed (60 to 86), $0.0012 a run, $0.05 in all`."""
    words = [f"{standing.runs:,} runs" if standing.runs != 1 else "1 run"]
    if standing.passed is not None:
        words = [f"{_percent(standing.passed)} of {words[0]} passed{_between(standing.passed)}"]
    if standing.usd is not None:
        words.append(f"${standing.usd.value:.5f} a run")
    if standing.spent.usd is not None:
        words.append(f"{shown(standing.spent)} in all")
    return f"{standing.variant}: {', '.join(words)}."


def _percent(figure: Figure) -> str:
    return f"{figure.value * 100:.0f} %"


def _between(figure: Figure) -> str:
    if figure.between is None:
        return ""
    return f" ({figure.between.low * 100:.0f} to {figure.between.high * 100:.0f})"


def _git(path: Path, *words: str) -> tuple[int, str]:
    """What git says in the file's folder, and its exit code; 127 where there is none."""
    command: Sequence[str] = ("git", "-C", str(path.parent), *words)
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,  # a terminal may be a screen's
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout or done.stderr
