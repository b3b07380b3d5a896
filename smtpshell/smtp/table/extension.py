"""EHLO keywords: the IANA registry here, all others in `private_extension`."""

from __future__ import annotations

from smtpshell.smtp.table.extension_row import ExtensionSpec
from smtpshell.smtp.table.private_extension import PRIVATE_EXTENSIONS

__all__ = ["EXTENSIONS", "REGISTERED", "ExtensionSpec", "find_extension", "is_private"]

_SPECS = (
    ExtensionSpec(
        "SEND",
        refs=("RFC 821 3.4", "RFC 5321 F.6"),
        status="deprecated",
        verbs=("SEND",),
        example="SEND",
    ),
    ExtensionSpec(
        "SOML",
        refs=("RFC 821 3.4", "RFC 5321 F.6"),
        status="deprecated",
        verbs=("SOML",),
        example="SOML",
    ),
    ExtensionSpec(
        "SAML",
        refs=("RFC 821 3.4", "RFC 5321 F.6"),
        status="deprecated",
        verbs=("SAML",),
        example="SAML",
    ),
    ExtensionSpec(
        "EXPN",
        refs=("RFC 5321 4.1.1.7", "RFC 5321 3.5"),
        status="registered",
        verbs=("EXPN",),
        example="EXPN",
    ),
    ExtensionSpec(
        "HELP",
        refs=("RFC 5321 4.1.1.8",),
        status="registered",
        verbs=("HELP",),
        example="HELP",
    ),
    ExtensionSpec(
        "TURN",
        refs=("RFC 821 3.8", "RFC 5321 F.1"),
        status="deprecated",
        verbs=("TURN",),
        example="TURN",
    ),
    ExtensionSpec(
        "8BITMIME",
        refs=("RFC 6152 2",),
        status="registered",
        mail_parameters=("BODY=7BIT", "BODY=8BITMIME"),
        mail_length_increase=17,
        submission="SHOULD",
        multicast="Required",
        example="8BITMIME",
    ),
    ExtensionSpec(
        "SIZE",
        refs=("RFC 1870 4",),
        status="registered",
        ehlo_parameters="[1*20DIGIT], 0 = no fixed limit",
        mail_parameters=("SIZE=",),
        mail_length_increase=26,
        submission="MAY",
        multicast="Required",
        example="SIZE 35882577",
    ),
    ExtensionSpec(
        "VERB",
        refs=("IANA SMTP Service Extensions",),
        status="registered",
        verbs=("VERB",),
        example="VERB",
    ),
    ExtensionSpec(
        "ONEX",
        refs=("IANA SMTP Service Extensions",),
        status="registered",
        verbs=("ONEX",),
        example="ONEX",
    ),
    ExtensionSpec(
        "CHUNKING",
        refs=("RFC 3030 2",),
        status="registered",
        verbs=("BDAT",),
        submission="MAY",
        multicast="Special",
        example="CHUNKING",
    ),
    ExtensionSpec(
        "BINARYMIME",
        refs=("RFC 3030 3",),
        status="registered",
        mail_parameters=("BODY=BINARYMIME",),
        mail_length_increase=16,
        submission="MAY",
        multicast="Required",
        example="BINARYMIME",
    ),
    ExtensionSpec(
        "CHECKPOINT",
        refs=("RFC 1845",),
        status="experimental",
        mail_parameters=("TRANSID=",),
        mail_length_increase=88,
        submission="MAY",
        multicast="Disallowed",
        example="CHECKPOINT",
    ),
    ExtensionSpec(
        "DELIVERBY",
        refs=("RFC 2852 3",),
        status="registered",
        ehlo_parameters="[min-by-time in seconds]",
        mail_parameters=("BY=",),
        mail_length_increase=17,
        submission="MAY",
        multicast="Required",
        example="DELIVERBY 240",
    ),
    ExtensionSpec(
        "PIPELINING",
        refs=("RFC 2920 2",),
        status="registered",
        submission="SHOULD",
        multicast="N/A",
        example="PIPELINING",
    ),
    ExtensionSpec(
        "DSN",
        refs=("RFC 3461 3",),
        status="registered",
        mail_parameters=("RET=", "ENVID="),
        rcpt_parameters=("NOTIFY=", "ORCPT="),
        rcpt_length_increase=500,
        submission="SHOULD",
        multicast="Required",
        example="DSN",
    ),
    ExtensionSpec(
        "ETRN",
        refs=("RFC 1985 3",),
        status="registered",
        verbs=("ETRN",),
        submission="MUST NOT",
        example="ETRN",
    ),
    ExtensionSpec(
        "ENHANCEDSTATUSCODES",
        refs=("RFC 2034 4",),
        status="registered",
        submission="SHOULD",
        multicast="Special",
        example="ENHANCEDSTATUSCODES",
    ),
    ExtensionSpec(
        "STARTTLS",
        refs=("RFC 3207 3",),
        status="registered",
        verbs=("STARTTLS",),
        submission="MAY",
        multicast="N/A",
        example="STARTTLS",
    ),
    ExtensionSpec(
        "NO-SOLICITING",
        refs=("RFC 3865 2",),
        status="registered",
        ehlo_parameters="[comma list of solicitation keywords]",
        mail_parameters=("SOLICIT=",),
        mail_length_increase=1007,
        submission="MAY",
        multicast="N/A",
        example="NO-SOLICITING net.example:ADV",
    ),
    ExtensionSpec(
        "MTRK",
        refs=("RFC 3885 2",),
        status="registered",
        mail_parameters=("MTRK=",),
        mail_length_increase=40,
        submission="MAY",
        example="MTRK",
    ),
    ExtensionSpec(
        "SUBMITTER",
        refs=("RFC 4405",),
        status="experimental",
        mail_parameters=("SUBMITTER=",),
        multicast="Supported",
        example="SUBMITTER",
    ),
    ExtensionSpec(
        "ATRN",
        refs=("RFC 2645 5.2.1",),
        status="registered",
        verbs=("ATRN",),
        submission="MUST NOT",
        example="ATRN",
    ),
    ExtensionSpec(
        "AUTH",
        refs=("RFC 4954 3",),
        status="registered",
        ehlo_parameters="SP-separated mechanism names",
        verbs=("AUTH",),
        mail_parameters=("AUTH=",),
        mail_length_increase=500,
        submission="MUST",
        multicast="Special",
        example="AUTH PLAIN LOGIN",
    ),
    ExtensionSpec(
        "BURL",
        refs=("RFC 4468 3",),
        status="registered",
        ehlo_parameters="[imap] [imap://host]",
        verbs=("BURL",),
        submission="MAY",
        multicast="N/A",
        example="BURL imap",
    ),
    ExtensionSpec(
        "FUTURERELEASE",
        refs=("RFC 4865 3",),
        status="registered",
        ehlo_parameters="max-interval SP max-date-time",
        mail_parameters=("HOLDFOR=", "HOLDUNTIL="),
        mail_length_increase=34,
        submission="MAY",
        example="FUTURERELEASE 604800 2030-01-01T00:00:00Z",
    ),
    ExtensionSpec(
        "CONPERM",
        refs=("RFC 4141 4",),
        status="registered",
        mail_parameters=("CONPERM",),
        submission="MAY",
        example="CONPERM",
    ),
    ExtensionSpec(
        "CONNEG",
        refs=("RFC 4141 5",),
        status="registered",
        rcpt_parameters=("CONNEG",),
        submission="MAY",
        multicast="Disallowed",
        example="CONNEG",
    ),
    ExtensionSpec(
        "UTF8SMTP",
        refs=("RFC 5336",),
        status="obsolete",
        mail_parameters=("ALT-ADDRESS=",),
        rcpt_parameters=("ALT-ADDRESS=",),
        other_parameters=("VRFY/EXPN UTF8REPLY",),
        mail_length_increase=460,
        rcpt_length_increase=460,
        example="UTF8SMTP",
    ),
    ExtensionSpec(
        "SMTPUTF8",
        refs=("RFC 6531 3.1",),
        status="registered",
        mail_parameters=("SMTPUTF8",),
        other_parameters=("VRFY/EXPN SMTPUTF8",),
        mail_length_increase=10,
        submission="MAY",
        example="SMTPUTF8",
    ),
    ExtensionSpec(
        "MT-PRIORITY",
        refs=("RFC 6710 3",),
        status="registered",
        ehlo_parameters="[policy name: MIXER | STANAG4406 | NSEP]",
        mail_parameters=("MT-PRIORITY=",),
        mail_length_increase=15,
        submission="MAY",
        multicast="Required",
        example="MT-PRIORITY MIXER",
    ),
    ExtensionSpec(
        "RRVS",
        refs=("RFC 7293 3.1",),
        status="registered",
        rcpt_parameters=("RRVS=",),
        rcpt_length_increase=33,
        submission="MAY",
        multicast="Supported",
        example="RRVS",
    ),
    ExtensionSpec(
        "REQUIRETLS",
        refs=("RFC 8689 2",),
        status="registered",
        mail_parameters=("REQUIRETLS",),
        mail_length_increase=11,
        submission="MAY",
        example="REQUIRETLS",
    ),
    ExtensionSpec(
        "LIMITS",
        refs=("RFC 9422",),
        status="registered",
        ehlo_parameters="name=value pairs: MAILMAX= RCPTMAX= RCPTDOMAINMAX=",
        example="LIMITS RCPTMAX=100 MAILMAX=10",
    ),
)

REGISTERED: dict[str, ExtensionSpec] = {spec.keyword: spec for spec in _SPECS}
EXTENSIONS: dict[str, ExtensionSpec] = {
    spec.keyword: spec for spec in (*_SPECS, *PRIVATE_EXTENSIONS)
}


def find_extension(keyword: str) -> ExtensionSpec | None:
    """The row of a keyword in any case; None for a stranger.

    The old spelling "AUTH=LOGIN" gives the row "AUTH=", a keyword masked by a firewall "XXXXXXXA".
    """
    upper = keyword.upper()
    if upper.startswith("AUTH="):
        return EXTENSIONS["AUTH="]
    # A firewall overwrites what the client shall not use with X and ends the row with a letter.
    if len(upper) > 4 and not upper[:-1].strip("X"):
        return EXTENSIONS["XXXXXXXA"]
    if upper == "X_PIPE_CONNECT":
        return EXTENSIONS["PIPECONNECT"]
    return EXTENSIONS.get(upper)


def is_private(keyword: str) -> bool:
    """Whether a keyword is of the kind that needs no registration (RFC 5321 2.2.2)."""
    return keyword[:1] in ("X", "x")
