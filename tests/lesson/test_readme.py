"""The authors' guide is true: its blocks load, and its recipes do what they say."""

from __future__ import annotations

import re
from typing import Any

import pytest

from smtpshell.explain.section import Block
from smtpshell.lesson.block import (
    ASK_KEYS,
    GOAL_KEYS,
    PREDICT_KEYS,
    SETUP_KEYS,
    read_ask,
    read_goal,
    read_predict,
)
from smtpshell.lesson.front import FRONT_KEYS
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.script import DIRECTIVES
from tests.lesson.judged import ANA, BEN, ENVELOPE, HELLO, LETTER, MAIL, NOBODY, lesson_with, play
from tests.lesson.pack import EXAMPLE, README

# The example is tried elsewhere; a translation has words and no conditions.
GUIDE = re.sub(
    r"^## Translating\n.*?(?=^## Trying)", "", README.replace(EXAMPLE, ""), flags=re.M | re.S
)
BLOCKS = re.findall(r"^```toml (goal|predict|ask)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
GOALS = {
    found[1]: text
    for kind, text in BLOCKS
    if kind == "goal" and (found := re.search(r'id = "([^"]+)"', text))
}
READERS = {"goal": read_goal, "predict": read_predict, "ask": read_ask}
TLS = "C: STARTTLS\n% tls\n"
LOGIN = "C: AUTH PLAIN AGFuYQBhcHJpY290LTc=\n"
DOTS = LETTER.replace("C: Hello.", "C: ..hidden\nC: ..\nC: end")

# What reaches a goal, and what nearly does.
PLAYS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "two-recipients": (ENVELOPE + BEN, ENVELOPE + ANA, {}),
    "one-refused": (ENVELOPE + NOBODY + LETTER, ENVELOPE + LETTER, {}),
    "whole-letter": (ENVELOPE + LETTER, ENVELOPE + LETTER.replace("C:\n", ""), {}),
    "blind-copy": (ENVELOPE + BEN + LETTER, HELLO + MAIL + BEN + LETTER, {}),
    "exact-text": (ENVELOPE + DOTS, ENVELOPE + DOTS.replace("..hidden", ".hidden"), {}),
    "two-senders": (
        ENVELOPE + LETTER.replace("dora@office", "boss@far"),
        ENVELOPE + LETTER,
        {},
    ),
    "safe-login": (HELLO + TLS + HELLO + LOGIN, HELLO + LOGIN + TLS + HELLO + LOGIN, {}),
    "greeted-again": (HELLO + TLS + HELLO, HELLO + TLS + MAIL + HELLO, {}),
    "came-back": (
        ENVELOPE + "% wait 20m\n" + ANA,
        ENVELOPE + "% wait 20m\nC: RSET\nC: MAIL FROM:<ben@office.test>\n" + ANA,
        {"personality": "greylister"},
    ),
    "six-errors": (
        "C: FOO\nC: MAIL\nC: RCPT\nC: DATA\nC: EHLO\nC: HELO\n",
        "C: FOO\n" * 8,
        {},
    ),
    "one-packet": (
        HELLO + "% pipeline\n" + MAIL + ANA + BEN + "C: DATA\n% end\n",
        HELLO + MAIL + ANA + BEN + "C: DATA\n",
        {},
    ),
    "reported": (
        HELLO + MAIL + "C: RCPT TO:<lost@office.test>\n" + LETTER + "% wait 10d",
        HELLO + MAIL + "C: RCPT TO:<lost@office.test>\n" + LETTER + "% wait 1h",
        {"scenario": "slow-world"},
    ),
    "without-hints": (ENVELOPE + LETTER, ENVELOPE, {}),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), BLOCKS)
def test_the_blocks_load(kind: str, text: str) -> None:
    """Each is one that the loader takes."""
    READERS[kind](Block(f"toml {kind}", text, 1), "README.md")


def test_there_is_a_cookbook() -> None:
    """A dozen recipes and more."""
    assert len(GOALS) >= 12


@pytest.mark.parametrize("ident", sorted(PLAYS))
def test_the_recipes_do_what_they_say(ident: str) -> None:
    """Reached by what they ask for, and not by what comes near."""
    right, wrong, server = PLAYS[ident]
    lesson = lesson_with(f"```toml goal\n{GOALS[ident]}```\n")

    def on(script: str) -> bool:
        served: Lesson = lesson._replace(servers=(lesson.servers[0]._replace(**server),))
        return play(served, script).run.judge[ident].reached

    assert on(right)
    assert not on(wrong)


@pytest.mark.parametrize(
    "key",
    sorted({*FRONT_KEYS, *GOAL_KEYS, *PREDICT_KEYS, *ASK_KEYS, *SETUP_KEYS} - {"source_rev"}),
)
def test_every_key_is_told(key: str) -> None:
    """What the loader takes, the guide explains."""
    assert re.search(rf"`\[?{key}\b|^{key} = ", README, re.MULTILINE), key


@pytest.mark.parametrize("word", DIRECTIVES)
def test_every_directive_is_told(word: str) -> None:
    """With the percent sign before it."""
    assert f"% {word}" in README
