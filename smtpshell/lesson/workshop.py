"""Where authors work: the lessons in files and folders, and all that they may name."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from smtpshell import resource
from smtpshell.datafile import meant
from smtpshell.errors import DataFileError, UsageError
from smtpshell.explain.library import Library, load_library
from smtpshell.explain.lint import ERROR, Finding, lint_notes
from smtpshell.language import SOURCE
from smtpshell.lesson.build import check_name, every_name, read_lesson
from smtpshell.lesson.catalog import Catalog, load_catalog
from smtpshell.lesson.course import NAME
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.lint import Known, lint_lessons
from smtpshell.lesson.translation_lint import lint_translation, names_of
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
        pack = pack_of(path)
        try:
            lesson = read_lesson(str(path), language)
            check_name(lesson, track=pack is not None)  # or nobody could open it
            lessons.append(lesson)
        except DataFileError as error:
            errors.append(_as_finding(str(error)))
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

    *words* are files, folders or ids that it is asked about; without them all of the *folders*, and
    without these all of ours.
    """
    places = list(words)
    around = [*folders, *filter(None, map(_pack_around, places))] or [str(resource.lessons_dir())]
    packs = list({Path(folder).resolve(): folder for folder in reversed(around)}.values())[::-1]
    names = [name for pack in packs for pair in names_of(pack, language) for name in pair]
    asked = [_asked(word, [Path(name).stem for name in names]) for word in places]
    found: list[Finding] = []
    for pack in packs:
        found += lint_translation(
            pack, language, lambda path: not asked or any(one(Path(path)) for one in asked)
        )
    return found


def _pack_around(word: str) -> str:
    """The lessons folder that the file or folder *word* is, or lies in; "" if it names neither."""
    path = Path(word)
    if not path.exists():
        return ""
    around = (path.resolve(), *path.resolve().parents[:3])
    return next((str(one) for one in around if (one / SOURCE).is_dir()), "")


def _asked(word: str, stems: Collection[str]) -> Callable[[Path], bool]:
    """Is a file what *word* names: a file, a folder around it, or its name, "1-2" say?"""
    if Path(word).exists():
        place = Path(word).resolve()
        return lambda path: place in (path.resolve(), *path.resolve().parents)
    named = {stem for stem in stems if stem == word or stem.startswith(f"{word}-")}
    if not named:
        raise UsageError(f'there is no file "{word}" to be translated{meant(word, stems)}')
    return lambda path: path.stem in named


def _stems(kind: str, sandboxes: Iterable[Path]) -> Collection[str]:
    folders = [*sandboxes, resource.lessons_dir() / "sandbox"]
    return {path.stem for folder in folders for path in (folder / kind).glob("*.toml")}


def play(bench: Bench) -> Iterator[Result]:
    """All that can be tried with the lessons on the *bench*."""
    library = bench.library()
    for lesson in bench.lessons:
        yield from try_lesson(lesson, library, bench.sandboxes)
