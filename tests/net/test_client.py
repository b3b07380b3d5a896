"""The client on a scripted stream: tables, no network."""

from __future__ import annotations

import asyncio
import selectors

import pytest

from smtpshell.errors import ConnectError
from smtpshell.net import client as client_module
from smtpshell.net.client import Client
from smtpshell.net.dialogue import End
from smtpshell.net.stream import Hear, Say, ScriptedStream, ShakeHands, Silence, Step
from smtpshell.net.target import Target
from smtpshell.smtp.event import Event, EventKind

K = EventKind
TARGET = Target("mail.test", 25)
EHLO = b"EHLO a.test\r\n"


def play(
    steps: list[Step],
    lines: tuple[bytes, ...] = (),
    *,
    target: Target = TARGET,
    timeout: float | None = None,
) -> tuple[list[Event], Client, ScriptedStream]:
    """Drive a client through a script until it is closed; the last wait is for the end."""
    events: list[Event] = []
    stream = ScriptedStream(steps)

    async def run() -> Client:
        client = Client(target, events.append, timeout=timeout, clock=lambda: 7.0)
        await client.begin(stream, "192.0.2.1")
        await client.settle()
        for line in lines:
            client.send(line)
            await client.settle()
        await client.wait_closed()
        return client

    return events, asyncio.run(run()), stream


def lanes(events: list[Event]) -> list[str]:
    letters = {
        K.CLIENT: "C",
        K.SERVER: "S",
        K.CONNECT: "+",
        K.CLOSE: "-",
        K.TLS: "~",
        K.REMARK: "#",
    }
    return [f"{letters[event.kind]} {event.data.decode()}" for event in events]


def test_a_session_from_greeting_to_end() -> None:
    """Everything that happens is one stream of events, in order, from connect to close."""
    events, client, stream = play(
        [
            Say(b"220 hi\r\n"),
            Hear(EHLO),
            Say(b"250-mx\r\n250 SIZE\r\n"),
            Hear(b"QUIT\r\n"),
            Say(b"221 bye\r\n"),
        ],
        (EHLO, b"QUIT\r\n"),
    )
    assert lanes(events) == [
        "+ connected to 192.0.2.1 port 25",
        "S 220 hi",
        "C EHLO a.test",
        "S 250-mx",
        "S 250 SIZE",
        "C QUIT",
        "S 221 bye",
        "- server: closed",
    ]
    assert dict(events[0].detail) == {"host": "mail.test", "port": "25", "address": "192.0.2.1"}
    assert dict(events[-1].detail) == {"by": "server"}
    assert stream.written == EHLO + b"QUIT\r\n"
    assert client.closed == End("server", "closed")
    assert {event.time for event in events} == {0.0}


def test_the_last_reply_is_not_lost_when_the_server_hangs_up() -> None:
    """A 421 and the end in one breath: the 421 is told first."""
    events, client, _ = play([Say(b"220 hi\r\n421 too many\r\n")])
    assert lanes(events)[-2:] == ["S 421 too many", "- server: closed"]
    assert client.settled


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        pytest.param([Silence()], "no whole reply came within 0.01 s", id="greeting"),
        pytest.param([Say(b"220-x\r\n"), Silence()], "within 0.01 s", id="half-a-greeting"),
        pytest.param([Say(b"220 x"), Silence()], "within 0.01 s", id="half-a-line"),
    ],
)
def test_every_wait_has_a_deadline_for_the_whole_reply(steps: list[Step], words: str) -> None:
    """Then we hang up, and say after how long."""
    _, client, _ = play(steps, timeout=0.01)
    assert client.closed is not None
    assert client.closed.by == "client"
    assert words in client.closed.words


def test_a_drip_does_not_renew_the_deadline() -> None:
    """The time counts for the reply, not for each byte of it."""
    stream = Drip()

    async def run() -> Client:
        client = Client(TARGET, lambda event: None, timeout=300.0)
        await client.begin(stream)
        await client.wait_closed()
        return client

    with asyncio.Runner(loop_factory=HastyLoop) as runner:
        client = runner.run(run())
    assert client.closed is not None
    assert "no whole reply" in client.closed.words
    assert 299 <= stream.drops <= 300


class HastyLoop(asyncio.SelectorEventLoop):
    """Nobody waits: its clock jumps to what is due next."""

    def __init__(self) -> None:
        self.selector = HastySelector()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.now


class HastySelector(selectors.DefaultSelector):
    """Does not sleep, and knows what time it would be if it had."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class Drip(ScriptedStream):
    """Says one more octet each second, for ever."""

    def __init__(self) -> None:
        super().__init__([])
        self.drops = 0

    async def read(self) -> bytes:
        done = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(1.0, done.set_result, None)
        await done
        self.drops += 1
        return b"" if self.end else b"2"


def test_the_deadline_counts_from_each_reply_anew() -> None:
    """Pipelined commands are answered one by one; a slow but steady server is no dead one."""
    events, client, _ = play(
        [Say(b"220 hi\r\n"), Hear(b"NOOP\r\nNOOP\r\n"), Say(b"250 a\r\n"), Say(b"250 b\r\n")],
        (b"NOOP\r\nNOOP\r\n",),
        timeout=5,
    )
    assert client.closed == End("server", "closed")
    assert lanes(events)[-3:-1] == ["S 250 a", "S 250 b"]


def test_silence_before_the_greeting_is_remarked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """M33: on port 465 the remark says that TLS comes first."""
    monkeypatch.setattr(client_module, "SILENCE_SECONDS", 0.001)
    events, _, _ = play([Silence()], target=Target("mail.test", 465), timeout=0.02)
    remarks = [event.data.decode() for event in events if event.kind is K.REMARK]
    assert len(remarks) == 1
    assert "--tls" in remarks[0]


def test_a_handshake_that_fails_ends_the_session_with_its_reason() -> None:
    """After the 220 there is no way back to clear text."""
    events, client, _ = play(
        [
            Say(b"220 hi\r\n"),
            Hear(EHLO),
            Say(b"250 STARTTLS\r\n"),
            Hear(b"STARTTLS\r\n"),
            Say(b"220 go\r\n"),
            ShakeHands(failure=ConnectError("the TLS handshake failed: for a reason", hint="h")),
        ],
        (EHLO, b"STARTTLS\r\n"),
    )
    assert client.closed == End("client", "the TLS handshake failed: for a reason")
    assert lanes(events)[-1] == "- the TLS handshake failed: for a reason"


def test_nothing_can_be_sent_while_a_certificate_waits_for_a_decision() -> None:
    """The handshake stands, the session is upgraded in place, and everything waits."""
    steps: list[Step] = [
        Say(b"220 hi\r\n"),
        Hear(EHLO),
        Say(b"250-mx\r\n250 STARTTLS\r\n"),
        Hear(b"STARTTLS\r\n"),
        Say(b"220 go\r\n"),
        ShakeHands(),
        Hear(EHLO),
        Say(b"250 mx\r\n"),
    ]

    async def run() -> tuple[list[Event], Client]:
        events: list[Event] = []
        client = Client(TARGET, events.append)
        await client.begin(ScriptedStream(steps))
        await client.settle()
        for line in (EHLO, b"STARTTLS\r\n"):
            client.send(line)
            await client.settle()
        assert client.held is not None
        assert client.tls
        assert client.session.offered == {}
        assert "STARTTLS" in client.session.offered_before_tls
        with pytest.raises(ConnectError, match="not verified"):
            client.send(EHLO)
        client.accept_certificate()
        client.send(EHLO)
        await client.wait_closed()
        return events, client

    events, client = asyncio.run(run())
    assert lanes(events)[-2:] == ["S 250 mx", "- server: closed"]
    assert [event.tls for event in events][-5:] == [True] * 5
    assert client.held is None


def test_nothing_is_sent_where_nothing_can_be() -> None:
    """Before connecting and after the end, each with its reason."""

    async def run() -> None:
        client = Client(TARGET, lambda event: None)
        with pytest.raises(ConnectError, match="no connection"):
            client.send(b"NOOP\r\n")
        assert (await client.wait_closed()).words == "never connected"
        client.accept_certificate()
        await client.begin(ScriptedStream([Say(b"220 x\r\n")]))
        await client.wait_closed()
        with pytest.raises(ConnectError, match="no connection"):
            client.send(b"NOOP\r\n")

    asyncio.run(run())


@pytest.mark.parametrize("way", ["close", "drop"])
def test_we_may_leave_at_any_time(way: str) -> None:
    """In the middle of a wait too; the wait ends, and the event says that it was us."""

    async def run() -> list[Event]:
        events: list[Event] = []
        client = Client(TARGET, events.append)
        await client.begin(ScriptedStream([Say(b"220 x\r\n"), Silence()]))
        await client.settle()
        client.send(b"NOOP\r\n")
        waiting = asyncio.create_task(client.settle())
        getattr(client, way)()
        await waiting
        await client.wait_closed()
        return events

    events = asyncio.run(run())
    assert events[-1].detail["by"] == "client"
    assert events[-1].data == {"close": b"closed", "drop": b"dropped without a word"}[way]


def test_a_fault_of_the_listener_is_not_swallowed() -> None:
    """An exception in on_event is a bug of ours; it comes out where one waits."""

    def broken(event: Event) -> None:
        if event.kind is K.SERVER:
            raise ZeroDivisionError

    async def run() -> None:
        client = Client(TARGET, broken)
        await client.begin(ScriptedStream([Say(b"220 x\r\n")]))
        with pytest.raises(ZeroDivisionError):
            await client.wait_closed()

    asyncio.run(run())
