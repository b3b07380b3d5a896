"""A practice server for the tests of other programs: in a thread, with a loop of its own.

with practice_server(seed=7) as server:
    my_mailer.send(letter, server.host, server.port, to="ana@office.test")
assert server.mailbox("ana@office.test")
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from smtpshell.datafile import meant
from smtpshell.errors import UsageError
from smtpshell.sandbox.nature.script import read_script
from smtpshell.sandbox.nature.terms import Terms, User
from smtpshell.sandbox.server import PracticeServer
from smtpshell.sandbox.start import MOST_SESSIONS, start

if TYPE_CHECKING:
    from smtpshell.sandbox.world.message import StoredMessage
    from smtpshell.smtp.event import Event

LONGEST_WAIT = 30.0  # seconds for the server's loop to do what it is asked

_T = TypeVar("_T")


class Practice:
    """A running practice server, as a test sees it. All of it may be used from any thread."""

    def __init__(self, server: PracticeServer, loop: asyncio.AbstractEventLoop, host: str) -> None:
        self.server = server
        self.host = host
        self.port = server.port
        self.submission_port = server.submission_port
        self.tls_port = server.tls_port
        self.lmtp_port = server.lmtp_port
        self.personality = server.personality.id
        self.seed = server.seed
        self._loop = loop
        self._ca_file: Path | None = None

    @property
    def ca_pem(self) -> str:
        """The CA to trust, in PEM: `ssl.create_default_context(cadata=server.ca_pem)`."""
        return self.server.ca_pem.decode("ascii")

    @property
    def ca_file(self) -> str:
        """The path of a file with the CA, for clients that want one; gone with the server."""
        if self._ca_file is None:
            import os
            from tempfile import mkstemp

            number, name = mkstemp(prefix="smtpshell-ca-", suffix=".pem")
            with os.fdopen(number, "wb") as file:
                file.write(self.server.ca_pem)
            self._ca_file = Path(name)
        return str(self._ca_file)

    def mailbox(self, address: str) -> list[StoredMessage]:
        """The letters in a mailbox, the oldest first; KeyError if there is no such mailbox.

        A letter has `reverse_path`, `recipients`, `data` (as sent) and `raw` (with trace fields).
        """
        if "@" not in address:
            address = self.server.world.address(address)
        return self._ask(lambda: self._letters(address.lower()))

    def _letters(self, address: str) -> list[StoredMessage]:
        world = self.server.world
        if not self._loop.is_closed():
            self.server.happened(world.happenings.number)  # what is due by now comes first
        if address not in world.mailboxes:
            raise KeyError(f'nobody here is called "{address}"{meant(address, world.mailboxes)}')
        return list(world.mailboxes[address])

    def clear(self) -> None:
        """Take all letters out of all mailboxes."""

        def empty() -> None:
            for letters in self.server.world.mailboxes.values():
                self.server.world.octets -= sum(letter.weight for letter in letters)
                letters.clear()

        self._ask(empty)

    def skip(self, seconds: float) -> None:
        """Put the server's clock forward, as for who would come back after greylisting."""
        self._ask(lambda: self.server.skip(seconds))

    def fault(self, words: str) -> None:
        """Order a fault for the next session, in the words of `:fault`: "drop at DOT"."""
        self._ask(lambda: self.server.fault(0, words))

    def events(self, client_port: int) -> list[Event]:
        """What was said in the session with the client at that port, as far as it is kept."""
        return self._ask(lambda: list(self.server.events(client_port)))

    def _ask(self, question: Callable[[], _T]) -> _T:
        """What the loop's thread says; once that has ended, nobody else touches the server."""
        if self._loop.is_closed():
            return question()

        async def answer() -> _T:
            return question()

        return asyncio.run_coroutine_threadsafe(answer(), self._loop).result(LONGEST_WAIT)

    def _clear_away(self) -> None:
        if self._ca_file is not None:
            self._ca_file.unlink(missing_ok=True)
            self._ca_file = None


@contextmanager
def practice_server(
    personality: str = "postfix-like",
    *,
    scenario: str | None = None,
    seed: int = 7,
    host: str = "127.0.0.1",
    users: dict[str, str] | None = None,
    idle_timeout: float | None = None,
    max_size: int | None = None,
    script: Path | str | None = None,
    maildir: Path | str | None = None,
    folders: Sequence[Path | str] = (),
    **options: Any,
) -> Iterator[Practice]:
    """Run a practice server while the `with` block lasts; its ports are free ones.

    *users* are names and their passwords, *script* is a file of fixed replies, *folders* hold
    personalities and scenarios of your own. Further *options* are those of `sandbox.start.start`:
    `port`, `tls_port`, `lmtp_port`, `unix`, ... What is wrong with any of it is an SmtpshellError.
    """
    if maildir is not None and script is not None:
        raise UsageError("a script delivers nothing, so there is no mail to keep")
    people = tuple(User(name, password) for name, password in (users or {}).items())
    begin = start(
        personality,
        scenario=scenario,
        seed=seed,
        host=host,
        lmtp_port=options.pop("lmtp_port", 0),
        most_of_one=options.pop("most_of_one", MOST_SESSIONS),  # a test's clients are one address
        folders=[Path(folder) for folder in folders],
        terms=Terms(people, idle_timeout, max_size),
        maildir=Path(maildir) if maildir is not None else None,
        script=read_script(script) if script is not None else None,
        **options,
    )
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="smtpshell practice server", daemon=True)
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(begin, loop).result(LONGEST_WAIT)
        practice = Practice(server, loop, host)
        try:
            yield practice
        finally:
            asyncio.run_coroutine_threadsafe(server.close(), loop).result(LONGEST_WAIT)
            practice._clear_away()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
