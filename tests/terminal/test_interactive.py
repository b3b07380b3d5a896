"""The shell at a terminal: what only a terminal can show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.conftest import Open
from tests.terminal.driver import CTRL_BRACKET, CTRL_C, CTRL_D, CTRL_R, F1, Terminal
from tests.terminal.puppet import Puppet, puppet

PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"
TAB, UP = "\t", "\x1b[A"
_COLOUR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;)[0-9;]*m")


@pytest.fixture
def server() -> Iterator[Puppet]:
    with puppet() as made:
        yield made


def to_puppet(shell: Open, server: Puppet, *arguments: str, **options: object) -> Terminal:
    """A terminal that has been greeted by *server*."""
    term = shell("connect", server.address, *arguments, **options)
    server.greet()
    term.wait_for_prompt("connected>")
    return term


def gone(term: Terminal) -> None:
    """Ctrl-D twice."""
    term.type(CTRL_D)
    term.wait_for("Ctrl-D again leaves")
    term.type(CTRL_D)
    assert term.wait_for_end() == 0


def test_an_unasked_421_appears_at_once_and_garbles_nothing(shell: Open, server: Puppet) -> None:
    """Above the line that is being typed, which stays whole and can be typed on."""
    term = to_puppet(shell, server)
    term.type("RCPT TO:<an")
    term.wait_for_prompt("connected> RCPT TO:<an")
    server.say(b"421 4.3.2 shutting down\r\n")
    term.wait_for("S: 421 4.3.2 shutting down")
    term.wait_until(lambda: "> RCPT TO:<an" in term.cursor_row(), "the line below it")
    term.type("a@")
    term.wait_until(lambda: term.cursor_row().endswith("RCPT TO:<ana@"), "what is typed on")
    assert sum("RCPT TO:<ana@" in row for row in term.display()) == 1
    assert not any("RCPT" in row and "421" in row for row in term.lines())


def test_many_unasked_lines_keep_their_order_and_the_line(shell: Open, server: Puppet) -> None:
    """Fifty lines in small pieces."""
    term = to_puppet(shell, server)
    term.type("NOOP")
    for number in range(50):
        server.say(b"250 line %d\r" % number)
        server.say(b"\n")
    term.wait_for("S: 250 line 49")
    term.wait_until(lambda: term.cursor_row().endswith("NOOP"), "the typed line")
    shown = [row for row in term.lines() if row.startswith("S: 250 line")]
    assert shown == [f"S: 250 line {number}" for number in range(50)]


@pytest.mark.parametrize(
    "attack",
    [
        b"\x1b]0;owned\x07",
        b"\x1b]52;c;aGk=\x07",
        b"\x1b[2J\x1b[H",
        b"\x1b[6n\x1b[c",
        b"\x9b2J",
        b"\xc2\x9b2J",
        b"\x1bP+q544e\x1b\\",
        b"a\x08\x08\x08b\rc",
        b"\xe2\x80\xae\xe2\x81\xa6txt",
        b"\x00\x01\x02\x7f",
        b"\xff\xfe",
        b"e" + b"\xcc\x81" * 40,
        b"x" * 5000,
    ],
    ids=lambda attack: ascii(attack[:16]),
)
def test_hostile_text_does_nothing_to_the_terminal(
    shell: Open, server: Puppet, attack: bytes
) -> None:
    """Greeting, EHLO words, replies and challenges, wherever they are shown again."""
    term = shell("connect", server.address)
    server.greet(b"220 " + attack + b"\r\n")
    term.wait_for_prompt("connected>")
    term.enter("EHLO me.test")
    server.hear(b"EHLO me.test\r\n")
    server.say(b"250-" + attack + b"\r\n250-X" + attack + b" " + attack + b"\r\n250 AUTH " + attack)
    server.say(b"\r\n")
    term.wait_for_prompt("greeted>")
    for line in (":state", ":why", ":explain", ":bytes", ":rfc"):
        term.say(line, "greeted>")
    term.type("AUTH ")
    term.type("\t")
    term.type("\x15")
    written = term.raw.replace(b"\x1b[6n", b"") if attack.startswith(b"\x1b[6n") else term.raw
    for bad in (attack, b"\x1b]", b"\x1bP", b"\x9b", b"\x08", b"\x00", b"\x07"):
        if bad == attack and attack.isalnum():
            continue
        assert bad not in written.replace("\u5b9b".encode(), b"")


def test_ctrl_c_stops_waiting_and_then_offers_to_drop(shell: Open, server: Puppet) -> None:
    """The session stays usable; dropping is confirmed."""
    term = to_puppet(shell, server)
    term.enter("NOOP")
    server.hear(b"NOOP\r\n")
    term.wait_for("no reply yet to NOOP")
    term.type(CTRL_C)
    term.wait_for("Stopped waiting for NOOP")
    server.say(b"250 late\r\n")
    term.wait_for("S: 250 late")
    term.wait_for_prompt("connected>")
    term.type(CTRL_C)
    term.wait_for("Drop the connection, without QUIT?")
    term.type("y")
    server.hear_end()
    term.wait_for_prompt("closed>")
    term.type(CTRL_D)
    assert term.wait_for_end() == 0


def test_ctrl_c_ends_a_connection_that_is_never_greeted(shell: Open, server: Puppet) -> None:
    """The prompt is there although the server is silent."""
    term = shell("connect", server.address)
    server.greet(b"")
    term.wait_for("no reply yet to the connection")
    term.type(CTRL_C)
    term.wait_for("Stopped waiting")
    gone(term)
    assert term.disorder() == []


def test_early_talk_is_possible(shell: Open, server: Puppet) -> None:
    """Whoever does not wait for the greeting is heard, and told."""
    term = shell("connect", server.address)
    server.greet(b"")
    term.wait_for("no reply yet to the connection")
    term.enter("EHLO me.test")
    server.hear(b"EHLO me.test\r\n")
    term.wait_for("server speaks first")


def test_ctrl_d_warns_with_the_reason_and_leaves_at_the_second_time(shell: Open) -> None:
    """And the terminal is as it was."""
    term = shell()
    term.wait_for_prompt("connected>")
    term.type(CTRL_D)
    term.wait_for("QUIT was not said")
    term.enter("EHLO desk7.office.test")
    term.wait_for_prompt("greeted>")
    gone(term)
    assert term.disorder() == []


def test_a_paste_is_a_queue_that_is_shown_and_can_be_dropped(shell: Open, server: Puppet) -> None:
    """One line per reply; Ctrl-C drops what waits; the last half line is left at the prompt."""
    term = to_puppet(shell, server)
    term.type(f"{PASTE}EHLO me.test\rNOOP\rRSET\rQU{PASTE_END}")
    term.wait_for("3 lines were pasted.")
    assert "3 RSET" in term.text()
    term.type("l")
    server.hear(b"EHLO me.test\r\n")
    term.wait_for("2 lines to come")
    server.say(b"250 mail.test\r\n")
    server.hear(b"NOOP\r\n")
    term.type(CTRL_C)
    term.wait_for("1 line dropped")
    server.say(b"250 ok\r\n")
    term.wait_for_prompt("greeted> QU")
    assert server.heard == b"EHLO me.test\r\nNOOP\r\n"


def test_a_paste_can_go_out_as_one_batch(shell: Open, server: Puppet) -> None:
    """In one piece, and each reply finds its command."""
    term = to_puppet(shell, server)
    term.type(f"{PASTE}EHLO me.test\rNOOP\rRSET\r{PASTE_END}")
    term.wait_for("3 lines were pasted.")
    term.type("b")
    server.hear(b"EHLO me.test\r\nNOOP\r\nRSET\r\n")
    server.say(b"250 mail.test\r\n250 noop\r\n250 rset\r\n")
    term.wait_for("S: 250 rset")
    term.wait_for_prompt("greeted>")


def test_f1_and_ctrl_bracket_work_inside_a_letter(shell: Open) -> None:
    """Nothing of it reaches the server, and what is being typed is kept."""
    term = shell()
    term.wait_for_prompt("connected>")
    for line, prompt in (
        ("EHLO desk7.office.test", "greeted>"),
        ("MAIL FROM:<dora@office.test>", "envelope(0)>"),
        ("RCPT TO:<ana@office.test>", "envelope(1)>"),
        ("DATA", "letter:"),
    ):
        term.enter(line)
        term.wait_for_prompt(prompt)
    term.type("Dear Ana" + CTRL_BRACKET)
    term.wait_for_prompt("local: :")
    term.say("state", "accepted in this session")
    term.wait_for_prompt("letter: Dear Ana")
    term.type(F1)
    term.wait_for("letter: Dear Ana")
    term.type("\x15")
    term.say(":state", "C: :state")
    term.say("y", "C: y")
    term.say(".", "S: 250 2.0.0")
    term.say(":mailbox ana", "as it is stored: Return-Path: <dora@office.test>")


def test_history_lasts_between_sessions_without_secrets(shell: Open, tmp_path: Path) -> None:
    """Owner's alone; Up brings the last line, Ctrl-R finds no login."""
    term = shell()
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "greeted>")
    term.say("AUTH PLAIN AGRvcmEAZGV3YmVycnktNw==", "S: 5")
    term.say("NOOP", "S: 250")
    gone(term)
    history = tmp_path / "state" / "smtpshell" / "history"
    assert history.stat().st_mode & 0o777 == 0o600
    assert "AUTH" not in history.read_text()
    term = shell()
    term.wait_for_prompt("connected>")
    term.type(UP)
    term.wait_for_prompt("connected> NOOP")
    term.type(CTRL_C)
    term.wait_for_prompt("connected>")
    term.type(CTRL_R)
    term.wait_for("I-search backward:")
    term.type("EHLO")
    term.wait_until(
        lambda: "connected> EHLO desk7.office.test" in term.display(), "the line that was found"
    )


def test_a_terminal_that_never_reports_its_cursor_has_the_hint_bar_too(shell: Open) -> None:
    """It is not asked for it, so nothing waits and no warning comes."""
    term = shell(answers=False)
    term.wait_for_prompt("connected>")
    term.wait_for("next: EHLO, HELO")
    assert b"\x1b[6n" not in term.raw
    assert "CPR" not in term.text()


def test_no_color_has_no_colour_and_the_same_words(shell: Open) -> None:
    """Meaning is never by colour alone."""
    words = []
    for env in ({"NO_COLOR": "1"}, {}):
        term = shell(env=env)
        term.wait_for_prompt("connected>")
        term.say("MAIL FROM: <a@b.test>", "S: 503")
        term.wait_for_prompt("connected>")
        assert bool(_COLOUR.search(term.raw)) == (not env)
        words.append([row for row in term.lines() if row.startswith(("C:", "S:", " |"))])
    assert words[0][:4] == words[1][:4]


@pytest.mark.parametrize("options", [("--plain",), ()], ids=["plain", "dumb"])
def test_plain_and_dumb_terminals_get_no_escape_sequence(
    shell: Open, options: tuple[str, ...]
) -> None:
    """Linear text with every word of the lanes and notes."""
    env = {} if options else {"TERM": "dumb"}
    term = shell(*options, env=env)
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "greeted>")
    term.say(":state", "no, plain text")
    term.enter("QUIT")
    term.wait_for("closed>")
    term.type(CTRL_D)
    assert term.wait_for_end() == 0
    text = term.text()
    marks = ("you sent: EHLO", "server says: 250 CHUNKING", "note: ") if options else ("C:", "S:")
    assert all(mark in text for mark in marks)
    assert b"\x1b" not in term.raw
    assert term.modes_now() == list(term.modes)


@pytest.mark.parametrize("options", [("--plain",), ()], ids=["plain", "dumb"])
def test_lines_typed_ahead_wait_for_their_turn_on_a_plain_terminal_too(
    shell: Open, options: tuple[str, ...]
) -> None:
    """Nobody who types fast, or pastes, speaks out of turn, and no prompt stands in between."""
    term = shell(*options, env={} if options else {"TERM": "dumb"})
    term.wait_for_prompt("connected>")
    dialogue = (
        "EHLO desk7.office.test",
        "MAIL FROM:<dora@office.test>",
        "RCPT TO:<ana@office.test>",
    )
    letter = ("Subject: x", "", "How are you?", ".")
    term.type("".join(f"{line}\r" for line in (*dialogue, "DATA", *letter, "QUIT")))
    term.wait_for("221 2.0.0 Bye")
    term.wait_for_prompt("closed>")
    assert "Wait for the reply" not in term.text()
    lines = term.lines()
    mark = "you sent: " if options else "C: "
    at = lines.index(f"{mark}Subject: x")
    assert lines[at : at + len(letter)] == [f"{mark}{line}".rstrip() for line in letter]


def test_no_key_shows_a_password_on_a_plain_terminal(shell: Open) -> None:
    """Neither its completions nor what F1 has to say about it; and Enter takes it as it is."""
    term = shell("--plain")
    term.wait_for_prompt("connected>")
    term.say(":auth PLAIN ana", "Password of ana")
    term.type("QU" + TAB + F1 + TAB)
    term.enter("IZ")
    term.wait_for("AUTH PLAIN AGFuYQBRVUla")
    assert "QUIT" not in term.text()
    assert "no command we know" not in term.text()


def test_octets_that_are_no_letters_can_be_typed_on_a_dumb_terminal(shell: Open) -> None:
    """They go out, and the lines behind them as well, whatever the locale makes of them."""
    term = shell(env={"TERM": "dumb", "PYTHONIOENCODING": "utf-8:strict"})
    term.wait_for_prompt("connected>")
    term.press(b"NOOP \xe9\r")
    term.wait_for(r"C: NOOP \xe9")
    term.wait_for_prompt("connected>")
    term.say("NOOP", "250 2.0.0 Ok")


def test_a_wide_terminal_uses_its_width(shell: Open) -> None:
    """The bar grows, the notes stay readable."""
    term = shell(columns=200, rows=50)
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "greeted>")
    bar = next(row for row in reversed(term.display()) if row)
    assert ":why :hint :state" in bar
    notes = [row for row in term.lines() if row.startswith(" |")]
    assert notes
    assert max(map(len, notes)) <= 101


def test_a_small_terminal_still_works(shell: Open) -> None:
    """Twelve rows of forty columns."""
    term = shell(columns=40, rows=12)
    term.wait_for_prompt("connected>")
    term.type("EH")
    term.wait_for("EHLO")
    term.say("LO desk7.office.test", "greeted>")
    term.say(":state", "greeted>")
    term.say("QUIT", "S: 221")


def test_vi_keys_and_themes_can_be_set(shell: Open) -> None:
    """In the running shell."""
    term = shell()
    term.wait_for_prompt("connected>")
    for theme in ("light", "mono", "high-contrast", "dark"):
        term.say(f":set theme {theme}", f"theme is {theme}")
    term.say(":set keys vi", "keys is vi")
    term.say(":set hint-bar off", "hint-bar is off")
    term.wait_until(lambda: "next:" not in "".join(term.display()[-2:]), "no hint bar")


def test_an_untrusted_certificate_is_told_in_words_and_the_learner_chooses(
    shell: Open, tmp_path: Path
) -> None:
    """Not a byte of SMTP travels before that."""
    from tests.terminal.recorder import recorder

    with recorder(tmp_path) as server:
        term = shell("connect", f"127.0.0.1:{server.port}", "--tls")
        term.wait_for("This certificate was not verified")
        term.wait_for("g = go on all the same, h = hang up:")
        assert server.heard == b""
        term.type("g")
        term.wait_for_prompt("tls connected>")
        term.say("QUIT", "S: 221 bye")
        term.type(CTRL_D)
        assert term.wait_for_end() == 0


def test_leaving_and_coming_back_to_the_practice_server(shell: Open, server: Puppet) -> None:
    """`:connect HOST`, `:connect practice`, `:restart`."""
    term = shell()
    term.wait_for_prompt("connected>")
    term.enter(f":connect {server.address}")
    server.greet(b"220 the other one\r\n")
    term.wait_for("S: 220 the other one")
    term.wait_for_prompt("connected>")
    term.say(":connect practice", "S: 220 mail.office.test")
    term.wait_for_prompt("connected>")
    term.say(":restart", "S: 220 mail.office.test")
    term.wait_for_prompt("connected>")
    term.say(":connect 127.0.0.1:1", "refused the connection")
    term.wait_for_prompt("closed>")
    term.say("NOOP", "nothing was sent")
