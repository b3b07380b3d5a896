"""The command line: what each command prints, and with which status it leaves."""

from __future__ import annotations

import ast
import errno
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from smtpshell.__main__ import main as front_door
from smtpshell.cli.command import cli
from smtpshell.help import TEXT
from smtpshell.shell.outcome import (
    AUTH,
    INTERRUPTED,
    NOBODY_READS,
    NOT_CONNECTED,
    OTHER,
    RCPT,
    SENT,
    TLS,
    UNFINISHED,
    USAGE,
)
from tests.net.harness import RawServer, take_a_letter

LETTER = """\
EHLO desk7.office.test
MAIL FROM:<dora@office.test>
RCPT TO:<ana@office.test>
DATA
From: Dora <dora@office.test>

Hello.
.
QUIT
"""


class Ran:
    """A finished run."""

    def __init__(self, process: subprocess.CompletedProcess[str]) -> None:
        self.status, self.out, self.err = process.returncode, process.stdout, process.stderr


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


class Runner:
    """Runs smtpshell as its users do, with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
        }

    def __call__(self, *arguments: str, script: str = "") -> Ran:
        command = [sys.executable, "-m", "smtpshell", *arguments]
        return Ran(
            subprocess.run(
                command, input=script, env=self.env, capture_output=True, text=True, timeout=60
            )
        )

    def transcripts(self) -> list[Path]:
        return sorted((self.home / "state").rglob("transcripts/*"))


@pytest.mark.parametrize("arguments", [["serve"], ["connect", "a.test"], []])
def test_what_was_typed_wrong_is_shown_and_not_obeyed(run: Runner, arguments: list[str]) -> None:
    """An argument may come from anywhere, too: a script, a link, a file name."""
    ran = run(*arguments, "x\x1b]0;owned\x07.\x9b31m\u202e")
    assert ran.status != 0
    assert r"x\x1b]0;owned\x07." in ran.err
    assert all(char.isprintable() or char == "\n" for char in ran.out + ran.err)


def test_a_script_sends_a_letter_to_the_practice_server(run: Runner) -> None:
    """Lines in, dialogue and notes out; nothing of it is an escape sequence."""
    ran = run(script=LETTER)
    assert ran.status == SENT, ran.out + ran.err
    assert ran.err == ""
    assert "C: RCPT TO:<ana@office.test>\nS: 250 2.1.5 Ok\n | One more address" in ran.out
    assert "S: 250 2.0.0 Ok: queued as" in ran.out
    assert "\x1b" not in ran.out


def test_another_practice_server_may_be_asked_for(run: Runner) -> None:
    """By its personality, in the house where that is at home, or in another one."""
    refused = run("--personality", "fcrdns-strict", script=LETTER)
    assert refused.status == RCPT
    assert "550-5.7.25 The PTR of [192.0.2.10] is host-10.provider.test," in refused.out
    taken = run("--personality=fcrdns-strict", "--scenario=small-office", script=LETTER)
    assert taken.status == SENT


HASTY = """
format = 1
kind = "personality"
id = "hasty"
like = "postfix-like"
about = "Has no patience."
[replies]
rcpt-ok = "452 4.3.1 Not now"
"""


def test_a_practice_server_of_ones_own(run: Runner, tmp_path: Path) -> None:
    """From a folder that is searched before ours; what is wrong in its file is told."""
    file = tmp_path / "mine" / "personalities" / "hasty.toml"
    file.parent.mkdir(parents=True)
    file.write_text(HASTY)
    asked = ("--folder", str(tmp_path / "mine"), "--personality", "hasty")
    ran = run(*asked, script=LETTER)
    assert "S: 452 4.3.1 Not now" in ran.out
    assert ran.status == RCPT
    file.write_text(HASTY.replace("[replies]", "[replys]"))
    assert 'hasty.toml:7: unknown key "replys"; did you mean "replies"?' in run(*asked).err


def test_a_session_is_kept_as_it_happens(run: Runner) -> None:
    """Every session leaves a transcript, which replay shows again."""
    run(script=LETTER)
    [kept] = run.transcripts()
    assert "C: MAIL FROM:<dora@office.test>" in kept.read_text()
    assert "S: 250 2.1.5 Ok" in run("replay", str(kept)).out
    run("--no-transcript", script=LETTER)
    assert run.transcripts() == [kept]


def test_the_transcript_is_named_once_at_the_end(run: Runner) -> None:
    """Whoever wants it need not look for it."""
    ran = run(script=LETTER)
    [kept] = run.transcripts()
    assert ran.out.endswith(f"\n | transcript: {kept}\n")
    assert ran.out.count(kept.name) == 1


def test_the_transcript_may_be_given_a_name(run: Runner, tmp_path: Path) -> None:
    """No file is written over; that there is one is known before anything is sent."""
    path = tmp_path / "mine.smtp"
    assert run("--transcript", str(path), script=LETTER).status == SENT
    written = path.read_text()
    assert "C: MAIL FROM:<dora@office.test>" in written
    assert run.transcripts() == []
    again = run("--transcript", str(path), script=LETTER)
    assert (again.status, again.out) == (USAGE, "")
    assert str(path) in again.err
    assert path.read_text() == written
    both = run("--transcript", str(path), "--no-transcript")
    assert both.status == USAGE
    free = tmp_path / "free.smtp"
    assert run("--transcript", str(free), "connect", "127.0.0.1:1").status == NOT_CONNECTED
    assert not free.exists()


def test_without_a_place_for_transcripts_the_letter_goes_out_all_the_same(run: Runner) -> None:
    """It is said that nothing was kept."""
    run.env["XDG_STATE_HOME"] = "/dev/null/nowhere"
    ran = run(script=LETTER)
    assert ran.status == SENT
    assert "Not recorded" in ran.out


@pytest.mark.parametrize(
    ("script", "options", "status"),
    [
        pytest.param(LETTER.replace("ana@", "nobody@"), (), RCPT, id="no-such-user"),
        pytest.param(LETTER.partition("From:")[0], (), UNFINISHED, id="no-dot"),
        pytest.param("EHLO a.test\nAUTH PLAIN AGEAYg==\nQUIT\n", (), AUTH, id="login-in-clear"),
        pytest.param(
            "EHLO a.test\nVRFY nobody@office.test\nNOOP\nQUIT\n", (), OTHER, id="no-letter"
        ),
        pytest.param("BOGUS\nNOOP\n", ("--stop-on-error",), OTHER, id="stop-on-error"),
        pytest.param(":bogus\n", (), USAGE, id="no-such-command-of-ours"),
        pytest.param("", (), SENT, id="nothing"),
    ],
)
def test_the_exit_status_says_what_became_of_it(
    run: Runner, script: str, options: tuple[str, ...], status: int
) -> None:
    """A script's status is not 0 where the mail cannot have been sent."""
    ran = run(*options, script=script)
    assert ran.status == status, ran.out + ran.err


def test_stop_on_error_stops_there_and_leaves_politely(run: Runner) -> None:
    """The line after the refused one is not sent; QUIT is."""
    ran = run("--stop-on-error", script="EHLO a.test\nRCPT TO:<ana@office.test>\nNOOP\n")
    assert "C: NOOP" not in ran.out
    assert "C: QUIT" in ran.out


def test_a_script_may_pipeline(run: Runner) -> None:
    """What stands between :pipeline and :wait goes out in one go."""
    lines = LETTER.splitlines()
    script = "\n".join([lines[0], ":pipeline", *lines[1:4], ":wait", *lines[4:], ""])
    ran = run(script=script)
    assert ran.status == SENT, ran.out
    assert ran.out.index("C: DATA") < ran.out.index("S: 250 2.1.5")


PLAIN = "AGRvcmEAcGxhbnRlZC1zZWNyZXQ="  # NUL dora NUL planted-secret
PASSWORD = "cGxhbnRlZC1zZWNyZXQ="  # planted-secret
TOKEN = "dXNlcj1kb3JhAWF1dGg9QmVhcmVyIHBsYW50ZWQtc2VjcmV0AQE="  # ... Bearer planted-secret ...
# The secret, and its base64 in each of the three ways it can stand in a longer text.
SECRETS = ("planted-secret", "cGxhbnRlZC1zZWNy", "xhbnRlZC1zZWNyZX", "BsYW50ZWQtc2Vj")
LOGINS = [
    pytest.param(f"AUTH PLAIN {PLAIN}", id="plain"),
    pytest.param(f"AUTH PLAIN\n{PLAIN}", id="plain-in-two-steps"),
    pytest.param(f"AUTH LOGIN\nZG9yYQ==\n{PASSWORD}", id="login"),
    pytest.param(f"AUTH LOGIN ZG9yYQ==\n{PASSWORD}", id="login-with-the-name"),
    pytest.param(f"AUTH XOAUTH2 {TOKEN}\n", id="xoauth2"),
    pytest.param(f"AUTH XOAUTH2\n{TOKEN}\n", id="xoauth2-in-two-steps"),
    pytest.param(f"auth  plain  {PLAIN}", id="blanks"),
    pytest.param(f"AUHT PLAIN {PLAIN}", id="misspelled"),
    pytest.param(f"AUTH PLAIN dora {PASSWORD}", id="too-many-words"),
    pytest.param("AUTH PLAIN dora planted-secret", id="not-encoded"),
    pytest.param(f"AUTH BOGUS\n{PASSWORD}", id="no-such-mechanism"),
    pytest.param(f":pipeline\nAUTH LOGIN\nZG9yYQ==\n{PASSWORD}\n:wait", id="pipelined"),
]


@pytest.mark.parametrize("tls", [True, False], ids=["tls", "clear"])
@pytest.mark.parametrize("login", LOGINS)
def test_no_secret_is_shown_or_kept(run: Runner, login: str, tls: bool) -> None:
    """T12: in no file of the user's and on neither stream is the password, in any form."""
    begin = "STARTTLS\nEHLO a.test\n" if tls else ""
    mail = "MAIL FROM:<dora@office.test>\nRCPT TO:<someone@elsewhere.test>\n"
    ran = run("--verbosity", "teach", script=f"EHLO a.test\n{begin}{login}\n{mail}QUIT\n")
    [kept] = run.transcripts()
    files = {path: path.read_text() for path in (run.home / "state").rglob("*") if path.is_file()}
    assert kept in files
    for secret in SECRETS:
        found = [text for text in (ran.out, ran.err, *files.values()) if secret in text]
        assert not found, found


def test_required_tls_is_required(run: Runner) -> None:
    """With --starttls nothing that could wait goes out in clear."""
    import threading

    said: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            link, _ = listener.accept()
            with link:
                link.sendall(b"220 mx.test\r\n")
                while data := link.recv(4096):
                    said.append(data)
                    link.sendall(b"221 bye\r\n" if data.startswith(b"QUIT") else b"250 mx.test\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        ran = run("connect", f"127.0.0.1:{port}", "--starttls", script=LETTER)
        thread.join()
    assert ran.status == TLS
    assert b"MAIL" not in b"".join(said)
    assert "STARTTLS is required" in " ".join(ran.out.split())


def test_no_connection_is_status_2_with_a_way_out(run: Runner) -> None:
    """A server that cannot be reached is told in words, not in a traceback."""
    ran = run("connect", "127.0.0.1:1")
    assert ran.status == NOT_CONNECTED
    assert ran.err.startswith("smtpshell: 127.0.0.1:1 refused the connection")
    assert "listen on 25" in ran.err
    assert ran.out == ""
    assert run.transcripts() == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("connect", "mail.example:bogus"), "not a port", id="port"),
        pytest.param(("connect", "--tls", "--starttls", "a.test"), "exclude each other", id="tls"),
        pytest.param(("connect", "--timeout", "0", "a.test"), "more than 0", id="timeout"),
        pytest.param(("connect", "--timeout", "nan", "a.test"), "more than 0", id="nan"),
        pytest.param(("connect", "--theme", "pink", "a.test"), "dark", id="choice"),
        pytest.param(("connect",), "Missing argument", id="no-server"),
        pytest.param(("connect", ""), "which server?", id="a-variable-that-is-not-set"),
        pytest.param(("connect", "a.test", "25"), "one word: a.test:25", id="as-with-telnet"),
        pytest.param(("connect", "smtp://a.test"), "leave out the scheme", id="scheme"),
        pytest.param(("bogus",), "No such command", id="no-such-command"),
        pytest.param(
            ("mail.example.org",), "smtpshell connect mail.example.org", id="forgot-connect"
        ),
        pytest.param(
            ("--no-transcript", "explain", "EHLO"),
            "not for explain: --no-transcript",
            id="not-for-it",
        ),
        pytest.param(("replay",), "which transcript?", id="no-file"),
        pytest.param(("--personality", "postfix"), 'mean "postfix-like"', id="personality"),
        pytest.param(("--scenario", "dns-twon"), 'mean "dns-town"', id="scenario"),
        pytest.param(("--folder", "nowhere"), "nowhere is no folder", id="folder"),
        pytest.param(
            ("--personality", "postfix-like", "connect", "a.test"), "practice", id="practice-only"
        ),
    ],
)
def test_wrong_use_is_status_1(run: Runner, arguments: tuple[str, ...], words: str) -> None:
    """As with swaks; the message says what would be right."""
    ran = run(*arguments)
    assert (ran.status, ran.out) == (USAGE, "")
    assert words in ran.err


def test_explain_takes_lines_apart(run: Runner) -> None:
    """A command and its reply, from the command line or from standard input, text or JSON."""
    ran = run("explain", "MAIL FROM: <ana@office.test>")
    assert "^" in ran.out
    assert "RFC 5321" in ran.out
    both = run("explain", "--json", "-", script="C: RCPT TO:<a@b.test>\nS: 550 5.1.1 no\n")
    said, answered = json.loads(both.out)[:2]
    assert (said["verb"], answered["code"]) == ("RCPT", 550)
    assert "greeted" in run("explain", "states").out


def test_words_without_quotes_are_one_line(run: Runner) -> None:
    """Nobody is to be told that 5.7.1 is no command."""
    unquoted = run("explain", "550", "5.7.1", "Relaying", "denied")
    assert unquoted.out == run("explain", "550 5.7.1 Relaying denied").out
    two = run("explain", "RCPT TO:<a@b.test>", "550 5.1.1 no")
    assert two.out.count("\nS: ") == 1


def test_a_text_of_several_lines_is_a_dialogue(run: Runner) -> None:
    """Whether it stands between quotes or comes through a pipe; the last line end is none."""
    dialogue = "RCPT TO:<a@b.test>\r\n550 5.1.1 no\n"
    expected = run("explain", "RCPT TO:<a@b.test>", "550 5.1.1 no").out
    assert run("explain", dialogue).out == expected
    assert run("explain", script=dialogue).out == expected


def test_at_a_terminal_nobody_waits_for_lines_to_explain(run: Runner) -> None:
    """It would look as if nothing happened."""
    leader, follower = os.openpty()
    command = [sys.executable, "-m", "smtpshell", "explain"]
    ran = subprocess.run(
        command, stdin=follower, env=run.env, capture_output=True, text=True, timeout=60
    )
    os.close(leader)
    os.close(follower)
    assert (ran.returncode, ran.stdout) == (USAGE, "")
    assert "Missing argument" in ran.stderr


@pytest.mark.parametrize("word", ["5.7.1", "notify"])
def test_a_word_that_is_no_line_is_looked_up(run: Runner, word: str) -> None:
    """It is not called a command that nobody knows."""
    assert run("explain", word).out == run("dict", word).out
    assert "No command has this name" in run("explain", "--side", "client", word).out


def test_explained_text_fits_the_terminal(run: Runner) -> None:
    """80 columns where nothing else is known; COLUMNS where it is set."""
    line = "550 5.7.1 Relaying denied"
    assert max(map(len, run("explain", line).out.splitlines())) <= 80
    run.env["COLUMNS"] = "50"
    assert max(map(len, run("explain", line).out.splitlines())) <= 50


def test_a_locale_without_our_letters_does_not_make_them_wrong(run: Runner) -> None:
    """The octets typed are UTF-8, whatever Python takes them for."""
    line = "MAIL FROM:<jos\u00e9@far.test>"
    there = json.loads(run("explain", "--json", line).out)
    run.env |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert json.loads(run("explain", "--json", line).out) == there


def test_a_lone_cr_is_not_taken_for_an_end_of_line(run: Runner) -> None:
    """It is what one looks for in a log."""
    assert "C: QUIT\\x0d\n" in run("explain", "-", script="QUIT\r\r\n").out


def test_the_side_may_be_said(run: Runner) -> None:
    """A letter's line may look like a reply."""
    as_reply = json.loads(run("explain", "--json", "250 ok").out)
    as_command = json.loads(run("explain", "--json", "--side", "client", "250 ok").out)
    assert as_reply[0]["lines"][0]["side"] == "server"
    assert as_command[0]["lines"][0]["side"] == "client"


def test_an_endless_dialogue_is_not_read(run: Runner) -> None:
    """Standard input is bounded, in lines and in their length."""
    assert "standard input:10001" in run("explain", "-", script="NOOP\n" * 10_001).err
    assert "standard input:1" in run("explain", "-", script="x" * 1024 * 1024).err


def test_explain_hides_passwords_unless_asked(run: Runner) -> None:
    """A password that was pasted in is not shown decoded."""
    line = "AUTH PLAIN AGRvcmEAaHVudGVyMg=="  # NUL dora NUL hunter2
    assert "hunter2" not in run("explain", line).out
    assert "hunter2" in run("explain", "--reveal", line).out


def test_dict_knows_words_and_says_when_it_does_not(run: Runner) -> None:
    """The status tells a script whether the word is known."""
    known = run("dict", "5.1.1")
    assert known.status == 0
    assert "RFC 3463" in known.out
    unknown = run("dict", "flurb")
    assert unknown.status == 1
    assert "unknown" in unknown.out
    assert run("dict", "RCPT", "NOTIFY").out.startswith("RCPT NOTIFY")
    assert json.loads(run("dict", "--json", "MAIL").out)[0]["key"] == "MAIL"


def test_dns_reports_on_a_zone_file(run: Runner) -> None:
    """All of it works without a network; the status says whether something is wrong."""
    zone = str(Path(__file__).parents[1] / "lessons" / "sandbox" / "zones" / "dns-town.zone")
    ran = run("dns", "office.test", "--zone", zone, "--questions")
    assert "where mail goes (MX)" in ran.out, ran.err
    assert "questions to DNS" in ran.out
    assert run("dns", "office.test", "--zone", "nowhere.zone").status == 1


def test_samples_can_be_listed_and_replayed(run: Runner) -> None:
    """Each sample that came along is listed with its title, and its name is enough."""
    listed = run("replay", "--list").out
    assert "first-message: A first message\n    The smallest session that" in listed
    shown = run("replay", "first-message")
    assert "S: 250 2.1.5 Ok" in shown.out
    assert "\x1b" not in shown.out


def test_a_hostile_transcript_is_an_error_with_its_line(run: Runner, tmp_path: Path) -> None:
    """FILE:LINE and status 2; nothing of the file reaches the terminal raw."""
    path = tmp_path / "bad.smtp"
    path.write_bytes(b"smtpshell transcript 1\n\nS: 220 ok\n\x1b]0;owned\x07what\n")
    ran = run("replay", str(path))
    assert ran.status == 2
    assert "bad.smtp:4" in ran.err
    assert "\x1b" not in ran.err + ran.out


def test_each_connection_of_a_transcript_is_a_session_of_its_own(run: Runner) -> None:
    """The second greeting is one, not a reply that nobody asked for."""
    shown = run("replay", "greylist-retry").out
    assert shown.count("S: 220 ") == 2
    assert "nobody asked for" not in shown


WENT_BACK = """smtpshell transcript 1

connect: mx.test
S: 220 mx.test
C: EHLO a.test
S: 250 mx.test
C: MAIL FROM:<a@a.test>
S: 250 ok
# rewound to line 1
C: RCPT TO:<too@early.test>
S: 503 no
# rewound to line 2
C: RCPT TO:<in@order.test>
S: 250 ok
connect: mx.test
S: 220 mx.test
# rewound to line 2
C: RCPT TO:<not@greeted.test>
S: 503 no
"""


def test_what_is_shown_after_going_back_is_judged_by_what_stood_there(
    run: Runner, tmp_path: Path
) -> None:
    """Each line of the client can be gone back to, those taken back too, on its own connection."""
    path = tmp_path / "back.smtp"
    path.write_text(WENT_BACK)
    shown = run("replay", str(path)).out.split("C: ")
    blamed = [part.partition("\n")[0] for part in shown if "\n   ^^^^ " in part]
    assert blamed == ["RCPT TO:<too@early.test>", "RCPT TO:<not@greeted.test>"]


def test_titles_and_remarks_of_strangers_are_cleaned(run: Runner, tmp_path: Path) -> None:
    """They are shown like all that comes from outside."""
    path = tmp_path / "evil.smtp"
    head = "title: \\x1b]0;x\\x07evil\n# \\x1b[31mred"
    path.write_text(f"smtpshell transcript 1\n{head}\n\nS: 220 ok\n")
    ran = run("replay", str(path))
    assert ran.status == 0
    assert "\x1b" not in ran.out
    assert "\\x1b]0;x" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("replay", "first-message"),
        ("replay", "--list"),
        ("dict", "250"),
        ("--plain",),
        (),
        ("--version",),
        ("--help",),
        ("connect", "--help"),
    ],
    ids=" ".join,
)
def test_a_reader_who_leaves_early_is_no_error(run: Runner, arguments: tuple[str, ...]) -> None:
    """As in `smtpshell ... | head -1`: no traceback, and the status that SIGPIPE would give."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "smtpshell", *arguments],
            env=run.env,
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert (ran.returncode, ran.stderr) == (NOBODY_READS, b"")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "arguments", [(), ("--version",), ("connect", "--help"), ("dict", "250")], ids=" ".join
)
@pytest.mark.parametrize("errors", ["2>&1", "2>/dev/full"])
def test_a_full_disk_is_told_and_no_traceback(
    run: Runner, arguments: tuple[str, ...], errors: str
) -> None:
    """What cannot be written is said on standard error, and if not there, by the exit status."""
    command = f"{sys.executable} -m smtpshell {' '.join(arguments)} {errors} >/dev/full"
    ran = subprocess.run(
        ["sh", "-c", command],
        env=run.env,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    told = "smtpshell: the output cannot be written: No space left on device\n"
    assert (ran.returncode, ran.stdout) == (NOBODY_READS, told if errors == "2>&1" else "")


def test_a_file_that_the_system_refuses_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever file it is: where a folder may not be entered, even asking for it is refused."""
    monkeypatch.setattr("sys.argv", ["smtpshell", "replay", "secret/session.smtp"])

    def refuse(name: str) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", name)

    monkeypatch.setattr("smtpshell.cli.paper.find_transcript", refuse)
    assert front_door() == USAGE
    assert capsys.readouterr().err == "smtpshell: secret/session.smtp: Permission denied\n"


def test_ctrl_c_before_anything_stands_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the line editor is imported there is nobody yet to deal with it."""
    monkeypatch.setattr("sys.argv", ["smtpshell"])
    monkeypatch.setattr("smtpshell.__main__._at_terminal", lambda: True)

    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("smtpshell.__main__._practise", interrupted)
    assert front_door() == INTERRUPTED


@pytest.mark.parametrize("closed", ["0", "1", "2"])
def test_a_closed_stream_is_as_good_as_an_empty_one(run: Runner, closed: str) -> None:
    """Daemons start programs so."""
    command = f"{sys.executable} -m smtpshell {closed}<&-"
    ran = subprocess.run(
        ["sh", "-c", command],
        env=run.env,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    assert (ran.returncode, ran.stderr) == (SENT, "")


def test_a_locale_without_our_letters_shows_them_another_way(run: Runner) -> None:
    """What cannot be encoded is escaped; nothing ends in a traceback."""
    run.env |= {"PYTHONIOENCODING": "ascii"}
    ran = run(script="EHLO caf\u00e9.test\nQUIT\n")
    assert "C: EHLO caf\\xe9.test" in ran.out


def test_ctrl_c_ends_a_script_without_a_traceback(run: Runner) -> None:
    """The status is that of a program that was interrupted; what was said is kept."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = ["connect", f"127.0.0.1:{listener.getsockname()[1]}"]
        with subprocess.Popen(
            [sys.executable, "-m", "smtpshell", *command],
            env=run.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            link, _ = listener.accept()
            link.sendall(b"220-mail.test\r\n")
            assert process.stdout is not None
            while b"S: 220-" not in process.stdout.readline():
                pass
            process.send_signal(signal.SIGINT)
            try:
                _, err = process.communicate(timeout=60)
            finally:
                process.kill()
            link.close()
    assert (process.returncode, err) == (INTERRUPTED, b"")
    [kept] = run.transcripts()
    assert "S: 220-mail.test" in kept.read_text()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("smtpshell conn", "connect", id="command"),
        pytest.param("smtpshell --pl", "--plain", id="option"),
        pytest.param("smtpshell connect --star", "--starttls", id="option-of-a-command"),
        pytest.param("smtpshell replay first", "first-message", id="sample"),
    ],
)
def test_the_shell_can_complete(run: Runner, words: str, found: str) -> None:
    """As --help says; the line of bash goes through the same door."""
    number = str(len(words.split()) - 1)
    run.env |= {"_SMTPSHELL_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": number}
    ran = run()
    assert f"plain,{found}\n" in ran.out
    assert (ran.status, ran.err) == (0, "")
    run.env["_SMTPSHELL_COMPLETE"] = "bash_source"
    assert "complete -o nosort -F _smtpshell_completion smtpshell" in run().out


HEAVY = (
    "asyncio", "click", "cryptography", "dataclasses", "inspect", "markdown_it", "platformdirs",
    "prompt_toolkit", "pygments", "ssl", "tempfile", "threading", "tomllib", "trustme",
    "smtpshell.explain.build", "smtpshell.sandbox", "smtpshell.shell.core",
)  # fmt: skip


def test_a_script_imports_only_what_it_needs(run: Runner, tmp_path: Path) -> None:
    """A whole run with its notes is over before these would have been imported."""
    look = (
        "import sys, smtpshell.__main__ as door\n"
        "sys.argv = ['smtpshell', 'connect', sys.argv[1]]\n"
        "status = door.main()\n"
        f"print(status, sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    run("explain", "EHLO")  # the index of our own words is there from now on
    with RawServer(take_a_letter) as server:
        command = [sys.executable, "-c", look, f"127.0.0.1:{server.port}"]
        ran = subprocess.run(command, env=run.env, input=LETTER, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "0 []", ran.stdout + ran.stderr
    assert " | One more address" in ran.stdout


def test_version_and_help_are_answered_before_anything_is_imported(run: Runner) -> None:
    """Neither click nor any room of the house is loaded for them."""
    look = (
        "import sys, runpy; sys.argv = ['smtpshell', sys.argv[1]]\n"
        "try: runpy.run_module('smtpshell', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(sorted(name for name in sys.modules if name.startswith(('smtpshell', 'click'))))"
    )
    for option, begin in (("--version", "smtpshell "), ("--help", "Usage: smtpshell ")):
        command = [sys.executable, "-c", look, option]
        ran = subprocess.run(command, env=run.env, capture_output=True, text=True, check=True)
        assert ran.stdout.startswith(begin)
        loaded = set(ast.literal_eval(ran.stdout.splitlines()[-1]))
        assert loaded <= {"smtpshell", "smtpshell.help", "smtpshell.language"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--help"], "Aufruf: smtpshell [OPTIONS]", id="front"),
        pytest.param(["connect", "--help"], " 130  Strg-C", id="statuses"),
        pytest.param(["learn", "--help"], "Alle Lektionen, und wie weit du bist.", id="option"),
    ],
)
def test_help_is_in_the_readers_language(run: Runner, arguments: list[str], words: str) -> None:
    """--lang, the environment or the locale; no line of ours is left in English."""
    for language in (["--lang", "de"], ["--lang=de"], []):
        environ = {**run.env, "SMTPSHELL_LANG": "en" if language else "de"}
        command = [sys.executable, "-m", "smtpshell", *language, *arguments]
        ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert words in ran.stdout + ran.stderr
        assert "Show this" not in ran.stdout


@pytest.mark.parametrize("name", sorted(set(cli.commands) - {"lesson"}))
def test_each_command_can_be_asked_for_a_language(name: str) -> None:
    """Behind its name as before it: nobody remembers which of them takes it where."""
    assert "--lang" in [opt for one in cli.commands[name].params for opt in one.opts]


def test_the_help_made_beforehand_is_that_of_the_options() -> None:
    """smtpshell/help.py says what click would say."""
    result = CliRunner().invoke(cli, ["--help"], prog_name="smtpshell", terminal_width=78)
    assert result.output == TEXT
