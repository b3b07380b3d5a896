from __future__ import annotations

import pytest

from smtpshell.errors import DataFileError
from smtpshell.explain.note import Note, from_row, to_row
from smtpshell.explain.notefile import parse_notes
from smtpshell.explain.section import Block, read_blocks, read_sections

FRONT = '+++\nformat = 1\nkind = "notes"\nid = "rcpt"\ntitle = "Replies to RCPT"\n+++\n'

FILE = (
    FRONT
    + """
# Prose for people who read the file.

## rcpt.ok — One more address on the envelope

```toml when
on = "reply"
verb = "RCPT"
code = "2xx"
```

The server wrote this address
on the envelope.

Every RCPT is judged on its own.

- one thing
- another thing,
  with more to it

The promise comes only with the 250 after the dot.

- concept: envelope
- refs: RFC 5321 §3.3; RFC 5321 §4.1.1.3
- see: rcpt.relay; rcpt.ok
- try: `DATA`
- try: `RCPT TO:<{arg.first}>`

## rcpt.relay — The server will not carry mail to other domains

```toml when
on = "reply"
text = '(?i)\\brelay'
state.auth = false
kind = "error"
fade = "sticky"
priority = -5
```

This server takes mail for its own domains.
"""
)


def test_a_notes_file_is_read() -> None:
    """Heading, conditions, short and long text, and the list of keys at the end."""
    ok, relay = parse_notes(FILE, "en/notes/rcpt.md")
    assert (ok.id, ok.headline) == ("rcpt.ok", "One more address on the envelope")
    assert ok.short == "The server wrote this address on the envelope."
    assert ok.long == (
        "Every RCPT is judged on its own.",
        "- one thing\n- another thing, with more to it",
        "The promise comes only with the 250 after the dot.",
    )
    assert (ok.concept, ok.refs) == ("envelope", ("RFC 5321 3.3", "RFC 5321 4.1.1.3"))
    assert (ok.see, ok.tries) == (("rcpt.relay", "rcpt.ok"), ("`DATA`", "`RCPT TO:<{arg.first}>`"))
    assert (ok.kind, ok.fade, ok.priority, ok.pack) == ("info", "normal", 0, 0)
    assert ok.condition.table == {"on": "reply", "verb": "RCPT", "code": "2xx"}
    assert ok.where == "en/notes/rcpt.md:10"
    assert (relay.kind, relay.fade, relay.priority) == ("error", "sticky", -5)
    assert relay.condition.keys == {"on", "text", "state.auth"}
    assert (relay.long, relay.refs, relay.concept) == ((), (), "")


def test_a_note_comes_back_from_its_row() -> None:
    """An index keeps rows; nothing of a note is lost in them."""
    note = parse_notes(FILE, "f.md")[0]
    back = from_row(to_row(note), pack=2, folder="/packs/mine")
    assert back.condition.table == note.condition.table
    assert back.condition.specificity == note.condition.specificity
    same = back._replace(condition=note.condition, pack=0, where=note.where)
    assert same == note
    assert (back.pack, back.where) == (2, "/packs/mine/f.md:10")
    assert from_row(to_row(note), pack=0).where == "f.md:10"
    assert isinstance(back, Note)


WHEN = '```toml when\non = "reply"\n```\n'


def note(body: str, heading: str = "## a.b — Head") -> str:
    return f"{FRONT}{heading}\n\n{body}"


WRONG = [
    pytest.param("# no front matter\n", ":1: begins with", id="no-front"),
    pytest.param(FILE.replace("format = 1", "format = 2"), ":2: format = 1 must", id="format"),
    pytest.param(FILE.replace('"notes"', '"lesson"'), ':3: kind = "notes" must', id="kind"),
    pytest.param(FILE.replace('id = "rcpt"', "id = 5"), ":4: the file needs an id", id="id"),
    pytest.param(
        FILE.replace("title =", "titel ="),
        ':5: unknown key "titel"; did you mean "title"',
        id="key",
    ),
    pytest.param(note(WHEN + "\nx\n", "## a.b - Head"), ":7: a note's heading is", id="heading"),
    pytest.param(note(WHEN + "\nx\n", "## A.B — Head"), ':7: "A.B" is no id', id="note-id"),
    pytest.param(note("x\n"), ":7: a note begins with a block", id="no-when"),
    pytest.param(
        note("```toml goal\n```\nx\n"), ":7: a note begins with a block", id="other-block"
    ),
    pytest.param(note(WHEN), ":7: a note needs a short paragraph", id="no-short"),
    pytest.param(note(WHEN + "\n- a\n- b\n"), ":7: a note needs a short paragraph", id="only-list"),
    pytest.param(
        note(WHEN + "\n- refs: x\n"), ":7: a note needs a short paragraph", id="only-keys"
    ),
    pytest.param(note(WHEN + "\nx\n\n" + WHEN), ":15: only one block", id="two-blocks"),
    pytest.param(note("```toml when\non = 'reply'\n"), ":9: this block is not closed", id="open"),
    pytest.param(note(WHEN + "\nx\n\n##b.c \u2014 d\n"), "a heading is one to three", id="glued"),
    pytest.param(note("```toml when\non = \n```\nx\n"), ":10: Invalid value", id="toml"),
    pytest.param(note("```toml when\nverb = 'RCPT'\n```\nx\n"), ":10: a note must say", id="no-on"),
    pytest.param(
        note("```toml when\non = 'reply'\nkind = 'eror'\n```\nx\n"),
        ':11: kind: unknown value "eror"; did you mean "error"',
        id="note-kind",
    ),
    pytest.param(
        note("```toml when\non = 'reply'\nfade = 3\n```\nx\n"),
        ':11: fade: unknown value "3"',
        id="fade",
    ),
    pytest.param(
        note("```toml when\non = 'reply'\npriority = 51\n```\nx\n"),
        ":11: priority: must be a number from -50 to 50",
        id="priority",
    ),
    pytest.param(
        note("```toml when\non = 'reply'\npriority = true\n```\nx\n"), ":11: priority", id="true"
    ),
    pytest.param(
        note("```toml when\non = 'reply'\nkode = '250'\n```\nx\n"),
        ':11: unknown fact "kode"; did you mean "code"',
        id="fact",
    ),
    pytest.param(note(WHEN + "\nx\n\n- refs: y\n- ref: z\n"), 'unknown key "ref"', id="list-key"),
    pytest.param(note(WHEN + "\nx\n\n- refs: y\n- z\n"), '"z" is not "key: value"', id="no-key"),
    pytest.param(
        note(WHEN + "\nx\n\n## a.b — Again\n\n" + WHEN + "\ny\n"),
        ':15: note "a.b" stands at f.md:7 already',
        id="twice",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_file_is_reported_with_its_line(text: str, message: str) -> None:
    """FILE:LINE, what is wrong, and the nearest thing that would be right."""
    with pytest.raises(DataFileError) as caught:
        parse_notes(text, "f.md")
    assert str(caught.value).startswith("f.md:")
    assert message in str(caught.value)


def test_sections_know_their_lines() -> None:
    """A block's line is that of its first line of content."""
    text = (
        "pre\n\n## One\ntext\nmore\n```x y\na\nb\n``` \n### Three\n* a\n  b\n* c\n## Two\nx\n- y\n"
    )
    one, two = read_sections(text, "f.md", 5)
    assert (one.heading, one.line, two.heading, two.line) == ("One", 7, "Two", 18)
    assert one.blocks == (
        Block("text", "text more", 8),
        Block("x y", "a\nb", 11),
        Block("list", "a b\nc", 15),
    )
    assert two.blocks == (Block("text", "x", 19), Block("list", "y", 20))


def test_a_numbered_list_may_be_wrapped() -> None:
    """What follows an item without a number of its own belongs to it."""
    found = read_blocks("1. first\n   and more\n2. second\n", "f", 1, whole=True)
    assert [(block.kind, block.text) for block in found] == [("numbered", "first and more\nsecond")]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("a\n\n ```toml\n", "f:3: .*backticks.* begin the line", id="fence"),
        pytest.param("a\n\n##Words\n", "f:3: a heading is .* and a space", id="heading"),
    ],
)
def test_what_would_be_overlooked_is_refused(text: str, error: str) -> None:
    """A space too many or too few, and all that stands below would be something else."""
    with pytest.raises(DataFileError, match=error):
        list(read_blocks(text, "f", 1, whole=True))
