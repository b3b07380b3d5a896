"""Asking the reference: by kind and key, by number, by name, and for strangers."""

from __future__ import annotations

import json

import pytest

from smtpshell.explain.reference import Entry, Reference, from_row

ENTRIES = [
    Entry("command", "MAIL", "Opens a transaction.", ("Long.",), ("RFC 5321 4.1.1.2",), "standard"),
    Entry("command", "AUTH", "Starts a login."),
    Entry("command", "CRLF.CRLF", "The end."),
    Entry("parameter", "MAIL SIZE", "Declares the size."),
    Entry("parameter", "MAIL AUTH", "Who submitted."),
    Entry("reply", "250", "Done."),
    Entry("reply", "050", "Sendmail."),
    Entry("enhanced", "X.1.1", "No such mailbox."),
    Entry("enhanced", "X.7.9", "Too weak."),
    Entry("enhanced", "5.7.9", "Gmail: app password."),
    Entry("enhanced", "5.7.139", "Basic login is off."),
    Entry("extension", "SIZE", "The largest letter."),
    Entry("extension", "AUTH", "Logins."),
    Entry("extension", "AUTH=", "Old spelling."),
    Entry("extension", "XXXXXXXA", "Masked."),
    Entry("mechanism", "SCRAM-SHA-256", "Salted."),
    Entry("first-digit", "0", "Not SMTP."),
    Entry("first-digit", "5", "No."),
    Entry("second-digit", "5", "Mail system."),
    Entry("enhanced-class", "5", "For good."),
    Entry("enhanced-subject", "5", "The dialogue."),
    Entry("enhanced-subject", "7", "Policy."),
    Entry("state", "mail", "A sender, no recipient."),
    Entry("issue", "comma-list", "Two addresses."),
    Entry("unknown", "reply", "No such reply code here."),
    Entry("unknown", "enhanced", "Not registered."),
    Entry("unknown", "impossible", "No code of SMTP."),
    Entry("unknown", "private", "A private name."),
    Entry("unknown", "word", "No such word here."),
]
REFERENCE = Reference(ENTRIES)


def found(word: str) -> list[tuple[str, str]]:
    return [(entry.kind, entry.key) for entry in REFERENCE.lookup(word)]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("250", [("reply", "250")], id="reply"),
        pytest.param("250-SIZE", [("reply", "250")], id="reply-line"),
        pytest.param("050", [("reply", "050")], id="reply-with-zero"),
        pytest.param(
            "559",
            [("unknown", "559"), ("first-digit", "5"), ("second-digit", "5")],
            id="unknown-reply",
        ),
        pytest.param("051", [("unknown", "051"), ("first-digit", "0")], id="not-smtp"),
        pytest.param("650", [("unknown", "650")], id="no-such-class"),
        pytest.param("5.1.1", [("enhanced", "X.1.1"), ("enhanced-class", "5")], id="enhanced"),
        pytest.param("x.1.1", [("enhanced", "X.1.1")], id="class-left-open"),
        pytest.param(
            "5.7.9",
            [("enhanced", "X.7.9"), ("enhanced", "5.7.9"), ("enhanced-class", "5")],
            id="registered-and-wild",
        ),
        pytest.param(
            "5.7.139 Authentication unsuccessful",
            [("enhanced", "5.7.139"), ("enhanced-class", "5"), ("enhanced-subject", "7")],
            id="wild-alone",
        ),
        pytest.param(
            "5.7.999",
            [("unknown", "5.7.999"), ("enhanced-class", "5"), ("enhanced-subject", "7")],
            id="unknown-enhanced",
        ),
        pytest.param(
            "3.7.9", [("unknown", "3.7.9"), ("enhanced-subject", "7")], id="no-such-enhanced-class"
        ),
        pytest.param("5yz", [("first-digit", "5"), ("enhanced-class", "5")], id="reply-class"),
        pytest.param("5xx", [("first-digit", "5"), ("enhanced-class", "5")], id="class-with-x"),
        pytest.param("5.7", [("enhanced-class", "5"), ("enhanced-subject", "7")], id="subject"),
        pytest.param("X.7.x", [("enhanced-subject", "7")], id="subject-left-open"),
        pytest.param(
            "5",
            [
                ("first-digit", "5"),
                ("second-digit", "5"),
                ("enhanced-class", "5"),
                ("enhanced-subject", "5"),
            ],
            id="digit",
        ),
    ],
)
def test_lookup_by_number(word: str, expected: list[tuple[str, str]]) -> None:
    """A code brings its entry and what its parts add; a strange code says so and has its digits."""
    assert found(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("mail", [("command", "MAIL"), ("state", "mail")], id="any-case"),
        pytest.param("  MAIL  ", [("command", "MAIL"), ("state", "mail")], id="spaces"),
        pytest.param(
            "MAIL FROM:<a@example.org>", [("command", "MAIL"), ("state", "mail")], id="whole-line"
        ),
        pytest.param("SIZE", [("parameter", "MAIL SIZE"), ("extension", "SIZE")], id="two-kinds"),
        pytest.param(
            "size=1024", [("parameter", "MAIL SIZE"), ("extension", "SIZE")], id="with-value"
        ),
        pytest.param("Mail Size", [("parameter", "MAIL SIZE")], id="parameter-of-a-verb"),
        pytest.param(
            "AUTH",
            [("command", "AUTH"), ("parameter", "MAIL AUTH"), ("extension", "AUTH")],
            id="three-kinds",
        ),
        pytest.param("AUTH=LOGIN", [("extension", "AUTH=")], id="old-spelling"),
        pytest.param("XXXXXXXB", [("extension", "XXXXXXXA")], id="masked"),
        pytest.param(".", [("command", "CRLF.CRLF")], id="the-dot"),
        pytest.param("scram-sha-256", [("mechanism", "SCRAM-SHA-256")], id="mechanism"),
        pytest.param("comma-list", [("issue", "comma-list")], id="issue"),
    ],
)
def test_lookup_by_name(word: str, expected: list[tuple[str, str]]) -> None:
    """A name is found in any case, under every kind that has it, commands first."""
    assert found(word) == expected


@pytest.mark.parametrize(
    ("word", "short", "near"),
    [
        pytest.param("MIAL", "No such word here.", ("MAIL",), id="typing-mistake"),
        pytest.param("comma-lists", "No such word here.", ("comma-list",), id="nearly-right"),
        pytest.param("qqqqqqqq", "No such word here.", (), id="nothing-near"),
        pytest.param("XQQQQ", "A private name.", (), id="private"),
        pytest.param("x q", "No such word here.", (), id="two-words"),
        pytest.param("", "No such word here.", (), id="nothing"),
    ],
)
def test_strangers_are_called_strangers(word: str, short: str, near: tuple[str, ...]) -> None:
    """A word nobody knows gives one entry that says so and names its neighbours."""
    (entry,) = REFERENCE.lookup(word)
    assert (entry.kind, entry.key, entry.short, entry.see) == ("unknown", word, short, near)


@pytest.mark.parametrize(("word", "known"), [("mail", True), ("250", True), ("mayl", False)])
def test_whether_a_word_is_known(word: str, known: bool) -> None:
    """A stranger gets an answer from `lookup` too, but no knowledge."""
    assert REFERENCE.knows(word) is known


def test_entry_is_exact_but_for_case() -> None:
    """`entry` finds one kind and key, whole, and does not guess."""
    assert REFERENCE.entry("command", "mail") == ENTRIES[0]
    assert REFERENCE.entry("command", "MAYL") is None
    assert REFERENCE.entry("reply", "MAIL") is None


@pytest.mark.parametrize(
    ("code", "kind", "short"),
    [
        pytest.param(250, "reply", "Done.", id="known"),
        pytest.param(50, "reply", "Sendmail.", id="two-digits"),
        pytest.param(599, "unknown", "No such reply code here.", id="stranger"),
        pytest.param(150, "unknown", "No code of SMTP.", id="first-digit-too-low"),
        pytest.param(999, "unknown", "No code of SMTP.", id="first-digit-too-high"),
    ],
)
def test_reply(code: int, kind: str, short: str) -> None:
    """Every reply code has words, if only that it has none."""
    entry = REFERENCE.reply(code)
    assert (entry.kind, entry.key, entry.short) == (kind, f"{code:03}", short)


def test_a_reference_without_words_still_answers() -> None:
    """With no files at all a lookup gives an entry and does not fail."""
    empty = Reference([])
    assert empty.lookup("MAIL") == [Entry("unknown", "MAIL", "")]
    assert empty.reply(250) == Entry("unknown", "250", "")


def test_later_words_replace_earlier_ones() -> None:
    """A teacher's own folder, loaded after ours, has the last word."""
    ours, theirs = Entry("reply", "250", "Done."), Entry("reply", "250", "Fertig.")
    assert Reference([ours, theirs]).reply(250) == theirs


def test_an_index_gives_the_same_entries() -> None:
    """Entries survive a way through JSON, and a reference takes rows as they come from there."""
    rows = json.loads(json.dumps(ENTRIES))
    assert [from_row(row) for row in rows] == ENTRIES
    assert Reference(rows).entry("command", "MAIL") == ENTRIES[0]


def test_names_are_what_lookup_knows() -> None:
    """Every name offered for completion is found."""
    names = REFERENCE.names()
    assert {"250", "X.1.1", "MAIL", "MAIL SIZE", "SIZE", "comma-list"} <= set(names)
    assert all(REFERENCE.lookup(name)[0].kind != "unknown" for name in names)
