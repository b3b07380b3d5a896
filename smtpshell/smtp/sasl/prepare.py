"""SASLprep: how user names and passwords are made comparable (RFC 4013).

The same letter can be written in several ways: composed or not, wide or narrow. Whoever compares
passwords, or hashes them, first brings them into one form.
"""

from __future__ import annotations

from smtpshell.catalogue import tr
from smtpshell.smtp.sasl.exchange import SaslError


def saslprep(text: str) -> str:
    r"""*text* in the form in which it is compared; SaslError if it cannot have one.

    >>> saslprep("I\u00adX"), saslprep("\u00aa"), saslprep("\u2168")
    ('IX', 'a', 'IX')
    """
    if text.isascii() and text.isprintable():
        return text
    import stringprep
    from unicodedata import ucd_3_2_0  # the version that RFC 3454 knows

    # Mapping (2.1) and normalization (2.2)
    mapped = (
        " " if stringprep.in_table_c12(char) else char
        for char in text
        if not stringprep.in_table_b1(char)
    )
    result = ucd_3_2_0.normalize("NFKC", "".join(mapped))
    # Prohibited output (2.3). What was unassigned in Unicode 3.2 may pass: these are "query
    # strings" (RFC 3454 7), and people do have emoji in their passwords.
    prohibited = (
        stringprep.in_table_c12,
        stringprep.in_table_c21_c22,
        stringprep.in_table_c3,
        stringprep.in_table_c4,
        stringprep.in_table_c5,
        stringprep.in_table_c6,
        stringprep.in_table_c7,
        stringprep.in_table_c8,
        stringprep.in_table_c9,
    )
    if any(table(char) for char in result for table in prohibited):
        raise SaslError(tr("a character in it cannot be part of a user name or password"))
    if any(stringprep.in_table_d1(char) for char in result):
        _check_direction(result)
    return result


def _check_direction(text: str) -> None:
    """Text that runs from right to left must do so as a whole (RFC 3454 6)."""
    import stringprep

    mixed = any(stringprep.in_table_d2(char) for char in text)
    if mixed or not (stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])):
        raise SaslError(tr("letters of both directions cannot be mixed in a user name or password"))


def prepared(text: str) -> str:
    """*text* as saslprep makes it, or as it is if that cannot be: to compare, not to store."""
    try:
        return saslprep(text)
    except SaslError:
        return text
