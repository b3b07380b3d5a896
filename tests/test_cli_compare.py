"""`smtpshell compare`: what it prints, and with which status it leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from smtpshell.cli import main
from smtpshell.cli.command import cli
from tests.net.harness import Peer, RawServer

SCRIPT = (
    "EHLO desk7.office.test\nMAIL FROM:<dora@office.test>\nRCPT TO:<nobody@office.test>\nQUIT\n"
)


@pytest.fixture
def script(tmp_path: Path) -> str:
    path = tmp_path / "lines"
    path.write_text(SCRIPT)
    return str(path)


def test_equal_servers(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing differs from itself."""
    assert main(["compare", script, "by-the-book", "practice:by-the-book"]) == 0
    out = capsys.readouterr().out
    assert "no difference" in out
    assert "by-the-book and by-the-book (2)" in out


def test_a_difference(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is shown, explained, and told in the status."""
    assert main(["compare", script, "by-the-book", "classic-821"]) == 1
    out = capsys.readouterr().out
    assert "!  EHLO desk7.office.test" in out
    assert "by-the-book says yes, classic-821 says no" in out
    assert "why classic-821 > No command has this name." in out
    assert max(map(len, out.splitlines())) <= 80


def test_for_programs(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All of it as JSON."""
    assert main(["compare", "--json", script, "by-the-book", "classic-821"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["servers"] == ["by-the-book", "classic-821"]
    assert found["equal"] is False
    hello = found["lines"][1]
    assert hello["line"] == "EHLO desk7.office.test"
    assert "code" in hello["classes"]
    assert [one["replies"][0]["code"] for one in hello["servers"]] == [250, 500]
    assert hello["servers"][1]["reason"]
    assert {"code", "reason"} <= {one["of"] for one in hello["explanation"]}


def test_for_screen_readers(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Words instead of marks and columns."""
    main(["compare", "--plain", script, "by-the-book", "classic-821"])
    out = capsys.readouterr().out
    assert "differs: EHLO desk7.office.test" in out
    assert "classic-821: 500 " in out
    assert "other words: QUIT: 221" in out


def test_a_transcript_with_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """With one server it is the other side; a sample goes by its name."""
    assert main(["compare", "relay-refused", "by-the-book"]) == 1
    assert "relay-refused" in capsys.readouterr().out


@pytest.mark.parametrize("end", ["close: closed {by=client}\n", ""], ids=["quicker", "untold"])
def test_who_hangs_up_behind_quit_is_no_difference_if_nobody_knows(
    end: str, script: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script is gone when it has read 221; the server it spoke with is the same as before."""
    kept = tmp_path / "kept.smtp"
    said = ["S: 220 a"]
    for line, reply in zip(
        SCRIPT.splitlines(), (b"250 a", b"250 b", b"551 c", b"221 d"), strict=True
    ):
        said += [f"C: {line}", f"S: {reply.decode()}"]
    kept.write_text("\n".join(said) + "\n" + end)

    def serve(peer: Peer) -> None:
        peer.say(b"220 a\r\n")
        peer.answer(b"250 a\r\n", b"250 b\r\n", b"551 c\r\n", b"221 d\r\n")

    with RawServer(serve) as server:
        assert main(["compare", str(kept), f"127.0.0.1:{server.port}"]) == 0
    out = capsys.readouterr().out
    assert "no difference" in out
    assert "221, hangs up" in out


def test_a_server_on_this_machine(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is talked to without further ado, and what it says is shown escaped."""

    def serve(peer: Peer) -> None:
        peer.say(b"220 \x1b]0;owned\x07\r\n")
        peer.answer(b"250 a\r\n", b"250 ok\r\n", b"551 \x1b[2J no\r\n", b"221 bye\r\n")

    with RawServer(serve) as server:
        status = main(["compare", script, f"127.0.0.1:{server.port}", "by-the-book"])
    out = capsys.readouterr().out
    assert status == 1
    assert "\x1b" not in out
    assert "\\x1b[2J no" in out


def test_no_password_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed ends in logs and reports."""
    path = tmp_path / "lines"
    path.write_text("EHLO a.test\nAUTH PLAIN AGRvcmEAZGV3YmVycnktNw==\nAUTH LOGIN\nc2VjcmV0\n")
    for options in ([], ["--json"], ["--words"]):
        main(["compare", *options, str(path), "by-the-book", "exim-like"])
        out = capsys.readouterr().out
        assert "AUTH PLAIN" in out
        assert "AGRvcmEAZGV3YmVycnktNw==" not in out
        assert "c2VjcmV0" not in out


WRONG = [
    pytest.param(["nosuch", "a", "b"], "there is no such file", id="no-file"),
    pytest.param(["relay-refused", "by-the-bok"], 'did you mean "by-the-book"', id="no-server"),
    pytest.param(["relay-refused", "mx.example.org"], "--real-servers", id="real"),
    pytest.param(["SCRIPT", "by-the-book"], "it takes two servers", id="script-alone"),
    pytest.param(["SCRIPT", *["by-the-book"] * 9], "at most 8", id="too-many"),
    pytest.param(["SCRIPT", "127.0.0.1:1", "by-the-book"], "127.0.0.1", id="nobody-there"),
    pytest.param(["EMPTY", "by-the-book", "tarpit"], "not one line of a client", id="empty"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_what_cannot_be_compared(
    arguments: list[str],
    words: str,
    script: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Status 2, as 1 says that something differs; and what to do instead."""
    empty = tmp_path / "empty.smtp"
    empty.write_text("S: 220 a\n")
    named = {"SCRIPT": script, "EMPTY": str(empty)}
    assert main(["compare", *(named.get(one, one) for one in arguments)]) == 2
    assert words in capsys.readouterr().err


def test_wrong_use() -> None:
    """Of the command line itself."""
    assert main(["compare"]) == 2


def test_help() -> None:
    """It says what is compared, and the status."""
    out = CliRunner().invoke(cli, ["compare", "--help"]).output
    assert "0 no difference, 1 some, 2" in out
    assert max(map(len, out.splitlines())) <= 80
