"""Where to connect: ``HOST[:PORT]`` as people type it, read into host and port.

Default ports are those of the services asked for: 25 for plain SMTP between servers (RFC 5321
4.5.4.2), 587 for submission with STARTTLS (RFC 6409 3.1), 465 for TLS from the first byte
(RFC 8314 3.3). LMTP has no port of its own (RFC 2033 5 only forbids 25); 24 is the one in use.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from typing import NamedTuple

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError

PORT_SMTP, PORT_LMTP, PORT_SUBMISSIONS, PORT_SUBMISSION = 25, 24, 465, 587

# The names of RFC 6335's registry that have to do with us, and what people call them.
PORT_NAMES = {
    "smtp": PORT_SMTP,
    "lmtp": PORT_LMTP,
    "smtps": PORT_SUBMISSIONS,
    "submissions": PORT_SUBMISSIONS,
    "submission": PORT_SUBMISSION,
}

# No patterns here: compiling two would take longer than all the rest of this file.
_OF_IPV6 = frozenset("0123456789abcdefABCDEF:.")
_IN_NO_HOST = frozenset("[]/@:,;<>\"'\\\x7f")


class Target(NamedTuple):
    """One server to talk to; *tls* means from the first byte, *starttls* that it is required."""

    host: str
    port: int
    tls: bool = False
    starttls: bool = False
    lmtp: bool = False

    def __str__(self) -> str:
        """``host:port``, an IPv6 address in brackets; ``parse_target`` reads it back."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def server_name(self) -> str:
        """The name that the certificate has to carry: no trailing dot, no IPv6 zone."""
        return self.host.partition("%")[0].rstrip(".")


def default_port(*, tls: bool = False, starttls: bool = False, lmtp: bool = False) -> int:
    """The port when none was typed."""
    if tls:
        return PORT_SUBMISSIONS
    if lmtp:
        return PORT_LMTP
    return PORT_SUBMISSION if starttls else PORT_SMTP


def parse_target(
    text: str, *, tls: bool = False, starttls: bool = False, lmtp: bool = False
) -> Target:
    """Read ``HOST``, ``HOST:PORT``, ``[IPv6]:PORT`` or a bare IPv6 address; UsageError if none."""
    if tls and starttls:
        raise UsageError(
            tr("--tls and --starttls exclude each other"),
            hint=tr("--tls: TLS before the greeting (port 465); --starttls: after it (port 587)"),
        )
    host, port_text = _split(text.strip())
    if port_text is not None and port_text.startswith("//"):
        host = text  # a scheme was taken for a host, which is what is wrong
    if not _is_ipv6(host) and not _is_host(host):
        raise UsageError(tr("not a host: {host}", host=repr(text)), hint=_host_hint(text))
    port = (
        _port(port_text)
        if port_text is not None
        else default_port(tls=tls, starttls=starttls, lmtp=lmtp)
    )
    return Target(host, port, tls, starttls, lmtp)


def _split(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        host = host[5:] if host[:5].lower() == "ipv6:" else host  # SMTP's own literal form
        if not bracket or (rest and not rest.startswith(":")):
            raise UsageError(
                tr("not a host: {host}", host=repr(text)),
                hint=tr("an IPv6 address with a port is [2001:db8::1]:25"),
            )
        return host, rest[1:] if rest else None
    if _is_ipv6(text):
        return text, None
    host, colon, port = text.rpartition(":")
    return (host, port) if colon else (text, None)


def _is_ipv6(text: str) -> bool:
    """Could this be an IPv6 address, its zone included? The system knows for sure."""
    address, percent, zone = text.partition("%")
    if percent and (not zone or not _is_host(zone)):
        return False
    return address.count(":") >= 2 and _OF_IPV6.issuperset(address)


def _is_host(text: str) -> bool:
    return bool(text) and all(c > " " and not c.isspace() and c not in _IN_NO_HOST for c in text)


def _port(text: str) -> int:
    named = PORT_NAMES.get(text.lower())
    if named is not None:
        return named
    digits = text.isascii() and text.isdigit() and len(text) <= 5
    if not digits or not 1 <= int(text) <= 65535:
        raise UsageError(
            tr("not a port: {port}", port=repr(text)),
            hint=tr(
                "a number from 1 to 65535, or one of {names}", names=", ".join(sorted(PORT_NAMES))
            ),
        )
    return int(text)


def _host_hint(text: str) -> str:
    if "@" in text:
        return tr("that is a mail address; name the server, as in mail.example.org:25")
    if "//" in text:
        return tr("leave out the scheme: HOST or HOST:PORT is enough")
    return "HOST, HOST:PORT, [IPv6]:PORT"
