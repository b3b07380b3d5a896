"""A server's certificates read and put into words: who, for which names, when, and by whose word.

Everything in a certificate was written by the peer, so all text is made printable here already.
"""

from __future__ import annotations

import datetime
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.net.tls import (
    Check,
    TlsReport,
    ask_certificate_alone,
    ask_dates_of_chain,
    ask_without_dates,
)
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from cryptography import x509

_DAY = datetime.timedelta(days=1)
_MOST_NAMES = 12  # of a certificate that are listed
_WRONG_PURPOSE = 26
_DATE_CODES = (9, 10)


class Certificate(NamedTuple):
    """What a reader wants to know of one certificate."""

    subject: str
    common_name: str
    names: tuple[str, ...]  # subject alternative names: host names and addresses
    issuer: str
    not_before: datetime.datetime
    not_after: datetime.datetime
    key: str
    self_signed: bool


def read_certificate(der: bytes) -> Certificate | None:
    """Read *der*; None when it cannot be read at all."""
    from cryptography import x509

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of oddities, which would go to the screen
            cert = x509.load_der_x509_certificate(der)
        return Certificate(
            subject=printable(cert.subject.rfc4514_string()),
            common_name=_common_name(cert),
            names=_names(cert),
            issuer=printable(cert.issuer.rfc4514_string()),
            not_before=cert.not_valid_before_utc,
            not_after=cert.not_valid_after_utc,
            key=_key(cert),
            self_signed=cert.subject == cert.issuer,
        )
    except Exception:
        return None  # cryptography has many kinds of errors for what strangers write


def _common_name(cert: x509.Certificate) -> str:
    from cryptography.x509.oid import NameOID

    found = cert.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return printable(str(found[0].value)) if found else ""


def _names(cert: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return ()
    hosts = extension.value.get_values_for_type(x509.DNSName)
    addresses = extension.value.get_values_for_type(x509.IPAddress)
    return tuple(printable(str(name)) for name in (*hosts, *addresses))


def _key(cert: x509.Certificate) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        key = cert.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return "of an unknown kind"
    kind = type(key).__name__.strip("_").removesuffix("PublicKey")
    kind = {"EllipticCurve": "EC"}.get(kind, kind)
    size = getattr(key, "key_size", None)
    return f"{kind} {size} bits" if size else kind


def name_fault(report: TlsReport) -> str:
    """Why the certificate does not carry the wanted name: other names, none, or CN only."""
    wanted = report.server_name
    cert = read_certificate(report.chain[0])
    if cert is None:
        return f"it does not carry the name {wanted}"
    if cert.names:
        return f"it was issued for {_some(cert.names)}, not for {wanted}"
    if cert.common_name and matches(cert.common_name, wanted):
        return (
            f"it carries {wanted} only as common name (CN), which no longer counts; "
            "the name has to stand in the subject alternative names (RFC 9525 2)"
        )
    said = f"; its common name is {cert.common_name}" if cert.common_name else ""
    return f"it has no subject alternative name, so it is valid for no host{said}"


def in_date(der: bytes) -> bool:
    """Is this one certificate within its dates?"""
    cert = read_certificate(der)
    return cert is not None and cert.not_before <= _now() <= cert.not_after


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def matches(presented: str, wanted: str) -> bool:
    """Does a name of a certificate cover *wanted*? A wildcard covers one label (RFC 9525 6.3)."""
    left, right = presented.lower().rstrip("."), wanted.lower().rstrip(".")
    if left.startswith("*."):
        return re.fullmatch(r"[^.]+" + re.escape(left[1:]), right) is not None
    return left == right


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def check_each(report: TlsReport) -> tuple[Check, ...]:
    """Name, dates, trust and purpose, each judged as if the others were right."""
    cert = read_certificate(report.chain[0]) if report.chain else None
    return (
        _check_name(report),
        _check_dates(report, cert, _now()),
        _check_trust(report),
        _check_purpose(report),
    )


def _check_name(report: TlsReport) -> Check:
    verdict = ask_certificate_alone(report, name=True)
    if verdict.code == 0:
        return Check("name", True, f"it carries the name {report.server_name}")
    if verdict.code in (-1, _WRONG_PURPOSE):
        return Check("name", None, "not judged: another fault comes first")
    return Check("name", False, name_fault(report))


def _check_dates(report: TlsReport, cert: Certificate | None, now: datetime.datetime) -> Check:
    if cert is None:
        return Check("dates", None, "not judged: the certificate cannot be read")
    if now < cert.not_before:
        return Check("dates", False, f"not valid before {_date(cert.not_before)}")
    if now > cert.not_after:
        days = max(1, (now - cert.not_after) // _DAY)
        ago = f"{days} day{'s' if days > 1 else ''} ago"
        return Check("dates", False, f"expired on {_date(cert.not_after)}, {ago}")
    if ask_dates_of_chain(report).code in _DATE_CODES:
        return Check("dates", False, "a certificate of its issuers is out of date")
    days = (cert.not_after - now) // _DAY
    return Check("dates", True, f"valid until {_date(cert.not_after)}, {days} more days")


def _check_trust(report: TlsReport) -> Check:
    verdict = ask_without_dates(report)
    where = report.trust.cafile or ("the given CA" if report.trust.ca_pem else "this system's CAs")
    if verdict.code in (0, _WRONG_PURPOSE):
        return Check("trust", True, f"its chain ends in {where}")
    leaf = read_certificate(report.chain[0]) if report.chain else None
    if leaf is not None and leaf.self_signed:
        return Check("trust", False, "self-signed: it vouches for itself, nobody else does")
    if leaf is None:
        return Check("trust", None, "not judged: the certificate cannot be read")
    return Check("trust", False, f"issued by {leaf.issuer}, which is not among {where}")


def _check_purpose(report: TlsReport) -> Check:
    verdict = ask_certificate_alone(report, name=False)
    if verdict.code == 0:
        return Check("purpose", True, "it is meant for a server")
    if verdict.code == _WRONG_PURPOSE:
        return Check("purpose", False, "it is not meant for a server (extended key usage)")
    return Check("purpose", None, f"not judged: {verdict.words}")


def describe(report: TlsReport) -> tuple[str, ...]:
    """The whole report, a line each."""
    lines = [f"{report.version}, cipher {report.cipher}"]
    for depth, der in enumerate(report.chain):
        lines += _describe_one(depth, read_certificate(der))
    for check in report.checks():
        mark = {True: "ok", False: "FAULT", None: "?"}[check.ok]
        lines.append(f"{check.name}: {mark}: {check.words}")
    lines.append("verified" if report.verified else f"not verified: {report.problem}")
    return tuple(lines)


def _describe_one(depth: int, cert: Certificate | None) -> list[str]:
    who = "the server's certificate" if depth == 0 else f"issuer {depth}"
    if cert is None:
        return [f"{who}: cannot be read"]
    lines = [f"{who}: {cert.subject or '(no subject)'}, key {cert.key}"]
    if depth == 0:
        more = f" and {len(cert.names) - _MOST_NAMES} more" * (len(cert.names) > _MOST_NAMES)
        lines.append(f"  names: {', '.join(cert.names[:_MOST_NAMES]) or 'none'}{more}")
    lines.append(f"  issued by: {'itself' if cert.self_signed else cert.issuer}")
    lines.append(f"  valid: {_date(cert.not_before)} to {_date(cert.not_after)}")
    return lines


def _date(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%d")
