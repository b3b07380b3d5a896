"""Reverse-path and forward-path, read however wrong they are (RFC 5321 4.1.2).

    Reverse-path = Path / "<>"
    Forward-path = Path            ; and "<Postmaster>" after RCPT
    Path         = "<" [ A-d-l ":" ] Mailbox ">"
    Mailbox      = Local-part "@" ( Domain / address-literal )
"""

from __future__ import annotations

import re
from typing import NamedTuple

from smtpshell.smtp.abnf import DOMAIN, DOT_STRING, GENERAL_LITERAL, IPV4, is_ipv6
from smtpshell.smtp.issue import problem
from smtpshell.smtp.span import Problem, Token, TokenKind

LONGEST_LOCAL_PART = 64  # octets (RFC 5321 4.5.3.1.1)
LONGEST_DOMAIN = 255  # octets (RFC 5321 4.5.3.1.2)
LONGEST_LABEL = 63  # octets (RFC 1035 2.3.4)
LONGEST_PATH = 256  # octets, with brackets (RFC 5321 4.5.3.1.3)


class Path(NamedTuple):
    """Where mail goes to or comes from.

    *text* is what stands between the brackets, as said. *local_part* is unquoted; *domain* keeps
    the square brackets of a *literal*. Both are None in the null reverse-path, and *domain* in
    <Postmaster>. *route* holds the domains of a source route.
    """

    text: str
    route: tuple[str, ...] = ()
    local_part: str | None = None
    domain: str | None = None
    literal: bool = False
    null: bool = False
    quoted: bool = False

    def __str__(self) -> str:
        return f"<{self.text}>"

    @property
    def mailbox(self) -> str:
        """local-part@domain, quoted only where it must be; "" for the null reverse-path."""
        if self.local_part is None:
            return ""
        local_part = self.local_part
        if not DOT_STRING.fullmatch(local_part):
            local_part = '"' + re.sub(r'(["\\])', r"\\\1", local_part) + '"'
        return local_part if self.domain is None else f"{local_part}@{self.domain}"
