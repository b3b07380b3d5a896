"""The fixtures of the pytest plugin, and the context manager they are made of."""

from __future__ import annotations

import smtplib
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from smtpshell.errors import ConnectError, UsageError
from smtpshell.sandbox import practice_server

ANA, ADA = "ana@office.test", "ada@far.test"
LETTER = "Subject: hello\r\n\r\nText.\r\n"

PROJECT = """
import smtplib, ssl
import pytest

def send(server):
    with smtplib.SMTP(server.host, server.port) as client:
        client.sendmail("ada@far.test", ["ana@office.test"], "Subject: x\\r\\n\\r\\nText.\\r\\n")

def test_each_test_has_a_server_of_its_own(smtp_server):
    assert smtp_server.mailbox("ana@office.test") == []
    send(smtp_server)
    [letter] = smtp_server.mailbox("ana")
    assert letter.reverse_path == "ada@far.test"
    assert b"Text." in letter.data

def test_nothing_is_left_of_the_other(smtp_server):
    assert smtp_server.mailbox("ana@office.test") == []

def test_settings(smtp_server):
    assert (smtp_server.personality, smtp_server.seed) == ("by-the-book", 11)

def test_others_are_made_on_the_spot(smtp_server_factory):
    one, other = smtp_server_factory("greylister"), smtp_server_factory(users={"zoe": "secret"})
    assert one.port != other.port
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(one)
    one.skip(600)
    send(one)
    trust = ssl.create_default_context(cafile=other.ca_file)
    with smtplib.SMTP_SSL("localhost", other.tls_port, context=trust) as client:
        client.login("zoe", "secret")
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a project of somebody's own, with all warnings as errors.

    The plugin is not named: pytest finds it by its entry point, as with whoever installed us.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    command += options
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("way", ["options", "ini"])
def test_the_fixtures_in_a_project(tmp_path: Path, way: str) -> None:
    """Servers start, take mail, keep to the settings and leave no warning behind."""
    (tmp_path / "test_project.py").write_text(PROJECT)
    ini = "smtp_personality = by-the-book\nsmtp_seed = 11\n" if way == "ini" else ""
    (tmp_path / "pytest.ini").write_text(f"[pytest]\n{ini}")
    options = ["--smtp-personality", "by-the-book", "--smtp-seed", "11"] if way != "ini" else []
    ran = run(tmp_path, *options)
    assert "4 passed" in ran.stdout, ran.stdout + ran.stderr


FAILING = """
import smtplib, ssl

def log_in(server):
    trust = ssl.create_default_context(cadata=server.ca_pem)
    with smtplib.SMTP_SSL("localhost", server.tls_port, context=trust) as client:
        client.login("zoe", "hunter2")

def test_it_fails(smtp_server_factory):
    smtp_server_factory("greylister")  # nobody comes
    log_in(smtp_server_factory("exim-like", users={"zoe": "hunter2"}))
    assert not "the dialogue is wanted"

def test_all_is_well(smtp_server_factory):
    log_in(smtp_server_factory("opensmtpd-like", users={"zoe": "hunter2"}))

def test_its_own_listener(smtp_server_factory):
    heard = []
    log_in(smtp_server_factory("sendmail-like", users={"zoe": "hunter2"}, hear=heard.append))
    assert not heard
"""


def test_a_failing_test_shows_what_its_servers_heard(tmp_path: Path) -> None:
    """Each that heard anything, without passwords; a test that passes shows nothing."""
    (tmp_path / "test_project.py").write_text(FAILING)
    ran = run(tmp_path, "--tb=short")
    assert "2 failed, 1 passed" in ran.stdout, ran.stdout + ran.stderr
    shown = [line for line in ran.stdout.splitlines() if "Practice server" in line]
    assert [line.strip("- ") for line in shown] == ["Practice server exim-like"]
    assert "\n#1 C: AUTH PLAIN (16 octets)\n#1 S: 235 " in ran.stdout
    assert "hunter2" not in ran.stdout.partition("Practice server")[2].partition("___")[0]


def test_a_bad_seed_is_told(tmp_path: Path) -> None:
    """In words, not as a traceback of ours."""
    (tmp_path / "test_project.py").write_text("def test_it(smtp_server): pass\n")
    ran = run(tmp_path, "--smtp-seed", "seven")
    assert "smtp_seed is a whole number, not 'seven'" in ran.stdout


def test_pytest_starts_without_smtpshell() -> None:
    """The plugin itself imports nothing: whoever has it installed does not wait for it."""
    code = (
        "import pytest, sys, smtpshell.pytest_plugin\n"
        "print(*[name for name in sys.modules if name.startswith('smtpshell')])"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60)
    assert set(said.split()) == {"smtpshell", "smtpshell.pytest_plugin"}


# ---------------------------------------------------------------- the context manager


def test_a_server_for_a_with_block(tmp_path: Path) -> None:
    """Ports, CA, mailboxes; afterwards the port is closed and the letters can still be read."""
    with practice_server(seed=3, maildir=tmp_path / "mail") as server:
        trust = ssl.create_default_context(cadata=server.ca_pem)
        with smtplib.SMTP("localhost", server.port) as client:
            client.starttls(context=trust)
            client.sendmail(ADA, [ANA], LETTER)
            assert client.sock is not None
            port = client.sock.getsockname()[1]
        assert any(event.data == b"STARTTLS" for event in server.events(port))
        ca = Path(server.ca_file)
        assert ca.read_text() == server.ca_pem
        with pytest.raises(KeyError, match=r'"anna@office\.test"; did you mean "ana@'):
            server.mailbox("Anna")
    assert [letter.data for letter in server.mailbox(ANA)] == [LETTER.encode()]
    assert len(list((tmp_path / "mail" / "ana" / "new").iterdir())) == 1
    assert not ca.exists()
    with pytest.raises(OSError, match="refused"):
        smtplib.SMTP(server.host, server.port)


def test_faults_scripts_and_an_empty_house(tmp_path: Path) -> None:
    """A fault comes once, `clear` empties the mailboxes, a script has the last word."""
    with practice_server() as server:
        server.fault("451 at RCPT")
        with smtplib.SMTP(server.host, server.port) as client:
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.sendmail(ADA, [ANA], LETTER)
            client.sendmail(ADA, [ANA], LETTER)
        assert len(server.mailbox(ANA)) == 1
        server.clear()
        assert server.mailbox(ANA) == []
    (tmp_path / "script.toml").write_text('[[steps]]\nreply = "421 4.3.2 No"\nclose = true\n')
    with (
        practice_server(script=tmp_path / "script.toml") as server,
        smtplib.SMTP(server.host, server.port) as client,
    ):
        assert client.ehlo()[0] == 421


def test_what_comes_later_comes_when_it_is_due() -> None:
    """A letter for nobody is refused elsewhere, and its report is in the sender's mailbox."""
    with practice_server(users={"zoe": "secret"}) as server:
        trust = ssl.create_default_context(cadata=server.ca_pem)
        with smtplib.SMTP_SSL("localhost", server.tls_port or 0, context=trust) as client:
            client.login("zoe", "secret")
            client.sendmail("zoe@office.test", ["nobody@nowhere.test"], LETTER)
        server.skip(7 * 86400)
        [report] = server.mailbox("zoe")
        assert report.return_path == ""


def test_what_is_wrong_is_raised_and_leaves_nothing_behind() -> None:
    """The thread, the loop and the ports are gone, and the reason is there."""
    with pytest.raises(UsageError, match="no personality"), practice_server("nobody"):
        pass
    with (
        practice_server() as server,
        pytest.raises(ConnectError, match="cannot listen"),
        practice_server(port=server.port),
    ):
        pass
