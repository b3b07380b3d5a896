"""Tag lists: ``v=DMARC1; p=none``, the form of DKIM, DMARC, MTA-STS and TLS-RPT (RFC 6376 3.2)."""

from __future__ import annotations

import re

from smtpshell.catalogue import marked

MOST_TAGS = 50
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_SPACE = " \t\r\n"


def read_tags(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The tags and their values, spaces around them gone, and what could not be read, in words.

    Names keep their case; of a tag that stands there twice the first counts.

    >>> read_tags("v=DMARC1; p = none;")
    ({'v': 'DMARC1', 'p': 'none'}, ())
    >>> read_tags("v=DKIM1; p; p=x; p=y")[1]
    ('"p" has no value', 'p= stands there twice')
    """
    tags: dict[str, str] = {}
    problems = []
    for part in text.split(";", MOST_TAGS)[:MOST_TAGS]:
        name, equals, value = part.partition("=")
        name = name.strip(_SPACE)
        if not equals:
            if name:
                problems.append(marked('"{name}" has no value', name=name[:40]))
        elif not _NAME.fullmatch(name):
            problems.append(marked('"{name}" is no name of a tag', name=name[:40]))
        elif name in tags:
            problems.append(marked("{name}= stands there twice", name=name))
        else:
            tags[name] = value.strip(_SPACE)
    return tags, tuple(problems)
