"""The words themselves: every row has some, and they keep the rules for writing them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpshell.datafile import read_text
from smtpshell.explain.reference import KINDS, Entry, Reference
from smtpshell.explain.reference_file import facts_of, parse_reference
from smtpshell.resource import lessons_dir
from smtpshell.smtp.table.command import COMMANDS
from smtpshell.smtp.table.extension import EXTENSIONS
from smtpshell.smtp.table.mechanism import MECHANISMS
from smtpshell.smtp.table.parameter import PARAMETERS

FOLDER = lessons_dir() / "en" / "reference"
FILES = sorted(FOLDER.glob("*.md"))
ENTRIES = [entry for path in FILES for entry in parse_reference(read_text(path), str(path))]

SHORT = 140  # characters
LONG = 120  # words in a paragraph

# Words that say "you should know this already", and words for which RFC 5321 has another.
UNWANTED = re.compile(
    r"\b(just|simply|obviously|of course|as you know|basically|clearly|easily|trivial\w*"
    r"|banner|responses?)\b",
    re.IGNORECASE,
)

# RFC 2606, 5737 and 3849: what may stand as a name or address in an example.
DOMAIN = re.compile(r"(?<![\w.@-])(?:[\w-]+\.)+(?:[a-z]{2,})(?![\w-])", re.IGNORECASE)
AT_DOMAIN = re.compile(r"@((?:[\w-]+\.)*[\w-]+)(?<!\d)")
RESERVED_DOMAIN = re.compile(r"(?:.+\.)?(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)")
IPV4 = re.compile(r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}\b")
RESERVED_IPV4 = re.compile(r"192\.0\.2\.\d+|198\.51\.100\.\d+|203\.0\.113\.\d+")
IPV6 = re.compile(r"\b[0-9a-f]{1,4}:[0-9a-f:]*:[0-9a-f:]*\b", re.IGNORECASE)

# Rows of which a learner meets the name; these have a longer text.
MET = {
    "command": (
        "HELO EHLO LHLO MAIL RCPT DATA BDAT RSET NOOP QUIT VRFY EXPN HELP STARTTLS AUTH ETRN "
        "SASL-RESPONSE CRLF.CRLF"
    ),
    "parameter": "",
    "reply": (
        "211 214 220 221 235 250 251 252 334 354 421 450 451 452 454 455 500 501 502 503 504 521 "
        "530 534 535 538 550 551 552 553 554 555 556"
    ),
    "enhanced": (
        "X.1.0 X.1.1 X.1.2 X.1.3 X.1.5 X.1.7 X.1.8 X.2.0 X.2.1 X.2.2 X.2.3 X.3.4 X.4.1 X.4.2 X.4.3 "
        "X.4.5 X.4.6 X.4.7 X.5.0 X.5.1 X.5.2 X.5.3 X.5.4 X.7.0 X.7.1 X.7.8 X.7.9 X.7.11 X.7.20 "
        "X.7.23 X.7.25 X.7.26"
    ),
    "extension": (
        "SIZE 8BITMIME SMTPUTF8 PIPELINING CHUNKING BINARYMIME DSN ENHANCEDSTATUSCODES STARTTLS "
        "AUTH LIMITS REQUIRETLS EXPN VRFY AUTH="
    ),
    "mechanism": (
        "PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-256-PLUS XOAUTH2 "
        "OAUTHBEARER EXTERNAL ANONYMOUS NTLM GSSAPI"
    ),
    "first-digit": "2 3 4 5",
    "state": "connected greeted mail rcpt data bdat auth-exchange tls-handshake ended",
}


def prose(entry: Entry) -> str:
    return "\n".join((entry.short, *entry.long))


def named(entry: Entry) -> str:
    return f"{entry.kind} {entry.key}"


def test_no_row_without_words_and_no_words_without_a_row() -> None:
    """The keys of the entries are the keys of the tables, kind by kind, each once."""
    for kind in KINDS:
        assert sorted(entry.key for entry in ENTRIES if entry.kind == kind) == sorted(
            facts_of(kind)
        ), kind


def test_meanings_are_short() -> None:
    """The meaning fits one line and is a sentence or two: it begins with a capital and ends."""
    for entry in ENTRIES:
        assert len(entry.short) <= SHORT, named(entry)
        assert entry.short.endswith((".", "!", "?")), named(entry)
        assert not entry.short[0].islower(), named(entry)


def test_longer_texts_are_not_long() -> None:
    """A paragraph has at most 120 words, and an entry at most four paragraphs."""
    for entry in ENTRIES:
        assert len(entry.long) <= 3, named(entry)
        assert all(len(paragraph.split()) <= LONG for paragraph in entry.long), named(entry)


@pytest.mark.parametrize("kind", MET)
def test_what_learners_meet_has_a_longer_text(kind: str) -> None:
    """More than one line for what a learner comes across in the first weeks."""
    long = {entry.key for entry in ENTRIES if entry.kind == kind and entry.long}
    assert set(MET[kind].split()) <= long
    if kind == "parameter":
        assert {f"MAIL {name}" for name in ("SIZE", "BODY", "AUTH", "RET", "SMTPUTF8")} <= long
        assert {f"RCPT {name}" for name in ("NOTIFY", "ORCPT")} <= long


def test_words_are_chosen_with_care() -> None:
    """No words that make a beginner feel slow, none for which the RFC has another."""
    found = {named(entry): UNWANTED.findall(prose(entry)) for entry in ENTRIES}
    assert {name: words for name, words in found.items() if words} == {}


def strangers(text: str) -> list[str]:
    """Names and addresses in *text* that are not reserved for examples."""
    domains = (*DOMAIN.findall(text), *AT_DOMAIN.findall(text))
    return [
        *(domain for domain in domains if not RESERVED_DOMAIN.fullmatch(domain)),
        *(address for address in IPV4.findall(text) if not RESERVED_IPV4.fullmatch(address)),
        *(address for address in IPV6.findall(text) if not address.startswith("2001:db8:")),
    ]


def test_only_reserved_names_and_addresses() -> None:
    """Whoever tries an example, in the words or in a table, reaches nobody."""
    texts = {named(entry): prose(entry) for entry in ENTRIES}
    for table in (COMMANDS, PARAMETERS, EXTENSIONS, MECHANISMS):
        texts |= {f"example of {key}": row.example for key, row in table.items()}
    found = {name: strangers(text) for name, text in texts.items()}
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "text", ["ask mail.provider.com", "<a@provider.de>", "[10.1.2.3]", "[IPv6:2a00:1450::5]"]
)
def test_real_names_and_addresses_are_noticed(text: str) -> None:
    """The check itself refuses what it should refuse."""
    assert strangers(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_lines_end_where_sentences_do(path: Path) -> None:
    """One file, one table; no line is longer than a mail line may be."""
    text = read_text(path)
    assert all(len(line) <= 998 for line in text.split("\n"))
    assert text.endswith("\n")
    assert len({entry.kind for entry in parse_reference(text, str(path))}) == 1


def test_everything_that_is_pointed_at_is_there() -> None:
    """Each word after "see" is one that a lookup knows, and no entry points at itself alone."""
    reference = Reference(ENTRIES)
    for entry in ENTRIES:
        for word in entry.see:
            found = reference.lookup(word)
            assert found[0].kind != "unknown", f"{named(entry)}: {word}"
            assert any((hit.kind, hit.key) != (entry.kind, entry.key) for hit in found), named(
                entry
            )


def test_three_things_folklore_has_wrong() -> None:
    """QUIT, the name in EHLO, and greylisting are told as they are."""
    reference = Reference(ENTRIES)
    told = {
        key: prose(entry) for key in ("QUIT", "EHLO") if (entry := reference.entry("command", key))
    }
    assert "does not lose an accepted message" in told["QUIT"]
    assert "forbids it to refuse mail for that mismatch alone" in told["EHLO"]
    assert "keep the letter and repeat the same envelope later" in prose(reference.reply(450))
    assert "confirms nothing" in prose(reference.reply(252))
    assert "does not mean that the letter is in the inbox" in prose(reference.reply(250))
