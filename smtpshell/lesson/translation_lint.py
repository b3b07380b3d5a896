"""What is stale, missing or wrong in the translation of a lessons folder, for translators."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain

from smtpshell.datafile import meant
from smtpshell.errors import DataFileError
from smtpshell.explain.build import every_name as every_name_with_words
from smtpshell.explain.entry import Entry
from smtpshell.explain.lint import ERROR, LONGEST_SHORT, WARNING, Finding
from smtpshell.explain.note import Note
from smtpshell.explain.notefile import parse_notes
from smtpshell.explain.prose import unreserved
from smtpshell.explain.reference_file import parse_reference
from smtpshell.explain.translation import Words, read_translation, rev_of_words
from smtpshell.language import inside
from smtpshell.lesson.build import every_name, read_inside
from smtpshell.lesson.course import NAME, parse_course
from smtpshell.lesson.lesson import Lesson, Step
from smtpshell.lesson.lessonfile import parse_lesson
from smtpshell.lesson.lint import LONGEST_CHOICE, LONGEST_SAY
from smtpshell.lesson.translation import (
    MARKS,
    LessonWords,
    Said,
    StepWords,
    blocks_of,
    read_words,
    rev_of_lesson,
    texts_of,
)

MOST_NAMED = 5  # of the notes that a file lacks, of the files that a folder lacks
# A short text has some room to spare: other languages need more of it than English.
LONGEST = LONGEST_SHORT * 5 // 4

Findings = Iterator[Finding]


Asked = Callable[[str], bool]


def lint_translation(
    folder: str | os.PathLike[str], language: str, asked: Asked = lambda path: True
) -> list[Finding]:
    """What is to be said about the translation into *language* of the lessons *folder*.

    *asked* says of the path of a file whether it is asked about, or its translation. Of what is not
    translated yet one line tells for each folder.
    """
    folder = os.fspath(folder)
    found: list[Finding] = []
    untranslated: dict[str, list[str]] = {}
    all_of = Counter[str]()  # a folder's files
    for name, translated in names_of(folder, language):
        source, path = os.path.join(folder, name), os.path.join(folder, translated)
        all_of[os.path.dirname(source)] += 1
        if not (asked(source) or (translated and asked(path))):
            continue
        if name.startswith(f"{language}/"):
            found.append(Finding(f"{source}:1", WARNING, "has no source: a file of its own"))
        elif not translated:
            above, file = os.path.split(source)
            untranslated.setdefault(above, []).append(file)
        else:
            found += _file(source, path, folder)
    for above, files in untranslated.items():
        found.append(_not_translated(above, files, all_of[above], language))
    return found


def names_of(folder: str, language: str) -> Iterator[tuple[str, str]]:
    """All files of the *folder*, each with its translation or ""; names begin in the folder."""
    return chain(every_name_with_words(folder, language), every_name(folder, language))


def _not_translated(folder: str, files: Sequence[str], number: int, language: str) -> Finding:
    """That these *files* of a *folder*, which has a *number* of them, are still to be done."""
    if len(files) == 1:
        place = f"{os.path.join(folder, files[0])}:1"
        return Finding(place, WARNING, f"not translated: no {language} of it")
    words = f"not translated: no {language} of {len(files)} files: {_some(files)}"
    if len(files) == number:
        words = f"not translated: no {language} of its {number} files"
    return Finding(folder, WARNING, words)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _file(source: str, path: str, folder: str) -> list[Finding]:
    kind = inside(os.path.relpath(source, folder).replace(os.sep, "/")).partition("/")[0]
    judge = {"notes": _notes, "reference": _reference, NAME: _course}.get(kind, _lesson)
    try:
        return list(judge(source, path, read_inside(source, folder), read_inside(path, folder)))
    except DataFileError as error:
        where, _, message = str(error).partition(": ")
        return [Finding(where, ERROR, message)]


def _stale(where: str, rev: str, wanted: str) -> Findings:
    if rev != wanted:
        words = "stale: the source has changed" if rev else "does not say what it was made from"
        yield Finding(where, WARNING, f'{words}; when it fits again: source_rev = "{wanted}"')


def _names(where: str, text: str) -> Findings:
    for name in dict.fromkeys(unreserved(text)):
        words = f"{name} may belong to somebody; use example.org, .test, 192.0.2.x"
        yield Finding(where, ERROR, words)


# ---------------------------------------------------------------- notes and reference


def _notes(source: str, path: str, text: str, translated: str) -> Findings:
    yield from _words({note.id: note for note in parse_notes(text, source)}, path, translated)


def _reference(source: str, path: str, text: str, translated: str) -> Findings:
    yield from _words({one.key: one for one in parse_reference(text, source)}, path, translated)


def _words(texts: dict[str, Note] | dict[str, Entry], path: str, translated: str) -> Findings:
    translation = read_translation(translated, path)
    # Of a file that is translated in part, the rest may change as it likes.
    translated_ones = [text for key, text in texts.items() if key in translation.words]
    yield from _stale(translation.where, translation.rev, rev_of_words(translated_ones))
    missing = [key for key in texts if key not in translation.words]
    if missing:
        yield Finding(f"{path}:1", WARNING, f"missing: {_some(missing)}")
    for key, words in translation.words.items():
        if key not in texts:
            yield Finding(words.where, ERROR, f'the source has no "{key}"{meant(key, texts)}')
        else:
            yield from _one(texts[key], words)


def _one(text: Note | Entry, words: Words) -> Findings:
    if not words.short:
        yield Finding(words.where, WARNING, f"missing: the short text of {words.key}")
    if text.long and not words.long:
        yield Finding(words.where, WARNING, f"missing: the long text of {words.key}")
    if len(words.short) > LONGEST:
        size = f"{len(words.short)} characters, at most {LONGEST}"
        yield Finding(words.where, ERROR, f"{words.key}: the short text has {size}")
    for part in (words.head, words.short, *words.long, *words.tries):
        yield from _names(words.where, part)


# ---------------------------------------------------------------- the course and its lessons


def _course(source: str, path: str, text: str, translated: str) -> Findings:
    course, words = parse_course(text, source), parse_course(translated, path)
    for ours, theirs in ((course.tracks, words.tracks), (course.paths, words.paths)):
        known = [track.id for track in ours]
        for track in theirs:
            if track.id not in known:
                found = f'the source has no "{track.id}"{meant(track.id, known)}'
                line = translated.partition(f'"{track.id}"')[0].count("\n") + 1
                yield Finding(f"{path}:{line}", ERROR, found)
        for ident in known:
            if ident not in [track.id for track in theirs]:
                yield Finding(f"{path}:1", WARNING, f"missing: {ident}")


def _lesson(source: str, path: str, text: str, translated: str) -> Findings:
    lesson, words = parse_lesson(text, source), read_words(translated, path)
    yield from _stale(words.where, words.rev, rev_of_lesson(lesson))
    if words.id != lesson.id:
        yield Finding(f"{path}:2", ERROR, f'the id of the source is "{lesson.id}"')
    for name, ours, theirs in (
        ("the words before the first step", lesson.intro, words.intro),
        ("the words at the end", lesson.closing, words.closing),
    ):
        if ours and not theirs:
            yield Finding(f"{path}:1", WARNING, f"missing: {name}")
    for extra in words.steps[len(lesson.steps) :]:
        yield Finding(extra.where, ERROR, f"the source has only {len(lesson.steps)} steps")
    for number, step in enumerate(lesson.steps):
        if number < len(words.steps):
            yield from _step(step, words.steps[number], path)
        else:
            yield Finding(f"{path}:1", WARNING, f"missing: step {step.id}")
    yield from _again(lesson, words)
    for where, shown in _shown(words):
        yield from _names(where, shown)


def _again(lesson: Lesson, words: LessonWords) -> Findings:
    ours = {one.personality: one for one in lesson.again}
    yield from _unknown(words.again, "again", ours)
    for ident in ours:
        if ident not in [said.id for said in words.again]:
            yield Finding(f"{words.path}:1", WARNING, f'missing: again "{ident}"')


def _step(step: Step, words: StepWords, path: str) -> Findings:
    def missing(what: str) -> Finding:
        return Finding(words.where, WARNING, f"missing: {what} of step {step.id}")

    ours, theirs = (
        [b for b in prose if b.kind not in MARKS] for prose in (step.prose, words.prose)
    )
    if len(ours) != len(theirs):
        found = f"step {step.id} has {len(theirs)} paragraphs, in the source {len(ours)}"
        yield missing("the words") if not theirs else Finding(words.where, WARNING, found)
    if len(step.hints) != len(words.hints):
        found = f"step {step.id} has {len(words.hints)} hints, in the source {len(step.hints)}"
        yield missing("the hints") if not words.hints else Finding(words.where, WARNING, found)
    marks = {(block.kind, block.text) for block in step.prose}
    for block in words.prose:
        if block.kind in ("worked", "parsons") and (block.kind, block.text) not in marks:
            found = f"step {step.id} of the source has fewer blocks smtp {block.kind}"
            yield Finding(f"{path}:{block.line - 1}", ERROR, found)
    for kind, blocks in blocks_of(step):
        known = {one.id: one for one in blocks}
        yield from _unknown(words.said, kind, known)
        said = {one.id: one for one in words.said if one.kind == kind}
        for ident, one in known.items():
            if ident not in said:
                yield missing(f'{kind} "{ident}"')
                continue
            for key in texts_of(kind, one):
                if not said[ident].texts.get(key):
                    yield missing(f'{key} of {kind} "{ident}"')
            yield from _sizes(said[ident], getattr(one, "choices", ()))


def _unknown(said: Iterable[Said], kind: str, known: Collection[str]) -> Findings:
    for one in said:
        if one.kind == kind and one.id not in known:
            words = f'the source has no {kind} "{one.id}" here{meant(one.id, known)}'
            yield Finding(one.where, ERROR, words)


def _sizes(said: Said, ours: Collection[str]) -> Findings:
    if len(said.choices) != len(ours):
        words = f"{len(said.choices)} choices, in the source {len(ours)}"
        severity = ERROR if said.choices else WARNING
        yield Finding(said.where, severity, f'{said.kind} "{said.id}": {words}')
    for key, text in said.texts.items():
        if key == "say" and said.kind == "goal" and len(text) > LONGEST_SAY:
            yield Finding(said.where, ERROR, f"say: longer than {LONGEST_SAY} characters")
    if any(len(choice) > LONGEST_CHOICE for choice in said.choices):
        yield Finding(said.where, ERROR, f"a choice is longer than {LONGEST_CHOICE}")


def _shown(words: LessonWords) -> Iterator[tuple[str, str]]:
    """Every text that is shown, with its place."""
    yield words.where, words.title
    prose = [*words.intro, *words.closing, *chain(*(step.prose for step in words.steps))]
    for block in prose:
        if block.kind not in MARKS:
            yield f"{words.path}:{block.line}", block.text
    for step in words.steps:
        for text in (step.title, *step.hints):
            yield step.where, text
    for said in (*words.again, *chain(*(step.said for step in words.steps))):
        for text in (*said.texts.values(), *said.choices):
            yield said.where, text
