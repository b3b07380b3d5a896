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
