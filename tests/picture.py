"""README's pictures: what the shell shows in short sessions that are really played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.terminal.driver import Terminal, terminal

# What is typed, what is seen then, and how the prompt stands behind it.
LINES = (
    ("EHLO desk7.office.test", "This is what the server can do", "greeted>"),
    ("MAIL FROM: <dora@office.test>", "S: 250 2.1.0", "envelope(0)>"),
    ("RCPT TO:<nobody@office.test>", "No such mailbox", "envelope(0)>"),
)


def first_session(home: Path) -> str:
    """A short session, 80 columns wide, from the first line to the hint bar."""
    with terminal([], home, rows=50) as term:
        term.wait_for_prompt("connected>")
        for line, seen, prompt in LINES:
            term.say(line, seen)
            term.wait_for_prompt(prompt)
        return _shown(term, "next: RCPT TO, RSET, QUIT")


def lesson_1_2(home: Path) -> str:
    """A line is held until the learner has said what will come of it."""
    with terminal(["learn", "1-2"], home) as term:
        term.wait_for_prompt("connected>")
        term.say(":next", "Put them in order with their numbers")
        term.say(":skip", "Step 3 of 5")
        term.wait_for_prompt("connected>")
        term.say("HELO desk7.office.test", "S: 250 mail.office.test")
        term.say("MAIL FROM:<dora@office.test>", "S: 250 2.1.0")
        term.wait_for_prompt("envelope(0)>")
        term.say("RCPT TO:<ana@office.test>", "Not sent yet: RCPT")
        term.wait_for_prompt("your prediction")
        term.say("2xx", "how sure are you?")
        term.say("3", "S: 250 2.1.5", "Reached >", "Step 4 of 5")
        term.wait_for_prompt("envelope(1)>")
        return _shown(term, "next: RCPT TO, DATA")


def lesson_4_3(home: Path) -> str:
    """A login that fails for one byte, which nobody sees."""
    with terminal(["learn", "4-3"], home) as term:
        term.wait_for_prompt("connected>")
        term.say(":skip", "Step 2 of")
        term.wait_for_prompt("tls greeted>")
        term.say("AUTH LOGIN", "S: 334 VXNlcm5hbWU6")
        term.wait_for_prompt("tls auth:")
        term.say("YWRhCg==", "S: 334 UGFzc3dvcmQ6")
        term.wait_for_prompt("tls auth:")
        term.say("YXBwbGUtNw==", "Not sent yet")
        term.wait_for_prompt("your prediction")
        term.say("2xx", "how sure are you?")
        term.say("3", "S: 535")
        term.wait_for_prompt("tls greeted>")
        return _shown(term, "next: MAIL FROM, AUTH")


def lesson_5_2(home: Path) -> str:
    """Who am I? The triangle of names and addresses, and the edge that is broken."""
    with terminal(["learn", "5-2"], home) as term:
        term.wait_for_prompt("connected>")
        term.say(":skip", "Step 2 of")
        term.say(":whoami", "BROKEN", "Reached >")
        term.wait_for_prompt("envelope(0)>")
        return _shown(term, "next: RCPT TO, RSET, QUIT")


PICTURES: dict[str, Callable[[Path], str]] = {
    "first-session": first_session,
    "lesson-1-2": lesson_1_2,
    "lesson-4-3": lesson_4_3,
    "lesson-5-2": lesson_5_2,
}


def _shown(term: Terminal, bar: str) -> str:
    """The screen when the hint bar below the prompt says *bar*."""
    term.wait_until(lambda: bar in _rows(term)[-1], bar)
    return "\n".join(_rows(term))


def _rows(term: Terminal) -> list[str]:
    return [row for row in term.display() if row]
