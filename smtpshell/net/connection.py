"""What every connection has, however it waits for the network: its dialogue, its TLS, its end.

`client.py` waits with asyncio, `blocking.py` with a blocking socket. Neither decides anything about
TLS or about the end; that is done here, once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smtpshell.catalogue import marked, tr
from smtpshell.errors import ConnectError
from smtpshell.net.dialogue import Dialogue, End, cut_lines
from smtpshell.net.target import Target
from smtpshell.net.trouble import clear_text_on_tls_port, injection, silent_greeting_hint
from smtpshell.net.trust import Trust
from smtpshell.smtp.event import UNASKED, Event, EventKind
from smtpshell.smtp.session import Session

if TYPE_CHECKING:
    from smtpshell.net.tls import TlsReport

CLOSED = End("client", marked("closed"))
DROPPED = End("client", marked("dropped without a word"))
TLS_IN_TLS = End("client", marked("the server began TLS inside TLS (RFC 3207 4.2)"))

SILENCE_SECONDS = 5.0  # without a greeting, then a remark says what may be the matter

_BY = {"server": marked("server"), "network": marked("network")}


class Connection:
    """One connection to *target*; *on_event* gets all that happens, the moment it happens.

    *timeout* replaces RFC 5321's waiting times for a whole reply (4.5.3.2), in seconds.
    """

    def __init__(
        self,
        target: Target,
        on_event: Callable[[Event], None],
        clock: Callable[[], float],
        trust: Trust | None = None,
        timeout: float | None = None,
    ) -> None:
        self.target = target
        self.report: TlsReport | None = None  # of the handshake, once there was one
        self.held: TlsReport | None = None  # a bad certificate that waits for a decision
        self.closed: End | None = None
        self._trust = trust or Trust()
        self._timeout = timeout
        began = clock()
        self._dialogue = Dialogue(on_event, lambda: clock() - began, lmtp=target.lmtp)
        self._why: End | None = None  # we hang up
        self._hint = ""

    @property
    def session(self) -> Session:
        """Where the session stands; to be read, never told anything."""
        return self._dialogue.session

    def dialogue(self) -> Dialogue:
        """The dialogue as it stands, to come back to; to be asked for when `settled`."""
        return self._dialogue.copy()

    @property
    def tls(self) -> bool:
        """Is the connection under TLS?"""
        return self._dialogue.tls

    @property
    def server_name(self) -> str:
        """The name that the certificate has to carry."""
        return self._trust.name or self.target.server_name

    def remark(self, words: str) -> None:
        """Put words of the owner's into the stream of events."""
        self._remark(words)

    def _tell_connected(self, address: str) -> None:
        target = self.target
        detail = {"host": target.host, "port": str(target.port), "address": address}
        words = tr(
            "connected to {address} port {port}", address=address or target.host, port=target.port
        )
        self._dialogue.tell(EventKind.CONNECT, words.encode("utf-8", "replace"), detail)

    def _check_sendable(self, connected: bool) -> None:
        if not connected or self.closed is not None:
            raise ConnectError(tr("there is no connection"))
        if self.held is not None:
            raise ConnectError(
                tr("the certificate was not verified: {problem}", problem=self.held.problem)
            )

    def _forbids_tls(self, left_behind: bytes) -> bool:
        """May TLS not begin, as clear text or other TLS stands in its place? Then we hang up."""
        if self._dialogue.tls:
            self._hang_up(TLS_IN_TLS, drop=True)
        elif left_behind:
            self._clear_text(left_behind)
        else:
            return False
        return True

    def _judged(self, report: TlsReport) -> None:
        """Take a finished handshake; a bad certificate is held for a decision."""
        self.report = report
        if not report.verified:
            self.held = report
        self._dialogue.tls_began()
        detail = {"version": report.version, "cipher": report.cipher, "verdict": report.verdict}
        self._dialogue.tell(EventKind.TLS, report.words.encode("utf-8", "replace"), detail)

    def _accept_held(self) -> None:
        if self.held is not None:
            problem = self.held.problem
            self.held = None
            self._remark(
                tr("went on with a certificate that was not verified: {problem}", problem=problem)
            )

    def _clear_text(self, data: bytes) -> None:
        """Clear text where TLS has to begin: show it, say what it means, hang up."""
        for line, eol in cut_lines(data):
            self._dialogue.tell(EventKind.SERVER, line, UNASKED, eol)
        if self.target.tls:
            words, self._hint = clear_text_on_tls_port(data)
        else:
            self.session.left_behind(data)
            words = injection(data)
        self._hang_up(End("client", words), drop=True)

    def _hang_up(self, end: End, *, drop: bool = False) -> None:
        """End the connection for this reason, with or without the forms."""
        raise NotImplementedError

    def _tell_end(self, found: End | None) -> None:
        """Tell the end once, with its reason, after the last that the server said."""
        end = self._why or found or End("network", marked("lost"))
        if self._dialogue.received_all() and end.by != "client":
            end = End(end.by, tr("{words}, in the middle of a reply", words=tr(end.words)))
        self.closed = end
        self.held = None
        self.session.closed(end.by)
        words = tr(end.words)
        if end.by != "client":
            words = f"{tr(_BY[end.by])}: {words}"
        self._dialogue.tell(EventKind.CLOSE, words.encode("utf-8", "replace"), {"by": end.by})

    def _remark_silence(self) -> None:
        """The greeting does not come: say what the server may be waiting for."""
        if self._dialogue.silent and self.closed is None:
            self._remark(silent_greeting_hint(self.target))

    def _remark(self, words: str) -> None:
        self._dialogue.tell(EventKind.REMARK, words.encode("utf-8", "replace"))
