"""What a message of an exchange consists of, byte by byte."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from typing import NamedTuple

CLIENT = "client"
SERVER = "server"


class Field(NamedTuple):
    """A piece of a decoded message: data[start:end].

    *secret* says that whoever reads it can log in with it, or can try out passwords on it at
    leisure. The fields of a message cover it without gap or overlap; an empty one says that
    something may stand there and was left out. Between fields that need one stands a "separator".

    >>> Field("password", "pea-soup", 6, 14, secret=True)
    Field(name='password', start=6, end=14, secret=True)
    """

    name: str
    value: str
    start: int
    end: int
    secret: bool = False

    def __repr__(self) -> str:
        value = "" if self.secret else f"value={self.value!r}, "
        where = f"start={self.start}, end={self.end}, secret={self.secret}"
        return f"Field(name={self.name!r}, {value}{where})"


class Cutter:
    """Cuts a message into fields from left to right."""

    __slots__ = ("at", "data", "fields")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.fields: list[Field] = []

    def take(self, name: str, end: int, *, secret: bool = False) -> None:
        """The field *name* reaches up to *end*."""
        value = self.data[self.at : end].decode("utf-8", "surrogateescape")
        self.fields.append(Field(name, value, self.at, end, secret))
        self.at = end

    def separator(self, octets: int = 1) -> None:
        """So many octets separate."""
        self.take("separator", self.at + octets)

    def rest(self, name: str, *, secret: bool = False) -> None:
        """What is left, if anything is, is *name*."""
        if self.at < len(self.data):
            self.take(name, len(self.data), secret=secret)

    def find(self, octet: bytes) -> int:
        """Where the next *octet* stands; the end of the message if there is none."""
        found = self.data.find(octet, self.at)
        return len(self.data) if found < 0 else found

    def done(self) -> tuple[Field, ...]:
        """The fields."""
        return tuple(self.fields)


def whole(name: str, data: bytes, *, secret: bool = False) -> tuple[Field, ...]:
    """The message is one field; none at all if it is empty."""
    cutter = Cutter(data)
    cutter.rest(name, secret=secret)
    return cutter.done()
