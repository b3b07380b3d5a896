"""Why there is no connection, in words and with something to try next.

The operating system's own errors enter here and become ConnectErrors; nothing above ``net/`` ever
sees an OSError.
"""

from __future__ import annotations

import errno
import socket

from smtpshell.errors import ConnectError
from smtpshell.net.target import PORT_SMTP, PORT_SUBMISSION, PORT_SUBMISSIONS, Target
from smtpshell.smtp.printable import printable
from smtpshell.smtp.text import to_text

_OTHER_PORTS = "mail servers listen on 25 (between servers), 587 and 465 (for people's programs)"


def connect_error(target: Target, error: BaseException, seconds: float) -> ConnectError:
    """What went wrong on the way to *target*; *seconds* is how long was waited."""
    where = str(target)
    if isinstance(error, socket.gaierror | UnicodeError):
        return ConnectError(
            f"the name {target.host!r} has no address",
            hint="check the spelling; what follows the @ of a mail address is often no host: "
            "its MX record names the servers",
        )
    if isinstance(error, TimeoutError):
        return ConnectError(
            f"no answer from {where} within {seconds:g} s", hint=_silence_hint(target)
        )
    if isinstance(error, ConnectionRefusedError):
        return ConnectError(
            f"{where} refused the connection: no program listens there", hint=_OTHER_PORTS
        )
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
        return ConnectError(
            f"no route to {where}",
            hint="is this machine online? An IPv6 address needs a network that carries IPv6",
        )
    if code in (errno.EACCES, errno.EPERM):
        return ConnectError(
            f"this machine does not allow a connection to {where}",
            hint="a local firewall rule forbids it",
        )
    return ConnectError(f"no connection to {where}: {system_words(error)}")


def system_words(error: BaseException) -> str:
    """The operating system's words for *error*, without its number."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _silence_hint(target: Target) -> str:
    if target.port == PORT_SMTP:
        return (
            "networks of homes, schools and clouds often block port 25 on the way out; "
            f"try {PORT_SUBMISSION}, or practise without a network: smtpshell"
        )
    return "a firewall on the way drops the packets, or the host is down"


def silent_greeting_hint(target: Target) -> str:
    """What to say when a server has accepted the connection and says nothing (M33)."""
    if target.tls:
        return "TLS stands, but the server has not greeted yet; some wait on purpose"
    if target.port == PORT_SUBMISSIONS:
        return (
            "the server is silent: on port 465 TLS comes first and the greeting second; "
            "connect with --tls"
        )
    return (
        "the server is silent: some wait on purpose before they greet; "
        "if it never speaks, it may expect TLS first (--tls)"
    )


def late_reply(seconds: float) -> str:
    """What to say when a whole reply took longer than anybody has to wait."""
    return f"no whole reply came within {seconds:g} s"


def handshake_too_slow(seconds: float) -> str:
    """What to say when TLS's handshake does not come to an end."""
    return f"the TLS handshake was not finished within {seconds:g} s"


def injection(data: bytes) -> str:
    """What clear text in the place of TLS may mean: the attack, named."""
    shown = printable(to_text(data[:60]))
    return (
        f'clear text where TLS has to begin ("{shown}"): somebody may be injecting replies '
        "(STARTTLS response injection, as in CVE-2011-0411); nothing more is sent"
    )


def clear_text_on_tls_port(data: bytes) -> tuple[str, str]:
    """TLS was begun at once, and the server answered in clear (M34): what happened, what to try."""
    first = printable(to_text(data.partition(b"\r\n")[0][:60]))
    return (
        f"this port does not speak TLS from the first byte: the server said {first!r} in clear",
        "connect without --tls; where STARTTLS is offered, TLS begins after the greeting",
    )
