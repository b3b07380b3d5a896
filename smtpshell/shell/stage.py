"""Servers to play on: a practice server of any personality, or one that somebody named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.net.target import PORT_LMTP, PORT_SUBMISSION, PORT_SUBMISSIONS, Target, parse_target
from smtpshell.net.trust import Trust
from smtpshell.shell.banner import DEFAULT_SEED, is_loopback

if TYPE_CHECKING:
    from pathlib import Path

    from smtpshell.sandbox.mind.view import Judged
    from smtpshell.sandbox.server import PracticeServer

PRACTICE = "practice:"
_DOORS = {PORT_SUBMISSION: "submission", PORT_SUBMISSIONS: "smtps", PORT_LMTP: "lmtp"}


class Terms(NamedTuple):
    """On what terms a server is talked to; a practice server needs few of these.

    *timeout* is in seconds for each whole reply. *real_servers* may be talked to although they are
    not on this machine. *folders* are searched for personalities before ours.
    """

    timeout: float | None = None
    cafile: str = ""
    starttls: bool = False
    insecure_auth: bool = False
    accept_certificate: bool = False
    real_servers: bool = False
    seed: int = DEFAULT_SEED
    scenario: str = ""
    folders: Sequence[Path] = ()


class Stage(NamedTuple):
    """A server to play on. A practice server also says why it answered as it did."""

    name: str
    target: Target
    trust: Trust
    practice: bool = False
    verdicts: Callable[[int], list[Judged]] = lambda port: []
    skip: Callable[[float], None] = lambda seconds: None

    @property
    def on_this_machine(self) -> bool:
        return is_loopback(self.target.host)


@contextmanager
def stage_at(name: str, terms: Terms, *, port: int = 0, lmtp: bool = False) -> Iterator[Stage]:
    """The server that *name* means: a personality, "practice:" and one, or HOST:PORT.

    *port* is where the lines to be played were said first; a practice server has a door for it.
    UsageError if there is no such server, or if it is real and those are not allowed.
    """
    if _is_real(name):
        yield _real(name, terms, lmtp=lmtp)
    else:
        door = "lmtp" if lmtp else _DOORS.get(port, "mx")
        with _practice(name.removeprefix(PRACTICE), terms, door) as stage:
            yield stage


def is_elsewhere(name: str) -> bool:
    """Is it a server on another machine that *name* means?"""
    return _is_real(name) and not is_loopback(parse_target(name).host)


def _is_real(name: str) -> bool:
    return not name.startswith(PRACTICE) and (":" in name or "." in name or name == "localhost")


def _real(name: str, terms: Terms, *, lmtp: bool) -> Stage:
    target = parse_target(name, starttls=terms.starttls, lmtp=lmtp)
    stage = Stage(name, target, Trust(cafile=terms.cafile))
    if not stage.on_this_machine and not terms.real_servers:
        raise UsageError(
            tr("{name} is a real server, and mail that is sent to it is real", name=name),
            hint=tr(
                "`smtpshell compare --real-servers` does it, if you may use that server and"
                " write only to addresses that you own"
            ),
        )
    return stage


@contextmanager
def _practice(name: str, terms: Terms, door: str) -> Iterator[Stage]:
    """A practice server of its own, in a thread of its own while it is played on."""
    import asyncio
    from collections.abc import Coroutine
    from threading import Thread
    from typing import Any, TypeVar

    from smtpshell.sandbox.start import start

    found = TypeVar("found")
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="practice server", daemon=True)
    thread.start()

    def do(work: Coroutine[Any, Any, found]) -> found:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    server: PracticeServer | None = None
    try:
        server = do(
            start(
                name,
                seed=terms.seed,
                scenario=terms.scenario or None,
                folders=terms.folders,
                lmtp_port=0,
            )
        )
        yield _stage_of(server, name, door, do)
    finally:
        if server is not None:
            do(server.close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _stage_of(server: PracticeServer, name: str, door: str, do: Callable[..., object]) -> Stage:
    ports = {
        "submission": server.submission_port,
        "smtps": server.tls_port,
        "lmtp": server.lmtp_port,
    }
    target = Target(
        "127.0.0.1", ports.get(door) or server.port, tls=door == "smtps", lmtp=door == "lmtp"
    )
    heard: list[Judged] = []

    async def ask(port: int) -> None:
        view = server.view(port)
        heard[:] = view.verdicts if view is not None else ()

    async def put_forward(seconds: float) -> None:
        server.skip(seconds)

    def skip(seconds: float) -> None:
        do(put_forward(seconds))

    def verdicts(port: int) -> list[Judged]:
        do(ask(port))
        return heard.copy()

    trust = Trust(ca_pem=lambda: server.ca_pem.decode("ascii"), name=server.name)
    return Stage(name, target, trust, True, verdicts, skip)
