"""RFC 5321's rules as patterns, named as the RFC names them, big ones built from small ones.

Every pattern is ASCII's: without re.ASCII "[a-z]" under IGNORECASE takes the Kelvin sign, and \\d
the digits of every script.
"""

from __future__ import annotations

import re

from smtpshell.smtp.later import later

# RFC 5321 4.1.2, RFC 5234 B.1; RFC 6531 3.3 adds UTF8-non-ascii to atext:
#   Dot-string = Atom *("."  Atom)
#   Atom       = 1*atext
#
# The sets here say what is left out: with the whole of Unicode named in them, compiling them would
# take 40 ms. So a surrogate, which stands for a byte that is no UTF-8, passes; whoever looks at the
# characters of the line finds it.
atext = r'[^\x00- "(),.:;<>@\[\\\]\x7f-\x9f]'
dot_string = rf"{atext}+(?:\.{atext}+)*"

# RFC 5321 4.1.2:
#   Quoted-string    = DQUOTE *QcontentSMTP DQUOTE
#   quoted-pairSMTP  = %d92 %d32-126
#   qtextSMTP        = %d32-33 / %d35-91 / %d93-126
quoted_pair = r"\\[ -~]"
qtext = r'[^\x00-\x1f"\\\x7f-\x9f]'
quoted_string = rf'"(?:{qtext}|{quoted_pair})*"'

# RFC 5321 4.1.2; RFC 6531 3.3 adds U-label to sub-domain:
#   Domain     = sub-domain *("." sub-domain)
#   sub-domain = Let-dig [Ldh-str]
#   Ldh-str    = *( ALPHA / DIGIT / "-" ) Let-dig
let_dig = r"[^\x00-/:-@\[-`{-\x9f]"
ldh = r"[^\x00-,./:-@\[-`{-\x9f]"
sub_domain = rf"{let_dig}(?:{ldh}*{let_dig})?"
domain = rf"{sub_domain}(?:\.{sub_domain})*"

# RFC 5321 4.1.3:
#   IPv4-address-literal    = Snum 3("."  Snum)
#   Snum                    = 1*3DIGIT  ; a value from 0 to 255
#   General-address-literal = Standardized-tag ":" 1*dcontent
#   Standardized-tag        = Ldh-str
snum = r"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"
ipv4 = rf"{snum}(?:\.{snum}){{3}}"
general_literal = r"[A-Za-z0-9-]*[A-Za-z0-9]:[!-Z^-~]+"

# RFC 5321 4.1.2:
#   esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
esmtp_keyword = r"[A-Za-z0-9][A-Za-z0-9-]*"
DOT_STRING = later(dot_string, re.ASCII)
QUOTED_STRING = later(quoted_string, re.ASCII)
DOMAIN = later(domain, re.ASCII)
IPV4 = later(ipv4, re.ASCII)
GENERAL_LITERAL = later(general_literal, re.ASCII)
ESMTP_KEYWORD = later(esmtp_keyword, re.ASCII)

_IPV6_GROUP = later(r"[0-9A-Fa-f]{1,4}", re.ASCII)


def is_ipv6(text: str) -> bool:
    """Is *text* an IPv6-addr, without its tag (RFC 5321 4.1.3)? "::" stands for two or more groups.

    >>> is_ipv6("2001:db8::7"), is_ipv6("::ffff:192.0.2.7"), is_ipv6("1:2:3:4:5:6:7::")
    (True, True, False)
    """
    room = 8
    head, colon, last = text.rpartition(":")
    if "." in last:
        if not colon or not IPV4.fullmatch(last):
            return False
        room = 6
        text = head + ":" if head.endswith(":") else head
    left, elided, right = text.partition("::")
    groups = [*_groups(left), *_groups(right)] if elided else text.split(":")
    if not all(_IPV6_GROUP.fullmatch(group) for group in groups):
        return False
    return len(groups) <= room - 2 if elided else len(groups) == room


def _groups(text: str) -> list[str]:
    return text.split(":") if text else []


def ascii_upper(text: str) -> str:
    """*text* with a-z as capitals. `str.upper` makes an I of a dotless i, and RSET of a long s.

    >>> ascii_upper("data"), ascii_upper("ma\u0131l") == "MAIL"
    ('DATA', False)
    """
    if text.isascii():
        return text.upper()
    return "".join(char.upper() if char.isascii() else char for char in text)
