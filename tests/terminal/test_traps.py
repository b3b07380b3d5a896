"""The traps of telnet, nc and openssl s_client: none of them is in this shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.conftest import Open
from tests.terminal.driver import BACKSPACE, CTRL_C, CTRL_D, CTRL_R, CTRL_U, LEFT, UP, Terminal
from tests.terminal.puppet import puppet
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
    term.say("QUIT", "221 bye", "closed>")
    term.type(CTRL_D)
    assert term.wait_for_end() == 0


def test_t01_no_line_is_stolen_under_tls(shell: Open, tmp_path: Path) -> None:
    """Lines that begin with Q, R, C, k or K reach the server as they were typed."""
    with recorder(tmp_path) as server:
        term = to_recorder(shell, server)
        for line in ("Quack", "R", "C", "k", "K"):
            term.say(line, "S: 250 ok", "tls greeted>")
        term.say("MAIL FROM:<dora@office.test>", "tls envelope(0)>")
        term.say("RCPT TO:<ana@office.test>", "tls envelope(1)>")
        term.say("DATA", "S: 354", "letter:")
        for line in STOLEN:
            term.enter(line)
        term.say(".", "tls greeted>")
        leave(term)
    letter = "".join(f"{line}\r\n" for line in STOLEN).encode()
    assert b"\r\nQuack\r\nR\r\nC\r\nk\r\nK\r\nMAIL FROM:" in server.heard
    assert server.heard.endswith(b"DATA\r\n" + letter + b".\r\nQUIT\r\n")


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


@pytest.mark.parametrize(
    ("options", "env"),
    [
        pytest.param((), {}, id="prompt"),
        pytest.param(("--plain",), {}, id="plain"),
        pytest.param((), {"TERM": "dumb"}, id="dumb"),
    ],
)
def test_other_peoples_telnet_sends_its_keys(
    shell: Open, tmp_path: Path, options: tuple[str, ...], env: dict[str, str]
) -> None:
    """On request: Backspace is an octet of the line then, until that is taken back."""
    with recorder(tmp_path) as server:
        where = f"127.0.0.1:{server.port}"
        term = shell("connect", where, "--tls", "--cafile", str(server.ca), *options, env=env)
        term.wait_for_prompt("tls connected>")
        term.say(":set raw-keys on", "raw-keys is on")
        term.say(f"QUIY{BACKSPACE}T", "250 ok")
        term.say(":bytes hex", "51 55 49 59 7f 54 0d 0a")
        term.say(":set raw-keys off", "raw-keys is off")
        term.say(f"NOOQ{BACKSPACE}P", "250 ok")
        leave(term)
    assert b"QUIY\x7fT\r\nNOOP\r\nQUIT\r\n" in server.heard


def test_t07_both_offers_are_shown_and_compared(shell: Open) -> None:
    """The EHLO replies in clear and under TLS are on the screen, and what changed is said."""
    term = shell()
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "S: 250-STARTTLS", "greeted>")
    term.say("STARTTLS", "verified", "tls connected>")
    term.say("EHLO desk7.office.test", "S: 250-AUTH PLAIN", "Gone: STARTTLS.")
    replies = [row for row in term.lines() if row.startswith("S: 250")]
    first, second = (set(part) for part in _in_two(replies, "S: 250 CHUNKING"))
    assert "S: 250-STARTTLS" in first - second
    assert any(row.startswith("S: 250-AUTH ") for row in second - first)
    assert "new: AUTH. Gone: STARTTLS." in term.text()


def _in_two(rows: list[str], last: str) -> tuple[list[str], list[str]]:
    """The rows as far as the first *last*, and the others."""
    middle = rows.index(last) + 1
    return rows[:middle], rows[middle:]


def test_t08_starttls_typed_by_hand_upgrades_in_place(shell: Open, tmp_path: Path) -> None:
    """In clear nothing but EHLO and STARTTLS; then, on the same connection, all under TLS."""
    with recorder(tmp_path, starttls=True) as server:
        term = shell("connect", f"127.0.0.1:{server.port}", "--cafile", str(server.ca))
        term.wait_for_prompt("connected>")
        term.say("EHLO desk7.office.test", "S: 250 STARTTLS", "greeted>")
        term.say("STARTTLS", "S: 220 go on", "certificate of 127.0.0.1 verified")
        term.wait_for_prompt("tls connected>")
        term.say("EHLO desk7.office.test", "S: 250 AUTH LOGIN", "tls greeted>")
        term.say("NOOP", "S: 250 ok")
        leave(term)
    assert server.heard_in_clear == b"EHLO desk7.office.test\r\nSTARTTLS\r\n"
    assert server.heard == b"EHLO desk7.office.test\r\nNOOP\r\nQUIT\r\n"


def test_t09_missing_brackets_are_remarked_while_typing_and_sent_all_the_same(shell: Open) -> None:
    """The remark and the underlining come before Enter, and Enter sends what was typed."""
    term = shell()
    term.wait_for_prompt("connected>")
    term.say("EHLO desk7.office.test", "greeted>")
    term.type("MAIL FROM:dora@office.test")
    term.wait_for("^ The address stands in angle brackets")
    assert term.underlined() == "dora@office.test"
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


SECRETS = ("planted", "cGxhbnRlZA", "BwbGFudGVk", "cGxhbnRl")  # as such, and in base64


def test_t12_no_secret_is_kept(shell: Open, tmp_path: Path) -> None:
    """Neither history, its search, nor any other file holds the password or its base64."""
    with recorder(tmp_path) as server:
        term = to_recorder(shell, server)
        log_in(term)
        term.say("AUTH PLAIN AGRvcmEAcGxhbnRlZA==", "S: 334 VXNlcm5hbWU6")
        term.say("*", "S: 334 UGFzc3dvcmQ6")
        term.say("*", "S: 235")
        term.say(f":save {tmp_path / 'saved.smtp'}", "Passwords are left out")
        for search in ("AUTH", "cGxh", "AGRv"):
            term.type(CTRL_R + search)
            term.wait_for(f"I-search backward: {search}")
            assert not any(secret in "".join(term.display()[-3:]) for secret in SECRETS)
            term.type(CTRL_C)
            term.wait_until(lambda: term.cursor_row() == "tls greeted>", "the empty prompt")
        leave(term)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"history", "saved.smtp"} <= {path.name for path in kept}
    assert any("transcripts" in path.parts for path in kept)
    for path in kept:
        text = path.read_text("utf-8", "replace")
        assert not any(secret in text for secret in SECRETS), path


def test_t12_no_secret_is_shown_again(shell: Open, tmp_path: Path) -> None:
    """A login stands in its lane, hidden if so wished, and is brought back by nothing."""
    with recorder(tmp_path) as server:
        term = to_recorder(shell, server)
        term.say(":set mask on", "mask is on")
        log_in(term)
        for again in (":again", ":fix", ":why", ":explain", ":bytes", ":bytes hex", UP * 3):
            term.type(again + ("\r" if again[0] == ":" else ""))
            term.say(CTRL_U + ":state", "logged in")
        assert not any(secret in term.text() for secret in SECRETS)
        term.say(":again", "not brought back")
        leave(term)
    [path] = (tmp_path / "state" / "smtpshell" / "transcripts").iterdir()
    replayed = shell("replay", str(path))
    assert replayed.wait_for_end() == 0
    assert "S: 235 ok" in replayed.text()
    assert not any(secret in replayed.text() for secret in SECRETS)


def test_t12_what_the_server_repeats_is_hidden_too(shell: Open, tmp_path: Path) -> None:
    """Some servers put what they were sent into their refusal: as it was, and decoded."""
    with puppet() as server:
        term = shell("connect", server.address)
        server.greet()
        term.wait_for_prompt("connected>")
        term.enter("AUTH PLAIN AGRvcmEAcGxhbnRlZA==")
        server.hear(b"AGRvcmEAcGxhbnRlZA==\r\n")
        server.say(b"535-5.7.8 dora may not log in with planted\r\n")
        server.say(b"535 5.7.8 nor with AGRvcmEAcGxhbnRlZA== or cGxhbnRlZA==\r\n")
        term.wait_for("S: 535 5.7.8 nor with")
        server.hang_up()
        term.wait_for_prompt("closed>")
        term.type(CTRL_D)
        assert term.wait_for_end() == 0
    [path] = (tmp_path / "state" / "smtpshell" / "transcripts").iterdir()
    text = path.read_text()
    assert "535 5.7.8 nor with" in text
    assert not any(secret in text for secret in SECRETS)


def log_in(term: Terminal) -> None:
    """AUTH LOGIN as dora, with the password `planted`."""
    term.say("AUTH LOGIN", "S: 334 VXNlcm5hbWU6")
    term.wait_until(lambda: "auth:" in term.cursor_row(), "auth:")
    term.say("ZG9yYQ==", "S: 334 UGFzc3dvcmQ6")
    term.say("cGxhbnRlZA==", "S: 235", "tls greeted>")
