"""The course as a whole: each known mistake is met where it can be made, and no lesson has one way.

A mistake is met in a lesson where one of its notes (those of `test_notes_misconceptions`) speaks:
on the lesson's own solutions, or on a mistake that it plays. Where the practice servers show it
with other notes, or only a question can, the goal, prediction or question that does is named here.
"""

from __future__ import annotations

import pytest

from smtpshell.explain.library import load_library
from smtpshell.lesson.catalog import load_catalog
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.player import Player
from smtpshell.lesson.script import SERVER, Script
from tests.explain.test_notes_misconceptions import CASES

CATALOG, LIBRARY = load_catalog(), load_library()
LESSONS = sorted(CATALOG.headings)
ALL = {f"M{number:02}" for number in range(1, 69)}
FEWEST_WAYS = 3

# Lesson, mistake: the goal, prediction or question by which it is met, and why not by a note.
OTHERWISE = {
    # The reply is that of a rule of the lesson, which has a note of its own.
    ("1-4", "M68"): "when-refused",
    ("1-5", "M16"): "full",
    ("5-1", "M47"): "in-order",
    ("5-2", "M51"): "who-writes-ptr",
    ("5-2", "M52"): "alone",
    ("5-3", "M64"): "rude",
    ("5-5", "M58"): "spf-pass-dmarc-fail",
    ("6-5", "M16"): "patience",
    # What happens behind the 250, or is left out, has no reply.
    ("2-1", "M50"): "where-from",
    ("2-4", "M50"): "it-bounced",
    ("3-4", "M48"): "two-chunks",
    ("4-5", "M23"): "eaten",
    ("4-5", "M25"): "refused",
    ("5-1", "M13"): "silence",
    ("6-2", "M49"): "backscatter",
    # Nothing of it is to be had from a practice server.
    ("4-1", "M13"): "blocked",
    ("4-5", "M45"): "no-telnet",
    ("6-5", "M63"): "silence",
    # The last lesson reads saved sessions, and its houses are cases of a scenario.
    ("6-6", "M01"): "case-3",
    ("6-6", "M02"): "case-1",
    ("6-6", "M03"): "case-4",
    ("6-6", "M16"): "mill-lane",
    ("6-6", "M21"): "case-5",
    ("6-6", "M26"): "case-6",
    ("6-6", "M41"): "case-8",
    ("6-6", "M51"): "case-2",
    ("6-6", "M63"): "garden-row",
    ("6-6", "M64"): "high-street",
}


def ways_of(lesson: Lesson) -> list[dict[int, Script]]:
    """Each way through that is written down: by step, what is said there instead of the usual."""
    others = [
        {number: script}
        for number, step in enumerate(lesson.steps)
        for script in step.solutions[1:]
    ]
    return [{}, *others]


def spoken(lesson: Lesson) -> set[str]:
    """Notes that the lesson's mistakes name, and the main ones on each way through it."""
    notes = {mistake.note for step in lesson.steps for mistake in step.mistakes}
    for way in ways_of(lesson):
        player = Player(lesson, library=LIBRARY)
        for number, step in enumerate(lesson.steps):
            if player.run.step_number == number:
                player.begin_step()
            if step.solutions:
                player.play(way.get(number, step.solutions[0]))
            while player.run.step_number <= number and not player.run.finished:
                player.run.skip(player.stage.now)
        notes |= set(player.primaries)
    return notes


def blocks_of(lesson: Lesson) -> set[str]:
    """The ids of all that asks for something."""
    goals = {goal.id for _, goal in lesson.goals}
    return goals | {ask.id for ask in lesson.asks} | {one.id for one in lesson.predicts}


@pytest.mark.parametrize("ident", LESSONS)
def test_what_a_lesson_fixes_is_met_there(ident: str) -> None:
    """By a note on what is said, or as the table has it; and the table holds nothing idle."""
    lesson = CATALOG.lesson(ident)
    notes = spoken(lesson)
    met = {number for number, _, _, _, note in CASES if note in notes}
    short = "-".join(ident.split("-")[:2])
    otherwise = {number: block for (one, number), block in OTHERWISE.items() if one == short}
    assert set(otherwise.values()) <= blocks_of(lesson)
    assert set(lesson.heading.fixes) == set(lesson.heading.fixes) & (met | otherwise.keys())
    assert otherwise.keys() <= set(lesson.heading.fixes) - met


def test_every_mistake_is_fixed_by_a_lesson() -> None:
    """All 68."""
    assert {one for ident in LESSONS for one in CATALOG.headings[ident].fixes} == ALL


@pytest.mark.parametrize("ident", LESSONS)
def test_there_are_three_ways_through(ident: str) -> None:
    """Each says something else, from beginning to end; or the author tells why there is one."""
    lesson = CATALOG.lesson(ident)
    said = {
        tuple(
            str(line)
            for number, step in enumerate(lesson.steps)
            if step.solutions
            for line in way.get(number, step.solutions[0]).lines
            if line.kind != SERVER
        )
        for way in ways_of(lesson)
    }
    assert len(said) == lesson.ways
    assert lesson.one_way or lesson.ways >= FEWEST_WAYS


@pytest.mark.parametrize("ident", [one for one in LESSONS if not CATALOG.headings[one].graded])
def test_each_lesson_has_its_parts(ident: str) -> None:
    """A hook, predictions, mistakes, a question from before, and another server at the end."""
    lesson = CATALOG.lesson(ident)
    assert lesson.intro
    assert any(lesson.predicts)
    assert any(step.mistakes for step in lesson.steps)
    assert any(ask.retrieval for ask in lesson.asks) or ident == LESSONS[0]
    assert lesson.again


def test_the_course_is_as_planned() -> None:
    """28 lessons in six tracks, two exams besides, and the short paths."""
    tracks = {track.id[0]: len(track.lessons) for track in CATALOG.course.tracks}
    assert tracks == {"1": 4 + 1, "2": 4, "3": 4, "4": 5 + 1, "5": 5, "6": 6}
    exams = {track.id[0]: track.exam[:3] for track in CATALOG.course.tracks if track.exam}
    assert exams == {"1": "1-5", "4": "4-6"}
    graded = [one[:3] for one in LESSONS if CATALOG.headings[one].graded]
    assert graded == ["1-5", "4-6", "6-6"]
    assert [path.id for path in CATALOG.course.paths] == ["half-a-day", "security"]
