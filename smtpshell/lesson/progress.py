"""How far a learner is in all lessons: one plain JSON file, theirs to copy, move or delete.

It is written whole beside the old one and then put in its place, so that whatever ends the process
leaves the one or the other. Two shells may be open at once: each writes only the lessons it has
touched, and takes the others from the file as it finds it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from smtpshell import resource
from smtpshell.catalogue import tr
from smtpshell.errors import DataFileError, UsageError
from smtpshell.lesson.catalog import Catalog
from smtpshell.lesson.draw import drawn, seed_of
from smtpshell.lesson.keep import run_from_object, run_to_object
from smtpshell.lesson.lesson import Heading, Lesson
from smtpshell.lesson.report import report_on
from smtpshell.lesson.review import Review
from smtpshell.lesson.run import Run

FORMAT = 1
NAME = "progress.json"
LARGEST = 8 * 1024 * 1024  # octets

_WRONG = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)


class Best(NamedTuple):
    """The best result of a finished lesson. *at* is in seconds since 1970."""

    points: int
    of: int
    passed: bool
    at: float


class Progress:
    """One learner's progress. *current* is the lesson to go on with, "" for none.

    *damaged* tells that it was read from a file that was not whole; what could be read is there.
    """

    __slots__ = ("_all_touched", "_touched", "best", "current", "damaged", "review", "runs")

    def __init__(self) -> None:
        self.current = ""
        self.runs: dict[str, Any] = {}  # lesson -> its run as JSON
        self.best: dict[str, Best] = {}
        self.review = Review()
        self.damaged = False
        self._touched: set[str] = set()
        self._all_touched = False

    # ------------------------------------------------------------ lessons

    def open(self, lesson: Lesson, now: float) -> Run:
        """The run of *lesson* where it was left, or a new one."""
        self.current = lesson.id
        kept = self.runs.get(lesson.id)
        lesson = drawn(lesson, seed_of(kept))
        run = run_from_object(lesson, kept, now) if kept is not None else None
        if run is None:
            return Run(lesson, now)
        run.come_back(now)
        return run

    def keep(self, run: Run, now: float, today: int) -> None:
        """Take over where *run* is; call it whenever something has happened."""
        ident = run.lesson.id
        self._touched.add(ident)
        self.current = ident
        self.runs[ident] = run_to_object(run)
        if not run.finished:
            return
        report = report_on(run)
        before = self.best.get(ident)
        if before is None or (report.passed, report.points) > (before.passed, before.points):
            self.best[ident] = Best(report.points, report.of, report.passed, now)
        self.review.learn_from(run, today)

    def reset(self, ident: str = "") -> None:
        """Forget one lesson, or everything."""
        if not ident:
            self.runs.clear()
            self.best.clear()
            self.review = Review()
            self.current = ""
            self._all_touched = True
            return
        self._touched.add(ident)
        self.runs.pop(ident, None)
        self.best.pop(ident, None)
        if self.current == ident:
            self.current = ""

    def state(self, ident: str) -> str:
        """How a lesson stands: "done", "tried" (not passed), "begun" or "" ."""
        best = self.best.get(ident)
        if best is not None:
            return "done" if best.passed else "tried"
        return "begun" if ident in self.runs else ""

    def next_lesson(self, catalog: Catalog) -> Heading | None:
        """What to go on with: the lesson left open, or the first that is not done."""
        if self.current in catalog.headings and self.state(self.current) != "done":
            return catalog.headings[self.current]
        for heading in catalog.in_order():
            if not heading.optional and self.state(heading.id) != "done":
                return heading
        return None

    def exam(self, catalog: Catalog, track: str) -> Heading | None:
        """The lesson of a *track* to try first, for who knows it all: its exam, or its last."""
        found = catalog.course.track(track)
        if found is None or not found.lessons:
            return None
        core = [one for one in found.lessons if not catalog.headings[one].optional]
        return catalog.headings[found.exam or (core or found.lessons)[-1]]

    def pass_track(self, catalog: Catalog, track: str, now: float) -> None:
        """The exam of a *track* is passed: what it stands for counts as done."""
        found = catalog.course.track(track)
        for ident in found.lessons if found is not None else ():
            points = catalog.headings[ident].points
            self.best.setdefault(ident, Best(0, points, True, now))
            self._touched.add(ident)

    # ------------------------------------------------------------ files

    def to_json(self) -> str:
        """The whole of it as it is kept."""
        import json

        value = {
            "format": FORMAT,
            "current": self.current,
            "runs": self.runs,
            "best": {ident: list(best) for ident, best in self.best.items()},
            "review": self.review.to_object(),
        }
        return json.dumps(value, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Progress:
        """What was kept. Of a damaged file whatever can be read is there; nothing is raised."""
        import json

        progress = cls()
        try:
            value = json.loads(text)
            known = isinstance(value, dict) and value.get("format") == FORMAT
        except (ValueError, RecursionError):
            known = False
        if not known:
            progress.damaged = True
            return progress
        progress._load(value)
        return progress

    def _load(self, value: Mapping[str, Any]) -> None:
        try:
            self.current = str(value["current"])
            self.runs = {str(ident): run for ident, run in value["runs"].items()}
        except _WRONG:
            self.damaged = True
        try:
            for ident, (points, of, passed, at) in value["best"].items():
                self.best[ident] = Best(int(points), int(of), bool(passed), float(at))
        except _WRONG:
            self.damaged = True
        try:
            self.review = Review.from_object(value["review"])
        except _WRONG:
            self.damaged = True

    def save(self, path: Path | None = None) -> None:
        """Write the file, whole or not at all; UsageError if that cannot be."""
        path = path or progress_file()
        if not self._all_touched and path.exists():
            there = load_progress(path)
            self._take_untouched(there)
            if there.damaged:
                os.replace(path, path.with_name(f"{path.name}.damaged"))
        write_whole(path, self.to_json())

    def _take_untouched(self, other: Progress) -> None:
        for ident in other.runs.keys() | other.best.keys():
            if ident in self._touched:
                continue
            for ours, theirs in ((self.runs, other.runs), (self.best, other.best)):
                if ident in theirs:
                    ours[ident] = theirs[ident]
                else:
                    ours.pop(ident, None)

    def merge(self, other: Progress) -> int:
        """Take over what *other* is better in, as when a file is imported; how many lessons."""
        taken = 0
        for ident in other.runs.keys() | other.best.keys():
            theirs, ours = other.best.get(ident), self.best.get(ident)
            better = theirs is not None and (
                ours is None or (theirs.passed, theirs.points) > (ours.passed, ours.points)
            )
            if better or (ours is None and ident not in self.runs):
                taken += 1
                self._touched.add(ident)
                if theirs is not None:
                    self.best[ident] = theirs
                if ident in other.runs:
                    self.runs[ident] = other.runs[ident]
        for item in other.review.items.values():
            self.review.items.setdefault(item.id, item)
        return taken


def progress_file() -> Path:
    """Where the progress of this user is kept."""
    return resource.state_dir() / NAME


def load_progress(path: Path | None = None) -> Progress:
    """The progress in the file *path*, by default the user's own; a new one if there is none."""
    from smtpshell.datafile import read_text

    path = path or progress_file()
    if not path.exists():
        return Progress()
    try:
        return Progress.from_json(read_text(path, LARGEST))
    except DataFileError:
        progress = Progress()
        progress.damaged = True
        return progress


def write_whole(path: Path, text: str) -> None:
    """Put *text* in the place of the file *path*, for its owner's eyes; UsageError if not.

    A link stays one, and what is no file (/dev/stdout, a pipe) is written to and not replaced.
    """
    data = text.encode("utf-8", "replace")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        path = Path(os.path.realpath(path))
        new = path.with_name(f".{path.name}.{os.getpid()}")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError as error:
        raise UsageError(
            tr("{path} cannot be written: {why}", path=path, why=error.strerror)
        ) from None
