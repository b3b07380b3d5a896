"""The states of a session, and what moves it from one to another.

How the table is read
=====================

A reply moves a session, never a command alone. The key is (state, verb of the command that is
being answered); the first digit of the reply picks the next state, so reply codes nobody has ever
heard of work too. A digit that is not listed leaves the state alone: a refused RCPT, a failed AUTH.

A row also says that the verb is *in order* in that state. Verbs that move nothing (NOOP, VRFY,
ETRN and all the private ones) have no rows here; their states stand in `table.command`.

A command out of order is usually refused, and then nothing moves. If the server takes it all the
same (Postfix takes MAIL before EHLO unless told otherwise), we follow the server: `after()` then
uses the effect the verb has where it is in order.

Besides real verbs there are these:
    GREETING       what the server says first (RFC 5321 3.1)
    AUTHLINE       a line that answers a 334
    DOT            the line that ends mail data
    BDAT LAST, BURL LAST    the last part of a message; without LAST more parts follow
"""

from __future__ import annotations

from enum import Enum

from smtpshell.smtp.table.command import COMMANDS


class State(Enum):
    """Where a session stands. The values are what tables, lessons and `explain states` say."""

    BEFORE_GREETING = "before-greeting"  # connected, the server has not spoken yet
    CONNECTED = "connected"  # the server has spoken, no EHLO, HELO or LHLO accepted
    GREETED = "greeted"  # hello accepted, no mail transaction open
    MAIL = "mail"  # reverse-path given, no recipient accepted
    RCPT = "rcpt"  # at least one recipient accepted
    DATA = "data"  # 354 seen, mail data flows until its end has been answered
    BDAT = "bdat"  # a part of the message is there, the LAST one is not
    AUTH = "auth-exchange"  # 334 seen, the client is to answer
    TLS = "tls-handshake"  # 220 to STARTTLS seen, the bytes that follow are TLS's
    TURNED = "turned"  # TURN or ATRN accepted, client and server have changed places
    ENDED = "ended"  # 221 or 421 seen, or the connection is gone

    # Enum's own hash is a Python function and would double the price of a look-up below.
    __hash__ = object.__hash__


class Mode(Enum):
    """How the client's next bytes are to be read."""

    COMMAND = "command"
    TEXT = "text"  # lines of mail data, up to the lone dot
    CHUNK = "chunk"  # octets of a BDAT chunk, counted
    AUTH = "auth"  # one line that answers a 334
    TLS = "tls"  # TLS records
    ENDED = "ended"  # by nobody: the session is over, or the roles have changed

    __hash__ = object.__hash__


_S = State
Effect = dict[int, State]  # first digit of the reply -> next state

_CLOSES: Effect = {2: _S.ENDED}
_HELLO: Effect = {2: _S.GREETED}
_OPENS: Effect = {2: _S.MAIL}
_PART: Effect = {2: _S.BDAT, 4: _S.BDAT, 5: _S.BDAT}
# Accepted or refused, the end of mail data ends the transaction (RFC 5321 4.1.1.4). RFC 3030 2
# calls the state after a refused BDAT "indeterminate"; after LAST servers take it as ended.
_CONCLUDES: Effect = {2: _S.GREETED, 4: _S.GREETED, 5: _S.GREETED}

# RFC 5321 4.1.4 (order of commands) and 3.1 (greeting); RFC 3207 4; RFC 4954 4; RFC 3030 2;
# RFC 4468 3; RFC 2645 5.2.1 (ATRN).
# fmt: off
TRANSITIONS: dict[tuple[State, str], Effect] = {
    # A server that turns us away still waits for QUIT (RFC 5321 3.1), so it has "spoken" too.
    (_S.BEFORE_GREETING, "GREETING"): {2: _S.CONNECTED, 4: _S.CONNECTED, 5: _S.CONNECTED},
    (_S.BEFORE_GREETING, "PROXY"): {},

    (_S.CONNECTED, "EHLO"): _HELLO,
    (_S.CONNECTED, "HELO"): _HELLO,
    (_S.CONNECTED, "LHLO"): _HELLO,
    (_S.CONNECTED, "RSET"): {},
    (_S.CONNECTED, "QUIT"): _CLOSES,
    (_S.CONNECTED, "XCLIENT"): {2: _S.CONNECTED},

    (_S.GREETED, "EHLO"): _HELLO,
    (_S.GREETED, "HELO"): _HELLO,
    (_S.GREETED, "LHLO"): _HELLO,
    (_S.GREETED, "MAIL"): _OPENS,
    (_S.GREETED, "SEND"): _OPENS,
    (_S.GREETED, "SOML"): _OPENS,
    (_S.GREETED, "SAML"): _OPENS,
    (_S.GREETED, "RSET"): {2: _S.GREETED},
    (_S.GREETED, "QUIT"): _CLOSES,
    (_S.GREETED, "STARTTLS"): {2: _S.TLS},
    (_S.GREETED, "X-ANONYMOUSTLS"): {2: _S.TLS},
    (_S.GREETED, "AUTH"): {2: _S.GREETED, 3: _S.AUTH},
    (_S.GREETED, "X-EXPS"): {2: _S.GREETED, 3: _S.AUTH},
    (_S.GREETED, "XCLIENT"): {2: _S.CONNECTED},
    (_S.GREETED, "ATRN"): {2: _S.TURNED},
    (_S.GREETED, "TURN"): {2: _S.TURNED},

    (_S.AUTH, "AUTHLINE"): {2: _S.GREETED, 3: _S.AUTH, 4: _S.GREETED, 5: _S.GREETED},

    (_S.MAIL, "RCPT"): {2: _S.RCPT},
    (_S.MAIL, "EHLO"): _HELLO,
    (_S.MAIL, "HELO"): _HELLO,
    (_S.MAIL, "LHLO"): _HELLO,
    (_S.MAIL, "RSET"): {2: _S.GREETED},
    (_S.MAIL, "QUIT"): _CLOSES,

    (_S.RCPT, "RCPT"): {2: _S.RCPT},
    (_S.RCPT, "DATA"): {3: _S.DATA},
    (_S.RCPT, "BDAT"): _PART,
    (_S.RCPT, "BURL"): _PART,
    (_S.RCPT, "BDAT LAST"): _CONCLUDES,
    (_S.RCPT, "BURL LAST"): _CONCLUDES,
    (_S.RCPT, "EHLO"): _HELLO,
    (_S.RCPT, "HELO"): _HELLO,
    (_S.RCPT, "LHLO"): _HELLO,
    (_S.RCPT, "RSET"): {2: _S.GREETED},
    (_S.RCPT, "QUIT"): _CLOSES,

    (_S.DATA, "DOT"): _CONCLUDES,

    (_S.BDAT, "BDAT"): _PART,
    (_S.BDAT, "BURL"): _PART,
    (_S.BDAT, "BDAT LAST"): _CONCLUDES,
    (_S.BDAT, "BURL LAST"): _CONCLUDES,
    (_S.BDAT, "EHLO"): _HELLO,
    (_S.BDAT, "HELO"): _HELLO,
    (_S.BDAT, "LHLO"): _HELLO,
    (_S.BDAT, "RSET"): {2: _S.GREETED},
    (_S.BDAT, "QUIT"): _CLOSES,
}
# fmt: on

# What a verb does wherever it is in order; the state matters for RSET alone.
EFFECTS: dict[str, Effect] = {verb: effect for (_, verb), effect in TRANSITIONS.items()}

# A mail transaction is open (RFC 5321 3.3).
IN_TRANSACTION = frozenset({State.MAIL, State.RCPT, State.DATA, State.BDAT})

_NOTHING: Effect = {}


def in_order(state: State, verb: str) -> bool:
    """Is *verb* in order in *state* (RFC 5321 4.1.4)? A judgement; nothing is ever refused.

    >>> in_order(State.MAIL, "RCPT"), in_order(State.MAIL, "DATA"), in_order(State.MAIL, "NOOP")
    (True, False, True)
    """
    if (state, verb) in TRANSITIONS:
        return True
    if verb in EFFECTS:
        return False
    spec = COMMANDS.get(verb)
    return spec is not None and state.value in spec.legal_states


def after(state: State, verb: str, digit: int) -> State:
    """The state after a reply that begins with *digit* has answered *verb* in *state*.

    >>> after(State.RCPT, "DATA", 3)
    <State.DATA: 'data'>
    >>> after(State.RCPT, "DATA", 5)
    <State.RCPT: 'rcpt'>
    """
    effect = TRANSITIONS.get((state, verb))
    if effect is None:
        effect = EFFECTS.get(verb, _NOTHING)
    return effect.get(digit, state)


def table_verb(verb: str, last: bool) -> str:
    """The verb under which the table knows a command: BDAT and BURL differ by their LAST."""
    return f"{verb} LAST" if last else verb
