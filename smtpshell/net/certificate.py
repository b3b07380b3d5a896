"""A server's certificates read and put into words: who, for which names, when, and by whose word.

Everything in a certificate was written by the peer, so all text is made printable here already.
"""

from __future__ import annotations

import datetime
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.catalogue import counted, marked, tr
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
        return tr("of an unknown kind")
    kind = type(key).__name__.strip("_").removesuffix("PublicKey")
    kind = {"EllipticCurve": "EC"}.get(kind, kind)
    size = getattr(key, "key_size", None)
    return f"{kind} {size} bits" if size else kind


def name_fault(report: TlsReport) -> str:
    """Why the certificate does not carry the wanted name: other names, none, or CN only."""
    wanted = report.server_name
    cert = read_certificate(report.chain[0])
    if cert is None:
        return tr("it does not carry the name {wanted}", wanted=wanted)
    if cert.names:
        return tr(
            "it was issued for {names}, not for {wanted}", names=_some(cert.names), wanted=wanted
        )
    if cert.common_name and matches(cert.common_name, wanted):
        return tr(
            "it carries {wanted} only as common name (CN), which no longer counts; the"
            " name has to stand in the subject alternative names (RFC 9525 2)",
            wanted=wanted,
        )
    words = tr("it has no subject alternative name, so it is valid for no host")
    if not cert.common_name:
        return words
    return f"{words}; {tr('its common name is {name}', name=cert.common_name)}"


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
    return (
        shown
        if len(names) <= 3
        else tr("{names} and {count} more", names=shown, count=len(names) - 3)
    )


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
        return Check("name", True, tr("it carries the name {name}", name=report.server_name))
    if verdict.code in (-1, _WRONG_PURPOSE):
        return Check("name", None, tr("not judged: another fault comes first"))
    return Check("name", False, name_fault(report))


def _check_dates(report: TlsReport, cert: Certificate | None, now: datetime.datetime) -> Check:
    if cert is None:
        return Check("dates", None, tr("not judged: the certificate cannot be read"))
    if now < cert.not_before:
        return Check("dates", False, tr("not valid before {date}", date=_date(cert.not_before)))
    if now > cert.not_after:
        days = max(1, (now - cert.not_after) // _DAY)
        return Check(
            "dates",
            False,
            counted(
                days,
                "expired on {date}, {count} day ago",
                "expired on {date}, {count} days ago",
                date=_date(cert.not_after),
            ),
        )
    if ask_dates_of_chain(report).code in _DATE_CODES:
        return Check("dates", False, tr("a certificate of its issuers is out of date"))
    days = (cert.not_after - now) // _DAY
    return Check(
        "dates",
        True,
        counted(
            days,
            "valid until {date}, {count} more day",
            "valid until {date}, {count} more days",
            date=_date(cert.not_after),
        ),
    )


def _check_trust(report: TlsReport) -> Check:
    verdict = ask_without_dates(report)
    where = report.trust.cafile or (
        tr("the given CA") if report.trust.ca_pem else tr("this system's CAs")
    )
    if verdict.code in (0, _WRONG_PURPOSE):
        return Check("trust", True, tr("its chain ends in {where}", where=where))
    leaf = read_certificate(report.chain[0]) if report.chain else None
    if leaf is not None and leaf.self_signed:
        return Check("trust", False, tr("self-signed: it vouches for itself, nobody else does"))
    if leaf is None:
        return Check("trust", None, tr("not judged: the certificate cannot be read"))
    return Check(
        "trust",
        False,
        tr("issued by {issuer}, which is not among {where}", issuer=leaf.issuer, where=where),
    )


def _check_purpose(report: TlsReport) -> Check:
    verdict = ask_certificate_alone(report, name=False)
    if verdict.code == 0:
        return Check("purpose", True, tr("it is meant for a server"))
    if verdict.code == _WRONG_PURPOSE:
        return Check("purpose", False, tr("it is not meant for a server (extended key usage)"))
    return Check("purpose", None, tr("not judged: {words}", words=tr(verdict.words)))


_CHECKS = {
    "name": marked("name"),
    "dates": marked("dates"),
    "trust": marked("trust"),
    "purpose": marked("purpose"),
}


def describe(report: TlsReport) -> tuple[str, ...]:
    """The whole report, a line each."""
    lines = [tr("{version}, cipher {cipher}", version=report.version, cipher=report.cipher)]
    for depth, der in enumerate(report.chain):
        lines += _describe_one(depth, read_certificate(der))
    for check in report.checks():
        mark = {True: tr("ok"), False: tr("FAULT"), None: "?"}[check.ok]
        lines.append(f"{tr(_CHECKS[check.name])}: {mark}: {check.words}")
    lines.append(
        tr("verified") if report.verified else tr("not verified: {problem}", problem=report.problem)
    )
    return tuple(lines)


def _describe_one(depth: int, cert: Certificate | None) -> list[str]:
    who = tr("the server's certificate") if depth == 0 else tr("issuer {depth}", depth=depth)
    if cert is None:
        return [tr("{who}: cannot be read", who=who)]
    lines = [
        tr(
            "{who}: {subject}, key {key}",
            who=who,
            subject=cert.subject or tr("(no name)"),
            key=cert.key,
        )
    ]
    if depth == 0:
        names = ", ".join(cert.names[:_MOST_NAMES]) or tr("none")
        if (more := len(cert.names) - _MOST_NAMES) > 0:
            names = tr("{names} and {count} more", names=names, count=more)
        lines.append("  " + tr("names: {names}", names=names))
    issuer = tr("itself") if cert.self_signed else cert.issuer
    lines.append("  " + tr("issued by: {issuer}", issuer=issuer))
    lines.append(
        "  "
        + tr("valid: {first} to {last}", first=_date(cert.not_before), last=_date(cert.not_after))
    )
    return lines


def _date(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%d")
