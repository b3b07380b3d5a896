"""What one row of each table holds.

Rows hold structure only: spelling, syntax, codes, states, sources. The words about them stand in
`lessons/en/reference`, under the row's `key`, where a teacher can edit and translate them. Texts
that are the protocol's own (a registered sample text, a customary reply text) are facts and stay
here.

`refs` name the sources, most binding first: "RFC 5321 4.1.1.2" is RFC, number and section (a letter
is an appendix); anything else is a source that is no RFC, such as a product or a draft.

`status` is one of
    standard      RFC 5321 and its updates; for mechanisms any standards-track RFC
    extension     another RFC (reply codes)
    registered    in the IANA registry (commands: with no RFC of its own)
    registry-only named in a registry, with no text in an RFC of its own (reply codes)
    experimental, informational, limited, deprecated, obsolete, historic     as the registry says
    draft         an Internet-Draft that became no RFC
    private       one product's own
    wild          seen, and defined nowhere
    not-a-verb, not-a-reply     stands where a verb or reply would, and is none
"""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from typing import NamedTuple


class CommandSpec(NamedTuple):
    """One command, as its RFC defines it. Nobody else in smtpshell spells a verb."""

    verb: str
    syntax: str  # shown by help, completion and the words about a 501 alike
    refs: tuple[str, ...]
    status: str
    protocols: tuple[str, ...]  # smtp, submission, lmtp, odmr, mtp
    legal_states: tuple[str, ...]  # values of smtp.state.State
    # Where it leads: after its 3yz if it has one, else after its 2yz; "same" leaves the state
    # alone. What each reply does in each state is in smtp.state.TRANSITIONS.
    next_state: str
    success: tuple[int, ...]
    intermediate: tuple[int, ...] = ()
    failure: tuple[int, ...] = ()  # besides GENERIC_FAILURES
    parameters: tuple[str, ...] = ()  # keywords of smtp.table.parameter
    pipelining: str = ""  # RFC 2920 3.1: "any" place in a group, "last" of a group; "" = no rule
    extension: str = ""  # EHLO keyword the server must have offered; "" = none
    also: tuple[str, ...] = ()  # other spellings that mean this row
    example: str = ""

    @property
    def key(self) -> str:
        return self.verb


class ParameterSpec(NamedTuple):
    """One parameter of a command: `keyword` or `keyword=value` (RFC 5321 4.1.2, esmtp-param)."""

    keyword: str
    verbs: tuple[str, ...]
    syntax: str  # of the value
    form: str  # how the value is checked, see smtp.table.parameter
    refs: tuple[str, ...]
    status: str = "standard"
    extension: str = ""  # EHLO keyword that brings the parameter; "" = none
    values: tuple[str, ...] = ()  # the only values, for the forms "choice" and "list"
    longest: int = 0  # most characters of the value; 0 = no limit of its own
    optional: bool = False  # may stand without its value
    example: str = ""


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


class ExtensionSpec(NamedTuple):
    """One EHLO keyword (RFC 5321 2.2.2)."""

    keyword: str
    refs: tuple[str, ...]
    status: str
    ehlo_parameters: str = ""  # what may follow the keyword in the EHLO reply
    verbs: tuple[str, ...] = ()  # commands it brings
    mail_parameters: tuple[str, ...] = ()  # as typed: "BODY=8BITMIME", "SIZE=", "SMTPUTF8"
    rcpt_parameters: tuple[str, ...] = ()
    other_parameters: tuple[str, ...] = ()
    mail_length_increase: int = 0  # octets added to the longest MAIL line
    rcpt_length_increase: int = 0
    submission: str = ""  # what the registry says of use at submission (RFC 6409 7)
    multicast: str = ""  # what RFC 8494 6.2 says of use over multicast
    example: str = ""

    @property
    def key(self) -> str:
        return self.keyword


class LimitSpec(NamedTuple):
    """One name of the LIMITS extension (RFC 9422 4)."""

    name: str
    refs: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.name


class WithProtocolSpec(NamedTuple):
    """One word that may follow "with" in a Received field (RFC 3848, RFC 5321 4.4)."""

    name: str
    refs: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.name


class MechanismSpec(NamedTuple):
    """One SASL mechanism seen with AUTH (RFC 4954, RFC 4422)."""

    mechanism: str
    refs: tuple[str, ...]
    status: str
    first_to_speak: str  # "client" (its first message may go along with AUTH) or "server"
    server_challenges: int  # 334 lines with data that a normal login has
    initial_response: str  # "allowed", "none", "some servers"
    exchange: tuple[str, ...]  # the lines of a login, ^A is octet 01
    needs_tls: str  # "required", "advised", "optional"
    secret_exposed: bool = False  # whoever reads the lines holds what is needed to log in
    channel_binding: bool = False
    use: str = ""  # "common", "rare", "unused"; "" = in between
    example: str = ""

    @property
    def key(self) -> str:
        return self.mechanism
