"""HOST[:PORT] as people type it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.errors import UsageError
from smtpshell.net.target import Target, default_port, parse_target

GOOD = [
    pytest.param("mail.test", ("mail.test", 25), id="host"),
    pytest.param(" mail.test ", ("mail.test", 25), id="blanks"),
    pytest.param("mail.test:2525", ("mail.test", 2525), id="port"),
    pytest.param("mail.test:submission", ("mail.test", 587), id="named-port"),
    pytest.param("mail.test:SMTPS", ("mail.test", 465), id="named-port-in-capitals"),
    pytest.param("mail.test.", ("mail.test.", 25), id="trailing-dot"),
    pytest.param("192.0.2.1:587", ("192.0.2.1", 587), id="ipv4"),
    pytest.param("2001:db8::1", ("2001:db8::1", 25), id="ipv6"),
    pytest.param("[2001:db8::1]", ("2001:db8::1", 25), id="ipv6-in-brackets"),
    pytest.param("[2001:db8::1]:587", ("2001:db8::1", 587), id="ipv6-with-port"),
    pytest.param("[IPv6:2001:db8::1]:25", ("2001:db8::1", 25), id="smtp-literal"),
    pytest.param("[192.0.2.1]:25", ("192.0.2.1", 25), id="ipv4-literal"),
    pytest.param("::1", ("::1", 25), id="loopback"),
    pytest.param("fe80::1%eth0", ("fe80::1%eth0", 25), id="zone"),
    pytest.param("büro.test", ("büro.test", 25), id="idn"),
    pytest.param("localhost", ("localhost", 25), id="localhost"),
]


@pytest.mark.parametrize(("text", "expected"), GOOD)
def test_what_people_type(text: str, expected: tuple[str, int]) -> None:
    """Host and port, with the default port of plain SMTP."""
    target = parse_target(text)
    assert (target.host, target.port) == expected


BAD = [
    pytest.param("", "not a host", id="empty"),
    pytest.param(":25", "not a host", id="no-host"),
    pytest.param("mail test", "not a host", id="blank"),
    pytest.param("ana@mail.test", "not a host", id="address"),
    pytest.param("smtp://mail.test", "not a", id="url"),
    pytest.param("mail.test:", "not a port", id="no-port"),
    pytest.param("mail.test:0", "not a port", id="port-0"),
    pytest.param("mail.test:65536", "not a port", id="port-too-big"),
    pytest.param("mail.test:٢٥", "not a port", id="digits-of-another-script"),
    pytest.param("mail.test:+25", "not a port", id="sign"),
    pytest.param("[2001:db8::1", "not a host", id="bracket-open"),
    pytest.param("[2001:db8::1]25", "not a host", id="no-colon"),
    pytest.param("mail.test\r\nQUIT", "not a host", id="line-end"),
    pytest.param("mail\0.test", "not a host", id="nul"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_what_is_no_target(text: str, words: str) -> None:
    """An error with something to try; the quoted input is printable."""
    with pytest.raises(UsageError, match=words) as caught:
        parse_target(text)
    assert caught.value.hint
    assert str(caught.value).isprintable()


@given(st.text(max_size=40))
def test_any_text_is_a_target_or_an_error(text: str) -> None:
    """Nothing that is typed makes it fall over; what is a target can be said and read again."""
    try:
        target = parse_target(text)
    except UsageError:
        return
    assert parse_target(str(target)) == target


def test_the_port_follows_the_service() -> None:
    """25 plain, 465 for TLS at once, 587 for STARTTLS, 24 for LMTP."""
    assert default_port() == 25
    assert parse_target("a.test", tls=True) == Target("a.test", 465, tls=True)
    assert parse_target("a.test", starttls=True) == Target("a.test", 587, starttls=True)
    assert parse_target("a.test", lmtp=True) == Target("a.test", 24, lmtp=True)
    assert parse_target("a.test:26", tls=True).port == 26


def test_tls_is_at_once_or_later() -> None:
    """Both at the same time make no sense."""
    with pytest.raises(UsageError, match="exclude"):
        parse_target("a.test", tls=True, starttls=True)


def test_the_name_in_the_certificate_has_no_dot_at_the_end_and_no_zone() -> None:
    """Neither stands in certificates."""
    assert parse_target("mail.test.").server_name == "mail.test"
    assert parse_target("fe80::1%eth0").server_name == "fe80::1"
