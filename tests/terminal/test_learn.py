"""The first lessons as a newcomer takes them: with mistakes, hints, and a crash in the middle."""

from __future__ import annotations

import json
import signal

from tests.terminal.conftest import Open
from tests.terminal.driver import CTRL_D

GREETED = "greeted>"


def test_the_first_lesson_with_mistakes_hints_and_a_crash(shell: Open) -> None:
    """1-1: predictions right and wrong, a hint, kill -9, and the same step when one comes back."""
    term = shell("learn")
    term.wait_for("Lesson 1-1: Say hello")
    term.wait_for_prompt("your prediction")
    term.say("first", "a number from 1 to 3, please")
    term.say("1", "how sure are you?")
    term.say(
        "3",
        "S: 220",
        'you said "The client: it wants something", it is "The server: it says that it is ready"',
        "Reached > The server greeted first",
        "Step 2 of 4 > Introduce your machine",
    )
    term.wait_for_prompt("connected>")
    term.say("EHLO", "C: EHLO", "S: 501")
    term.say(":hint", "Hint > The server wants to know which machine is talking")
    term.say(":hint", "Try something first; then there is more.")
    term.kill(signal.SIGKILL)
    assert term.wait_for_end() == -signal.SIGKILL

    term = shell("learn")
    term.wait_for("you go on where you left")
    term.wait_for("Step 2 of 4 > Introduce your machine")
    term.wait_for_prompt("connected>")
    # The line is held, and leaves as it was typed.
    term.say("EHLO desk7.office.test", "Not sent yet: EHLO desk7.office.test")
    term.wait_for_prompt("your prediction")
    term.say("5xx", "how sure are you?")
    term.say("2", "C: EHLO", "you said 5xx, it is 2xx", "Reached > EHLO with the full name of your")
    # A line is sent, question or not; what can only be an answer is one.
    term.say("NOOP", "C: NOOP", "S: 250")
    term.say("1", "Taken as your answer.", "Right > Programs look at that one", "Step 3 of 4")
    term.say(":= VRFY", "Not quite > Look for a line with a large number in it")
    term.say(":= size", "Right > SIZE", "Step 4 of 4 > Leave")
    term.wait_for_prompt(GREETED)
    term.say("QUIT", "S: 221")
    term.wait_for("The end of")
    term.wait_for("Predictions > 0 of 2 came true")
    term.wait_for("EHLO desk7.office.test")  # beside the line that was refused
    term.type(CTRL_D)
    assert term.wait_for_end() == 0
    [kept] = term.home.rglob("progress.json")
    assert json.loads(kept.read_text())["best"]["1-1-say-hello"][2] is True


def test_the_second_lesson_with_help(shell: Open) -> None:
    """1-2: lines put in order, a step that was shown, one undone, kill -9, and goodbye in large."""
    term = shell("learn", "1-2")
    term.wait_for("Step 1 of 5 > Read a whole session")
    term.wait_for_prompt("connected>")
    term.say(":next", "Put them in order with their numbers")
    numbers = _numbers(
        term.lines(),
        "EHLO desk7.office.test",
        "MAIL FROM:<dora@office.test>",
        "RCPT TO:<ana@office.test>",
        "DATA",
        "Subject: cake",
        "(an empty line)",
        "There is cake in the kitchen.",
        ".",
        "QUIT",
    )
    term.say(f":order {' '.join(numbers[1:])}", "Not yet >")
    term.say(f":order {' '.join(numbers)}", "Reached > The lines of a session put in order")
    term.wait_for("Step 3 of 5 > Write the envelope")
    term.say("MAIL FROM:<dora@office.test>", "503 5.5.1")
    term.say("EHLO desk7.office.test", "S: 250 CHUNKING")
    term.say("MAIL FROM:<dora@office.test>", "S: 250 2.1.0")
    term.say("RCPT TO:<ben@office.test>", "Not sent yet: RCPT")
    term.wait_for_prompt("your prediction")
    term.say("", "S: 250 2.1.5")  # one need not guess
    term.say(":undo", "rewound")
    term.say(":fill", "The next line begins like this > RCPT")
    term.type("\x15")
    term.say("RCPT TO:<ana@office.test>", "Reached > The envelope is ready")
    term.wait_for("Step 4 of 5 > Write the letter")
    term.say(":show", "C: DATA", "It brings no points.")
    term.say(":skip", "S: 250 2.0.0", "Step 5 of 5 > Leave")
    term.say(":goal", "[ ] QUIT was answered by 221")
    term.wait_for_prompt(GREETED)
    term.say(":map", "[>] 1-2-first-message")
    term.kill(signal.SIGKILL)
    assert term.wait_for_end() == -signal.SIGKILL

    term = shell("learn", "--big")
    term.wait_for("you go on where you left")
    term.wait_for("Step 5 of 5 > Leave")
    term.wait_for_prompt("connected>")
    term.say(":catch-up", "S: 250 2.0.0 Ok: queued")
    term.wait_for_prompt(GREETED)
    term.say(":hint", "Hint >")
    term.say("QUIT.", "S: 500", "As an answer it is `:= QUIT.`")
    term.say("QUIT", "S: 221", "Reached > QUIT was answered by 221")
    term.say("the server", "Taken as your answer.", "The end of")
    term.say(":report mistakes", "you said QUIT.")
    assert max(len(row) for row in term.lines() if row.startswith(" |")) <= 60
    term.type(CTRL_D)
    assert term.wait_for_end() == 0


def _numbers(rows: list[str], *wanted: str) -> list[str]:
    """The numbers before these lines in the list on the screen."""
    found = {}
    for row in rows:
        number, _, text = row.removeprefix(" | ").partition(" ")
        if number.isdecimal():
            found[text.strip()] = number
    return [found[one] for one in wanted]


def test_a_dumb_terminal(shell: Open) -> None:
    """It gets whole lines and prompts, and not one escape sequence."""
    term = shell("learn", "1-1", env={"TERM": "dumb"})
    term.wait_for_prompt("your prediction")
    term.say("2", "how sure are you?")
    term.say("3", "S: 220", "Reached > The server greeted first")
    term.wait_for_prompt("connected>")
    term.say(":hint", "Hint > The server wants to know")
    term.say(":quit", "Leave like this?")
    term.enter(":quit")
    assert term.wait_for_end() == 0
    assert b"\x1b" not in term.raw
