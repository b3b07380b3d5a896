"""Goals judged while a dialogue is played: a goal as TOML, lines as a script."""

from __future__ import annotations

from smtpshell.datafile import Where
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.lessonfile import parse_lesson
from smtpshell.lesson.player import Player
from smtpshell.lesson.script import read_script

FRONT = """+++
format = 1
kind = "lesson"
id = "x"
title = "X"
track = "t"
minutes = 5
[sandbox]
personality = "{personality}"
door = "{door}"
[servers.other]
personality = "classic-821"
+++

# X

## 1. One

"""

HELLO = "C: EHLO desk7.office.test\n"
MAIL = "C: MAIL FROM:<dora@office.test>\n"
ANA = "C: RCPT TO:<ana@office.test>\n"
BEN = "C: RCPT TO:<ben@office.test>\n"
NOBODY = "C: RCPT TO:<nobody@office.test>\n"
LETTER = "C: DATA\nC: From: dora@office.test\nC: Subject: hi\nC:\nC: Hello.\nC: .\n"
QUIT = "C: QUIT\n"
ENVELOPE = HELLO + MAIL + ANA


def lesson_with(blocks: str, *, personality: str = "postfix-like", door: str = "mx") -> Lesson:
    """A lesson of one step with these blocks."""
    return parse_lesson(FRONT.format(personality=personality, door=door) + blocks, "x.md")


def goal(text: str, ident: str = "g") -> str:
    """A goal block."""
    return f'```toml goal\nid = "{ident}"\nsay = "it happened"\n{text}\n```\n\n'


def play(lesson: Lesson, *scripts: str) -> Player:
    """The player after it has played these dialogues."""
    player = Player(lesson)
    player.begin_step()
    for script in scripts:
        player.play(read_script(script, Where("x.md", 1)))
    return player


def reached(text: str, script: str, *, personality: str = "postfix-like", door: str = "mx") -> bool:
    """Is the goal *text* reached by the dialogue?"""
    lesson = lesson_with(goal(text), personality=personality, door=door)
    return play(lesson, script).run.judge["g"].reached
