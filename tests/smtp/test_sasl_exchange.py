"""Whole exchanges: the RFCs' own examples, and our client against our server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.sasl.exchange import (
    MALFORMED,
    NOT_ALLOWED,
    UNKNOWN_USER,
    WRONG_BINDING,
    WRONG_SECRET,
    ClientSteps,
    SaslError,
    ServerSteps,
    Verdict,
    answer_to,
    finish,
    reply_to,
)
from smtpshell.smtp.sasl.identity import Account, ChannelBinding, Credentials
from smtpshell.smtp.sasl.mechanism import SPOKEN, Terms, client, server
from smtpshell.smtp.sasl.prepare import saslprep
from smtpshell.smtp.sasl.scram import scram_keys
from tests.smtp.accounts import Directory

BINDING = ChannelBinding("tls-exporter", b"\x00\x01 what both ends of the channel know")
TERMS = Terms(
    nonce="server-nonce",
    host="mx.example.org",
    salt=b"grains",
    iterations=4096,
    binding=BINDING,
    identity="dora",
)
DORA = Credentials("dora", "pea-soup", token="t0ken", host="mx.example.org", port=587, trace="d@x")
ACCOUNTS = Directory(
    [
        Account("dora", "pea-soup", "t0ken"),
        Account(
            "keyed", keys=(("SCRAM-SHA-256", scram_keys("SCRAM-SHA-256", "k", b"salt", 5000)),)
        ),
        Account("nothing"),
    ]
)


def play(client_steps: ClientSteps, server_steps: ServerSteps) -> tuple[Verdict, list[bytes]]:
    """Let both sides speak until the server has judged; the verdict, and all that was said."""
    said: list[bytes] = []
    held_back = next(client_steps)
    challenge = next(server_steps)
    message = answer_to(client_steps, challenge) if held_back is None else held_back
    while True:
        said += [challenge, message]
        outcome = reply_to(server_steps, message)
        if isinstance(outcome, Verdict):
            return outcome, said
        challenge = outcome
        message = answer_to(client_steps, challenge)


def binding_for(mechanism: str) -> ChannelBinding | None:
    return BINDING if mechanism.endswith("-PLUS") else None


@pytest.mark.parametrize("mechanism", SPOKEN)
def test_our_client_gets_into_our_server(mechanism: str) -> None:
    """Both sides of each mechanism fit together, and the client is content with the server."""
    steps = client(mechanism, DORA, nonce="client-nonce", binding=binding_for(mechanism))
    verdict, _ = play(steps, server(mechanism, ACCOUNTS, TERMS))
    assert verdict.ok
    assert verdict.user == ("anonymous" if mechanism == "ANONYMOUS" else "dora")
    assert verdict.acting_as == verdict.user
    finish(steps)


WRONG = Credentials("dora", "porridge", token="st0len")
NEED_SECRET = [name for name in SPOKEN if name not in ("EXTERNAL", "ANONYMOUS")]


@pytest.mark.parametrize("mechanism", NEED_SECRET)
def test_a_wrong_secret_is_refused(mechanism: str) -> None:
    """Nobody gets in with the wrong password or token, and the server knows why."""
    steps = client(mechanism, WRONG, nonce="client-nonce", binding=binding_for(mechanism))
    verdict, _ = play(steps, server(mechanism, ACCOUNTS, TERMS))
    assert not verdict.ok
    assert verdict.why == WRONG_SECRET
    assert verdict.words
    assert verdict.user == "dora"


@pytest.mark.parametrize("user", ["nobody", "nothing"])
@pytest.mark.parametrize("mechanism", [name for name in NEED_SECRET if "OAUTH" not in name])
def test_a_stranger_is_refused(mechanism: str, user: str) -> None:
    """No account, and an account without a password, are refused; no empty password fits."""
    stranger = Credentials(user, "" if mechanism not in ("PLAIN", "LOGIN") else "guess")
    steps = client(mechanism, stranger, nonce="client-nonce", binding=binding_for(mechanism))
    verdict, _ = play(steps, server(mechanism, ACCOUNTS, TERMS))
    assert verdict.why == UNKNOWN_USER


ACTS_AS_ITSELF = ("LOGIN", "CRAM-MD5", "ANONYMOUS", "XOAUTH2")  # has no authorization identity


@pytest.mark.parametrize("mechanism", [name for name in SPOKEN if name not in ACTS_AS_ITSELF])
def test_who_acts_for_somebody_else_is_refused(mechanism: str) -> None:
    """An authorization identity that is not the user's own needs a permission that nobody has."""
    other = DORA._replace(acting_as="ana")
    steps = client(mechanism, other, nonce="client-nonce", binding=binding_for(mechanism))
    verdict, _ = play(steps, server(mechanism, ACCOUNTS, TERMS))
    assert verdict.why == NOT_ALLOWED


def test_kept_keys_stand_in_for_a_password() -> None:
    """A server that keeps only SCRAM keys lets the right client in, with the keys' own salt."""
    steps = client("SCRAM-SHA-256", Credentials("keyed", "k"), nonce="c")
    verdict, said = play(steps, server("SCRAM-SHA-256", ACCOUNTS, TERMS))
    assert verdict.ok
    assert said[2] == b"r=cserver-nonce,s=c2FsdA==,i=5000"
    steps = client("SCRAM-SHA-1", Credentials("keyed", "k"), nonce="c")
    verdict, _ = play(steps, server("SCRAM-SHA-1", ACCOUNTS, TERMS))
    assert verdict.why == UNKNOWN_USER


MAIL = "user@example.com"
BEARER = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
EXAMPLES = [
    pytest.param(
        "PLAIN",
        Credentials("tim", "tanstaaftanstaaf"),
        [],
        [b"\0tim\0tanstaaftanstaaf"],
        id="rfc4616-4-tim",
    ),
    pytest.param(
        "PLAIN",
        Credentials("Kurt", "xipj3plmq", acting_as="Ursel"),
        [],
        [b"Ursel\0Kurt\0xipj3plmq"],
        id="rfc4616-4-ursel",
    ),
    pytest.param(
        "CRAM-MD5",
        Credentials("tim", "tanstaaftanstaaf"),
        [b"<1896.697170952@postoffice.reston.mci.net>"],
        [None, b"tim b913a602c7eda7a495b4e6e7334d3890"],
        id="rfc2195-2",
    ),
    pytest.param(
        "SCRAM-SHA-1",
        Credentials("user", "pencil"),
        [
            b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        ],
        [
            b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            b"",
        ],
        id="rfc5802-5",
    ),
    pytest.param(
        "SCRAM-SHA-256",
        Credentials("user", "pencil"),
        [
            b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            b"s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        ],
        [
            b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            b"",
        ],
        id="rfc7677-3",
    ),
    pytest.param(
        "OAUTHBEARER",
        Credentials(MAIL, token=BEARER, host="server.example.com", port=143),
        [b'{"status":"invalid_token","scope":"example_scope"}'],
        [
            b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer "
            + BEARER.encode()
            + b"\x01\x01",
            b"\x01",
        ],
        id="rfc7628-4",
    ),
    pytest.param(
        "XOAUTH2",
        Credentials("someuser@example.com", token="ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"),
        [b'{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}'],
        [
            b"user=someuser@example.com\x01"
            b"auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01",
            b"",
        ],
        id="google-xoauth2",
    ),
    pytest.param(
        "LOGIN",
        Credentials("dora", "pea-soup"),
        [b"Username:", b"Password:"],
        [None, b"dora", b"pea-soup"],
        id="login",
    ),
    pytest.param("EXTERNAL", Credentials(), [], [b""], id="rfc4422-a-empty"),
    pytest.param(
        "EXTERNAL", Credentials(acting_as="fred@example.com"), [], [b"fred@example.com"], id="fred"
    ),
    pytest.param("ANONYMOUS", Credentials(trace="sirhc"), [], [b"sirhc"], id="rfc4505-4"),
]


@pytest.mark.parametrize(("mechanism", "credentials", "challenges", "messages"), EXAMPLES)
def test_client_says_what_the_rfc_says(
    mechanism: str,
    credentials: Credentials,
    challenges: list[bytes],
    messages: list[bytes | None],
) -> None:
    """The examples of the RFCs come out byte for byte, and then the server may say 235."""
    nonce = (messages[0] or b"").rpartition(b"r=")[2].decode()
    steps = client(mechanism, credentials, nonce=nonce)
    said: list[bytes | None] = [next(steps)]
    said += [answer_to(steps, challenge) for challenge in challenges]
    assert said == messages
    finish(steps)


SERVER_EXAMPLES = [
    pytest.param(
        "SCRAM-SHA-1",
        Terms("3rfcNHYJY1ZVvWVs7j", "", b"A%\xc2G\xe4:\xb1\xe9<m\xffv"),
        [
            b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        ],
        [
            b"",
            b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        ],
        id="rfc5802-5",
    ),
    pytest.param(
        "CRAM-MD5",
        Terms("1896.697170952", "postoffice.reston.mci.net", b""),
        [b"tim b913a602c7eda7a495b4e6e7334d3890"],
        [b"<1896.697170952@postoffice.reston.mci.net>"],
        id="rfc2195-2",
    ),
]


@pytest.mark.parametrize(("mechanism", "terms", "messages", "challenges"), SERVER_EXAMPLES)
def test_server_says_what_the_rfc_says(
    mechanism: str, terms: Terms, messages: list[bytes], challenges: list[bytes]
) -> None:
    """The server's side of the examples comes out byte for byte too."""
    users = Directory([Account("user", "pencil"), Account("tim", "tanstaaftanstaaf")])
    steps = server(mechanism, users, terms)
    said: list[bytes | Verdict] = [next(steps)]
    said += [reply_to(steps, message) for message in messages]
    if mechanism.startswith("SCRAM"):
        assert said == challenges
        said.append(reply_to(steps, b""))
    assert isinstance(said[-1], Verdict)
    assert said[-1].ok


EARLY_YES = [
    pytest.param("LOGIN", [], id="login-before-the-user"),
    pytest.param("LOGIN", [b"Username:"], id="login-before-the-password"),
    pytest.param("CRAM-MD5", [], id="cram-without-challenge"),
    pytest.param("SCRAM-SHA-256", [], id="scram-at-once"),
    pytest.param("SCRAM-SHA-256", [b"r=noncemore,s=c2FsdA==,i=4096"], id="scram-without-signature"),
]


@pytest.mark.parametrize(("mechanism", "challenges"), EARLY_YES)
def test_a_yes_that_comes_too_early_is_not_believed(
    mechanism: str, challenges: list[bytes]
) -> None:
    """A server that says 235 before it has asked or proved anything may be anybody."""
    steps = client(mechanism, DORA, nonce="nonce")
    next(steps)
    for challenge in challenges:
        answer_to(steps, challenge)
    with pytest.raises(SaslError):
        finish(steps)


def test_an_exchange_that_never_ends_is_not_complete() -> None:
    """A client that has more to say is not content with a yes."""

    def endless() -> ClientSteps:
        while True:
            yield b""

    steps = endless()
    next(steps)
    with pytest.raises(SaslError, match="before the exchange was complete"):
        finish(steps)


def test_a_challenge_too_many_has_no_answer() -> None:
    """PLAIN has nothing to say to a challenge behind its message."""
    steps = client("PLAIN", DORA)
    next(steps)
    with pytest.raises(SaslError, match="asks for more"):
        answer_to(steps, b"and your mother's name?")


HOSTILE = [
    pytest.param(b"r=nonceX,s=c2FsdA==,i=1", "easy to guess", id="one-iteration"),
    pytest.param(b"r=nonceX,s=c2FsdA==,i=4095", "easy to guess", id="just-too-few"),
    pytest.param(b"r=nonceX,s=c2FsdA==,i=600001", "too long", id="just-too-many"),
    pytest.param(b"r=nonceX,s=c2FsdA==,i=999999999", "too long", id="far-too-many"),
    pytest.param(b"r=nonceX,s=c2FsdA==,i=9999999999", "is not nonce", id="absurd"),
    pytest.param("r=nonceX,s=c2FsdA==,i=٤٠٩٦".encode(), "is not nonce", id="arabic-digits"),
    pytest.param(b"r=nonceX,s=c2FsdA==,i=+4096", "is not nonce", id="plus-sign"),
    pytest.param(b"r=nonce,s=c2FsdA==,i=4096", "old one", id="nonce-not-continued"),
    pytest.param(b"r=other,s=c2FsdA==,i=4096", "old one", id="another-nonce"),
    pytest.param(b"r=nonceX,s=====,i=4096", "is not nonce", id="salt-not-base64"),
    pytest.param(b"m=new,r=nonceX,s=c2FsdA==,i=4096", "extension", id="mandatory-extension"),
    pytest.param(b"", "is not nonce", id="empty"),
    pytest.param(b"\xff", "not UTF-8", id="no-text"),
]


@pytest.mark.parametrize(("challenge", "reason"), HOSTILE)
def test_a_hostile_first_message_ends_the_exchange(challenge: bytes, reason: str) -> None:
    """Nothing is computed, and no proof handed out, for a server that breaks the rules."""
    steps = client("SCRAM-SHA-1", DORA, nonce="nonce")
    next(steps)
    with pytest.raises(SaslError, match=reason):
        answer_to(steps, challenge)


FINALS = [
    pytest.param(b"v=AAAA", "not proved", id="wrong-signature"),
    pytest.param(b"v=", "not proved", id="no-signature"),
    pytest.param(b"v=!", "not proved", id="no-base64"),
    pytest.param(b"", "not proved", id="empty"),
    pytest.param(b"e=invalid-proof", "has failed", id="error"),
]


@pytest.mark.parametrize(("challenge", "reason"), FINALS)
def test_a_server_must_prove_itself(challenge: bytes, reason: str) -> None:
    """Only the right signature satisfies the client."""
    steps = client("SCRAM-SHA-1", DORA, nonce="nonce")
    next(steps)
    answer_to(steps, b"r=nonceX,s=c2FsdA==,i=4096,x=extension")
    with pytest.raises(SaslError, match=reason):
        answer_to(steps, challenge)


UNBUILDABLE = [
    pytest.param("PLAIN", Credentials("do\0ra", "x"), {}, id="plain-nul"),
    pytest.param("LOGIN", Credentials("dora", "x\0"), {}, id="login-nul"),
    pytest.param("EXTERNAL", Credentials(acting_as="\0"), {}, id="external-nul"),
    pytest.param("XOAUTH2", Credentials("dora", token="a\x01b"), {}, id="xoauth2-octet-1"),
    pytest.param("OAUTHBEARER", Credentials("dora", host="\x01"), {}, id="bearer-octet-1"),
    pytest.param("SCRAM-SHA-1", DORA, {"nonce": ""}, id="no-nonce"),
    pytest.param("SCRAM-SHA-1", DORA, {"nonce": "a,b"}, id="comma-in-nonce"),
    pytest.param("SCRAM-SHA-1-PLUS", DORA, {"nonce": "n"}, id="plus-without-binding"),
    pytest.param("SCRAM-SHA-1", Credentials("\x07"), {"nonce": "n"}, id="bell-in-name"),
]


@pytest.mark.parametrize(("mechanism", "credentials", "more"), UNBUILDABLE)
def test_what_cannot_be_said_is_not_said(
    mechanism: str, credentials: Credentials, more: dict[str, str]
) -> None:
    """Words that would change the shape of a message are refused before anything is sent."""
    steps = client(mechanism, credentials, nonce=more.get("nonce", "n"))
    with pytest.raises(SaslError):
        next(steps)


@pytest.mark.parametrize("name", ["GSSAPI", "PLAIN-PLUS", "", "plain"])
def test_a_mechanism_that_we_do_not_speak_is_named_as_such(name: str) -> None:
    """The hint lists those that we do speak."""
    with pytest.raises(SaslError) as caught:
        client(name, DORA)
    assert "SCRAM-SHA-256" in caught.value.hint
    with pytest.raises(SaslError):
        server(name, ACCOUNTS, TERMS)


PLUS = "SCRAM-SHA-256-PLUS"
OTHER = ChannelBinding("tls-exporter", b"another channel")
UNIQUE = ChannelBinding("tls-unique", b"x")
BINDINGS = [
    pytest.param("SCRAM-SHA-256", None, BINDING, "", id="n-is-always-right"),
    pytest.param("SCRAM-SHA-256", BINDING, None, "", id="y-and-server-cannot"),
    pytest.param("SCRAM-SHA-256", BINDING, BINDING, WRONG_BINDING, id="y-and-server-can"),
    pytest.param(PLUS, BINDING, BINDING, "", id="both-bind"),
    pytest.param(PLUS, OTHER, BINDING, WRONG_BINDING, id="man-in-the-middle"),
    pytest.param(PLUS, UNIQUE, BINDING, WRONG_BINDING, id="another-way-to-bind"),
    pytest.param(PLUS, BINDING, None, WRONG_BINDING, id="server-cannot-bind"),
]


@pytest.mark.parametrize(("mechanism", "ours", "theirs", "why"), BINDINGS)
def test_channel_binding(
    mechanism: str, ours: ChannelBinding | None, theirs: ChannelBinding | None, why: str
) -> None:
    """An exchange holds only on the TLS channel it was made for, and a downgrade is noticed."""
    steps = client(mechanism, DORA, nonce="nonce", binding=ours)
    verdict, _ = play(steps, server(mechanism, ACCOUNTS, TERMS._replace(binding=theirs)))
    assert verdict.why == why


BROKEN = [
    pytest.param("PLAIN", b"dora:pea-soup", MALFORMED, id="plain-no-nul"),
    pytest.param("PLAIN", b"dora\0pea-soup", MALFORMED, id="plain-one-nul"),
    pytest.param("PLAIN", b"\0dora\0pea\0soup", MALFORMED, id="plain-three-nul"),
    pytest.param("PLAIN", b"\0dora\0", MALFORMED, id="plain-no-password"),
    pytest.param("PLAIN", b"\0\0x", MALFORMED, id="plain-no-user"),
    pytest.param("PLAIN", b"\0dora\0\xff", MALFORMED, id="plain-no-text"),
    pytest.param("CRAM-MD5", b"dora", MALFORMED, id="cram-no-space"),
    pytest.param("CRAM-MD5", b"\xff 00", MALFORMED, id="cram-no-text"),
    pytest.param("XOAUTH2", b"user=dora", MALFORMED, id="xoauth2-no-end"),
    pytest.param("XOAUTH2", b"auth=Bearer t0ken\1\1", MALFORMED, id="xoauth2-no-user"),
    pytest.param("XOAUTH2", b"user=dora\1auth=Basic x\1\1", MALFORMED, id="xoauth2-no-bearer"),
    pytest.param("OAUTHBEARER", b"", MALFORMED, id="bearer-empty"),
    pytest.param("OAUTHBEARER", b"n,,auth=Bearer t0ken\1\1", MALFORMED, id="bearer-no-separator"),
    pytest.param("OAUTHBEARER", b"n,,\1host\1\1", MALFORMED, id="bearer-no-auth"),
    pytest.param("OAUTHBEARER", b"p=x,,\1auth=Bearer t0ken\1\1", MALFORMED, id="bearer-binding"),
    pytest.param("EXTERNAL", b"\xff", MALFORMED, id="external-no-text"),
    pytest.param("ANONYMOUS", b"\xff", MALFORMED, id="anonymous-no-text"),
    pytest.param("ANONYMOUS", b"x" * 256, MALFORMED, id="anonymous-too-long"),
    pytest.param("SCRAM-SHA-1", b"", MALFORMED, id="scram-empty"),
    pytest.param("SCRAM-SHA-1", b"n,,r=nonce", MALFORMED, id="scram-no-user"),
    pytest.param("SCRAM-SHA-1", b"n,,n=a=b,r=nonce", MALFORMED, id="scram-unescaped-name"),
    pytest.param("SCRAM-SHA-1", b"n,,n=\xff,r=nonce", MALFORMED, id="scram-name-no-text"),
    pytest.param("SCRAM-SHA-1", b"n,a==,n=a,r=n", MALFORMED, id="scram-bad-authzid"),
    pytest.param("SCRAM-SHA-1", b"p=x,,n=dora,r=n", WRONG_BINDING, id="scram-p-without-plus"),
]


@pytest.mark.parametrize(("mechanism", "message", "why"), BROKEN)
def test_a_broken_message_is_called_so(mechanism: str, message: bytes, why: str) -> None:
    """A message that is none of the mechanism's is refused as malformed, without an exception."""
    steps = server(mechanism, ACCOUNTS, TERMS)
    next(steps)
    verdict = reply_to(steps, message)
    assert isinstance(verdict, Verdict)
    assert verdict.why == why


SECOND = [
    pytest.param(b"", MALFORMED, id="empty"),
    pytest.param(b"c=biws,r=nonceserver-nonce,p=AAAA", WRONG_SECRET, id="short-proof"),
    pytest.param(b"c=biws,r=nonceserver-nonce,p=!", WRONG_SECRET, id="proof-no-base64"),
    pytest.param(b"c=biws,r=nonceold,p=AAAA", WRONG_SECRET, id="another-nonce"),
    pytest.param(b"c=eSws,r=nonceserver-nonce,p=AAAA", WRONG_BINDING, id="another-header"),
]


@pytest.mark.parametrize(("message", "why"), SECOND)
def test_a_wrong_second_message_is_refused(message: bytes, why: str) -> None:
    """SCRAM's proof holds for one exchange only."""
    steps = server("SCRAM-SHA-1", ACCOUNTS, TERMS)
    next(steps)
    assert isinstance(reply_to(steps, b"n,,n=dora,r=nonce,x=ignored"), bytes)
    verdict = reply_to(steps, message)
    assert isinstance(verdict, Verdict)
    assert verdict.why == why


def test_login_needs_text() -> None:
    """Bytes that are no UTF-8 are malformed."""
    steps = server("LOGIN", ACCOUNTS, TERMS)
    assert next(steps) == b"Username:"
    assert reply_to(steps, b"dora") == b"Password:"
    verdict = reply_to(steps, b"\xff")
    assert isinstance(verdict, Verdict)
    assert verdict.why == MALFORMED


def test_external_needs_somebody_outside() -> None:
    """Without a certificate there is nobody, and a certificate of a stranger opens nothing."""
    for identity, why in (("", WRONG_SECRET), ("mallory", UNKNOWN_USER)):
        verdict, _ = play(
            client("EXTERNAL", Credentials()),
            server("EXTERNAL", ACCOUNTS, TERMS._replace(identity=identity)),
        )
        assert verdict.why == why


def test_a_token_is_its_owners_only() -> None:
    """A token that was given to somebody else, or none at all, lets nobody in."""
    verdict, said = play(
        client("XOAUTH2", DORA._replace(user="ana")), server("XOAUTH2", ACCOUNTS, TERMS)
    )
    assert verdict.why == NOT_ALLOWED
    assert said[2].startswith(b'{"status"')
    verdict, _ = play(client("XOAUTH2", Credentials("nothing")), server("XOAUTH2", ACCOUNTS, TERMS))
    assert verdict.why == WRONG_SECRET


def test_bearer_may_leave_the_user_out() -> None:
    """The token alone says who it is (RFC 7628 3.1)."""
    verdict, said = play(
        client("OAUTHBEARER", Credentials(token="t0ken")), server("OAUTHBEARER", ACCOUNTS, TERMS)
    )
    assert said[1] == b"n,,\x01auth=Bearer t0ken\x01\x01"
    assert verdict.user == "dora"


@pytest.mark.parametrize(
    "shown", [DORA, ACCOUNTS.named("dora"), scram_keys("SCRAM-SHA-1", "pea-soup", b"s", 4096)]
)
def test_no_secret_stands_in_a_repr(shown: object) -> None:
    """Tracebacks and logs show reprs."""
    for secret in ("pea-soup", "t0ken", "stored_key"):
        assert secret not in repr(shown)


def preparable(text: str) -> bool:
    """Can *text* be a name that comparing does not change?"""
    try:
        return saslprep(text) == text
    except SaslError:
        return False


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(
    preparable
)


@given(mechanism=st.sampled_from(NEED_SECRET), user=NAMES, password=NAMES)
def test_any_name_and_password_get_in(mechanism: str, user: str, password: str) -> None:
    """Commas, equals signs, spaces, any alphabet: what the one side packs the other unpacks."""
    steps = client(
        mechanism,
        Credentials(user, password, token=password),
        nonce="client-nonce",
        binding=binding_for(mechanism),
    )
    accounts = Directory([Account(user, password, password)])
    verdict, _ = play(steps, server(mechanism, accounts, TERMS))
    assert verdict == Verdict(True, user, user)
    finish(steps)
