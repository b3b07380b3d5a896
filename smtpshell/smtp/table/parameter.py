"""Parameters of commands, those of MAIL and RCPT above all (RFC 5321 4.1.2, esmtp-param).

`form` says how a value is checked:
    none      no value belongs here
    number    digits only
    choice    one of `values`
    list      one or more of `values`, with commas between (NEVER stands alone, RFC 3461 4.1)
    xtext     xtext (RFC 3461 4)
    mailbox   xtext of a mailbox, or <> (RFC 4954 5)
    typed     address type, ";", xtext (RFC 3461 4.2)
    time      a date-time of RFC 3339, for RRVS with ";C" or ";R" behind it
    by        seconds, ";", R or N, and T if traces are wanted (RFC 2852 4)
    priority  -9 to 9 (RFC 6710 3)
    text      anything an esmtp-value may hold
"""

# No `from __future__ import annotations` here, see row.py.
from typing import NamedTuple

__all__ = [
    "MAIL_PARAMETERS",
    "PARAMETERS",
    "RCPT_PARAMETERS",
    "ParameterSpec",
    "find_parameter",
]


class ParameterSpec(NamedTuple):
    """One parameter of a command: `keyword` or `keyword=value` (RFC 5321 4.1.2, esmtp-param)."""

    keyword: str
    verbs: tuple[str, ...]
    syntax: str  # of the value
    form: str  # how the value is checked, see above
    refs: tuple[str, ...]
    status: str = "standard"
    extension: str = ""  # EHLO keyword that brings the parameter; "" = none
    values: tuple[str, ...] = ()  # the only values, for the forms "choice" and "list"
    longest: int = 0  # most characters of the value; 0 = no limit of its own
    optional: bool = False  # may stand without its value
    example: str = ""


# fmt: off
_MAIL = (
    ParameterSpec(
        "BODY", ("MAIL",), "7BIT | 8BITMIME | BINARYMIME", "choice",
        refs=("RFC 6152 2", "RFC 3030 3"), extension="8BITMIME",
        values=("7BIT", "8BITMIME", "BINARYMIME"), example="BODY=8BITMIME",
    ),
    ParameterSpec(
        "SIZE", ("MAIL",), "octets", "number",
        refs=("RFC 1870 6",), extension="SIZE", longest=20, example="SIZE=1024",
    ),
    ParameterSpec(
        "AUTH", ("MAIL",), "mailbox in xtext, or <>", "mailbox",
        refs=("RFC 4954 5",), extension="AUTH", example="AUTH=<>",
    ),
    ParameterSpec(
        "RET", ("MAIL",), "FULL | HDRS", "choice",
        refs=("RFC 3461 4.3",), extension="DSN", values=("FULL", "HDRS"), example="RET=HDRS",
    ),
    ParameterSpec(
        "ENVID", ("MAIL",), "identifier in xtext", "xtext",
        refs=("RFC 3461 4.4",), extension="DSN", longest=100, example="ENVID=QQ314159",
    ),
    ParameterSpec(
        "SMTPUTF8", ("MAIL",), "", "none",
        refs=("RFC 6531 3.4",), extension="SMTPUTF8", example="SMTPUTF8",
    ),
    ParameterSpec(
        "REQUIRETLS", ("MAIL",), "", "none",
        refs=("RFC 8689 2",), extension="REQUIRETLS", example="REQUIRETLS",
    ),
    ParameterSpec(
        "BY", ("MAIL",), "seconds;R|N[T]", "by",
        refs=("RFC 2852 4",), extension="DELIVERBY", example="BY=120;R",
    ),
    ParameterSpec(
        "MT-PRIORITY", ("MAIL",), "-9 to 9", "priority",
        refs=("RFC 6710 3",), extension="MT-PRIORITY", example="MT-PRIORITY=3",
    ),
    ParameterSpec(
        "HOLDFOR", ("MAIL",), "seconds", "number",
        refs=("RFC 4865 3",), extension="FUTURERELEASE", longest=9, example="HOLDFOR=86400",
    ),
    ParameterSpec(
        "HOLDUNTIL", ("MAIL",), "date-time", "time",
        refs=("RFC 4865 3",), extension="FUTURERELEASE", example="HOLDUNTIL=2030-01-01T00:00:00Z",
    ),
    ParameterSpec(
        "SOLICIT", ("MAIL",), "class[,class...]", "text",
        refs=("RFC 3865 2.3",), extension="NO-SOLICITING", longest=1000,
        example="SOLICIT=org.example:ADV",
    ),
    ParameterSpec(
        "SUBMITTER", ("MAIL",), "mailbox in xtext", "mailbox",
        refs=("RFC 4405 4",), status="experimental", extension="SUBMITTER",
        example="SUBMITTER=alice@example.org",
    ),
    ParameterSpec(
        "MTRK", ("MAIL",), "certifier[:timeout]", "text",
        refs=("RFC 3885 3.1",), extension="MTRK", example="MTRK=Y2VydGlmaWVy:86400",
    ),
    ParameterSpec(
        "TRANSID", ("MAIL",), "<unique id>", "text",
        refs=("RFC 1845 3",), status="experimental", extension="CHECKPOINT",
        example="TRANSID=<1234@client.example.org>",
    ),
    ParameterSpec(
        "CONPERM", ("MAIL",), "", "none",
        refs=("RFC 4141 4.2",), extension="CONPERM", example="CONPERM",
    ),
    ParameterSpec(
        "ALT-ADDRESS", ("MAIL", "RCPT"), "mailbox in xtext", "mailbox",
        refs=("RFC 5336 3.4",), status="obsolete", extension="UTF8SMTP",
        example="ALT-ADDRESS=alice@example.org",
    ),
    ParameterSpec(
        "XVERP", ("MAIL",), "two delimiter characters", "text",
        refs=("Postfix VERP_README",), status="private", extension="XVERP", longest=2,
        optional=True, example="XVERP=+=",
    ),
    ParameterSpec(
        "VERP", ("MAIL",), "two delimiter characters", "text",
        refs=("Postfix before 1.1",), status="private", extension="VERP", longest=2,
        optional=True, example="VERP",
    ),
    ParameterSpec(
        "PRDR", ("MAIL",), "", "none",
        refs=("draft-hall-prdr",), status="draft", extension="PRDR", example="PRDR",
    ),
    ParameterSpec(
        "XOORG", ("MAIL",), "domain", "text",
        refs=("Exchange 2010",), status="private", extension="XOORG", example="XOORG=example.org",
    ),
    ParameterSpec(
        "XSHADOW", ("MAIL",), "identifier", "text",
        refs=("Exchange 2010",), status="private", extension="XSHADOW", example="XSHADOW=08D0",
    ),
    ParameterSpec(
        "XSESSIONMDBGUID", ("MAIL",), "identifier", "text",
        refs=("Exchange 2013",), status="private", extension="XSESSIONMDBGUID",
        example="XSESSIONMDBGUID=23bf83be-aad7-46aa-9e0f-39191ccb402f",
    ),
    ParameterSpec(
        "XATTRDIRECT", ("MAIL",), "direction", "text",
        refs=("Exchange 2013",), status="private", extension="XATTR",
        example="XATTRDIRECT=Incoming",
    ),
    ParameterSpec(
        "XATTRORGID", ("MAIL",), "organisation", "text",
        refs=("Exchange 2013",), status="private", extension="XATTR",
        example="XATTRORGID=xorgid:23bf83be-aad7-46aa-9e0f-39191ccb402f",
    ),
    ParameterSpec(
        "XSYSPROBEID", ("MAIL",), "identifier", "text",
        refs=("Exchange 2013",), status="private", extension="XSYSPROBE",
        example="XSYSPROBEID=23bf83be-aad7-46aa-9e0f-39191ccb402f",
    ),
    ParameterSpec(
        "XORIGFROM", ("MAIL",), "mailbox", "text",
        refs=("Exchange 2013",), status="private", extension="XORIGFROM",
        example="XORIGFROM=alice@example.org",
    ),
)

_RCPT = (
    ParameterSpec(
        "NOTIFY", ("RCPT",), "NEVER | SUCCESS,FAILURE,DELAY", "list",
        refs=("RFC 3461 4.1",), extension="DSN",
        values=("NEVER", "SUCCESS", "FAILURE", "DELAY"), example="NOTIFY=SUCCESS,FAILURE",
    ),
    ParameterSpec(
        "ORCPT", ("RCPT",), "type;address in xtext", "typed",
        refs=("RFC 3461 4.2",), extension="DSN", longest=500,
        example="ORCPT=rfc822;bob@example.com",
    ),
    ParameterSpec(
        "RRVS", ("RCPT",), "date-time[;C|;R]", "time",
        refs=("RFC 7293 3.1",), extension="RRVS", example="RRVS=2014-04-03T23:01:00Z",
    ),
    ParameterSpec(
        "CONNEG", ("RCPT",), "", "none",
        refs=("RFC 4141 5.2",), extension="CONNEG", example="CONNEG",
    ),
    ParameterSpec(
        "XRDST", ("RCPT",), "recipient data", "text",
        refs=("Exchange 2013",), status="private", extension="XRDST", example="XRDST=SMTP",
    ),
    ParameterSpec(
        "XDFLG", ("RCPT",), "flags", "text",
        refs=("Sun/Oracle Messaging Server",), status="private", extension="XDFLG",
        example="XDFLG=1",
    ),
    ParameterSpec(
        "XORAR", ("RCPT",), "mailbox in xtext", "text",
        refs=("Exchange 2010",), status="private", extension="XORAR",
        example="XORAR=carol@example.com",
    ),
)

_POSTFIX_CLIENT = ("Postfix XCLIENT_README",)
_POSTFIX_LOG = ("Postfix XFORWARD_README",)
_OTHER = (
    ParameterSpec(
        "LAST", ("BDAT",), "", "none",
        refs=("RFC 3030 2",), extension="CHUNKING", example="LAST",
    ),
    ParameterSpec(
        "LAST", ("BURL",), "", "none", refs=("RFC 4468 3",), extension="BURL", example="LAST",
    ),
    ParameterSpec(
        "SMTPUTF8", ("VRFY", "EXPN"), "", "none",
        refs=("RFC 6531 3.7.4",), extension="SMTPUTF8", example="SMTPUTF8",
    ),
    ParameterSpec(
        "UTF8REPLY", ("VRFY", "EXPN"), "", "none",
        refs=("RFC 5336 3.7.4",), status="obsolete", extension="UTF8SMTP", example="UTF8REPLY",
    ),
    ParameterSpec(
        "mechanism", ("AUTH",), "name of a SASL mechanism", "text",
        refs=("RFC 4422 3.1", "RFC 4954 4"), extension="AUTH", longest=20, example="PLAIN",
    ),
    ParameterSpec(
        "initial-response", ("AUTH",), "base64, or =", "text",
        refs=("RFC 4954 4",), extension="AUTH", example="=",
    ),
    ParameterSpec(
        "@domain", ("ETRN",), "domain", "text",
        refs=("RFC 1985 5.3",), extension="ETRN", example="@example.org",
    ),
    ParameterSpec(
        "#queue", ("ETRN",), "name of a queue", "text",
        refs=("RFC 1985 5.3",), extension="ETRN", example="#uucp",
    ),
    *(
        ParameterSpec(
            keyword, ("XCLIENT",), syntax, "xtext",
            refs=refs, status="private", extension="XCLIENT", example=example,
        )
        for keyword, syntax, example, refs in (
            ("NAME", "host name", "NAME=spike.example.org", _POSTFIX_CLIENT),
            ("ADDR", "IP address, IPV6: before IPv6", "ADDR=192.0.2.7", _POSTFIX_CLIENT),
            ("PORT", "number", "PORT=5000", _POSTFIX_CLIENT),
            ("PROTO", "SMTP | ESMTP", "PROTO=ESMTP", _POSTFIX_CLIENT),
            ("HELO", "name", "HELO=spike.example.org", _POSTFIX_CLIENT),
            ("LOGIN", "name", "LOGIN=alice", _POSTFIX_CLIENT),
            ("REVERSE_NAME", "host name", "REVERSE_NAME=spike.example.org", _POSTFIX_CLIENT),
            ("DESTADDR", "IP address", "DESTADDR=192.0.2.25", _POSTFIX_CLIENT),
            ("DESTPORT", "number", "DESTPORT=25", _POSTFIX_CLIENT),
            ("TTL", "number", "TTL=4", ("Dovecot",)),
            ("SESSION", "identifier", "SESSION=h4fUaN0xMMp", ("Dovecot",)),
            ("TIMEOUT", "seconds", "TIMEOUT=30", ("Dovecot",)),
        )
    ),
    *(
        ParameterSpec(
            keyword, ("XFORWARD",), syntax, "xtext",
            refs=_POSTFIX_LOG, status="private", extension="XFORWARD", example=example,
        )
        for keyword, syntax, example in (
            ("NAME", "host name", "NAME=spike.example.org"),
            ("ADDR", "IP address", "ADDR=192.0.2.7"),
            ("PORT", "number", "PORT=5000"),
            ("PROTO", "SMTP | ESMTP", "PROTO=ESMTP"),
            ("HELO", "name", "HELO=spike.example.org"),
            ("IDENT", "string", "IDENT=4A7C0F35B5"),
            ("SOURCE", "LOCAL | REMOTE", "SOURCE=REMOTE"),
        )
    ),
)
# fmt: on

# Every parameter under "VERB KEYWORD", as its words are filed.
PARAMETERS: dict[str, ParameterSpec] = {
    f"{verb} {spec.keyword}": spec for spec in (*_MAIL, *_RCPT, *_OTHER) for verb in spec.verbs
}
MAIL_PARAMETERS: dict[str, ParameterSpec] = {
    spec.keyword: spec for spec in PARAMETERS.values() if "MAIL" in spec.verbs
}
RCPT_PARAMETERS: dict[str, ParameterSpec] = {
    spec.keyword: spec for spec in PARAMETERS.values() if "RCPT" in spec.verbs
}


def find_parameter(verb: str, keyword: str) -> ParameterSpec | None:
    """The row of a parameter in any case; None for a stranger, or one of another verb."""
    verb, keyword = verb.upper(), keyword.upper()
    if verb == "ETRN":
        return PARAMETERS.get({"@": "ETRN @domain", "#": "ETRN #queue"}.get(keyword[:1], ""))
    return PARAMETERS.get(f"{verb} {keyword}")
