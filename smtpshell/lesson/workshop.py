"""Where authors work: the lessons in files and folders, and all that they may name."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from smtpshell import resource
from smtpshell.errors import DataFileError, UsageError
from smtpshell.explain.library import Library, load_library
from smtpshell.explain.lint import ERROR, Finding, lint_notes
from smtpshell.language import SOURCE
from smtpshell.lesson.build import every_name, read_lesson
from smtpshell.lesson.catalog import Catalog, load_catalog
from smtpshell.lesson.course import NAME
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.lint import Known, lint_lessons
from smtpshell.lesson.translation_lint import lint_translation
from smtpshell.lesson.trial import Result, try_lesson


class Bench(NamedTuple):
    """Lessons to be looked at. *packs* are the lessons folders they come from, ours left out."""

    lessons: tuple[Lesson, ...]
    errors: tuple[Finding, ...]
    packs: tuple[Path, ...]

    @property
    def sandboxes(self) -> tuple[Path, ...]:
        """Folders with practice servers of the packs, to be searched before ours."""
        return tuple(pack / "sandbox" for pack in self.packs)

    def catalog(self) -> Catalog:
        return load_catalog(self.packs)

    def library(self) -> Library:
        return load_library(self.packs)


def lay_out(words: Iterable[str], folders: Sequence[str] = (), language: str = SOURCE) -> Bench:
    """The lessons that *words* name: files, folders, or ids; without words all of the *folders*.

    Without folders those are ours. They are in *language* where they have been translated.
    """
    packs = [Path(folder) for folder in folders]
    paths: list[Path] = []
    catalog: Catalog | None = None
    named = list(words)
    for word in named:
        path = Path(word)
        if path.is_dir():
            paths += _files_in(path, language)
        elif path.suffix == ".md" or path.exists():
            paths.append(path)
        else:
            catalog = catalog or load_catalog(packs)
            paths.append(Path(catalog.lesson(catalog.find(word).id).path))
    if not named:
        for folder in packs or [resource.lessons_dir()]:
            paths += _files_in(folder, language)
    if not paths:
        raise UsageError("there is no lesson there")
    lessons, errors = [], []
    for path in dict.fromkeys(paths):
        try:
            lessons.append(read_lesson(str(path), language))
        except DataFileError as error:
            errors.append(_as_finding(str(error)))
        pack = pack_of(path)
        if pack is not None and pack not in packs:
            packs.append(pack)
    return Bench(tuple(lessons), tuple(errors), tuple(packs))


def pack_of(path: Path) -> Path | None:
    """The lessons folder that the file *path* lies in; None if that is ours, or none."""
    folders = path.resolve().parents
    if len(folders) < 3 or folders[2] == resource.lessons_dir().resolve():
        return None
    shaped = any((folders[2] / name).is_dir() for name in ("en", "sandbox"))
    return folders[2] if shaped else None


def _files_in(folder: Path, language: str) -> list[Path]:
    """The lessons in a pack, or in one track of it."""
    listed = (name for name, _ in every_name(str(folder), language))
    found = [folder / name for name in listed if not name.endswith(NAME)]
    return found or [path for path in sorted(folder.glob("*.md")) if _is_lesson(path)]


def _is_lesson(path: Path) -> bool:
    with open(path, encoding="utf-8", errors="replace") as file:
        return 'kind = "lesson"' in file.read(400)


def lint(bench: Bench) -> list[Finding]:
    """What is to be said about the lessons on the *bench*, those that cannot be read first."""
    catalog = bench.catalog()
    headings = catalog.headings | {lesson.id: lesson.heading for lesson in bench.lessons}

    @cache
    def offers(personality: str) -> Collection[str]:
        from smtpshell.sandbox.nature.personality import load_personality

        folders = [folder / "personalities" for folder in bench.sandboxes]
        ehlo = load_personality(personality, folders).ehlo
        return {line.split()[0] for line in (*ehlo.keywords, *ehlo.before_tls)}

    known = Known(
        bench.library().notebook.notes.keys(),
        headings,
        _stems("personalities", bench.sandboxes),
        _stems("scenarios", bench.sandboxes),
        {path.stem for path in resource.transcripts_dir().glob("*.smtp")},
        offers,
    )
    return [*bench.errors, *lint_lessons(bench.lessons, known), *_lint_packs(bench)]


def _lint_packs(bench: Bench) -> Iterator[Finding]:
    """What else is wrong in the packs: notes, and files of practice servers."""
    if not bench.packs:
        return
    library = bench.library()
    folders = tuple(str(pack.absolute()) for pack in bench.packs)
    course = (error for error in bench.catalog().errors if f"{NAME}:" in error)
    for error in (*library.errors, *course):
        if error.startswith(folders):
            yield _as_finding(error)
    for finding in lint_notes(library.notebook.notes.values()):
        if finding.where.startswith(folders):
            yield finding
    for folder in bench.sandboxes:
        for path in sorted(folder.glob("*/*.toml")):
            try:
                _load_server(path, bench.sandboxes)
            except (DataFileError, UsageError) as error:
                words = str(error)
                yield _as_finding(words if words.startswith(str(folder)) else f"{path}:1: {words}")


def _load_server(path: Path, sandboxes: Sequence[Path]) -> None:
    from smtpshell.sandbox.nature.personality import load_personality
    from smtpshell.sandbox.nature.scenario import load_scenario

    if path.parent.name == "personalities":
        load_personality(path.stem, [folder / "personalities" for folder in sandboxes])
    elif path.parent.name == "scenarios":
        load_scenario(path.stem, [folder / "scenarios" for folder in sandboxes])


def _as_finding(error: str) -> Finding:
    where, _, message = error.partition(": ")
    return Finding(where, ERROR, message)


def lint_language(words: Iterable[str], folders: Sequence[str], language: str) -> list[Finding]:
    """What is stale, missing or wrong in the translation into *language*.

    *words* are files, folders or ids that it is asked about; without them all of the *folders*.
    """
    found: list[Finding] = []
    for folder in folders or [str(resource.lessons_dir())]:
        found += lint_translation(folder, language)
    named = [_place(word) for word in words]
    return [one for one in found if not named or any(_is_in(one.where, place) for place in named)]


def _place(word: str) -> Path:
    return Path(word).resolve() if Path(word).exists() else Path(word)


def _is_in(where: str, place: Path) -> bool:
    path = Path(where.rpartition(":")[0]).resolve()
    return place in (path, *path.parents) or path.stem == place.name


def _stems(kind: str, sandboxes: Iterable[Path]) -> Collection[str]:
    folders = [*sandboxes, resource.lessons_dir() / "sandbox"]
    return {path.stem for folder in folders for path in (folder / kind).glob("*.toml")}


def play(bench: Bench) -> Iterator[Result]:
    """All that can be tried with the lessons on the *bench*."""
    library = bench.library()
    for lesson in bench.lessons:
        yield from try_lesson(lesson, library, bench.sandboxes)
