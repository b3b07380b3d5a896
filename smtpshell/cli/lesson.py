"""`smtpshell lesson`: what authors of lessons need, without a session."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import counted, tr
from smtpshell.errors import DataFileError, IncomparableError, SmtpshellError, UsageError
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from pathlib import Path

    from smtpshell.cli.learn import Wish
    from smtpshell.lesson.lesson import Lesson
    from smtpshell.lesson.recorder import Draft
    from smtpshell.shell.course.tutor import Tutor


def list_lessons(folders: Sequence[str], *, as_json: bool = False) -> int:
    """All lessons by track; the exit status is 1 if a file could not be read."""
    from smtpshell.language import chosen
    from smtpshell.lesson.catalog import load_catalog

    catalog = load_catalog(folders, language=chosen())
    if as_json:
        _say_json([{**heading._asdict(), "where": heading.where} for heading in catalog.in_order()])
    else:
        width = max(map(len, catalog.headings), default=0)
        for track in catalog.course.tracks:
            if not track.lessons:
                continue
            _say([printable(track.title)])
            for ident in track.lessons:
                heading = catalog.headings[ident]
                minutes = counted(heading.minutes, "{count} minute", "{count} minutes")
                marks = f" ({tr('optional')})" if heading.optional else ""
                words = f"{ident:{width}}  {heading.title}, {minutes}{marks}"
                _say([printable(f"  {words}")])
    sys.stderr.writelines(f"{printable(error)}\n" for error in catalog.errors)
    return int(bool(catalog.errors))


def lint(
    words: Sequence[str], folders: Sequence[str], *, language: str = "", as_json: bool = False
) -> int:
    """Read lessons and say what is wrong with them; the exit status is 1 for an error.

    With a *language* it is the translation that is read.
    """
    from smtpshell.explain.lint import ERROR
    from smtpshell.lesson import paper, workshop

    if language:
        found = workshop.lint_language(words, folders, language)
    else:
        found = workshop.lint(workshop.lay_out(words, folders))
    if as_json:
        _say_json(paper.findings_object(found))
    else:
        _say(paper.finding_lines(found))
    return int(any(one.severity == ERROR for one in found))


def play(
    words: Sequence[str],
    folders: Sequence[str],
    *,
    language: str = "en",
    as_json: bool = False,
    junit: str = "",
    verbose: bool = False,
) -> int:
    """Play lessons and say what is not true of them; the exit status is 1 if anything."""
    from time import perf_counter

    from smtpshell.lesson import paper, workshop

    began = perf_counter()
    bench = workshop.lay_out(words, folders, language)
    results = list(workshop.play(bench))
    seconds = perf_counter() - began
    if as_json:
        _say_json(paper.results_object(results))
    else:
        _say(paper.result_lines(results, verbose=verbose))
    sys.stderr.writelines(f"{printable(str(error))}\n" for error in bench.errors)
    if junit:
        _write(junit, paper.junit(results, seconds))
    return int(bool(bench.errors) or any(not result.ok for result in results))


def _write(path: str, data: bytes) -> None:
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        words = tr("{path} cannot be written: {why}", path=path, why=error.strerror)
        raise UsageError(words) from None


def _say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _say_json(value: Any) -> None:
    import json

    _say([json.dumps(value, indent=2)])


def preview(word: str, wish: Wish) -> int:
    """Take the lesson in a shell, reading its file again when it changes; the exit status."""
    from smtpshell.cli.learn import open_lesson
    from smtpshell.shell.course.rehearsal import Reader, Rehearsal

    lesson, packs = _the_lesson(word, wish.folders)
    path = word if os.path.isfile(word) else lesson.path
    school = Rehearsal([str(pack) for pack in packs])
    school.verbosity = wish.verbosity

    def begun(tutor: Tutor) -> None:
        packs_read = [str(pack) for pack in packs]
        Reader(tutor, path, packs_read, lambda new: school.suit(tutor.shell.options, new)).watch()

    return open_lesson(school, lesson, wish, begun=begun)


def diff(words: Sequence[str], folders: Sequence[str], *, as_json: bool = False) -> int:
    """Say what is different for learners; the exit status is 1 if anything is.

    One word is compared with the lesson that has its id in the *folders*, or among ours.
    IncomparableError if that cannot be done.
    """
    from smtpshell.lesson import paper
    from smtpshell.lesson.difference import differences

    try:
        new, _ = _the_lesson(words[-1], folders)
        old = _the_lesson(words[0], folders)[0] if len(words) > 1 else _shelved(new, folders)
    except SmtpshellError as error:
        raise IncomparableError(str(error), hint=error.hint) from None
    changes = differences(old, new)
    if as_json:
        _say_json(paper.changes_object(old, new, changes))
    else:
        _say(paper.change_lines(changes))
    return int(bool(changes))


def _the_lesson(word: str, folders: Sequence[str]) -> tuple[Lesson, tuple[Path, ...]]:
    """The one lesson that *word* names, and the packs it may need."""
    from smtpshell.language import chosen
    from smtpshell.lesson.workshop import lay_out

    bench = lay_out([word], folders, chosen())
    for error in bench.errors:
        raise DataFileError(f"{error.where}: {error.message}")
    if len(bench.lessons) != 1:
        raise UsageError(
            tr("{word} has {count} lessons", word=word, count=len(bench.lessons)),
            hint=tr("name one of its files"),
        )
    return bench.lessons[0], bench.packs


def _shelved(new: Lesson, folders: Sequence[str]) -> Lesson:
    """The lesson that is known by the id of *new*."""
    from smtpshell.language import chosen
    from smtpshell.lesson.catalog import load_catalog

    catalog = load_catalog(folders, language=chosen())
    if new.id not in catalog.headings:
        raise UsageError(
            tr("no other lesson is called {id}", id=new.id),
            hint="smtpshell lesson diff OLD NEW",
        )
    return catalog.lesson(new.id)


def new(ident: str, track: str, folder: str, title: str) -> int:
    """Write the skeleton of a lesson."""
    from smtpshell.explain.library import load_library
    from smtpshell.lesson.recorder import new_draft

    return _write_down(new_draft(ident, track, load_library(), title=title), ident, track, folder)


def record(transcript: str, ident: str, track: str, folder: str, title: str) -> int:
    """Make the skeleton of a lesson of a transcript."""
    from pathlib import Path

    from smtpshell.explain.library import load_library
    from smtpshell.lesson.recorder import draft_of
    from smtpshell.transcript.reader import read_transcript

    read = read_transcript(Path(transcript))
    draft = draft_of(
        read.events,
        ident,
        track,
        load_library(),
        title=title,
        personality=read.header.personality or "postfix-like",
    )
    return _write_down(draft, ident, track, folder)


def _write_down(draft: Draft, ident: str, track: str, folder: str) -> int:
    from pathlib import Path

    from smtpshell.lesson.recorder import write_draft

    path = write_draft(draft, Path(folder), track, ident)
    _say([f"{path}", *(printable(remark) for remark in draft.remarks)])
    _say([tr("Write the words, then: smtpshell lesson lint FILE, smtpshell lesson test FILE")])
    return 0
