"""Reply texts with gaps, and the one safe way of filling them.

A personality is written by strangers and a client's line too, so a text from the one never meets
the other through `str.format`, `%` or a template language: the names of the gaps are a closed set,
looked up when the file is loaded, and what goes into one is cleaned and cut first.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
import re
from collections.abc import Mapping
from typing import NamedTuple

LONGEST = 512  # octets of a reply line, CRLF included (RFC 5321 4.5.3.1.5)
LONGEST_VALUE = 256  # characters that go into one gap; no path is longer (RFC 5321 4.5.3.1.3)

# What a gap may be called, and what comes into it.
GAPS: dict[str, str] = {
    # the same for a whole server
    "host": "the server's own name",
    "protocol": "SMTP or LMTP, whichever this door speaks",
    "hello": "EHLO or LHLO, whichever this door wants",
    "max_size": "limits.size",
    "max_rcpt": "limits.recipients",
    "max_mail": "limits.mails",
    "max_text": "limits.text_line",
    "mechanisms": "auth.mechanisms",
    "commands": "the verbs this server knows",
    # from the session
    "client": "the name the client gave in EHLO",
    "peer": "the client's address",
    "ptr": "the name of that address, by the scenario's zone",
    "user": "who has logged in",
    "session": "a name of the session, for who looks for it in the server's log",
    "errors": "refused commands so far",
    "left": "seconds that a rule with `wait` or `per` still asks for",
    # from the command
    "verb": "the verb",
    "sender": "the mailbox of MAIL FROM",
    "rcpt": "the mailbox of RCPT TO",
    "new": "where a user has moved, or mail is forwarded to",
    "param": "the keyword of a parameter",
    "name": "what VRFY, EXPN or ETRN asks about",
    "waiting": "how many letters wait for the domain that ETRN names",
    "syntax": "the syntax of a verb",
    "challenge": "what a SASL mechanism asks, in base64",
    # from the letter
    "id": "the name under which the letter is kept",
    "octets": "how many octets were counted",
    "points": "what the score sheet comes to",
    "offence": "what the letter holds that it must not",
}

_GAP = re.compile(r"\{([a-z_]*)\}")
_UNPRINTABLE = re.compile(r"[^ -~]")


class Phrase(NamedTuple):
    """A line of text: in *pieces* literal text and names of gaps take turns, text at both ends."""

    pieces: tuple[str, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        return self.pieces[1::2]

    def fill(self, values: Mapping[str, str], *, utf8: bool = False) -> str:
        """The text with its gaps filled; one without a value stays empty.

        *utf8*: the client asked for SMTPUTF8, so letters outside ASCII may stay (RFC 6531 3.7.4).
        """
        if len(self.pieces) == 1:
            return self.pieces[0]
        pieces = list(self.pieces)
        for index in range(1, len(pieces), 2):
            pieces[index] = clean(values.get(pieces[index], ""), utf8=utf8)
        return "".join(pieces)

    def signed(self, tail: "Phrase") -> "Phrase":
        """The same phrase with *tail* at its end."""
        *pieces, last = self.pieces
        first, *others = tail.pieces
        return Phrase((*pieces, last + first, *others))

    def bind(self, values: Mapping[str, str]) -> "Phrase":
        """The same phrase with those gaps filled for good for which *values* has something."""
        pieces = [self.pieces[0]]
        for name, text in zip(self.pieces[1::2], self.pieces[2::2], strict=True):
            if name in values:
                pieces[-1] += clean(values[name]) + text
            else:
                pieces += [name, text]
        return Phrase(tuple(pieces))


def read_phrase(text: str) -> Phrase:
    """Find the gaps in *text*; ValueError says in words what is wrong with it."""
    if _UNPRINTABLE.search(text):
        raise ValueError("a reply is printable ASCII; {names} bring other letters in")
    pieces = _GAP.split(text)
    for name in pieces[1::2]:
        if name not in GAPS:
            raise ValueError(f"nothing is called {{{name}}}; there are: {', '.join(sorted(GAPS))}")
    return Phrase(tuple(pieces))


def clean(value: str, *, utf8: bool = False) -> str:
    """*value* made fit for a reply: printable, of bounded length, a question mark for the rest."""
    value = value[:LONGEST_VALUE]
    if utf8:
        return "".join(char if char.isprintable() else "?" for char in value)
    return _UNPRINTABLE.sub("?", value)


def cut(line: str) -> bytes:
    """*line* as bytes of a reply line, without its CRLF, no longer than a reply line may be."""
    data = line.encode()
    if len(data) <= LONGEST - 2:
        return data
    return data[: LONGEST - 2].decode("utf-8", "ignore").encode()
