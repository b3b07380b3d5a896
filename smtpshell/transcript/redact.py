"""Events without secrets: what reaches a file, a history or a screen passes through here.

A `Redactor` follows a session from its first event, as it has to know which of the client's lines
answer a 334. It also remembers what it has hidden, to hide it again where the server repeats it: as
it was sent, decoded, encoded, or cut short.
"""

from __future__ import annotations

import re
from copy import copy

from smtpshell.smtp.cutter import ClientCutter
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.line import Line
from smtpshell.smtp.reply import ReplyReader
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode
from smtpshell.smtp.text import to_bytes, to_text
from smtpshell.transcript.secret import MARKER, NO_STEP, hide, hide_answer, hide_challenge

_MARKER = MARKER.encode()
# A secret at least this long is hidden wherever it stands, also where only so much of it stands.
_TELLING = 8
_WORDS = rb"(?<![0-9A-Za-z])%b(?![0-9A-Za-z])"


class Redactor:
    """Takes the secrets out of one stream of events, in order."""

    def __init__(self, *, lmtp: bool = False) -> None:
        self._lmtp = lmtp
        self._long: list[bytes] = []  # secrets to be hidden anywhere
        self._short: list[bytes] = []  # to be hidden near an AUTH exchange only: "mail" is a word
        self._begin()

    def _begin(self) -> None:
        self._session = Session(lmtp=self._lmtp)
        self._cutter = ClientCutter(self._session)
        self._reader = ReplyReader()
        self._stray = False  # an exchange has failed; its answers may come all the same
        self._challenged = False  # by a 334, whatever the session makes of it
        self._hiding = False  # the rest of a line of which a part was hidden

    def copy(self) -> Redactor:
        """A redactor that goes on from here. What either finds out to be a secret both know."""
        twin = copy(self)
        twin._session = self._session.copy()
        twin._cutter = self._cutter.copy(twin._session)
        twin._reader = ReplyReader()
        return twin

    def redact(self, event: Event) -> Event:
        """*event* with each secret in it replaced."""
        if event.kind is EventKind.CLIENT:
            return self._client(event)
        if event.kind is EventKind.SERVER:
            return self._server(event)
        if event.kind is EventKind.CONNECT:
            self._begin()
        elif event.kind is EventKind.TLS:
            self._session.tls_started()
        elif event.kind is EventKind.CLOSE:
            self._session.closed(event.detail.get("by", "network"))
        return event

    def _client(self, event: Event) -> Event:
        data = self._without_secrets(event)
        for piece in self._cutter.feed(event.data + event.eol):
            if piece.command is not None and piece.command.known:
                self._stray = False
        return event._replace(data=data)

    def _without_secrets(self, event: Event) -> bytes:
        """The data of a client's event; a line that comes in pieces is judged as far as it is."""
        if self._session.mode is Mode.CHUNK:
            return event.data
        begun = self._cutter.begun.rpartition(b"\n")[2]
        goes_on = not event.eol and not event.data.endswith(b"\n")
        if self._hiding:
            self._hiding = goes_on
            self._remember((begun + event.data,))
            return _MARKER
        line = to_text(begun + event.data)
        if self._challenged and self._session.mode is not Mode.AUTH:
            hidden = hide_answer(line, "", NO_STEP)
        else:
            hidden = hide(line, self._session, stray=self._stray)
        self._challenged = self._challenged and goes_on
        self._remember(hidden.secrets)
        if hidden.secrets and (begun or goes_on):
            self._hiding = goes_on
            return _MARKER
        if hidden.secrets:
            return to_bytes(hidden.text)
        return event.data if self._session.mode is Mode.TEXT else self._masked(event.data)

    def _server(self, event: Event) -> Event:
        self._cutter.answered()
        asked = self._session.pending
        near = bool(asked) and asked[0].verb in ("AUTH", "X-EXPS", "AUTHLINE", "PASS")
        data = self._masked(self._without_verifier(event), near=near or self._stray)
        open_before = self._session.exchange is not None
        reply = self._reader.feed_line(Line(event.data)) if event.eol else None
        if reply is not None:
            self._session.server_said(reply)
            self._challenged = reply.code == 334
            if open_before and self._session.exchange is None and not self._session.auth:
                self._stray = True
        return event._replace(data=data) if data != event.data else event

    def _without_verifier(self, event: Event) -> bytes:
        exchange = self._session.exchange
        if exchange is None or not event.data.startswith(b"334 "):
            return event.data
        hidden = hide_challenge(to_text(event.data), exchange.mechanism, exchange.challenges)
        self._remember(hidden.secrets)
        return to_bytes(hidden.text)

    def _remember(self, secrets: tuple[bytes, ...]) -> None:
        for secret in secrets:
            known = self._long if len(secret) >= _TELLING else self._short
            if secret and secret not in known:
                known.append(secret)
                known.sort(key=len, reverse=True)

    def _masked(self, data: bytes, *, near: bool = False) -> bytes:
        for secret in self._long:
            data = _mask_beginning(data, secret)
        if near:
            for secret in self._short:
                data = re.sub(_WORDS % re.escape(secret), _MARKER, data)
        return data


def _mask_beginning(data: bytes, secret: bytes) -> bytes:
    """Replace *secret* in *data*, in any case, also where it breaks off after its first octets."""
    folded, wanted = data.lower(), secret.lower()
    at = folded.find(wanted[:_TELLING])
    while at >= 0:
        end = at + _TELLING
        while end - at < len(wanted) and folded[end : end + 1] == wanted[end - at : end - at + 1]:
            end += 1
        data = data[:at] + _MARKER + data[end:]
        folded = folded[:at] + _MARKER + folded[end:]
        at = folded.find(wanted[:_TELLING], at + len(_MARKER))
    return data
