"""What a handshake is worth: verified or not, and why not, in one line and check by check.

Verifying costs one question to OpenSSL. The single checks and the fields of the certificates are
worked out only when somebody wants to read them (a bad certificate, `:tls`): that needs the
cryptography package, which is slow to import.
"""

from __future__ import annotations

import ssl
from typing import NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.errors import ConnectError
from smtpshell.net.judge import X509_V_FLAG_NO_CHECK_TIME, Verdict, ask_openssl
from smtpshell.net.tls_layer import Handshake
from smtpshell.net.trouble import system_words
from smtpshell.net.trust import Trust

# X509_V_ERR_* of OpenSSL's x509_vfy.h
_NOT_YET_VALID, _EXPIRED = 9, 10
_SELF_SIGNED, _SELF_SIGNED_IN_CHAIN = 18, 19
_NO_ISSUER, _NO_SIGNER = 20, 21
_WRONG_PURPOSE = 26
_WRONG_NAME, _WRONG_ADDRESS = 62, 64

_REASONS = {
    _NOT_YET_VALID: marked("it is not valid yet"),
    _EXPIRED: marked("it has expired"),
    _SELF_SIGNED: marked("it is self-signed: no authority vouches for it"),
    _SELF_SIGNED_IN_CHAIN: marked("its chain ends in a root that is not trusted here"),
    _NO_ISSUER: marked("the authority that issued it is not known here"),
    _NO_SIGNER: marked("the authority that issued it is not known here"),
    _WRONG_PURPOSE: marked("it is not meant for a server"),
    _WRONG_NAME: marked("it was issued for another name"),
    _WRONG_ADDRESS: marked("it was issued for another address"),
}


class Check(NamedTuple):
    """One question about a certificate; *ok* is None where another fault hides the answer."""

    name: str  # "name", "dates", "trust" or "purpose"
    ok: bool | None
    words: str


class TlsReport(NamedTuple):
    """A handshake and what it is worth. *problem* is empty when the certificate was verified."""

    version: str
    cipher: str
    server_name: str
    chain: tuple[bytes, ...]
    problem: str
    trust: Trust

    @property
    def verified(self) -> bool:
        """May one rely on talking to the server one meant?"""
        return not self.problem

    @property
    def verdict(self) -> str:
        """The verdict in a word or a line: "verified", or why not. Safe to show."""
        return f"not verified: {self.problem}" if self.problem else "verified"

    @property
    def words(self) -> str:
        """The whole in one line. Safe to show."""
        problem = self.problem
        return tr(
            "{version} {cipher}, certificate of {name} {verdict}",
            version=self.version,
            cipher=self.cipher,
            name=self.server_name,
            verdict=tr("not verified: {problem}", problem=problem) if problem else tr("verified"),
        )

    def checks(self) -> tuple[Check, ...]:
        """Name, dates, trust and purpose, each judged alone."""
        from smtpshell.net.certificate import check_each

        return check_each(self)

    def lines(self) -> tuple[str, ...]:
        """The report in words, a line each: session, certificates, checks. Safe to show."""
        from smtpshell.net.certificate import describe

        return describe(self)


def verifying_context(trust: Trust) -> ssl.SSLContext:
    """A client that believes *trust* and is as strict as RFC 9525: names stand in the SAN only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.hostname_checks_common_name = False
    try:
        if trust.cafile:
            context.load_verify_locations(cafile=trust.cafile)
        if trust.ca_pem:
            pem = trust.ca_pem if isinstance(trust.ca_pem, str) else trust.ca_pem()
            context.load_verify_locations(cadata=pem)
    except (OSError, ValueError) as error:
        # An SSLError is an OSError too, but its words are OpenSSL's about its own files.
        foreign = isinstance(error, ValueError | ssl.SSLError)
        words = tr("no certificates in it") if foreign else system_words(error)
        raise ConnectError(
            tr(
                "cannot use the CA certificates in {cafile}: {words}",
                cafile=trust.cafile or tr("the given text"),
                words=words,
            ),
            hint=tr("a CA file holds certificates in PEM form: -----BEGIN CERTIFICATE-----"),
        ) from None
    if not trust.cafile and not trust.ca_pem:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    return context


def verify(handshake: Handshake, trust: Trust) -> TlsReport:
    """Judge what the server showed. To be done before the first byte of SMTP travels."""
    name = trust.name or handshake.server_name
    verdict = ask_openssl(verifying_context(trust), handshake.chain, name)
    report = TlsReport(
        handshake.version, handshake.cipher, name, handshake.chain, _problem(verdict), trust
    )
    if verdict.code in (_WRONG_NAME, _WRONG_ADDRESS):
        from smtpshell.net.certificate import name_fault

        return report._replace(problem=name_fault(report))
    if verdict.code in (_EXPIRED, _NOT_YET_VALID):
        from smtpshell.net.certificate import in_date

        if in_date(report.chain[0]):
            return report._replace(problem=tr("an authority in its chain is out of date"))
    return report


def _problem(verdict: Verdict) -> str:
    if verdict.code == 0:
        return ""
    reason = _REASONS.get(verdict.code)
    return tr(reason) if reason else tr("it could not be verified: {words}", words=verdict.words)


def ask_without_dates(report: TlsReport) -> Verdict:
    """Is there a chain to a trusted authority, whatever the dates and the name?"""
    context = verifying_context(report.trust)
    context.check_hostname = False
    context.verify_flags = ssl.VerifyFlags(context.verify_flags | X509_V_FLAG_NO_CHECK_TIME)
    return ask_openssl(context, report.chain, report.server_name)


def ask_dates_of_chain(report: TlsReport) -> Verdict:
    """Trust and dates of the whole chain, whatever the name."""
    context = verifying_context(report.trust)
    context.check_hostname = False
    return ask_openssl(context, report.chain, report.server_name)


def ask_certificate_alone(report: TlsReport, *, name: bool) -> Verdict:
    """The server's own certificate taken as trusted: its purpose and, if asked, its *name*."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.hostname_checks_common_name = False
    context.check_hostname = name
    flags = context.verify_flags | X509_V_FLAG_NO_CHECK_TIME | ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags = ssl.VerifyFlags(flags)
    try:
        context.load_verify_locations(cadata=report.chain[0])
    except (ssl.SSLError, IndexError):
        return Verdict(-1, "unreadable")
    return ask_openssl(context, report.chain[:1], report.server_name)
