"""The notes that come with smtpshell keep all the rules for notes, those of style too."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from smtpshell.explain.lint import lint_notes
from smtpshell.explain.note import Note
from smtpshell.fact.value import as_list
from smtpshell.fact.vocabulary import NAMED_VERBS, OTHER

LONGEST_HEADLINE = 70  # characters, so that id and headline fit on a line of 80 mostly
LONGEST_SENTENCE = 32  # words

# What a note is about, for the class board: the tags of the known mistakes, and a few more.
CONCEPTS = {
    "auth", "base64", "bounce", "bytes-not-screen", "chunking", "crlf", "dot-stuffing",
    "ehlo-name", "end-of-data", "enhanced-codes", "envelope", "esmtp", "etrn", "forwarding",
    "greeting", "greylisting", "header-body", "headers", "help", "i18n", "lmtp", "mailbox",
    "manners", "middlebox", "modes", "mx", "network", "noop", "null-sender", "pipelining",
    "policy", "ports", "ptr", "quit", "quota", "relay", "reply-class", "reply-format",
    "responsibility", "sender-verify", "size", "smuggling", "spf-dkim-dmarc", "spoofing",
    "starttls", "starttls-strip", "state-machine", "submission", "syntax", "timeouts",
    "tool-vs-protocol", "trace", "transaction", "variation", "vrfy",
}  # fmt: skip
# Classes of reply that a verb gets in life; a 3yz is what DATA and AUTH get, and nobody else.
CLASSES = {"2": "2xx", "4": "4xx", "5": "5xx"}
WAITS = {"DATA": "354", "AUTH": "334", "AUTHLINE": "334"}
NEVER_GOOD = {"DATA"}  # it is answered by 354; what is good comes after the dot


def test_the_linter_finds_nothing(notes: list[Note]) -> None:
    """Lengths, words, names, references, `see`, and no two notes that only their ids part."""
    assert [str(finding) for finding in lint_notes(notes)] == []


def test_there_are_enough(notes: list[Note]) -> None:
    """Every verb with each class of reply, and every mistake: that takes some hundreds."""
    assert len(notes) >= 150


def test_each_has_a_concept_that_is_known(notes: list[Note]) -> None:
    """A tag with a slip in it would be a class of mistakes of its own on the class board."""
    assert {note.concept for note in notes} <= CONCEPTS


def test_each_cites_where_it_can_be_read_up(notes: list[Note]) -> None:
    """With the section, not only the RFC; telnet's options are the one exception."""
    for note in notes:
        assert note.refs, note.id
        for ref in note.refs:
            assert re.fullmatch(r"RFC \d+ \S+|RFC 854", ref), f"{note.where}: {ref}"


def test_texts_are_easy_to_read(notes: list[Note]) -> None:
    """Short headlines, short sentences, nothing left over at their ends."""
    for note in notes:
        assert len(note.headline) <= LONGEST_HEADLINE, note.where
        assert not note.headline.endswith("."), note.where
        for text in (note.short, *note.long):
            assert text == text.strip(), note.where
            for sentence in re.split(r"(?<=[.?!:;]) ", text):
                assert len(sentence.split()) <= LONGEST_SENTENCE, f"{note.where}: {sentence}"


def test_kinds_follow_the_reply(notes: list[Note]) -> None:
    """What is only about good replies is no error; what is only about bad ones is no mere info."""
    for note in notes:
        digits = {code[0] for code in as_list(note.condition.table.get("code", []))}
        if digits and digits <= {"2", "3"} and note.condition.table["on"] != "close":
            assert note.kind != "error" or note.concept in GOOD_BUT_WRONG, note.where
        if digits and digits <= {"4", "5"} and note.condition.table["on"] == "reply":
            assert note.kind == "error" or note.id in HARMLESS or note.kind == "warning", note.where


# A good code that brings bad news: a 334 with an error in it, a server that hangs up with 221.
GOOD_BUT_WRONG = frozenset({"auth", "starttls-strip", "manners", "reply-class"})
HARMLESS = frozenset({"help.none", "help.refused", "auth.cancelled"})


@pytest.mark.parametrize("verb", [*NAMED_VERBS, OTHER])
def test_every_verb_has_notes_on_each_class_of_reply(verb: str, notes: list[Note]) -> None:
    """2yz, 4yz and 5yz for all that is answered; 334 and 354 where the server waits for more."""
    if verb == "TEXT":  # lines of a letter get no reply
        return
    said = Counter(
        code[0]
        for note in notes
        for code in as_list(note.condition.table.get("code", []))
        if verb in as_list(note.condition.table.get("verb", []))
        and note.condition.table["on"] == "reply"
    )
    wanted = set(CLASSES) - ({"2"} if verb in NEVER_GOOD else set())
    if verb in WAITS:
        wanted.add("3")
    assert wanted <= set(said), f"{verb}: {dict(said)}"
