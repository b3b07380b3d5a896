"""Making DKIM signatures with dkimpy, the same for the same letter, key and time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dkim

from smtpshell.lookup.dkim_check import relaxed, trimmed
from smtpshell.lookup.name import canonical


class _Signer(dkim.DKIM):  # type: ignore[misc]  # dkimpy is not typed
    """Signs with a time that is given, so that the same is signed the same."""

    def __init__(self, letter: bytes, signed: int, expires: int | None) -> None:
        super().__init__(letter)
        self.signed = signed
        self.expires = expires

    def gen_header(self, fields: list[tuple[bytes, bytes]], *rest: Any, **named: Any) -> bytes:
        dated = []
        for name, value in fields:
            dated.append((name, b"%d" % self.signed if name == b"t" else value))
            if name == b"t" and self.expires is not None:
                dated.append((b"x", b"%d" % self.expires))
        header: bytes = super().gen_header(dated, *rest, **named)
        return header


def sign_letter(
    letter: bytes,
    domain: str,
    selector: str,
    key_pem: bytes,
    now: float,
    fields: Sequence[str],
    form: tuple[str, str],
    identity: str,
    expires: float | None,
) -> bytes:
    """Sign *letter*; see `dkim.sign`."""
    try:
        signer = _Signer(letter, int(now), None if expires is None else int(expires))
        signer.body = (relaxed if form[1] == "relaxed" else trimmed)(signer.body)
        there = [name.lower().decode("latin-1") for name, _ in signer.headers]
        named = [name for name in fields for one in there if one == name]
        header: bytes = signer.sign(
            selector.encode(),
            (canonical(domain) or domain).encode(),
            key_pem,
            identity=identity.encode() or None,
            canonicalize=(form[0].encode(), form[1].encode()),
            include_headers=[*named, "from"],
        )
    except (dkim.DKIMException, LookupError, TypeError) as error:
        raise ValueError(f"cannot be signed: {error}") from None
    return header
