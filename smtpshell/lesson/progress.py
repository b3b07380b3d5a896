"""How far a learner is in all lessons: one plain JSON file, theirs to copy, move or delete.

It is written whole beside the old one and then put in its place, so that whatever ends the process
leaves the one or the other. Two shells may be open at once: each writes what it has touched since
it wrote last, and takes the rest from the file as it finds it. A file that is not whole is put
aside; one that cannot be read, or that a newer smtpshell has written, is left alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from smtpshell import resource
from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
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

    def is_better_than(self, other: Best | None) -> bool:
        """Does it say more than *other*?"""
        return other is None or (self.passed, self.points) > (other.passed, other.points)


class Progress:
    """One learner's progress. *current* is the lesson to go on with, "" for none.

    *damaged* tells that it was read from a file that was not whole; what could be read is there.
    *sealed* says why the file must not be written, "" if it may.
    """

    __slots__ = (
        "_all_touched",
        "_forgotten",
        "_touched",
        "best",
        "current",
        "damaged",
        "review",
        "runs",
        "sealed",
    )

    def __init__(self) -> None:
        self.current = ""
        self.runs: dict[str, Any] = {}  # lesson -> its run as JSON
        self.best: dict[str, Best] = {}
        self.review = Review()
        self.damaged = False
        self.sealed = ""
        self._touched: set[str] = set()  # lessons, since it was written last
        self._forgotten: set[str] = set()  # of these
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
        made = Best(report.points, report.of, report.passed, now)
        if made.is_better_than(self.best.get(ident)):
            self.best[ident] = made
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
        self._forgotten.add(ident)
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

    def exam(self, catalog: Catalog, track: str) -> Heading:
        """The lesson of a *track* to try first, for who knows it all: its exam, or its last.

        The track must be there, and have lessons.
        """
        found = catalog.course.track(track)
        assert found is not None
        core = [one for one in found.lessons if not catalog.headings[one].optional]
        exam = found.exam if found.exam in catalog.headings else ""  # it may not be readable
        return catalog.headings[exam or (core or found.lessons)[-1]]

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
        except (ValueError, RecursionError):
            value = None
        number = value.get("format") if isinstance(value, dict) else None
        if number == FORMAT:
            progress._load(value)
        elif isinstance(number, int) and number > FORMAT:
            progress.sealed = tr("it was written by a newer smtpshell")
        else:
            progress.damaged = True
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
        there = load_progress(path)
        if there.sealed:
            raise UsageError(
                tr("{path} is left as it is: {why}", path=path, why=there.sealed),
                hint=tr("move it away, and a new one is begun"),
            )
        if not self._all_touched and path.exists():
            self._take_untouched(there)
            if there.damaged:
                _put_aside(path)
        write_whole(path, self.to_json())
        self._touched.clear()
        self._forgotten.clear()
        self._all_touched = False
        self.review.written()

    def _take_untouched(self, there: Progress) -> None:
        """What another shell has done since, as far as it was not done here."""
        for ident, best in there.best.items():
            if ident in self._touched - self._forgotten and best.is_better_than(
                self.best.get(ident)
            ):
                self.best[ident] = best
        for ours, theirs in ((self.runs, there.runs), (self.best, there.best)):
            for ident in {*ours, *theirs} - self._touched:
                if ident in theirs:
                    ours[ident] = theirs[ident]
                elif not there.damaged:  # forgotten there, not lost
                    del ours[ident]
        self.review.take_untouched(there.review, whole=not there.damaged)

    def merge(self, other: Progress) -> int:
        """Take over what *other* is better in, as when a file is imported; how many lessons."""
        taken = 0
        for ident in other.runs.keys() | other.best.keys():
            theirs, ours = other.best.get(ident), self.best.get(ident)
            better = theirs is not None and theirs.is_better_than(ours)
            if better or (ours is None and ident not in self.runs):
                taken += 1
                self._touched.add(ident)
                if theirs is not None:
                    self.best[ident] = theirs
                if ident in other.runs:
                    self.runs[ident] = other.runs[ident]
        self.review.add(other.review.items.values())
        return taken


def progress_file() -> Path:
    """Where the progress of this user is kept."""
    return resource.state_dir() / NAME


def load_progress(path: Path | None = None) -> Progress:
    """The progress in the file *path*, by default the user's own; a new one if there is none."""
    path = path or progress_file()
    progress = Progress()
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return progress
    except OSError as error:
        progress.sealed = tr("it cannot be read: {why}", why=error.strerror)
        return progress
    if len(data) > LARGEST:
        progress.damaged = True
        return progress
    return Progress.from_json(data.decode("utf-8-sig", "replace"))


def damaged_file(path: Path | None = None) -> Path:
    """Where a file of progress that was not whole is put aside."""
    path = path or progress_file()
    return path.with_name(f"{path.name}.damaged")


def _put_aside(path: Path) -> None:
    with suppress(OSError):  # then the new one cannot be written either, which is told
        os.replace(path, damaged_file(path))


def write_whole(path: Path, text: str) -> None:
    """Put *text* in the place of the file *path*, for its owner's eyes; UsageError if not.

    A link stays one, and what is no file (/dev/stdout, a pipe) is written to and not replaced.
    """
    data = text.encode("utf-8", "replace")
    new: Path | None = None
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
        if new is not None:
            with suppress(OSError):
                new.unlink()
        raise UsageError(
            tr("{path} cannot be written: {why}", path=path, why=error.strerror)
        ) from None
