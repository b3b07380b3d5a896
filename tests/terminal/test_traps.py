"""The traps of telnet, nc and openssl s_client: none of them is in this shell."""

from __future__ import annotations

from pathlib import Path

from tests.terminal.conftest import Open
from tests.terminal.driver import BACKSPACE, CTRL_R, LEFT, Terminal
from tests.terminal.recorder import Recorder, recorder

# s_client takes lines that begin like this for commands to itself.
STOLEN = (
    "RCPT TO: is only text here",
    "Received: from nowhere",
    "Regards,",
    "Content-Type: text/plain",
    "Cc: ben@office.test",
    "Kind regards,",
    "Q.",
    "QUIT",
    "k",
    "K",
    "R",
    "C",
)


def to_recorder(shell: Open, server: Recorder) -> Terminal:
    """A terminal connected to *server*, greeted."""
    term = shell("connect", f"127.0.0.1:{server.port}", "--tls", "--cafile", str(server.ca))
    term.wait_for_prompt("tls connected>")
    term.say("EHLO desk7.office.test", "S: 250 AUTH LOGIN", "tls greeted>")
    return term


def leave(term: Terminal) -> None:
    """QUIT, and out."""
    term.say("QUIT", "S: 221 bye", "closed>")
    term.type("\x04")
    assert term.wait_for_end() == 0


def test_t01_no_line_is_stolen_under_tls(shell: Open, tmp_path: Path) -> None:
    """Lines that begin with Q, R, C, k or K reach the server as they were typed."""
    with recorder(tmp_path) as server:
        term = to_recorder(shell, server)
        term.say("MAIL FROM:<dora@office.test>", "tls envelope(0)>")
        term.say("RCPT TO:<ana@office.test>", "tls envelope(1)>")
        term.say("DATA", "S: 354", "letter:")
        for line in STOLEN:
            term.enter(line)
        term.say(".", "tls greeted>")
        leave(term)
    letter = "".join(f"{line}\r\n" for line in STOLEN).encode()
    assert b"DATA\r\n" + letter + b".\r\nQUIT\r\n" in server.heard


def test_t02_answers_to_334_arrive_verbatim(shell: Open, tmp_path: Path) -> None:
    """`Alice` begins with Q in base64 and `Dave` with R: s_client would eat both."""
    with recorder(tmp_path) as server:
        term = to_recorder(shell, server)
        term.say("AUTH LOGIN", "auth:")
        term.say("QWxpY2U=", "S: 334 UGFzc3dvcmQ6")
        term.say("RGF2ZQ==", "S: 235")
        leave(term)
    assert b"AUTH LOGIN\r\nQWxpY2U=\r\nRGF2ZQ==\r\nQUIT\r\n" in server.heard


def test_t03_every_line_ends_with_crlf(shell: Open, tmp_path: Path) -> None:
    """Enter is CR LF, in commands, in the letter and for the dot."""
    with recorder(tmp_path) as server:
        term = to_recorder(shell, server)
        term.say("DATA", "letter:")
        for line in ("a", "", "b"):
            term.enter(line)
        term.say(".", "S: 250 ok")
        leave(term)
    assert server.heard.count(b"\n") == server.heard.count(b"\r\n") == server.heard.count(b"\r")
    assert b"a\r\n\r\nb\r\n.\r\n" in server.heard


def test_t05_editing_keys_stay_here(shell: Open, tmp_path: Path) -> None:
    """Backspace and arrows edit the line; the server gets it whole and clean."""
    with recorder(tmp_path) as server:
        term = to_recorder(shell, server)
        term.type("NOOPX" + BACKSPACE)
        term.type(" tset" + LEFT * 2 + BACKSPACE)  # " tet"
        term.say("", "S: 250 ok")
        leave(term)
    assert b"NOOP tet\r\nQUIT\r\n" in server.heard
    assert b"\x7f" not in server.heard
    assert b"\x1b" not in server.heard


def test_t07_t08_starttls_upgrades_in_place_and_both_offers_are_compared(shell: Open) -> None:
    """Both EHLO replies are on the screen, and what changed between them is said."""
    term = shell()
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "S: 250-STARTTLS", "greeted>")
    term.say("STARTTLS", "verified", "tls connected>")
    term.say("EHLO desk7.office.test", "S: 250-AUTH PLAIN", "Gone: STARTTLS.")
    shown = term.text()
    assert shown.count("S: 250-PIPELINING") == 2
    assert "new: AUTH" in shown


def test_t09_missing_brackets_are_remarked_while_typing_and_sent_all_the_same(shell: Open) -> None:
    """The remark comes before Enter, and Enter sends what was typed."""
    term = shell()
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "greeted>")
    term.type("MAIL FROM:dora@office.test")
    term.wait_for("^ The address stands in angle brackets")
    assert "C: MAIL" not in term.text()
    term.say("", "C: MAIL FROM:dora@office.test", "S: 250 2.1.0")


def test_t10_a_missing_empty_line_is_explained_at_the_dot(shell: Open) -> None:
    """From what the server received: no empty line, so no text."""
    term = shell()
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "greeted>")
    term.say("MAIL FROM:<dora@office.test>", "envelope(0)>")
    term.say("RCPT TO:<ana@office.test>", "envelope(1)>")
    term.say("DATA", "letter:")
    term.enter("Subject: hello")
    term.enter("Hello Ana")
    term.say(".", "No empty line: this letter has no text")


def test_t12_no_secret_is_kept(shell: Open, tmp_path: Path) -> None:
    """Neither history, its search, nor the transcript holds the password or its base64."""
    with recorder(tmp_path) as server:
        term = to_recorder(shell, server)
        term.say("AUTH LOGIN", "auth:")
        term.say("ZG9yYQ==", "S: 334 UGFzc3dvcmQ6")
        term.say("cGxhbnRlZA==", "S: 235")
        term.say("AUTH PLAIN AGRvcmEAcGxhbnRlZA==", "auth:")
        term.say("*", "S: 334")
        term.say("*", "S: 235")
        term.type(CTRL_R + "cGxh")
        term.wait_for("I-search backward")
        assert not any("cGxhbnRlZA" in line for line in term.display()[-3:])
        term.type("\x03")
        leave(term)
    kept = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert any("transcripts" in path.parts for path in kept)
    for path in kept:
        data = path.read_bytes()
        assert b"planted" not in data
        assert b"cGxhbnRlZA" not in data, path
