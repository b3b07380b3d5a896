"""Parameters and their values."""

from __future__ import annotations

import pytest

from smtpshell.smtp.parameter import Parameter, parse_parameters
from smtpshell.smtp.span import TokenKind
from smtpshell.smtp.table.parameter import PARAMETERS

VALUES = [
    ("MAIL", "SIZE=0", []),
    ("MAIL", "size=12345678901234567890", []),
    ("MAIL", "SIZE=123456789012345678901", ["bad-size"]),
    ("MAIL", "SIZE=+5", ["bad-size"]),
    ("MAIL", "SIZE=1_0", ["bad-size"]),
    ("MAIL", "SIZE=\u0663", ["bad-size"]),
    ("MAIL", "SIZE=1k", ["bad-size"]),
    ("MAIL", "SIZE", ["missing-value"]),
    ("MAIL", "SIZE=", ["missing-value"]),
    ("MAIL", "BODY=8bitmime", []),
    ("MAIL", "BODY=7BIT", []),
    ("MAIL", "BODY=8BIT", ["bad-value"]),
    ("MAIL", "SMTPUTF8", []),
    ("MAIL", "SMTPUTF8=yes", ["unexpected-value"]),
    ("MAIL", "SMTPUTF8=", ["unexpected-value"]),
    ("MAIL", "REQUIRETLS", []),
    ("MAIL", "RET=FULL", []),
    ("MAIL", "RET=ALL", ["bad-value"]),
    ("MAIL", "ENVID=QQ+3D1", []),
    ("MAIL", "ENVID=QQ=1", ["bad-xtext"]),
    ("MAIL", "ENVID=QQ+3d", ["bad-xtext"]),
    ("MAIL", "ENVID=" + "x" * 100, []),
    ("MAIL", "ENVID=" + "x" * 101, ["bad-value"]),
    ("MAIL", "AUTH=<>", []),
    ("MAIL", "AUTH=ana+2Bx@office.test", []),
    ("MAIL", "AUTH=<ana@office.test>", ["bad-value"]),
    ("MAIL", "AUTH=ana", ["bad-value"]),
    ("MAIL", "AUTH=@office.test", ["bad-value"]),
    ("MAIL", "AUTH=ana@a_b", ["bad-value"]),
    ("MAIL", "AUTH=a=b@office.test", ["bad-xtext"]),
    ("MAIL", "BY=120;R", []),
    ("MAIL", "BY=-5;nt", []),
    ("MAIL", "BY=0;R", ["bad-value"]),
    ("MAIL", "BY=120", ["bad-value"]),
    ("MAIL", "BY=120;X", ["bad-value"]),
    ("MAIL", "MT-PRIORITY=-9", []),
    ("MAIL", "MT-PRIORITY=0", []),
    ("MAIL", "MT-PRIORITY=-0", ["bad-value"]),
    ("MAIL", "MT-PRIORITY=10", ["bad-value"]),
    ("MAIL", "HOLDFOR=86400", []),
    ("MAIL", "HOLDFOR=1234567890", ["bad-value"]),
    ("MAIL", "HOLDFOR=soon", ["bad-value"]),
    ("MAIL", "HOLDUNTIL=2030-01-31T08:00:00Z", []),
    ("MAIL", "HOLDUNTIL=2030-01-31t08:00:00.5+02:00", []),
    ("MAIL", "HOLDUNTIL=2030-13-31T08:00:00Z", ["bad-value"]),
    ("MAIL", "HOLDUNTIL=2030-01-31T08:00:00Z;C", ["bad-value"]),
    ("MAIL", "SOLICIT=org.example:ADV", []),
    ("MAIL", "XVERP", []),
    ("MAIL", "XVERP=+=", []),
    ("MAIL", "XVERP=+=-", ["bad-value"]),
    ("MAIL", "XOORG=a\x01", ["bad-value"]),
    ("RCPT", "NOTIFY=NEVER", []),
    ("RCPT", "NOTIFY=success,failure,delay", []),
    ("RCPT", "NOTIFY=NEVER,DELAY", ["bad-value"]),
    ("RCPT", "NOTIFY=ALWAYS", ["bad-value"]),
    ("RCPT", "NOTIFY=SUCCESS,", ["bad-value"]),
    ("RCPT", "ORCPT=rfc822;bob@example.com", []),
    ("RCPT", "ORCPT=utf-8;bücher@example.com", []),
    ("RCPT", "ORCPT=rfc822;a=b@example.com", ["bad-xtext"]),
    ("RCPT", "ORCPT=bob@example.com", ["bad-value"]),
    ("RCPT", "ORCPT=rfc822;", ["bad-value"]),
    ("RCPT", "ORCPT=;bob@example.com", ["bad-value"]),
    ("RCPT", "RRVS=2014-04-03T23:01:00Z", []),
    ("RCPT", "RRVS=2014-04-03T23:01:00Z;c", []),
    ("RCPT", "RRVS=2014-04-03T23:01:00Z;X", ["bad-value"]),
    ("RCPT", "RRVS=yesterday", ["bad-value"]),
    ("RCPT", "SIZE=1", ["parameter-wrong-verb"]),
    ("MAIL", "NOTIFY=NEVER", ["parameter-wrong-verb"]),
    ("MAIL", "FOO", ["unknown-parameter"]),
    ("MAIL", "FOO=bar", ["unknown-parameter"]),
    ("MAIL", "FOO=", ["unknown-parameter", "missing-value"]),
    ("MAIL", "-FOO=bar", ["bad-parameter"]),
    ("MAIL", "SIZE:10", ["bad-parameter"]),
    ("MAIL", "S\u0130ZE=1", ["bad-parameter"]),
    ("MAIL", "SIZE=1 size=2", ["duplicate-parameter"]),
    ("MAIL", "FOO FOO", ["unknown-parameter", "duplicate-parameter", "unknown-parameter"]),
    ("MAIL", "SIZE =1", ["missing-value", "bad-parameter"]),
    ("MAIL", "SIZE=1  BODY=7BIT", ["extra-space"]),
    ("MAIL", "SIZE=1 ", ["trailing-space"]),
    ("XCLIENT", "NAME=x.test ADDR=192.0.2.7", []),
    ("XCLIENT", "REVERSE_NAME=x.test", []),
    ("XCLIENT", "COLOUR=red", ["unknown-parameter"]),
    ("XPROXY", "ANY=thing", []),
    ("XPROXY", "ANY=", ["missing-value"]),
]


@pytest.mark.parametrize(("verb", "said", "issues"), VALUES)
def test_values_are_judged_by_the_grammar_of_their_extension(
    verb: str, said: str, issues: list[str]
) -> None:
    """Malformed, missing, needless, twice, or on the wrong command: each has its name."""
    _, _, problems = parse_parameters(f"<> {said}", 2, verb)
    assert [found.issue for found in problems] == issues


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_example_of_every_row_is_right(name: str) -> None:
    """What help and completion offer must not be remarked upon."""
    verb, _, keyword = name.partition(" ")
    if verb in ("MAIL", "RCPT", "XCLIENT", "XFORWARD"):
        example = PARAMETERS[name].example
        (parameter,), _, problems = parse_parameters(f" {example}", 0, verb)
        assert problems == []
        assert (parameter.keyword, str(parameter)) == (keyword, example)


def test_parameters_keep_their_places() -> None:
    """Keyword in capitals, value as said, and where both stand."""
    parameters, tokens, _ = parse_parameters("<> size=12 SMTPUTF8 body=", 2, "MAIL")
    assert parameters == (
        Parameter("SIZE", "12", 3, 10),
        Parameter("SMTPUTF8", None, 11, 19),
        Parameter("BODY", "", 20, 25),
    )
    assert [(t.kind, t.start, t.end) for t in tokens] == [
        (TokenKind.SPACE, 2, 3),
        (TokenKind.PARAMETER, 3, 7),
        (TokenKind.EQUALS, 7, 8),
        (TokenKind.VALUE, 8, 10),
        (TokenKind.SPACE, 10, 11),
        (TokenKind.PARAMETER, 11, 19),
        (TokenKind.SPACE, 19, 20),
        (TokenKind.PARAMETER, 20, 24),
        (TokenKind.EQUALS, 24, 25),
    ]


PLACES = [
    ("SIZE=x", (8, 9)),
    ("SIZE", (7, 7)),
    ("SIZE=", (8, 8)),
    ("SMTPUTF8=1", (11, 13)),
    ("FOO=1", (3, 6)),
    ("=5", (3, 5)),
]


@pytest.mark.parametrize(("said", "place"), PLACES)
def test_a_problem_points_at_what_is_odd(said: str, place: tuple[int, int]) -> None:
    """At the value, at where it is missing, at the keyword nobody knows."""
    _, _, (found,) = parse_parameters(f"<> {said}", 2, "MAIL")
    assert (found.start, found.end) == place


def test_the_message_names_the_command_a_parameter_belongs_to() -> None:
    """So that the learner can put it there."""
    _, _, (found,) = parse_parameters(" NOTIFY=NEVER", 0, "MAIL")
    assert found.message == "NOTIFY is a parameter of RCPT."
