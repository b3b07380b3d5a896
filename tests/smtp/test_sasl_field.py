"""Messages taken apart, and the smaller parts of SASL."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.sasl.exchange import SaslError, Verdict, answer_to, reply_to
from smtpshell.smtp.sasl.field import Field
from smtpshell.smtp.sasl.gs2 import escape, read_gs2, unescape, write_gs2
from smtpshell.smtp.sasl.identity import Account, ChannelBinding, Credentials
from smtpshell.smtp.sasl.mechanism import SPOKEN, Terms, client, server, take_apart
from smtpshell.smtp.sasl.prepare import prepared, saslprep
from tests.smtp.accounts import Directory

BEARER = b"n,a=dora,\x01host=mx.test\x01auth=Bearer t0ken\x01\x01"
APART = [
    pytest.param(
        "PLAIN", 0, b"\0dora\0pea", "authzid separator authcid separator PASSWORD", id="plain"
    ),
    pytest.param("PLAIN", 0, b"dora\0pea", "authcid separator PASSWORD", id="plain-one-nul"),
    pytest.param("PLAIN", 0, b"dora:pea", "UNREADABLE", id="plain-no-nul"),
    pytest.param(
        "PLAIN",
        0,
        b"\0a\0b\0c",
        "authzid separator authcid separator PASSWORD UNREADABLE",
        id="plain-three-nul",
    ),
    pytest.param("PLAIN", 0, b"", "", id="plain-empty"),
    pytest.param("LOGIN", 0, b"dora", "authcid", id="login-user"),
    pytest.param("LOGIN", 1, b"pea", "PASSWORD", id="login-password"),
    pytest.param("LOGIN", 2, b"pea", "PASSWORD", id="login-more"),
    pytest.param("CRAM-MD5", 0, b"dora 00ff", "authcid separator DIGEST", id="cram"),
    pytest.param("CRAM-MD5", 0, b"pea-soup", "UNREADABLE", id="cram-no-space"),
    pytest.param(
        "XOAUTH2",
        0,
        b"user=dora\1auth=Bearer t0ken\1\1",
        "user separator auth-scheme TOKEN separator separator",
        id="xoauth2",
    ),
    pytest.param("XOAUTH2", 0, b"t0ken", "UNREADABLE", id="xoauth2-bare-token"),
    pytest.param(
        "OAUTHBEARER",
        0,
        BEARER,
        "channel-binding-flag separator authzid separator separator host separator auth-scheme "
        "TOKEN separator separator",
        id="bearer",
    ),
    pytest.param("OAUTHBEARER", 0, b"t0ken", "UNREADABLE", id="bearer-bare-token"),
    pytest.param("OAUTHBEARER", 1, b"\1", "acknowledgement", id="bearer-after-an-error"),
    pytest.param("EXTERNAL", 0, b"dora", "authzid", id="external"),
    pytest.param("ANONYMOUS", 0, b"d@x", "trace", id="anonymous"),
    pytest.param(
        "SCRAM-SHA-1",
        0,
        b"n,,n=dora,r=abc",
        "channel-binding-flag separator authzid separator authcid separator nonce",
        id="scram-first",
    ),
    pytest.param(
        "SCRAM-SHA-1-PLUS",
        1,
        b"c=biws,r=abc,p=AAAA",
        "channel-binding separator nonce separator PROOF",
        id="scram-final",
    ),
    pytest.param(
        "SCRAM-SHA-1", 0, b"pea,,soup", "UNREADABLE separator separator UNREADABLE", id="scram-odd"
    ),
    pytest.param(
        "SCRAM-SHA-1",
        0,
        b"n,,z=1",
        "channel-binding-flag separator authzid separator extension",
        id="scram-extension",
    ),
    pytest.param("GSSAPI", 0, b"`\x82", "RESPONSE", id="unknown"),
]
CHALLENGES = [
    pytest.param("PLAIN", b"", "", id="empty"),
    pytest.param("PLAIN", b"x", "challenge", id="plain"),
    pytest.param("LOGIN", b"Username:", "prompt", id="login"),
    pytest.param("CRAM-MD5", b"<1@mx>", "challenge", id="cram"),
    pytest.param("XOAUTH2", b"{}", "error", id="xoauth2"),
    pytest.param("OAUTHBEARER", b"{}", "error", id="bearer"),
    pytest.param("EXTERNAL", b"x", "challenge", id="external"),
    pytest.param("ANONYMOUS", b"x", "challenge", id="anonymous"),
    pytest.param(
        "SCRAM-SHA-1",
        b"r=ab,s=c2FsdA==,i=4096",
        "nonce separator salt separator iteration-count",
        id="scram-first",
    ),
    pytest.param("SCRAM-SHA-1", b"v=AAAA", "VERIFIER", id="scram-final"),
    pytest.param("SCRAM-SHA-1", b"e=no", "error", id="scram-error"),
    pytest.param("SCRAM-SHA-1", b"hello", "unreadable", id="scram-odd"),
    pytest.param("NTLM", b"NTLMSSP", "challenge", id="unknown"),
]


def names(fields: tuple[Field, ...]) -> str:
    """The fields' names, those of secrets in capitals."""
    return " ".join(field.name.upper() if field.secret else field.name for field in fields)


@pytest.mark.parametrize(("mechanism", "step", "data", "expected"), APART)
def test_what_a_client_said(mechanism: str, step: int, data: bytes, expected: str) -> None:
    """Each piece has its name, and what must not be written down is marked."""
    assert names(take_apart(mechanism, step, "client", data)) == expected


@pytest.mark.parametrize(("mechanism", "data", "expected"), CHALLENGES)
def test_what_a_server_said(mechanism: str, data: bytes, expected: str) -> None:
    """Challenges have names too."""
    assert names(take_apart(mechanism, 0, "server", data)) == expected


@given(
    mechanism=st.sampled_from([*SPOKEN, "NTLM", ""]),
    step=st.integers(0, 5),
    side=st.sampled_from(["client", "server"]),
    data=st.binary(max_size=60)
    | st.lists(
        st.sampled_from([b"n", b"y", b",", b"a=", b"=", b"\0", b"\1", b" ", b"auth=Bearer "])
    ).map(b"".join),
)
def test_fields_cover_any_message(mechanism: str, step: int, side: str, data: bytes) -> None:
    """Whatever was said, the fields cover it from end to end, and no gap is left to leak from."""
    at = 0
    for field in take_apart(mechanism, step, side, data):
        assert field.start == at
        at = field.end
        assert field.value == data[field.start : field.end].decode("utf-8", "surrogateescape")
    assert at == len(data)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\1"), max_size=12)


@given(mechanism=st.sampled_from(SPOKEN), user=TEXT, password=TEXT)
def test_secrets_are_marked_wherever_they_stand(mechanism: str, user: str, password: str) -> None:
    """No field of a client's message that is not marked holds the password or the token."""
    secret = f"secret:{password}:secret"
    steps = client(
        mechanism,
        Credentials(user, secret, token=secret),
        nonce="nonce",
        binding=ChannelBinding("tls-exporter", b"x"),
    )
    messages = []
    with suppress(SaslError):  # the name could not be used, or there was no more to say
        messages.append(next(steps))
        for challenge in (b"r=nonceX,s=c2FsdA==,i=4096", b"Password:"):
            messages.append(answer_to(steps, challenge))
    said = [message for message in messages if message is not None]
    for step, message in enumerate(said):
        for field in take_apart(mechanism, step, "client", message):
            assert field.secret or secret not in field.value


@given(mechanism=st.sampled_from(SPOKEN), messages=st.lists(st.binary(max_size=40), max_size=4))
def test_a_server_survives_any_client(mechanism: str, messages: list[bytes]) -> None:
    """No message raises, and nobody gets in by chance."""
    accounts = Directory([Account("dora", "pea-soup", "t0ken")])
    steps = server(mechanism, accounts, Terms("nonce", "mx.test", b"salt", 1))
    next(steps)
    for message in messages:
        outcome = reply_to(steps, message)
        if isinstance(outcome, Verdict):
            assert mechanism == "ANONYMOUS" or not outcome.ok
            break


@given(mechanism=st.sampled_from(SPOKEN), challenges=st.lists(st.binary(max_size=40), max_size=4))
def test_a_client_survives_any_server(mechanism: str, challenges: list[bytes]) -> None:
    """A client answers, or says why it does not by a SaslError and nothing else."""
    steps = client(
        mechanism,
        Credentials("dora", "pea-soup"),
        nonce="n",
        binding=ChannelBinding("tls-exporter", b"x"),
    )
    next(steps)
    with suppress(SaslError):
        for challenge in challenges:
            assert isinstance(answer_to(steps, challenge), bytes)


@given(name=TEXT.filter(bool))
def test_names_between_commas_round_trip(name: str) -> None:
    """A name with commas and equals signs comes back as it was."""
    header = read_gs2(write_gs2("n", name) + b"rest")
    assert header is not None
    assert header.acting_as == name
    assert unescape(escape(name).encode()) == name


PREPARED = [
    pytest.param("I\xadX", "IX", id="soft-hyphen-goes"),
    pytest.param("user", "user", id="nothing-to-do"),
    pytest.param("USER", "USER", id="case-stays"),
    pytest.param("\xaa", "a", id="nfkc"),
    pytest.param("\u2168", "IX", id="nfkc-to-two"),
    pytest.param("a\xa0b", "a b", id="space-of-another-kind"),
    pytest.param("\u0627\u0628", "\u0627\u0628", id="right-to-left"),
    pytest.param("soup \U0001fad5", "soup \U0001fad5", id="emoji"),
    pytest.param("", "", id="empty"),
]


@pytest.mark.parametrize(("text", "expected"), PREPARED)
def test_saslprep(text: str, expected: str) -> None:
    """The examples of RFC 4013 3, and some more."""
    assert saslprep(text) == expected


@pytest.mark.parametrize("text", ["\x07", "\u0627\x31", "\u0627a\u0627", "a\ud800", "\ufffd"])
def test_saslprep_refuses(text: str) -> None:
    """What cannot be prepared is an error to a client; a server compares it as it is."""
    with pytest.raises(SaslError):
        saslprep(text)
    assert prepared(text) == text


def test_a_field_hides_a_secret_in_its_repr() -> None:
    """Tracebacks and logs show reprs."""
    assert "pea" not in repr(take_apart("PLAIN", 0, "client", b"\0dora\0pea-soup"))
    assert "dora" in repr(take_apart("PLAIN", 0, "client", b"\0dora\0pea-soup"))
