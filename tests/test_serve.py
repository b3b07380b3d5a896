"""`smtpshell serve`: doors, logs, signals, and what it says when something is wrong."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import shutil
import signal
import smtplib
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import trustme

from smtpshell.cli.serve import most_of_one, terms_of, write_ca
from smtpshell.cli.serve_list import list_servers
from smtpshell.cli.serve_wanted import USUAL_PORT, Wanted
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.nature.terms import Terms, User
from smtpshell.sandbox.start import start

ANA, ADA = "ana@office.test", "ada@far.test"
LETTER = "Subject: hello\r\n\r\nText.\r\n"
TIMEOUT = 60


class Served:
    """A running `smtpshell serve --log json`."""

    def __init__(self, folder: Path, *options: str, log: str = "json", env: Any = None) -> None:
        command = [sys.executable, "-m", "smtpshell", "serve", "--log", log, *options]
        environment = {**os.environ, "HOME": str(folder), **(env or {})}
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=folder,
        )
        assert self.process.stdout is not None
        self.out: list[str] = []
        self.err = ""
        if log == "json":
            self.first = json.loads(self.process.stdout.readline() or self._failed())
        else:
            while not self.out or not self.out[-1].startswith("Ctrl-C"):
                self.out.append(self.process.stdout.readline() or self._failed())

    def _failed(self) -> str:
        raise AssertionError(self.process.communicate(timeout=TIMEOUT))

    @property
    def port(self) -> int:
        port: int = self.first["port"]
        return port

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; its exit status. What it wrote is in `out` and `err` then."""
        self.process.send_signal(number)
        out, self.err = self.process.communicate(timeout=TIMEOUT)
        self.out += out.splitlines(keepends=True)
        return self.process.returncode

    def objects(self, kind: str = "") -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.out]
        return [one for one in found if not kind or one["kind"] == kind]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Any]:
    running: list[Served] = []

    def run(*options: str, **how: Any) -> Served:
        running.append(Served(tmp_path, *options, **how))
        return running[-1]

    yield run
    for one in running:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)
        for stream in (one.process.stdout, one.process.stderr):
            assert stream is not None
            stream.close()


def refused(folder: Path, *options: str) -> tuple[int, str]:
    """Run `serve` with options that cannot be; the exit status, and what it said."""
    command = [sys.executable, "-m", "smtpshell", "serve", "--port", "0", *options]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=TIMEOUT)
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    return ran.returncode, ran.stderr


def deliver(port: int, *, to: str = ANA) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="desk7.office.test") as client:
        client.sendmail(ADA, [to], LETTER)


@contextmanager
def dialled(port: int) -> Iterator[tuple[socket.socket, BinaryIO]]:
    """A connection, and what comes from it."""
    with socket.create_connection(("127.0.0.1", port)) as client, client.makefile("rb") as lines:
        yield client, lines


# ---------------------------------------------------------------- doors


def test_the_first_line_says_where_it_listens(serve: Any, tmp_path: Path) -> None:
    """Host, ports, personality, seed and the CA's file: enough to send over TLS and log in."""
    server = serve("--write-ca", "ca.pem", "--user", "zoe:a:secret", "--seed", "11")
    first = server.first
    wanted = {"host", "port", "submission_port", "tls_port", "personality", "seed", "ca"}
    assert wanted <= first.keys()
    assert (first["host"], first["personality"], first["seed"]) == ("127.0.0.1", "postfix-like", 11)
    assert first["ca"] == str(tmp_path / "ca.pem")
    trust = ssl.create_default_context(cafile=first["ca"])
    with smtplib.SMTP_SSL("localhost", first["tls_port"], context=trust) as client:
        client.login("zoe", "a:secret")
        client.sendmail("zoe@office.test", [ANA], LETTER)
    with smtplib.SMTP("localhost", first["submission_port"]) as client:
        client.starttls(context=trust)
        client.login("ana", "apricot-7")
    assert server.end() == 0


def test_users_come_from_file_and_environment_too(serve: Any, tmp_path: Path) -> None:
    """No password has to be in the process list, and none comes up in the log."""
    (tmp_path / "users").write_text("# the testers\nyan:file-secret\n\n")
    env = {"SMTPSHELL_USERS": "xavier@office.test:env-secret\n"}
    server = serve("--users", "users", "--write-ca", "ca.pem", env=env)
    trust = ssl.create_default_context(cafile=server.first["ca"])
    for name, password in (("yan", "file-secret"), ("xavier@office.test", "env-secret")):
        for mechanism in ("PLAIN", "LOGIN"):
            with smtplib.SMTP_SSL("localhost", server.first["tls_port"], context=trust) as client:
                client.ehlo()
                client.user, client.password = name, password
                login = client.auth_plain if mechanism == "PLAIN" else client.auth_login
                assert client.auth(mechanism, login)[0] == 235
    assert server.end() == 0
    said = "".join(server.out)
    for secret in ("file-secret", "env-secret"):
        for initial in ("", "\0yan\0", "\0xavier@office.test\0"):
            assert base64.b64encode((initial + secret).encode()).decode() not in said
        assert secret not in said


def test_sockets_in_the_file_system(serve: Any, tmp_path: Path) -> None:
    """SMTP and LMTP without a port, for their owner alone; a dead socket is no obstacle."""
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(tmp_path / "smtp"))
    dead.close()
    server = serve("--unix", "smtp", "--lmtp", "./lmtp", "--port", "none", "--tls-port", "none")
    assert server.first["port"] is None
    assert server.first["tls_port"] is None
    for name, hello in (("smtp", "EHLO"), ("lmtp", "LHLO")):
        path = tmp_path / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            with client.makefile("rb") as lines:
                assert lines.readline().startswith(b"220 ")
                client.sendall(f"{hello} desk7.office.test\r\n".encode())
                assert lines.readline().startswith(b"250-")
    status, said = refused(tmp_path, "--unix", "smtp")
    assert status == 1
    assert "listens at smtp already" in said
    assert server.end() == 0
    assert not (tmp_path / "smtp").exists()


def test_lmtp_at_a_port(serve: Any) -> None:
    """One reply for each recipient, as smtplib's LMTP client expects it."""
    server = serve("--lmtp", "0")
    with smtplib.LMTP("127.0.0.1", server.first["lmtp_port"]) as client:
        refusals = client.sendmail(ADA, [ANA, "nobody@office.test"], LETTER)
    assert list(refusals) == ["nobody@office.test"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
def test_signals_end_sessions_with_421(serve: Any, number: signal.Signals) -> None:
    """Who is connected is told; the exit status is 0 and nothing goes to standard error."""
    server = serve()
    with dialled(server.port) as (_, lines):
        lines.readline()
        server.process.send_signal(number)
        assert lines.readline().startswith(b"421 ")
        assert lines.readline() == b""
        assert server.end() == 0
    assert server.err == ""
    assert server.objects("close")[0]["by"] == "server"


def test_beyond_loopback_it_warns_and_takes_no_login_in_clear(serve: Any) -> None:
    """The reason is given; AUTH is not offered without TLS, whatever the personality does."""
    server = serve("--host", "0.0.0.0", "--personality", "by-the-book")
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        client.ehlo()
        assert "auth" not in client.esmtp_features
    assert server.end() == 0
    assert "warning: listening on 0.0.0.0" in server.err
    assert "passwords would cross the network in clear" in server.err


def test_idle_sessions_and_big_letters_have_an_end(serve: Any) -> None:
    """--idle-timeout hangs up on silence, --max-size is announced and kept."""
    server = serve("--idle-timeout", "0.3", "--max-size", "2K")
    with dialled(server.port) as (client, lines):
        lines.readline()
        assert lines.readline().startswith(b"421 ")
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == "2048"
        with pytest.raises(smtplib.SMTPResponseException, match="552"):
            client.sendmail(ADA, [ANA], "x" * 900 + "\r\n" + "x" * 900 + "\r\n" + "x" * 900)


def test_a_hundred_clients_of_one_address_are_served(serve: Any) -> None:
    """As a test suite's: nobody is turned away, unless that was asked for."""
    ports = [serve("--port", "0").port, serve("--port", "0", "--max-per-client", "3").port]
    ports.append(serve("--port", "0", "--max-connections", "3").port)
    greeted = []
    for port in ports:
        with ExitStack() as stack:
            dialled_up = [stack.enter_context(dialled(port)) for _ in range(100)]
            greeted.append([lines.readline()[:9] for _, lines in dialled_up])
    assert {line[:4] for line in greeted[0]} == {b"220 "}
    for lines, code in zip(greeted[1:], (b"421 4.7.0", b"421 4.3.2"), strict=True):
        assert [line[:4] for line in lines[:3]] == [b"220 "] * 3
        assert set(lines[3:]) == {code}


def test_beyond_loopback_one_client_gets_a_few_connections() -> None:
    """Where clients have addresses of their own, one of them is not to have all there are."""
    assert most_of_one(Wanted(), "127.0.0.1") == 1000
    assert most_of_one(Wanted(max_connections=2000), "::1") == 2000
    assert most_of_one(Wanted(), "0.0.0.0") == 40
    assert most_of_one(Wanted(max_per_client=90), "0.0.0.0") == 90


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_the_ca_may_go_into_a_pipe(tmp_path: Path) -> None:
    """As with `--write-ca /dev/stdout`: what is no file holds nothing that could be lost."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # both ends, so that nobody waits for the other
    try:
        os.write(end, b"something else")
        write_ca(pipe, b"-----BEGIN CERTIFICATE-----")
        assert os.read(end, 100) == b"something else-----BEGIN CERTIFICATE-----"
    finally:
        os.close(end)


def test_a_certificate_of_ones_own(serve: Any, tmp_path: Path) -> None:
    """--cert and --key are what the client gets to see."""
    authority = trustme.CA()
    issued = authority.issue_cert("mail.student.test")
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    server = serve("--cert", "both.pem")
    assert server.first["ca"] is None
    trust = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
    name = "mail.student.test"
    with (
        socket.create_connection(("127.0.0.1", server.first["tls_port"])) as plain,
        trust.wrap_socket(plain, server_hostname=name) as client,
    ):
        assert client.recv(4).startswith(b"220")


# ---------------------------------------------------------------- what is kept and said


def test_mailboxes_may_forget() -> None:
    """The oldest letters make way, so a load is never too much."""
    terms = terms_of(Wanted(keep=2))

    async def look() -> list[int]:
        server = await start(submission_port=None, tls_port=None, terms=terms)
        async with server:
            for _ in range(3):
                await asyncio.to_thread(deliver, server.port)
            return [len(box) for box in server.world.mailboxes.values() if box]

    assert asyncio.run(look()) == [2]


def test_mail_is_kept_in_a_maildir(serve: Any, tmp_path: Path) -> None:
    """What got its 250 is a file in `new`, whole."""
    server = serve("--maildir", "mail")
    deliver(server.port)
    [kept] = (tmp_path / "mail" / "ana" / "new").iterdir()
    assert kept.read_bytes().endswith(LETTER.encode())
    assert server.end() == 0


def test_without_a_log_it_says_where_it_listens(serve: Any) -> None:
    """And nothing of what is said to it, however much that is."""
    server = serve("--port", "0", log="none")
    told = len(server.out)
    deliver(int(re.findall(r"port (\d+)  SMTP", "".join(server.out))[0]))
    assert server.end() == 0
    assert server.out[told:] == []


def test_json_events(serve: Any) -> None:
    """Session, time, kind, text or base64; a refusal has its reason; letters their octets."""
    server = serve()
    deliver(server.port)
    with dialled(server.port) as (client, lines):
        for said in (b"", b"EHLO desk7.office.test\r\n", b"VRFY \xff\xfe\r\n"):
            client.sendall(said)
            while lines.readline()[3:4] == b"-":
                pass
    assert server.end() == 0
    events = server.objects()
    assert all({"session", "time", "kind", "tls"} <= one.keys() for one in events)
    assert {one["session"] for one in events} == {1, 2}
    assert [one["kind"] for one in events[:3]] == ["connect", "server", "client"]
    assert events[0]["peer"] == "127.0.0.1"
    [letter] = server.objects("letter")
    assert (letter["text"], letter["octets"]) == (LETTER, len(LETTER))
    strange = [base64.b64decode(one["base64"]) for one in events if "base64" in one]
    assert b"VRFY \xff\xfe" in strange
    [refusal] = [one for one in server.objects("server") if "reason" in one]
    assert refusal["session"] == 2
    assert refusal["reason"]
    assert re.search(r"\.toml:\d+$", refusal["place"])


@pytest.mark.parametrize("log", ["json", "text"])
def test_what_becomes_of_letters_is_told_too(serve: Any, log: str) -> None:
    """A letter that is handed on to another house, and one that lies in its mailbox."""
    server = serve("--port", "0", log=log)
    port = server.port if log == "json" else int(re.findall(r"(\d+)  SMTP", server.out[1])[0])
    deliver(port)
    deliver(port, to="forward@office.test")
    assert server.process.stdout is not None
    wanted = '"mailbox": "fred@branch.test"' if log == "json" else "-- "
    for line in server.process.stdout:
        server.out.append(line)
        if wanted in line:
            break
    else:
        raise AssertionError(server.out)
    assert server.end() == 0
    if log == "json":
        boxes = [one["mailbox"] for one in server.objects("delivered")]
        assert boxes == [ANA, "fred@branch.test"]
    else:
        assert re.search(r"^--  \| .*fred@branch\.test", "".join(server.out), re.M)


def test_each_reply_has_its_own_reason(serve: Any) -> None:
    """Of several refusals in one breath, none gets the words of another."""
    server = serve()
    with dialled(server.port) as (client, lines):
        lines.readline()
        client.sendall(b"EHLO desk7.office.test\r\n")
        while lines.readline()[3:4] == b"-":
            pass
        client.sendall(b"RCPT TO:<ana@office.test>\r\nMAIL FRM:<x>\r\nDATA\r\nQUIT\r\n")
        lines.read()
    assert server.end() == 0
    reasons = [one["situation"] for one in server.objects("server") if "situation" in one]
    assert reasons[0] == "rcpt-no-mail"
    assert reasons[1] == "mail-syntax"


def test_the_text_log_is_the_dialogue_with_notes(serve: Any) -> None:
    """Sessions are told apart, refusals have their reason, and a hostile client paints nothing."""
    env = {"TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "80"}
    server = serve("--port", "0", "--write-ca", "ca.pem", log="text", env=env)
    port = int(re.findall(r"port (\d+)  SMTP", "".join(server.out))[0])
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.docmd("EHLO", "desk7.office.test")
        client.docmd("MAIL", f"FROM:<{ADA}>")
        client.docmd("RCPT", "TO:<nobody@office.test>")
        deliver(port)
        client.command_encoding = "utf-8"
        client.docmd("NOOP", "\x1b]0;title\x07\x9b2J\u202e")
    assert server.end() == 0
    said = "".join(server.out)
    assert "#1 C: MAIL FROM:<ada@far.test>\n" in said
    assert "#2 C: Subject: hello\n" in said
    assert re.search(r"#1 +\| Why > ", said)
    assert all(len(line) <= 80 for line in said.splitlines() if " | " in line)
    assert not re.search(r"[^\n\x20-\x7e\u2019]", said)
    assert ":why" not in said
    assert " S: 421" not in said


def test_a_log_that_nobody_reads_ends_the_server(serve: Any) -> None:
    """A closed pipe is the end of it, not a traceback."""
    server = serve()
    server.process.stdout.close()
    for _ in range(3):
        try:
            deliver(server.port)
        except (OSError, smtplib.SMTPException):
            break
    assert server.process.wait(timeout=TIMEOUT) == 141
    assert server.process.stderr.read() == ""


def test_a_full_log_holds_nobody_up(serve: Any) -> None:
    """Who does not read the log does not stop the server: 300 letters, more than a pipe holds."""
    server = serve()
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        for _ in range(300):
            client.sendmail(ADA, [ANA], LETTER)
    assert server.end() == 0
    assert len(server.objects("letter")) == 300


# ---------------------------------------------------------------- scripts

SCRIPT = """
[[steps]]
expect = "EHLO"
reply = ["250 odd.test", "250 AUTH PLAIN"]
[[steps]]
expect = "AUTH"
reply = "334 "
[[steps]]
expect = "AUTHLINE"
reply = "535 5.7.8 No"
[[steps]]
expect = "MAIL"
raw = "250 \\u00e9\\n"
delay = 0.05
[[steps]]
expect = "any"
raw = { hex = "00ff0d0a" }
[[steps]]
drop = true
"""


def test_a_script_answers_as_it_is_written(serve: Any, tmp_path: Path) -> None:
    """Any bytes, delays, a cut connection; secrets are left out of the log here as well."""
    (tmp_path / "odd.toml").write_text(SCRIPT)
    server = serve("--script", "odd.toml")
    with dialled(server.port) as (client, lines):
        assert lines.readline().startswith(b"220 mail.office.test")
        client.sendall(b"EHLO x\r\n")
        assert lines.readline() + lines.readline() == b"250-odd.test\r\n250 AUTH PLAIN\r\n"
        client.sendall(b"NOOP\r\n")
        assert lines.readline() == b"503 5.5.1 The script expects AUTH here\r\n"
        client.sendall(b"AUTH PLAIN\r\nc2VjcmV0LXNlY3JldA==\r\nMAIL\r\nRCPT\r\n")
        assert lines.readline() == b"334 \r\n"
        assert lines.readline() == b"535 5.7.8 No\r\n"
        assert lines.readline() == b"250 \xe9\n"
        assert lines.readline() == b"\0\xff\r\n"
        client.sendall(b"WHATEVER\r\n")
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    assert server.end() == 0
    assert "c2VjcmV0" not in "".join(server.out)
    assert any("expects AUTH" in one["text"] for one in server.objects("remark"))


# ---------------------------------------------------------------- wrong use


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (["--personality", "postfix-lik"], 1, 'did you mean "postfix-like"'),
        (["--scenario", "nowhere"], 1, 'no scenario is called "nowhere"'),
        (["--port", "70000"], 1, "no port"),
        (["--tls-port", "x"], 1, "no port"),
        (["--user", "ana"], 1, "NAME:PASSWORD"),
        (["--user", "ana@far.test:x"], 1, "no user of this house"),
        (["--user", "../x:y"], 1, "cannot be a user's name"),
        (["--users", "missing"], 1, "cannot be read"),
        (["--key", "k.pem"], 1, "--key goes with --cert"),
        (["--cert", "missing.pem"], 1, "cannot read"),
        (["--cert", "bad.toml"], 1, "are no certificate and its key"),
        (["--cert", "x", "--write-ca", "y"], 1, "leave one of them out"),
        (["--write-ca", "bad.toml"], 1, "something else already"),
        (["--write-ca", "no/such/folder.pem"], 1, "cannot write"),
        (["--host", "192.0.2.1"], 2, "cannot listen on 192.0.2.1 port 0"),
        (["--host", ""], 1, "--host wants an address"),
        (
            ["--port", "none", "--submission-port", "none", "--tls-port", "none"],
            1,
            "nobody could come in",
        ),
        (["--json"], 1, "smtpshell serve --log json"),
        (["--folder", "nowhere"], 1, "nowhere is no folder"),
        (["--unix", "no/such/folder"], 2, "cannot listen at"),
        (["--maildir", "bad.toml"], 1, "cannot keep mail in"),
        (["--max-size", "many"], 1, "octets, as"),
        (["--idle-timeout", "0"], 1, "0"),
        (["--script", "bad.toml"], 1, "bad.toml:2"),
        (["--script", "bad.json"], 1, "bad.json:3"),
        (["--script", "bad.toml", "--maildir", "m"], 1, "nothing is delivered"),
        (["--folder", ".", "--personality", "own"], 1, "own.toml:7"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_wrong_is_told_in_one_line(
    tmp_path: Path, options: list[str], status: int, words: str
) -> None:
    """No traceback, the reason, and what to do about it."""
    (tmp_path / "bad.toml").write_text('[[steps]]\nexpekt = "MAIL"\nreply = "250 ok"\n')
    (tmp_path / "bad.json").write_text('{"steps": [\n {"reply": "250 ok"}\n}')
    (tmp_path / "personalities").mkdir()
    own = 'format = 1\nkind = "personality"\nid = "own"\nlike = "by-the-book"\n'
    own += 'about = "x"\n[limits]\nerors = 1\n'
    (tmp_path / "personalities" / "own.toml").write_text(own)
    found, said = refused(tmp_path, *options)
    assert words in said
    assert found == status
    assert (
        len([line for line in said.splitlines() if line.startswith(("smtpshell:", "Error:"))]) <= 2
    )


def test_a_taken_port_is_told_if_it_was_asked_for(tmp_path: Path) -> None:
    """There is no server then."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, said = refused(tmp_path, "--tls-port", port)
    assert status == 2
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use" in said
    assert "port 0 picks a free one" in said


def test_a_usual_port_that_is_taken_gives_way_and_that_is_said(tmp_path: Path) -> None:
    """Whoever told a class to use 2525 has to know; a port that was asked for needs no words."""
    with ExitStack() as stack:
        with suppress(OSError):  # somebody has it, which is as good
            stack.enter_context(socket.create_server(("127.0.0.1", USUAL_PORT)))
        server = Served(tmp_path, "--submission-port", "0", "--tls-port", "none", log="text")
        server.end()
    [smtp, submission] = [line for line in server.out if " port " in line]
    assert smtp.endswith("SMTP, STARTTLS (2525 was taken)\n")
    assert submission.endswith("submission, STARTTLS\n")


def test_a_terminal_cuts_no_words_of_the_announcement(tmp_path: Path) -> None:
    """It may be as narrow as a projector's; where nobody looks a line is one line."""
    leader, follower = os.openpty()
    command = [sys.executable, "-m", "smtpshell", "serve", "--port", "0", "--host", "0.0.0.0"]
    environment = {**os.environ, "HOME": str(tmp_path), "COLUMNS": "60", "LANG": "C.UTF-8"}
    with subprocess.Popen(command, stdout=follower, stderr=follower, env=environment) as process:
        os.close(follower)
        said = b""
        while b"Ctrl-C ends it." not in said:
            said += os.read(leader, 4096)
        process.terminate()
    os.close(leader)
    lines = said.decode().splitlines()
    assert max(map(len, lines)) <= 60
    assert "smtpshell: warning: listening on" in lines[0]


# ---------------------------------------------------------------- the list


def test_weak_servers_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    """Also those that are only like a weak one; JSON has the reason."""
    assert list_servers() == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["open-relay"].endswith("(weak on purpose)")
    assert lines["stripper-garbled"].endswith("(weak on purpose)")
    assert not lines["postfix-like"].endswith("(weak on purpose)")
    assert list_servers(as_json=True) == 0
    found = json.loads(capsys.readouterr().out)["personalities"]
    weak = {one["name"]: one["weak"] for one in found}
    assert "spam" in weak["open-relay"]
    assert weak["crlf-strict"] == ""


def test_all_servers_are_listed(tmp_path: Path) -> None:
    """One line each, those of one's own folder too; as JSON with the same names."""
    (tmp_path / "scenarios").mkdir()
    own = 'format = 1\nkind = "scenario"\nid = "mine"\nabout = "My own house."\n'
    (tmp_path / "scenarios" / "mine.toml").write_text(own)
    command = [sys.executable, "-m", "smtpshell", "serve", "--list", "--folder", "."]
    plain = subprocess.check_output(command, text=True, cwd=tmp_path, timeout=TIMEOUT)
    found = json.loads(
        subprocess.check_output([*command, "--json"], text=True, cwd=tmp_path, timeout=TIMEOUT)
    )
    assert "  mine" in plain
    assert "My own house." in plain
    for one in (*found["personalities"], *found["scenarios"]):
        assert re.search(
            rf"^  {re.escape(one['name'])} +{re.escape(one['about'])}( \(weak on purpose\))?$",
            plain,
            re.M,
        )
    assert {"postfix-like", "by-the-book"} <= {one["name"] for one in found["personalities"]}


def test_names_are_completed() -> None:
    """Tab knows the personalities and scenarios."""
    command = [sys.executable, "-m", "smtpshell"]
    for words, found in (
        ("smtpshell serve --personality post", "postfix-like"),
        ("smtpshell serve --scenario small", "small-office"),
    ):
        env = {"_SMTPSHELL_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": "3"}
        said = subprocess.check_output(command, env={**os.environ, **env}, text=True)
        assert f"plain,{found}" in said.splitlines()


@pytest.mark.parametrize("kind", ["personalities", "scenarios"])
def test_every_server_of_the_list_starts(kind: str) -> None:
    """Each personality where it is at home, each scenario with the usual personality."""

    async def begin_and_end(name: str) -> None:
        options: dict[str, Any] = (
            {"personality": name} if kind == "personalities" else {"scenario": name}
        )
        async with await start(**options, terms=Terms((User("zoe", "secret"),), 60.0, 5000)):
            pass

    names = [path.stem for path in (lessons_dir() / "sandbox" / kind).glob("*.toml")]
    assert names
    for name in names:
        asyncio.run(begin_and_end(name))


# ---------------------------------------------------------------- other people's clients


@pytest.mark.skipif(shutil.which("swaks") is None, reason="swaks is not here")
@pytest.mark.parametrize("how", ["plain", "starttls", "tls", "lmtp", "unix"])
def test_swaks_delivers_by_every_door(serve: Any, tmp_path: Path, how: str) -> None:
    """Over STARTTLS and TLS with a login, and into the Maildir."""
    options = ["--maildir", "mail", "--lmtp", "0", "--unix", "socket", "--write-ca", "ca.pem"]
    server = serve(*options, "--user", "zoe:secret")
    login = ["--auth", "PLAIN", "--auth-user", "zoe", "--auth-password", "secret"]
    trust = ["--tls-verify", "--tls-ca-path", server.first["ca"], *login]
    ways = {
        "plain": ["--server", f"127.0.0.1:{server.port}"],
        "starttls": ["--server", f"127.0.0.1:{server.first['submission_port']}", "--tls", *trust],
        "tls": ["--server", f"127.0.0.1:{server.first['tls_port']}", "--tlsc", *trust],
        "lmtp": ["--server", f"127.0.0.1:{server.first['lmtp_port']}", "--protocol", "LMTP"],
        "unix": ["--socket", "socket"],
    }
    command = ["swaks", *ways[how], "--from", "zoe@office.test", "--to", ANA]
    ran = subprocess.run(
        [*command, "--helo", "desk7.office.test"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=TIMEOUT,
    )
    assert ran.returncode == 0, ran.stdout
    assert len(list((tmp_path / "mail" / "ana" / "new").iterdir())) == 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
@pytest.mark.parametrize("how", ["smtp", "smtps", "refused"])
def test_curl_delivers_or_is_refused(serve: Any, tmp_path: Path, how: str) -> None:
    """Over TLS with a login; what is refused is in the log with its reason."""
    server = serve("--write-ca", "ca.pem", "--user", "zoe:secret")
    (tmp_path / "letter").write_text(LETTER)
    scheme, port = ("smtps", "tls_port") if how == "smtps" else ("smtp", "port")
    command = ["curl", "-sS", "--url", f"{scheme}://localhost:{server.first[port]}/desk7.test"]
    command += ["--mail-from", "zoe@office.test", "-T", "letter"]
    command += ["--mail-rcpt", "nobody@office.test" if how == "refused" else ANA]
    if how == "smtps":
        command += ["--user", "zoe:secret", "--cacert", server.first["ca"]]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=TIMEOUT)
    assert (ran.returncode == 0) == (how != "refused"), ran.stderr
    assert server.end() == 0
    assert len(server.objects("letter")) == (how != "refused")
    assert any("reason" in one for one in server.objects("server")) == (how == "refused")


def test_aiosmtplib_delivers_in_parallel(serve: Any, tmp_path: Path) -> None:
    """Twenty sessions at once, over STARTTLS, each letter kept and every event told."""
    aiosmtplib = pytest.importorskip("aiosmtplib")
    server = serve("--maildir", "mail", "--write-ca", "ca.pem")
    trust = ssl.create_default_context(cafile=server.first["ca"])

    async def send(number: int) -> None:
        await aiosmtplib.send(
            f"Subject: {number}\n\nText.\n",
            sender=ADA,
            recipients=[ANA],
            hostname="localhost",
            port=server.port,
            start_tls=True,
            tls_context=trust,
        )

    async def send_all() -> None:
        await asyncio.gather(*(send(number) for number in range(20)))

    asyncio.run(send_all())
    assert len(list((tmp_path / "mail" / "ana" / "new").iterdir())) == 20
    assert server.end() == 0
    assert {one["session"] for one in server.objects("close")} == set(range(1, 21))
