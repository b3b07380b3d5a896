"""A newcomer's whole first session on the practice server, typed with the usual mistakes."""

from __future__ import annotations

import base64

from tests.terminal.conftest import Open

PLAIN = base64.b64encode(b"\0dora\0dewberry-7").decode()


def test_a_newcomer_makes_every_mistake_and_delivers_a_letter(shell: Open) -> None:
    """Each mistake is diagnosed by its note, and in the end the letter lies in the mailbox."""
    term = shell()
    term.wait_for("The server is ready")
    term.wait_for_prompt("connected>")

    # M14: the argument of EHLO is the name of one's own machine.
    term.say("EHLO", "After EHLO comes the name of the machine that speaks")
    term.say("RCPT TO:<ana@office.test>", "the server still waits for one")
    term.say("EHLO desk7.office.test", "This is what the server can do")
    # M04: commands out of order.
    term.say("RCPT TO:<ana@office.test>", "503 means: good command, wrong moment.")
    # M09 and M10: no brackets, and a space after the colon.
    term.say(
        "MAIL FROM: dora@office.test",
        "No space belongs after the colon",
        "The address goes into angle brackets",
        "S: 250 2.1.0",
        "The brackets were missing, and this server forgave it",
    )
    # M20: a list in one command.
    term.say("RCPT TO:<ana@office.test>,<ben@office.test>", "Write one RCPT line for each person.")
    term.say("RCPT TO:<ana@office.test>", "One more address on the envelope")
    # M12: a dot with something behind it; M03: no empty line.
    term.say("DATA", "Letter mode")
    for line in ("Subject: hello", "Hello Ana"):
        term.enter(line)
    term.say(". ", "The end mark is a line with one dot and nothing else")
    term.say(".", "S: 250 2.0.0", "No empty line: this letter has no text")
    # M08: a header where a command belongs. This server hangs up, as the real one does.
    term.wait_for_prompt("greeted>")
    term.say("Subject: once more", "Header lines are part of the letter: say DATA first.")

    term.say(":connect", "The server is ready")
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "S: 250 CHUNKING")
    term.say("STARTTLS", "S: 220 2.0.0")
    term.wait_for_prompt("tls connected>")
    term.say("EHLO desk7.office.test", "new: AUTH. Gone: STARTTLS.")
    term.say(f"AUTH PLAIN {PLAIN}", "S: 235 2.7.0")
    term.say("MAIL FROM:<dora@office.test>", "S: 250 2.1.0")
    term.say("RCPT TO:<ana@office.test>", "S: 250 2.1.5")
    term.enter("BDAT 48 LAST")
    for line in ("From: dora@office.test", ""):
        term.enter(line)
    term.say("Counted, not dotted.", "S: 250 2.0.0")
    term.say(":mailbox ana", "ana@office.test 2")
    term.say(":mailbox ana 2", "Return-Path: <dora@office.test>", "Counted, not dotted.")
    term.say("QUIT", "S: 221 2.0.0")
    term.type("\x04")
    assert term.wait_for_end() == 0


def test_the_same_mistakes_look_different_elsewhere(shell: Open) -> None:
    """M14, M04, M20 and M12 as others type them: each is told apart from what was meant."""
    term = shell(columns=100)
    term.wait_for_prompt("connected>")
    term.say("HELO me", "Give the full name of your machine", "a name that says nothing")
    term.say("EHLO localhost", "Give this machine's full name with its domain")
    term.say("DATA", "Something else comes first", "First MAIL, then RCPT, then DATA.")
    term.say("CC:<ben@office.test>", "Each person who gets the letter needs an RCPT line.")
    term.wait_for_prompt("closed>")
    term.say(":connect", "S: 220", "connected>")
    term.say("EHLO desk7.office.test", "S: 250 CHUNKING")
    term.say("MAIL FROM:<dora@office.test>", "S: 250 2.1.0")
    term.say("RCPT TO:<ana@office.test>", "S: 250 2.1.5")
    term.say("DATA", "letter:")
    term.enter("From: dora@office.test")
    term.enter()
    term.say("..", "The end mark is a line with one dot and nothing else")
    term.say('"."', "The end is one dot alone on its line")
    term.say(r"\r\n.\r\n", "Press Enter; the two bytes are sent for you.")
    term.say(".", "S: 250 2.0.0")
    term.say(":mailbox ana", r"\r\n.\r\n")
    rows = [row[3:] for row in term.lines() if row.startswith(" |")]
    letter = rows[rows.index("From: dora@office.test") :]
    assert letter[1:5] == ["", ".", '"."', r"\r\n.\r\n"]
