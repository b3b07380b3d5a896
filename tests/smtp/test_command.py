"""Command lines as a whole."""

from __future__ import annotations

import pytest

from smtpshell.smtp.command import PSEUDO_VERBS, Command, parse_command
from smtpshell.smtp.span import TokenKind
from smtpshell.smtp.table.command import COMMANDS
from smtpshell.smtp.verb import VERBS

EXAMPLES = {
    spec.example: spec.verb
    for spec in COMMANDS.values()
    if spec.status != "not-a-verb" and spec.verb in VERBS and spec.status != "historic"
}


@pytest.mark.parametrize("line", EXAMPLES)
def test_the_example_of_every_command_is_right(line: str) -> None:
    """What help offers has no problem, and is known by its verb."""
    command = parse_command(line)
    assert command.verb == EXAMPLES[line]
    assert command.known
    assert command.spec is COMMANDS[command.verb]
    assert command.problems == ()
    assert command.tokens[0].kind is TokenKind.VERB


# line, verb, (issue, start, end)...
ODD = [
    ("", "", [("empty-line", 0, 0)]),
    ("  ", "", [("empty-line", 2, 2)]),
    (" NOOP", "NOOP", [("leading-space", 0, 1)]),
    ("\tNOOP", "NOOP", [("leading-space", 0, 1), ("tab", 0, 1)]),
    ("NOOP ", "NOOP", [("trailing-space", 4, 5)]),
    ("DATA ", "DATA", [("trailing-space", 4, 5)]),
    ("DATA now", "DATA", [("extra-argument", 5, 8)]),
    ("DATA now ", "DATA", [("extra-argument", 5, 8), ("trailing-space", 8, 9)]),
    ("QUIT:", "QUIT", [("extra-colon", 4, 5)]),
    ("EHLO:x.test", "EHLO", [("extra-colon", 4, 5)]),
    ("EHLO  x.test", "EHLO", [("extra-space", 5, 6)]),
    ("EHLO\tx.test", "EHLO", [("tab", 4, 5)]),
    ("HELP ME", "HELP", []),
    ("VRFY", "VRFY", [("no-argument", 4, 4)]),
    ("EXPN ", "EXPN", [("trailing-space", 4, 5), ("no-argument", 5, 5)]),
    ("ETRN", "ETRN", [("no-argument", 4, 4)]),
    ("XCLIENT", "XCLIENT", [("no-argument", 7, 7)]),
    ("XCLIENT ", "XCLIENT", [("trailing-space", 7, 8), ("no-argument", 8, 8)]),
    ("XCLIENT NAME=x.test", "XCLIENT", []),
    ("XQUE", "XQUE", []),
    # MAIL and RCPT around the colon
    ("MAIL FROM: <a@b.test>", "MAIL", [("space-after-colon", 10, 11)]),
    ("MAIL FROM :<a@b.test>", "MAIL", [("space-before-colon", 9, 10)]),
    (
        "MAIL FROM : <a@b.test>",
        "MAIL",
        [("space-before-colon", 9, 10), ("space-after-colon", 11, 12)],
    ),
    ("mail from:<a@b.test>", "MAIL", []),
    ("MAIL FROM<a@b.test>", "MAIL", [("no-colon", 9, 9)]),
    ("MAIL FROM <a@b.test>", "MAIL", [("no-colon", 9, 10)]),
    ("MAIL FROM=<a@b.test>", "MAIL", [("no-colon", 9, 10)]),
    ("MAIL <a@b.test>", "MAIL", [("missing-keyword", 5, 5)]),
    ("MAIL:<a@b.test>", "MAIL", [("missing-keyword", 4, 4)]),
    ("MAIL : <a@b.test>", "MAIL", [("missing-keyword", 5, 5), ("space-after-colon", 6, 7)]),
    ("RCPT<a@b.test>", "RCPT", [("missing-keyword", 4, 4)]),
    ("MAIL FORM:<a@b.test>", "MAIL", [("missing-keyword", 5, 9)]),
    ("MAIL form : <a@b.test> SIZE=1", "MAIL", [("missing-keyword", 5, 9)]),
    ("MAIL fomr <a@b.test>", "MAIL", [("missing-keyword", 5, 9)]),
    ("RCPT T:<a@b.test>", "RCPT", [("missing-keyword", 5, 6)]),
    ("RCPT TOO<a@b.test>", "RCPT", [("missing-keyword", 5, 8)]),
    ("RCPT too;a@b.test", "RCPT", [("missing-keyword", 5, 8), ("no-angle-brackets", 9, 17)]),
    ("MAIL FORM:", "MAIL", [("missing-keyword", 5, 9), ("no-argument", 10, 10)]),
    ("MAIL FROM;<a@b.test>", "MAIL", [("no-colon", 9, 10)]),
    ("RCPT TO ; <a@b.test>", "RCPT", [("space-before-colon", 7, 8), ("no-colon", 7, 9)]),
    ("RCPT Ana <a@b.test>", "RCPT", [("missing-keyword", 5, 5), ("display-name", 5, 8)]),
    ("RCPT Form <a@b.test>", "RCPT", [("missing-keyword", 5, 9)]),
    ("RCPT tom@b.test", "RCPT", [("missing-keyword", 5, 5), ("no-angle-brackets", 5, 15)]),
    ("MAIL TO:<a@b.test>", "MAIL", [("wrong-keyword", 5, 7)]),
    ("RCPT FROM:<a@b.test>", "RCPT", [("wrong-keyword", 5, 9)]),
    ("MAIL  FROM:<a@b.test>", "MAIL", [("extra-space", 5, 6)]),
    ("MAIL", "MAIL", [("no-argument", 4, 4)]),
    ("MAIL ", "MAIL", [("trailing-space", 4, 5), ("no-argument", 5, 5)]),
    ("MAIL FROM", "MAIL", [("no-argument", 9, 9)]),
    ("MAIL FROM ", "MAIL", [("trailing-space", 9, 10), ("no-argument", 10, 10)]),
    ("MAIL FROM:", "MAIL", [("no-argument", 10, 10)]),
    ("MAIL FROM: ", "MAIL", [("trailing-space", 10, 11), ("no-argument", 11, 11)]),
    ("RCPT TO:\u00a0<a@b.test>", "RCPT", [("space-after-colon", 8, 9), ("nbsp", 8, 9)]),
    # what a path may be depends on the command
    ("MAIL FROM:<>", "MAIL", []),
    ("RCPT TO:<>", "RCPT", [("null-forward-path", 8, 10)]),
    ("RCPT TO:<postmaster>", "RCPT", []),
    ("MAIL FROM:<postmaster>", "MAIL", [("no-domain", 22, 22)]),
    ("RCPT TO:<ana>", "RCPT", [("no-domain", 12, 12)]),
    ("RCPT TO:<a@b.test>,<c@d.test>", "RCPT", [("comma-list", 18, 29)]),
    ("RCPT TO:<a@b.test> NOTIFY=NEVER", "RCPT", []),
    ("MAIL FROM:a@b.test SIZE=x", "MAIL", [("no-angle-brackets", 10, 18), ("bad-size", 24, 25)]),
    # VRFY and EXPN
    ("VRFY ana", "VRFY", []),
    ("VRFY ana SMTPUTF8", "VRFY", []),
    ("VRFY ana lang ", "VRFY", [("trailing-space", 13, 14)]),
    # BDAT and BURL
    ("BDAT", "BDAT", [("no-argument", 4, 4)]),
    ("BDAT 86 LAST", "BDAT", []),
    ("BDAT 86 last ", "BDAT", [("trailing-space", 12, 13)]),
    ("BDAT 86 LASTING", "BDAT", [("extra-argument", 8, 15)]),
    ("BDAT 86 LAST NOW", "BDAT", [("extra-argument", 13, 16)]),
    ("BDAT LAST", "BDAT", [("bad-chunk-size", 5, 9)]),
    ("BURL", "BURL", [("no-argument", 4, 4)]),
    ("BURL imap://x.test/;uid=1 LAST", "BURL", []),
    # not a verb
    ("Subject: hi", "SUBJECT", [("header-as-command", 0, 7)]),
    ("X-Mailer : hi", "X-MAILER", [("header-as-command", 0, 8)]),
    ("To:<a@b.test>", "TO", [("header-as-command", 0, 2)]),
    ("GET / HTTP/1.1", "GET", [("http-verb", 0, 3)]),
    (".", ".", [("dot-as-command", 0, 1)]),
    ("EHOL x.test", "EHOL", [("unknown-verb-close", 0, 4)]),
    ("MAILFROM:<a@b.test>", "MAILFROM", [("unknown-verb-close", 0, 8), ("missing-space", 4, 4)]),
    ("RCPTTO:<a@b.test>", "RCPTTO", [("unknown-verb-close", 0, 6), ("missing-space", 4, 4)]),
    ("EHLOx.test", "EHLOX.TEST", [("unknown-verb-close", 0, 10), ("missing-space", 4, 4)]),
    (
        "EHLO[192.0.2.7]",
        "EHLO[192.0.2.7]",
        [("unknown-verb-close", 0, 15), ("missing-space", 4, 4)],
    ),
    ("QUITE", "QUITE", [("unknown-verb-close", 0, 5)]),
    ("XYZZY", "XYZZY", [("unknown-verb", 0, 5)]),
    (
        "XYZZY  a ",
        "XYZZY",
        [("unknown-verb", 0, 5), ("extra-space", 6, 7), ("trailing-space", 8, 9)],
    ),
    ("<a@b.test>", "<A@B.TEST>", [("unknown-verb", 0, 10)]),
    (":help", ":HELP", [("unknown-verb-close", 0, 5)]),
    ("ma\u0131l FROM:<>", "MA\u0131L", [("unknown-verb-close", 0, 4), ("non-ascii", 2, 3)]),
    ("MAIL\u00a0FROM:<>", "MAIL\u00a0FROM", [("unknown-verb-close", 0, 9), ("nbsp", 4, 5)]),
    ("QUIY\bT", "QUIY\bT", [("unknown-verb-close", 0, 6), ("control-char", 4, 5)]),
    # written-out line ends
    ("QUIT\\r\\n", "QUIT\\R\\N", [("unknown-verb-close", 0, 8), ("literal-crlf", 4, 8)]),
    ("NOOP \\n", "NOOP", [("literal-crlf", 5, 7)]),
    ("NOOP <CRLF>", "NOOP", [("literal-crlf", 5, 11)]),
    ("NOOP crlf", "NOOP", [("literal-crlf", 5, 9)]),
    ("NOOP ^M", "NOOP", [("literal-crlf", 5, 7)]),
    ("NOOP <CR><LF>", "NOOP", [("literal-crlf", 5, 13)]),
    ("NOOP a\\b CRAM", "NOOP", []),
    # an odd character is told once
    ("MAIL FROM:<“a@b.test”>", "MAIL", [("smart-quotes", 11, 12), ("smart-quotes", 20, 21)]),
    ("EHLO x\u200b.test", "EHLO", [("invisible-char", 6, 7)]),
    (
        "EHLO a_b \u00e9",
        "EHLO",
        [("not-a-domain", 5, 8), ("extra-argument", 9, 10), ("non-ascii", 9, 10)],
    ),
    ("MAIL FROM:<jos\u00e9@b.test>", "MAIL", [("non-ascii", 14, 15)]),
    ("MAIL FROM:<jos\u00e9@b.test> SMTPUTF8", "MAIL", []),
    ("RCPT TO:<a@b.test>\r", "RCPT", [("bare-cr", 18, 19), ("junk-after-path", 18, 19)]),
]


@pytest.mark.parametrize(("line", "verb", "problems"), ODD)
def test_what_is_odd_is_named_and_pointed_at(
    line: str, verb: str, problems: list[tuple[str, int, int]]
) -> None:
    """Verb and problems of what people type, first place first."""
    command = parse_command(line)
    assert command.verb == verb
    assert sorted((p.issue, p.start, p.end) for p in command.problems) == sorted(problems)
    assert [p.start for p in command.problems] == sorted(p.start for p in command.problems)


def test_smtputf8_makes_letters_of_addresses_nothing_odd() -> None:
    """Offered by the server or said on the line; a verb stays ASCII, and EHLO's host too."""
    assert parse_command("RCPT TO:<jos\u00e9@b.test>", utf8=True).problems == ()
    assert parse_command("VRFY jos\u00e9", utf8=True).problems == ()
    assert [p.issue for p in parse_command("EHLO b\u00fccher.test", utf8=True).problems] == [
        "non-ascii"
    ]


SIZES = [
    ("0", 0),
    ("86", 86),
    ("0086", 86),
    ("18446744073709551615", 2**64 - 1),
    ("18446744073709551616", None),
    ("9" * 5000, None),
    ("-1", None),
    ("+5", None),
    ("1_0", None),
    ("0x10", None),
    ("1.5", None),
    ("\u0663", None),
    ("\uff12", None),
]


@pytest.mark.parametrize(("said", "size"), SIZES, ids=[said[:24] for said, _ in SIZES])
def test_a_chunk_size_is_ascii_digits(said: str, size: int | None) -> None:
    """RFC 3030 2; what Python's int would take besides is refused, and so is 2^64."""
    command = parse_command(f"BDAT {said} LAST")
    assert command.chunk_size == size
    assert command.last
    assert ("bad-chunk-size" in [p.issue for p in command.problems]) is (size is None)


def test_all_that_a_command_holds() -> None:
    """The parts of a MAIL line, and the line itself as text and bytes."""
    wire = b"MAIL FROM:<jos\xc3\xa9@b.test> SIZE=12 SMTPUTF8"
    command = parse_command(wire)
    assert command.path is not None
    assert command.path.mailbox == "jos\u00e9@b.test"
    assert command.argument == "FROM:<jos\u00e9@b.test> SIZE=12 SMTPUTF8"
    size = command.parameter("size")
    assert size is not None
    assert command.text[size.start : size.end] == "SIZE=12"
    assert command.parameter("BODY") is None
    assert bytes(command) == command.wire() == wire
    assert str(command) == command.text
    assert parse_command(str(command)) == parse_command(wire) == command


def test_a_command_shown_in_a_test_or_a_log_shows_no_password() -> None:
    """Whatever stands behind the mechanism, encoded or not."""
    for line in ("AUTH PLAIN AGFuYQBzZWNyZXQ=", "AUTH PLAIN ana:secret"):
        assert repr(parse_command(line)).startswith("Command('AUTH PLAIN ...', verb='AUTH'")
    assert repr(parse_command("NOOP ")) == (
        "Command('NOOP ', verb='NOOP', problems=['trailing-space'])"
    )


def test_a_learner_who_types_dot_ends_no_letter() -> None:
    """Names of lines that are no commands are not taken as commands, typed or not in the table."""
    for word in [*PSEUDO_VERBS, "SASL-RESPONSE"]:
        command = parse_command(word)
        assert command.verb == word.lower()
        assert not command.known
        assert command.spec is None


def test_lines_that_are_no_commands_have_their_rows() -> None:
    """So that the reference can explain them."""
    dot, text = Command(".", "DOT"), Command("x", "TEXT")
    assert not dot.known
    assert dot.spec is not None
    assert text.spec is None


LENGTHS = [
    ("NOOP ", 510, []),
    ("NOOP ", 511, ["line-too-long"]),
    ("MAIL FROM:<a@b.test> SIZE=1 XX=", 510 + 26, ["unknown-parameter"]),
    ("MAIL FROM:<a@b.test> SIZE=1 XX=", 511 + 26, ["unknown-parameter", "line-too-long"]),
    ("MAIL FROM:<a@b.test> SIZE=1 AUTH=", 510 + 26 + 500, ["bad-value"]),
    ("MAIL FROM:<a@b.test> SIZE=1 AUTH=", 511 + 26 + 500, ["bad-value", "line-too-long"]),
    ("RCPT TO:<a@b.test> ORCPT=rfc822;", 510 + 500, ["bad-value"]),
    ("RCPT TO:<a@b.test> ORCPT=rfc822;", 511 + 500, ["bad-value", "line-too-long"]),
    ("AUTH XOAUTH2 ", 12286, ["base64-bad"]),
    ("AUTH XOAUTH2 ", 12287, ["base64-bad", "line-too-long"]),
]


@pytest.mark.parametrize(("start", "length", "issues"), LENGTHS)
def test_a_line_may_be_as_long_as_its_command_allows(
    start: str, length: int, issues: list[str]
) -> None:
    """512 octets with CRLF, more by what extensions add for parameters, 12,288 for AUTH."""
    command = parse_command(start + "x" * (length - len(start)))
    assert [p.issue for p in command.problems] == issues


def test_a_flood_of_parameters_is_cut_off() -> None:
    """Work grows with the line, not with its square; the tokens still cover it."""
    command = parse_command("MAIL FROM:<>" + " a" * 20_000)
    assert len(command.tokens) < 1000
    assert command.tokens[-1].end == len(command.text)
