"""Authentication-Results: what it says, and that no value can say more than it should."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.lookup.dkim import sign
from smtpshell.lookup.results import (
    MOST_CLAIMS,
    Result,
    authentication_results,
    remove_claimed,
    results_of,
)
from smtpshell.lookup.verdict import judge_letter
from smtpshell.lookup.zone import ZoneResolver

NOW = 1_700_000_000.0
LETTER = b"From: ann@bakery.example\r\nTo: ben@office.test\r\nSubject: x\r\n\r\nRolls\r\n"

# A reader of its own, after RFC 8601 2.2 and RFC 5322 3.2, that shares nothing with the writer.
QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
COMMENT = r"\((?:[ -'*-\[\]-~]|\\[ -~])*\)"
TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]+"
VALUE = rf"(?:{QUOTED}|(?:[A-Za-z0-9!#$%&'*+./=?^_`{{|}}~-]*@)?[A-Za-z0-9_.-]+|{TOKEN})"
RESULT = rf"(?P<method>[a-z]+)=(?P<result>[a-z]+)(?: {COMMENT})?(?P<props>(?: {TOKEN}={VALUE})*)"


def read(field: str) -> tuple[str, list[tuple[str, str, dict[str, str]]]]:
    """Server, and (method, result, properties) each; fails for anything but one whole field."""
    text = re.sub(r"\r\n(?=[ ])", "", field)
    assert "\r" not in text
    assert "\n" not in text
    server = re.match(VALUE, text)
    assert server is not None
    rest = text[server.end() :]
    if rest == "; none":
        return server[0], []
    results = []
    while rest:
        found = re.match(rf"; {RESULT}(?=;|$)", rest)
        assert found is not None, rest
        pairs = re.findall(rf" ({TOKEN})=({VALUE})", found["props"])
        results.append((found["method"], found["result"], dict(pairs)))
        rest = rest[found.end() :]
    return server[0], results


def unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def test_no_results() -> None:
    """The server says that it judged nothing."""
    assert authentication_results("mx.test", []) == "mx.test; none"


def test_the_field_of_a_letter_that_passes(town: ZoneResolver, key_pem: bytes) -> None:
    """A line for each method, folded where a line would be too long."""
    letter = sign(LETTER, "bakery.example", "class", key_pem, NOW) + LETTER
    verdicts = judge_letter(
        town, "192.0.2.20", "mail.bakery.example", "ann@bakery.example", letter, NOW
    )
    field = authentication_results("mail.office.test", results_of(verdicts))
    start = verdicts.dkim[0].start
    shown = start if re.fullmatch(TOKEN, start) else f'"{start}"'
    assert field.split("\r\n") == [
        "mail.office.test;",
        " spf=pass (192.0.2.20 matched ip4:192.0.2.20) smtp.mailfrom=bakery.example;",
        " dkim=pass header.d=bakery.example header.s=class header.a=rsa-sha256",
        f" header.b={shown};",
        " dmarc=pass (p=quarantine) header.from=bakery.example;",
        " iprev=pass (mail.bakery.example) policy.iprev=192.0.2.20",
    ]
    assert len(verdicts.answers) == len({(one.name, one.type) for one in verdicts.answers})


def test_the_field_of_a_letter_that_fails(town: ZoneResolver) -> None:
    """Unsigned, null reverse-path, forged From, no name; each said."""
    letter = LETTER.replace(b"bakery.example", b"bank.example")
    verdicts = judge_letter(town, "2001:db8:66::1", "mail.spammer.example", "", letter, NOW)
    field = authentication_results("mail.office.test", results_of(verdicts))
    server, results = read(field)
    assert server == "mail.office.test"
    assert results == [
        ("spf", "none", {"smtp.helo": "mail.spammer.example"}),
        ("dkim", "none", {}),
        ("dmarc", "fail", {"header.from": "bank.example"}),
        ("iprev", "permerror", {"policy.iprev": '"2001:db8:66::1"'}),
    ]


def test_a_letter_without_author_has_no_dmarc_verdict(town: ZoneResolver) -> None:
    """A permanent error, by RFC 9989 5.3.1."""
    verdicts = judge_letter(town, "192.0.2.20", "mail.bakery.example", "", b"To: x\r\n\r\n", NOW)
    assert verdicts.dmarc.result.value == "permerror"
    _, results = read(authentication_results("mx.test", results_of(verdicts)))
    assert ("dmarc", "permerror", {}) in results


def test_nothing_is_asked_but_the_zone(town: ZoneResolver, no_socket: None) -> None:
    """Whatever libraries judge the letter."""
    verdicts = judge_letter(town, "192.0.2.20", "mail.bakery.example", "", LETTER, NOW)
    assert all(answer.source == "zone" for answer in verdicts.answers)


CLAIMS = [
    pytest.param(b"Authentication-Results: mx.test; spf=pass", True, id="claimed"),
    pytest.param(b"AUTHENTICATION-results:MX.test;\r\n spf=pass", True, id="case-and-fold"),
    pytest.param(b"Authentication-Results : mx.test 1; none", True, id="space-and-version"),
    pytest.param(b'Authentication-Results: "mx.test"; none', True, id="quoted"),
    pytest.param(b"Authentication-Results: (hi) mx.test (x); none", True, id="comments"),
    pytest.param(b"Authentication-Results:\r\n\tmx.test; none", True, id="folded-at-once"),
    pytest.param(b"Authentication-Results: mx.test", True, id="nothing-more"),
    pytest.param(b"Authentication-Results: (a(b)c) mx.test; none", True, id="nested-comments"),
    pytest.param(b"Authentication-Results: (\\() mx.test; none", True, id="escaped-in-comment"),
    pytest.param(b'Authentication-Results: "mx\\.test"; none', True, id="escaped-in-quotes"),
    pytest.param(b"To: a\nAuthentication-Results: mx.test; none", None, id="behind-a-bare-lf"),
    pytest.param(b"Authentication-Results: other.test; spf=pass", False, id="another-s"),
    pytest.param(b"Authentication-Results: mx.test.example; spf=pass", False, id="longer"),
    pytest.param(b"Authentication-Results:", False, id="empty"),
    pytest.param(b"X-Authentication-Results: mx.test; none", False, id="another-field"),
    pytest.param(b"Subject: x\r\n Authentication-Results: mx.test", False, id="folded-in-another"),
    pytest.param(b"\xff\xfe", False, id="no-field"),
]


@pytest.mark.parametrize(("field", "claimed"), CLAIMS)
def test_what_a_sender_claims_in_our_name_is_removed(field: bytes, claimed: bool | None) -> None:
    """RFC 8601 5; wherever it stands, and nothing else is touched."""
    after = b"" if claimed else field + b"\r\n"
    if claimed is None:  # somebody may take a bare LF for a line end
        after = field[: field.index(b"\n") + 1]
    for before in (b"", b"To: a\r\n", b"To: a\r\n b\r\n"):
        rest = b"From: b\r\n\r\nAuthentication-Results: mx.test; body\r\n"
        letter = before + field + b"\r\n" + rest
        assert remove_claimed(letter, "mx.test") == before + after + rest


def test_a_letter_of_nothing_but_claims_keeps_its_body() -> None:
    """And its empty line; and a header without body is no trouble."""
    claim = b"Authentication-Results: mx.test; none"
    assert remove_claimed(claim + b"\r\n\r\nx", "mx.test") == b"\r\nx"
    assert remove_claimed(b"\r\n" + claim, "mx.test") == b"\r\n" + claim
    assert remove_claimed(claim, "mx.test") == b""
    assert remove_claimed(b"To: a", "mx.test") == b"To: a"


def test_the_client_needs_an_address(town: ZoneResolver) -> None:
    """That is the caller's to know."""
    with pytest.raises(ValueError, match="not an address"):
        judge_letter(town, "here", "mail.test", "", LETTER, NOW)


INJECTIONS = [
    "x; dkim=pass",
    'x"; dkim=pass header.d="bank.test',
    "x\r\nX-Spam: no",
    "x\r\n\r\nBody",
    "x\n y",
    "x) ; dkim=pass (",
    "x\\",
    'x\\" y',
    "",
    " ",
    "\x00\x1b[2J\x7f",
    "bücher\u202e.test",
    "\udcff",
    "a" * 5000,
    "a@b@c",
    "=",
    "(",
    "ann+tag@shop.test",
]


@pytest.mark.parametrize("text", INJECTIONS, ids=repr)
def test_a_value_is_one_value(text: str) -> None:
    """Wherever it stands, it can neither end its result nor begin another."""
    result = Result("spf", "fail", text, (("smtp.mailfrom", text), ("smtp.helo", "x")))
    server, results = read(authentication_results(text, [result, Result("dkim", "none")]))
    assert results[1:] == [("dkim", "none", {})]
    ((method, verdict, properties),) = results[:1]
    assert (method, verdict) == ("spf", "fail")
    assert list(properties) == ["smtp.mailfrom", "smtp.helo"]
    if text.isascii() and text.isprintable() and len(text) <= 255:
        assert unquoted(properties["smtp.mailfrom"]) == text
        assert unquoted(server) == text


texts = st.text(max_size=300)


@given(
    server=texts,
    results=st.lists(
        st.builds(
            Result,
            st.sampled_from(["spf", "dkim"]),
            st.sampled_from(["pass", "fail"]),
            texts,
            st.lists(st.tuples(st.just("header.d"), texts), max_size=1).map(tuple),
        ),
        max_size=3,
    ),
)
def test_any_text_is_written_safely(server: str, results: list[Result]) -> None:
    """The reader finds just the results that were given; lines keep below 998 octets."""
    field = authentication_results(server, results)
    assert field.isascii()
    assert all(len(line) < 998 for line in field.split("\r\n"))
    _, found = read(field)
    assert [one[:2] for one in found] == [(one.method, one.result) for one in results]


def test_of_a_flood_of_claims_none_is_left() -> None:
    """Reading each of them would take longer than others may wait; the rest of the letter stays."""
    others = b"Authentication-Results: mx.a.example; none\r\n"
    letter = others * MOST_CLAIMS + b"X: y\r\n\r\nbody\r\n"
    assert remove_claimed(letter, "mx.b.example") == letter
    assert remove_claimed(others + letter, "mx.b.example") == b"X: y\r\n\r\nbody\r\n"
