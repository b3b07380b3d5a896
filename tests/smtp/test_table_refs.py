"""Every row of every table says where it comes from, in one form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from smtpshell.smtp.table.command import COMMANDS
from smtpshell.smtp.table.enhanced_code import (
    ENHANCED_CLASSES,
    ENHANCED_CODES,
    ENHANCED_SUBJECTS,
    WILD_ENHANCED_CODES,
)
from smtpshell.smtp.table.extension import EXTENSIONS
from smtpshell.smtp.table.limit import LIMITS
from smtpshell.smtp.table.mechanism import MECHANISMS
from smtpshell.smtp.table.parameter import PARAMETERS
from smtpshell.smtp.table.reply_code import FIRST_DIGITS, REPLY_CODES, SECOND_DIGITS
from smtpshell.smtp.table.with_protocol import WITH_PROTOCOLS

# "RFC 5321 4.1.1.2", "RFC 4422 A" (an appendix), "RFC 2831" (as a whole).
RFC = re.compile(r"RFC [1-9]\d{2,3}(?: (?:[1-9]\d*|[A-Z])(?:\.[1-9]\d*)*)?")
DRAFT = re.compile(r"draft-[a-z0-9]+(?:-[a-z0-9]+)+")

# All other sources. A product may be followed by versions or document names.
OTHERS = (
    "Apple iCloud",
    "Bernstein's list of seen keywords (about 2000)",
    "Cisco PIX and ASA ESMTP inspection",
    "CommuniGate Pro",
    "Courier and others",
    "Cyrus IMAP clients",
    "Dovecot",
    "Exchange",
    "Exim",
    "Gmail",
    "Google",
    "HAProxy PROXY protocol",
    "IANA Mail Transmission Types",
    "IANA SMTP Enhanced Status Codes",
    "IANA SMTP Service Extensions",
    "IDA",
    "IIS SMTP",
    "Microsoft",
    "Netscape/Sun Messaging Server",
    "OpenSMTPD",
    "Outlook.com",
    "Postfix",
    "Sendmail",
    "Sun/",
    "Yahoo",
    "ZMailer",
    "bounce-code lists",
    "gateway logs",
    "many servers",
    "old Hotmail servers",
    "seen in the wild",
)

TABLES: dict[str, Mapping[Any, Any]] = {
    "commands": COMMANDS,
    "parameters": PARAMETERS,
    "reply codes": REPLY_CODES,
    "first digits": FIRST_DIGITS,
    "second digits": SECOND_DIGITS,
    "enhanced codes": ENHANCED_CODES,
    "wild enhanced codes": WILD_ENHANCED_CODES,
    "enhanced classes": ENHANCED_CLASSES,
    "enhanced subjects": ENHANCED_SUBJECTS,
    "extensions": EXTENSIONS,
    "limits": LIMITS,
    "with protocols": WITH_PROTOCOLS,
    "mechanisms": MECHANISMS,
}

COUNTS = {
    "commands": 55,
    "parameters": 64,
    "reply codes": 84,
    "first digits": 6,
    "second digits": 6,
    "enhanced codes": 81,
    "wild enhanced codes": 43,
    "enhanced classes": 3,
    "enhanced subjects": 8,
    "extensions": 34 + 56,
    "limits": 3,
    "with protocols": 19,
    "mechanisms": 42,
}


def well_formed(ref: str) -> bool:
    return bool(RFC.fullmatch(ref) or DRAFT.fullmatch(ref) or ref.startswith(OTHERS))


@pytest.mark.parametrize("name", TABLES)
def test_every_row_names_its_source(name: str) -> None:
    """A row has at least one ref; each is RFC, number and section, a draft, or a named source."""
    for key, row in TABLES[name].items():
        assert row.refs, f"{key} has no source"
        assert [ref for ref in row.refs if not well_formed(ref)] == [], key


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_complete(name: str) -> None:
    """No row was lost or is there twice under two spellings of its key."""
    keys = [str(key).casefold() for key in TABLES[name]]
    assert len(keys) == len(set(keys)) == COUNTS[name]


@pytest.mark.parametrize(
    "ref", ["RFC5321", "RFC 5321 §4.1", "RFC 5321, 4.1", "RFC 05321", "RFC 5321 4.1.", "somewhere"]
)
def test_malformed_sources_are_noticed(ref: str) -> None:
    """The check itself refuses what it should refuse."""
    assert not well_formed(ref)
