"""What one row of the tables of codes holds; see row.py for `refs`, `status` and `key`."""

# No `from __future__ import annotations` here, see row.py.
from typing import NamedTuple


class ReplyCodeSpec(NamedTuple):
    """One three-digit reply code (RFC 5321 4.2)."""

    code: int
    text: str  # the customary short wording; servers may say what they like
    status: str
    refs: tuple[str, ...]
    commands: tuple[str, ...] = ()  # whom it answers; "connect" = the greeting, "any" = every one
    enhanced: tuple[str, ...] = ()  # enhanced status codes that go with it
    seen_in: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.code:03}"


class DigitSpec(NamedTuple):
    """What the first or second digit of a reply code says (RFC 5321 4.2.1)."""

    digit: int
    name: str
    refs: tuple[str, ...]
    legal: bool = True  # in SMTP

    @property
    def key(self) -> str:
        return str(self.digit)


class EnhancedCodeSpec(NamedTuple):
    """One registered enhanced status code, its class left open (RFC 3463, RFC 5248)."""

    code: str  # "X.1.1"
    text: str  # the registered sample text
    classes: tuple[int, ...]  # seen with the code
    refs: tuple[str, ...]
    basic: tuple[str, ...] = ()  # reply codes it goes with: "550", "5yz", "any"; () = none given
    intended_class: int = 0  # the only class RFC 3463 means it for; 0 = no such word
    status: str = "registered"

    @property
    def key(self) -> str:
        return self.code


class WildCodeSpec(NamedTuple):
    """An enhanced status code as one provider uses it, beside or against the registry."""

    code: str  # "5.7.139"
    text: str
    refs: tuple[str, ...]  # who sends it
    status: str = "wild"

    @property
    def key(self) -> str:
        return self.code


class EnhancedPartSpec(NamedTuple):
    """A class (first number) or subject (second number) of enhanced codes (RFC 3463 2)."""

    number: int
    name: str
    refs: tuple[str, ...]

    @property
    def key(self) -> str:
        return str(self.number)
