"""Why there is no connection, in words and with something to try next.

The operating system's own errors enter here and become ConnectErrors; nothing above ``net/`` ever
sees an OSError.
"""

from __future__ import annotations

import errno
import socket

from smtpshell.catalogue import marked, tr
from smtpshell.errors import ConnectError
from smtpshell.net.target import PORT_SMTP, PORT_SUBMISSION, PORT_SUBMISSIONS, Target
from smtpshell.smtp.printable import printable
from smtpshell.smtp.text import to_text

# With these DNS was asked and has said no; with others nobody knows.
_NO_ADDRESS = frozenset(
    getattr(socket, name, None) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")
)
_OTHER_PORTS = marked(
    "mail servers listen on 25 (between servers), 587 and 465 (for people's programs)"
)


def connect_error(target: Target, error: BaseException, seconds: float) -> ConnectError:
    """What went wrong on the way to *target*; *seconds* is how long was waited."""
    where = str(target)
    if isinstance(error, socket.gaierror) and error.errno not in _NO_ADDRESS:
        return ConnectError(
            tr(
                "the name {host} could not be looked up: {words}",
                host=repr(target.host),
                words=system_words(error),
            ),
            hint=tr("is this machine online, and does its DNS server answer?"),
        )
    if isinstance(error, socket.gaierror | UnicodeError):
        return ConnectError(
            tr("the name {host} has no address", host=repr(target.host)),
            hint=tr(
                "check the spelling; what follows the @ of a mail address is often no host:"
                " its MX record names the servers"
            ),
        )
    if isinstance(error, TimeoutError):
        return ConnectError(
            tr("no answer from {where} within {seconds} s", where=where, seconds=f"{seconds:g}"),
            hint=_silence_hint(target),
        )
    if isinstance(error, ConnectionRefusedError):
        return ConnectError(
            tr("{where} refused the connection: no program listens there", where=where),
            hint=tr(_OTHER_PORTS),
        )
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
        return ConnectError(
            tr("no route to {where}", where=where),
            hint=tr("is this machine online? An IPv6 address needs a network that carries IPv6"),
        )
    if code in (errno.EACCES, errno.EPERM):
        return ConnectError(
            tr("this machine does not allow a connection to {where}", where=where),
            hint=tr("a local firewall rule forbids it"),
        )
    return ConnectError(
        tr(
            "no connection to {where}: {words}",
            where=where,
            words=system_words(error),
        )
    )


def system_words(error: BaseException) -> str:
    """The operating system's words for *error*, without its number."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _silence_hint(target: Target) -> str:
    if target.port == PORT_SMTP:
        return tr(
            "networks of homes, schools and clouds often block port 25 on the way out;"
            " try {port}, or practise without a network: smtpshell",
            port=PORT_SUBMISSION,
        )
    return tr("a firewall on the way drops the packets, or the host is down")


def silent_greeting_hint(target: Target) -> str:
    """What to say when a server has accepted the connection and says nothing (M33)."""
    if target.tls:
        return tr("TLS stands, but the server has not greeted yet; some wait on purpose")
    if target.port == PORT_SUBMISSIONS:
        return tr(
            "the server is silent: on port 465 TLS comes first and the greeting second;"
            " connect with --tls"
        )
    return tr(
        "the server is silent: some wait on purpose before they greet; if it never"
        " speaks, it may expect TLS first (--tls)"
    )


def late_reply(seconds: float) -> str:
    """What to say when a whole reply took longer than anybody has to wait."""
    return tr("no whole reply came within {seconds} s", seconds=f"{seconds:g}")


def handshake_too_slow(seconds: float) -> str:
    """What to say when TLS's handshake does not come to an end."""
    return tr("the TLS handshake was not finished within {seconds} s", seconds=f"{seconds:g}")


def injection(data: bytes) -> str:
    """What clear text in the place of TLS may mean: the attack, named."""
    shown = printable(to_text(data[:60]))
    return tr(
        'clear text where TLS has to begin ("{shown}"): somebody may be injecting'
        " replies (STARTTLS response injection, as in CVE-2011-0411); nothing more is"
        " sent",
        shown=shown,
    )


def clear_text_on_tls_port(data: bytes) -> tuple[str, str]:
    """TLS was begun at once, and the server answered in clear (M34): what happened, what to try."""
    first = printable(to_text(data.partition(b"\r\n")[0][:60]))
    return (
        tr(
            "this port does not speak TLS from the first byte: the server said {first} in clear",
            first=repr(first),
        ),
        tr("connect without --tls; where STARTTLS is offered, TLS begins after the greeting"),
    )
