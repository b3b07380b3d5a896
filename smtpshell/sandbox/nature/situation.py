"""The situations a server can be in with a client: a closed set, each answered by a personality.

Situations are what the judges of this room arrive at; what is said in them is data. Those in which
a command is let through carry its verb, because a rule may be written for "whenever RCPT would be
accepted" without knowing the situation's name.
"""

from __future__ import annotations

GREETING = "greeting"

# situation -> the verb that is let through in it
_GOOD = {
    GREETING: "CONNECT",
    "greeting-lmtp": "CONNECT",
    "helo-ok": "HELO",
    "ehlo-ok": "EHLO",
    "mail-ok": "MAIL",
    "rcpt-ok": "RCPT",
    "rcpt-forward": "RCPT",
    "data-go": "DATA",
    "data-ok": "DOT",
    "data-ok-lmtp": "DOT",
    "bdat-ok": "BDAT",
    "rset-ok": "RSET",
    "noop-ok": "NOOP",
    "quit-ok": "QUIT",
    "vrfy-ok": "VRFY",
    "vrfy-forward": "VRFY",
    "vrfy-cannot": "VRFY",
    "expn-ok": "EXPN",
    "help-ok": "HELP",
    "help-topic": "HELP",
    "etrn-ok": "ETRN",
    "etrn-none": "ETRN",
    "etrn-started": "ETRN",
    "etrn-several": "ETRN",
    "starttls-go": "STARTTLS",
    "auth-challenge": "AUTH",
    "auth-ok": "AUTH",
}

_BAD = (
    # the connection
    "crowded", "crowded-you", "early-talk", "timeout", "too-slow", "shutting-down",
    "too-many-errors", "too-much-junk", "out-of-step", "broken",
    # lines that are no good command
    "unknown", "empty", "not-implemented", "wrong-hello", "bad-octets", "line-too-long",
    "endless-line", "header", "http", "needs-tls", "needs-auth", "no-hello",
    # one verb each
    "helo-syntax", "helo-name", "helo-again",
    "mail-nested", "mail-syntax", "mail-address", "mail-parameter", "mail-value",
    "mail-too-big", "mail-needs-utf8", "mail-not-yours", "mail-too-many",
    "rcpt-moved", "rcpt-no-mail", "rcpt-after-data", "rcpt-syntax", "rcpt-address",
    "rcpt-parameter", "rcpt-value", "rcpt-unknown", "rcpt-full", "rcpt-relay", "rcpt-too-many",
    "rcpt-needs-utf8",
    "data-syntax", "data-no-mail", "data-no-rcpt", "data-all-refused", "data-after-bdat",
    "data-binary", "data-too-big", "data-flood", "data-bare", "data-long-line", "data-no-room",
    "data-quota",
    "bdat-syntax", "bdat-failed",
    "rset-syntax", "quit-syntax",
    "vrfy-moved", "vrfy-unknown", "vrfy-syntax", "expn-unknown", "expn-syntax", "help-unknown",
    "etrn-unknown", "etrn-cannot", "etrn-syntax", "etrn-in-mail",
    "starttls-syntax", "starttls-active", "starttls-unavailable", "starttls-injection",
    "starttls-in-mail", "starttls-not-offered",
    "auth-failed", "auth-malformed", "auth-cancelled", "auth-base64", "auth-mechanism",
    "auth-syntax", "auth-no-initial", "auth-not-offered", "auth-needs-tls", "auth-again",
    "auth-in-mail", "auth-too-many",
)  # fmt: skip

SITUATIONS: dict[str, str] = {**_GOOD, **dict.fromkeys(_BAD, "")}

# Occasions that are no situations.
REFUSAL = "refusal"  # a command was refused (for remarks and points)
COMMAND = "command"  # a command line came, and is not judged yet
REPLY = "reply"  # it is settled what comes of a command, and the reply is to go out
TIMER = "timer"  # the client is silent
LEAVE = "leave"  # the client has gone without QUIT (for remarks and points)
ELSEWHERE = (REFUSAL, COMMAND, REPLY, TIMER, LEAVE)

# What the `at` of a rule may say: a situation, a verb that would be let through, or one of these.
OCCASIONS = frozenset(SITUATIONS) | frozenset(_GOOD.values()) | frozenset(ELSEWHERE)
