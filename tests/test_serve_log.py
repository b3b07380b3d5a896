"""The thread that tells what goes on: it holds nobody up, and says what it could not say."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Sequence
from threading import Event as Gate
from threading import Thread
from typing import Any

import pytest

from smtpshell.cli import log as logs
from smtpshell.cli.json_log import JsonLog
from smtpshell.cli.log import LONGEST, Log, refusals
from smtpshell.cli.serve import theme_of
from smtpshell.cli.serve_wanted import Wanted
from smtpshell.cli.text_log import TextLog, writer_on
from smtpshell.sandbox.mind.record import CHUNK, CLIENT, CLOSE, LETTER, SERVER
from smtpshell.sandbox.mind.responder import Responder
from smtpshell.sandbox.wire.witness import Heard, LoudRecord
from smtpshell.sandbox.world.happening import Happening
from smtpshell.shell.script import Telling
from tests.sandbox.play import HELLO, MAIL, RCPT, START, make_part

HEARD = Heard(1, "mx", "192.0.2.10", 50000, START, START, CLIENT, b"NOOP\r\n", b"250 Ok\r\n", False)


class Notebook:
    """A teller that writes down what it is told, once its *gate* is open."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.told: list[tuple[Heard, int]] = []
        self.lost = 0
        self.fault: Exception | None = None

    def tell(self, heard: Heard, octets: int) -> None:
        self.gate.wait(30)
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        self.told.append((heard, octets))

    def happened(self, found: Sequence[Happening]) -> None:
        """Not of interest here."""

    def left_out(self, count: int) -> None:
        self.lost += count


def overheard(*said: bytes, door: str = "mx") -> list[Heard]:
    """What is heard of a session in which a client says this, piece by piece."""
    heard: list[Heard] = []
    responder = Responder(make_part("by-the-book", door))

    def tell(record: LoudRecord, at: float, kind: int, data: bytes, reply: bytes) -> None:
        moves = tuple(responder.history[-2:])
        heard.append(
            HEARD._replace(door=door, at=at, kind=kind, data=data, reply=reply, moves=moves)
        )

    responder.record = LoudRecord(tell)
    responder.opened(START)
    for piece in said:
        responder.received(piece, START + 1)
    responder.closed(START + 2)
    return heard


def lines(*texts: str) -> bytes:
    return "".join(f"{text}\r\n" for text in texts).encode()


def as_json(heard: list[Heard]) -> list[dict[str, object]]:
    out = io.StringIO()
    log = JsonLog(out)
    for one in heard:
        log.tell(one, len(one.data))
    return [json.loads(line) for line in out.getvalue().splitlines()]


def as_text(heard: list[Heard]) -> str:
    out = io.StringIO()
    log = TextLog(writer_on(out), Telling(notes="off"))
    for one in heard:
        log.tell(one, len(one.data))
    return out.getvalue()


def test_what_is_said_again_is_heard_again() -> None:
    """The server answers it out of memory, and the log gets the same as the first time."""
    letter = (lines(MAIL), lines(RCPT), lines("DATA"), lines("Subject: hi", "", "x", "."))
    heard = overheard(lines(HELLO), *letter, *letter)
    _, *said = [(one.data, one.reply) for one in heard if one.kind == CLIENT]
    assert [line for line, _ in said] == [*letter[:3], *letter[:3]]
    assert said[:3] == said[3:]


# ---------------------------------------------------------------- the thread


def test_what_cannot_be_told_in_time_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits, memory has a bound, and the log says how much is missing."""
    monkeypatch.setattr(logs, "MOST_WAITING", 5)
    notebook = Notebook()
    log = Log(notebook, lambda: None)
    for _ in range(20):
        log.hear(HEARD)
    notebook.gate.set()
    log.close()
    assert len(notebook.told) + notebook.lost == 20
    assert len(notebook.told) in (5, 6)


def test_the_end_does_not_wait_for_a_slow_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has piled up is counted, and no thread is at work when the interpreter ends."""
    notebook = Notebook()

    class Hand(Thread):
        """The second time somebody waits for it, it gets on with its work."""

        def join(self, timeout: float | None = None) -> None:
            if timeout == logs.BREAK_OFF:
                notebook.gate.set()
            super().join(timeout)

    monkeypatch.setattr(logs, "Thread", Hand)
    monkeypatch.setattr(logs, "LONGEST_WAIT", 0.0)
    monkeypatch.setattr(logs, "BREAK_OFF", 30.0)
    log = Log(notebook, lambda: None)
    for _ in range(20):
        log.hear(HEARD)
    log.close()
    assert len(notebook.told) <= 1
    assert len(notebook.told) + notebook.lost == 20


def test_letters_wait_only_in_part() -> None:
    """Of a big letter the beginning is told, and how big it was."""
    notebook = Notebook()
    notebook.gate.set()
    log = Log(notebook, lambda: None)
    log.hear(HEARD._replace(kind=LETTER, data=b"x" * (LONGEST + 5)))
    log.close()
    [(heard, octets)] = notebook.told
    assert (len(heard.data), octets) == (LONGEST, LONGEST + 5)


def test_a_fault_in_the_log_is_not_its_end(caplog: pytest.LogCaptureFixture) -> None:
    """What could not be told is reported; what follows is told."""
    notebook = Notebook()
    notebook.fault = ValueError("no")
    notebook.gate.set()
    log = Log(notebook, lambda: None)
    with caplog.at_level(logging.ERROR):
        log.hear(HEARD)
        log.hear(HEARD)
        log.close()
    assert len(notebook.told) == 1
    assert "the log broke" in caplog.text
    assert log.status == 0


def test_nobody_reads_any_more() -> None:
    """A closed pipe is told to who runs the server."""
    notebook, gone = Notebook(), Gate()
    notebook.fault = BrokenPipeError()
    notebook.gate.set()
    log = Log(notebook, gone.set)
    log.hear(HEARD)
    assert gone.wait(30)
    log.close()
    assert log.status == 141


# ---------------------------------------------------------------- reasons


def test_each_refusal_goes_with_its_judgement() -> None:
    """Also where a 421 follows the refusal in one breath, and where LMTP answers twice."""
    said = [b"EHLO x\r\n", *[b"FOO\r\n"] * 9, b"FOO\r\n"]
    [last] = [one for one in overheard(*said) if b"\r\n421" in one.reply]
    found = [(reply[:3], move and move.answer.name) for reply, move in refusals(last)]
    assert found[-1][0] == b"421"
    assert found[-1][1] == "too-many-errors"
    assert found[-2][1] == "unknown"
    rcpts = (MAIL, RCPT, "RCPT TO:<ben@office.test>", "DATA")
    letter = [lines("LHLO x.test"), lines(*rcpts), b"a\nb\r\n.\r\n"]
    [refused] = [one for one in overheard(*letter, door="lmtp") if one.data.startswith(b"5")]
    names = {move and move.answer.name for _, move in refusals(refused)}
    assert names == {"data-bare"}


# ---------------------------------------------------------------- words and objects

SESSION = (
    lines(HELLO),
    lines(MAIL, RCPT, "DATA"),
    b"Subject: x\r\n\r\nText.\r\n.\r\n",
    lines(MAIL, RCPT),
    b"BDAT 7\r\nAUTH \r\nBDAT 3 LAST\r\nx\r\n",
    lines("VRFY ana"),
    lines("QUIT"),
)


def test_chunks_do_not_put_the_logs_out_of_step() -> None:
    """What stands in a chunk is no command, and what follows it is one again."""
    kinds = [one["kind"] for one in as_json(overheard(*SESSION))]
    assert kinds.count("letter") == 1
    assert kinds.count("chunk") == 2
    assert kinds[-1] == "close"
    text = as_text(overheard(*SESSION))
    assert "#1 C: VRFY ana\n" in text
    assert "#1 C: QUIT\n" in text
    assert text.count("#1 S: 221 ") == 1


def test_a_big_chunk_is_counted_and_not_shown() -> None:
    """Of megabytes the beginning is in the log, and the session goes on behind them."""
    data = b"x" * 70 + b"\r\n"
    octets = len(data) * 20_000
    said = (lines(HELLO), lines(MAIL, RCPT), b"BDAT %d LAST\r\n" % octets + data * 20_000)
    out = io.StringIO()
    log = TextLog(writer_on(out), Telling(notes="off"))
    for one in overheard(*said, lines("QUIT")):
        shown = one.data[:LONGEST] if one.kind == CHUNK else one.data
        log.tell(one._replace(data=shown), len(one.data))
    text = out.getvalue()
    assert "octets more came" in text
    assert len(text) < 10_000
    assert "#1 C: QUIT\n" in text


@pytest.mark.parametrize(
    "secret",
    [
        (b"AUTH PLAIN AGFuYQBhcHJpY290LTc=\r\n",),
        (b"AUTH LOGIN\r\n", b"YW5h\r\n", b"YXByaWNvdC03\r\n"),
        (b"AUTH LOGIN\r\n", b"*\r\n", b"YXByaWNvdC03\r\n"),
        (b"AUTH PLAIN\r\n", b"AGFuYQBhcHJpY290LTc=\r\n"),
    ],
    ids=["initial", "login", "cancelled", "plain"],
)
def test_secrets_are_in_no_log(secret: tuple[bytes, ...]) -> None:
    """Neither the password nor what it was encoded as, however the exchange goes."""
    part = make_part("by-the-book")
    heard: list[Heard] = []
    responder = Responder(part)
    responder.record = LoudRecord(
        lambda _, at, kind, data, reply: heard.append(
            HEARD._replace(at=at, kind=kind, data=data, reply=reply, tls=True)
        )
    )
    responder.opened(START, tls="TLSv1.3")
    for piece in (lines(HELLO), *secret, lines("QUIT")):
        responder.received(piece, START)
    for said in (as_text(heard), json.dumps(as_json(heard))):
        assert "YXByaWNvdC03" not in said
        assert "AGFuYQ" not in said
        assert "apricot" not in said
        assert "AUTH" in said


def test_a_login_is_no_reason_for_complaints() -> None:
    """The log knows a secret by its length; it does not find fault with what it does not know."""
    responder = Responder(make_part("by-the-book"))
    heard: list[Heard] = []
    responder.record = LoudRecord(
        lambda _, at, kind, data, reply: heard.append(
            HEARD._replace(at=at, kind=kind, data=data, reply=reply, tls=True)
        )
    )
    responder.opened(START, tls="TLSv1.3")
    responder.received(lines(HELLO), START)
    responder.received(b"AUTH PLAIN AGFuYQBhcHJpY290LTc=\r\n", START)
    out = io.StringIO()
    log = TextLog(writer_on(out), Telling(verbosity="teach"))
    for one in heard:
        log.tell(one, len(one.data))
    assert "AUTH PLAIN (20 octets)" in out.getvalue()
    assert "^" not in out.getvalue()
    assert "base64" not in out.getvalue().partition("AUTH PLAIN (")[2]


def test_a_closed_session_is_forgotten() -> None:
    """The logs keep nothing of who is gone."""
    heard = overheard(lines(HELLO))
    assert heard[-1].kind == CLOSE
    log = JsonLog(io.StringIO())
    text = TextLog(writer_on(io.StringIO()), Telling(notes="off"))
    for one in heard:
        log.tell(one, len(one.data))
        text.tell(one, len(one.data))
    assert not log._sessions
    assert not text._sessions


def test_strange_bytes_are_shown_as_such() -> None:
    """Base64 in JSON; in words everything that a terminal might act upon is made visible."""
    strange = HEARD._replace(kind=SERVER, data=b"250 \xff\x1b[2J\x9b\r\n", reply=b"")
    [_, event] = as_json([strange])
    assert event["base64"] == "MjUwIP8bWzJKmw=="
    assert "\x1b" not in as_text([strange])
    assert "\x1b" not in as_text([strange._replace(kind=CHUNK)])


# ---------------------------------------------------------------- for people


def told(heard: list[Heard], telling: Telling = Telling()) -> str:  # noqa: B008
    out = io.StringIO()
    log = TextLog(writer_on(out), telling)
    for one in heard:
        log.tell(one, len(one.data))
    return out.getvalue()


def test_what_goes_well_is_told_in_a_headline() -> None:
    """Nobody who reads a log has a next line to say; what was refused or odd is told in full."""
    text = told(overheard(*SESSION, lines("RCPT TO:<nobody@office.test>")))
    assert "#1  | The server is ready\n" in text
    for words in ("Your turn", "your turn", "Next: "):
        assert words not in text
    refused = told(overheard(lines(HELLO), lines(MAIL, "RCPT TO:<nobody@office.test>")))
    assert "No such mailbox > " in refused
    assert "Why > " in refused
    assert "Next: MAIL" in told(overheard(lines(HELLO)), Telling(verbosity="teach"))


def test_a_remark_stands_below_the_line_it_is_about() -> None:
    """The server makes it while it judges the line."""
    line = "MAIL FROM: dora@office.test"
    heard: list[Heard] = []
    responder = Responder(make_part("postfix-like"))
    responder.record = LoudRecord(
        lambda _, at, kind, data, reply: heard.append(
            HEARD._replace(at=at, kind=kind, data=data, reply=reply)
        )
    )
    responder.opened(START)
    responder.received(lines(HELLO), START)
    responder.received(lines(line), START)
    responder.closed(START)
    text = told(heard)
    assert text.index(f"C: {line}") < text.index("Remark > Forgiven here")
    assert "Remark" not in told(heard, Telling(notes="off"))


class Terminal(io.StringIO):
    """A stream that says it is a terminal of 80 columns."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise io.UnsupportedOperation("fileno")


def test_sessions_have_colours_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal; what a peer says does nothing there but stand in its line."""
    monkeypatch.setenv("TERM", "xterm")
    for theme in ("dark", "light", "mono", "high-contrast"):
        out = Terminal()
        log = TextLog(writer_on(out, theme), Telling(notes="off"))
        for number in (1, 2):
            odd = HEARD._replace(session=number, data=b"\x1b]0;owned\x07 \x9b31m \xe2\x80\xae\r\n")
            log.tell(odd, len(odd.data))
        said = out.getvalue()
        assert "\x1b[" in said
        plain = re.sub(r"\x1b\[[0-9;]*m", "", said)
        assert all(char.isprintable() or char in "\r\n" for char in plain)
        assert "\\x1b]0;owned\\x07" in plain
        tags = dict(re.findall(r"((?:\x1b\[[0-9;]*m)+)#([12]) ", said))
        assert len(tags) == 2, tags


@pytest.mark.parametrize(
    ("environment", "terminal", "option", "theme"),
    [
        pytest.param({"TERM": "xterm"}, True, {}, "dark", id="terminal"),
        pytest.param({"TERM": "xterm"}, True, {"theme": "light"}, "light", id="asked-for"),
        pytest.param({"TERM": "xterm", "NO_COLOR": "1"}, True, {}, "mono", id="no-color"),
        pytest.param({"TERM": "dumb"}, True, {}, "", id="dumb"),
        pytest.param({"TERM": "xterm"}, False, {}, "", id="pipe"),
        pytest.param({"TERM": "xterm"}, True, {"plain": True}, "", id="screen-reader"),
    ],
)
def test_colours_are_for_terminals(
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    terminal: bool,
    option: dict[str, Any],
    theme: str,
) -> None:
    """NO_COLOR, TERM=dumb, a pipe and --plain are heeded."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", Terminal() if terminal else io.StringIO())
    assert theme_of(Wanted(**option)) == theme
