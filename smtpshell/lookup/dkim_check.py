"""Checking and making DKIM signatures with dkimpy, on letters and keys that strangers wrote.

dkimpy says yes, no, or raises; it reads the clock, and relaxing a body takes it a tenth of a second
for each mebibyte, and more with the square of a run of spaces. So what can be told without
cryptography is told here first, in the order of RFC 6376 6.1, the time comes from the caller, and
the body is relaxed and hashed here, fifty times as fast; dkimpy judges the header section alone.
"""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from typing import Any

import dkim

from smtpshell.catalogue import marked
from smtpshell.lookup.dkim_key import LEAST_BITS, Key, find_key
from smtpshell.lookup.dkim_signature import (
    Signature,
    SignatureError,
    check_signature,
    domain_of,
    names_in,
    read_signature,
)
from smtpshell.lookup.dkim_verdict import MOST_SIGNATURES, REASONS, DkimResult, DkimVerdict
from smtpshell.lookup.resolver import Resolver

MOST_HEADER = 256 * 1024  # octets of a header section, and
MOST_LINES = 3000  # its lines: no honest letter has as many
MOST_OCTETS = 16 * 1024 * 1024  # of bodies that are read for one letter, all signatures together
_END_OF_HEADER = re.compile(rb"(?:^|\r?\n)\r?\n")
_ENDS = re.compile(rb"(?:\n\r)*")  # line ends, read from the end


def check(resolver: Resolver, letter: bytes, now: float, largest: int) -> tuple[DkimVerdict, ...]:
    """Check every signature on *letter*; see `dkim.check_dkim`."""
    # A header section that does not end there is too large, which is told below.
    end = _END_OF_HEADER.search(letter, 0, MOST_HEADER + 8)
    header, body = (letter[: end.start()], letter[end.end() :]) if end else (letter, b"")
    if b"dkim-signature" not in header.lower():
        return ()
    if len(letter) > largest:
        words = marked(
            "{octets} octets; signatures are checked on letters of up to {largest}",
            octets=len(letter),
            largest=largest,
        )
        return (_refused(SignatureError("too-large", words), {}),)
    try:
        checker = _Checker(_fit(header), body)
    except (SignatureError, dkim.MessageFormatError) as error:
        return (_refused(SignatureError("bad-letter", error.args[0]), {}),)
    verdicts = [checker.judge(resolver, index, now) for index in range(checker.count())]
    if checker.count() < len(checker.signatures):
        words = marked(
            "more than {count} signatures on a letter of this size; not looked at",
            count=checker.count(),
        )
        verdicts.append(_refused(SignatureError("too-many", words), {}))
    return tuple(verdicts)


def _fit(header: bytes) -> bytes:
    if len(header) > MOST_HEADER or header.count(b"\n") > MOST_LINES:
        raise SignatureError("bad-letter", marked("the header section is too large"))
    if header[:1] in (b" ", b"\t"):
        raise SignatureError(
            "bad-letter", marked("the first line of the header section is a folded one")
        )
    return header


class _Checker(dkim.DKIM):  # type: ignore[misc]  # dkimpy is not typed
    """A letter, its signatures one after the other."""

    def __init__(self, header: bytes, body: bytes) -> None:
        super().__init__(header + b"\r\n\r\n", minkey=LEAST_BITS)
        self.signatures = [
            (name, value) for name, value in self.headers if name.lower() == b"dkim-signature"
        ]
        if body.count(b"\n") != body.count(b"\r\n"):  # a bare LF ends a line here, as with dkimpy
            body = body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self.bodies = {b"simple": trimmed(body)}

    def count(self) -> int:
        """How many signatures are checked; each reads the whole body."""
        affordable = max(1, MOST_OCTETS // (len(self.bodies[b"simple"]) + 1))
        return min(len(self.signatures), MOST_SIGNATURES, affordable)

    def judge(self, resolver: Resolver, index: int, now: float) -> DkimVerdict:
        """What one signature is worth."""
        value = self.signatures[index][1]
        tags: dict[str, str] = {}
        key = None
        try:
            tags, octets = read_signature(value)
            signature = check_signature(tags, now)
            key = find_key(resolver, tags["s"], signature.domain)
            _check_key(key, signature)
            self.verify_with(key, octets, signature, self.signatures[index])
        except SignatureError as fault:
            return _refused(fault, tags, key)
        words = marked(
            "the signature of {domain} is right, and the letter is as it was signed",
            domain=signature.domain,
        )
        if "l" in tags:
            words = marked(
                "{words}; only {octets} octets of the body are signed, anything may follow them",
                words=words,
                octets=tags["l"],
            )
        verdict = _verdict(DkimResult.PASS, "", words, "RFC 6376 6.1.3", tags, key)
        return verdict._replace(identity=signature.identity, fields=signature.fields)

    def verify_with(
        self, key: Key, octets: dict[bytes, bytes], signature: Signature, field: Any
    ) -> None:
        """Compare both hashes; raises for what does not fit."""
        self.pk, self.keysize, self.ktag = key.parsed, key.bits, b"rsa"
        form = octets.get(b"c", b"simple")
        length = int(octets[b"l"]) if b"l" in octets else None
        if self.hash_in(form, length) != base64.b64decode(octets[b"bh"]):
            words = marked("the body is not the one that was signed: its hash is not bh=")
            raise SignatureError("body-changed", words)
        # Without bh= it does not look at the body; the field itself, which is hashed, has it.
        octets = {name: value for name, value in octets.items() if name != b"bh"}
        names = [name.encode("utf-8", "surrogateescape") for name in signature.fields]
        if self.verify_sig_process(octets, names, field, None):
            return
        if not _made_with(key, base64.b64decode(octets[b"b"])):
            words = marked(
                "it was not made with the key at {name}, or b= was damaged", name=key.name
            )
            raise SignatureError("other-key", words)
        words = marked(
            "a signed field ({fields}) or the signature was changed",
            fields=", ".join(signature.fields[:8]),
        )
        raise SignatureError("header-changed", words)

    def hash_in(self, form: bytes, length: int | None) -> bytes:
        """The hash of the body in this form, of so many octets if not of all (RFC 6376 3.7).

        Raises for more octets than there are, which l= must not say (RFC 6376 3.5).
        """
        relax = form.endswith(b"/relaxed")
        with memoryview(completed(self.body_in(form), relax=relax)) as body:
            if length is not None and length > len(body):
                words = marked(
                    "l={length} octets of the body are signed, and it has {there}",
                    length=length,
                    there=len(body),
                )
                raise SignatureError("bad-signature", words)
            return sha256(body[:length]).digest()

    def body_in(self, form: bytes) -> bytes:
        """The body, relaxed if that is how it was signed."""
        name = b"relaxed" if form.endswith(b"/relaxed") else b"simple"
        if name not in self.bodies:
            self.bodies[name] = relaxed(self.bodies[b"simple"])
        return self.bodies[name]


def relaxed(body: bytes) -> bytes:
    """Spaces in *body* as RFC 6376 3.4.4 reduces them: of a run one is left, or none."""
    body = body.replace(b"\t", b" ")
    while b"  " in body:  # halves the longest run
        body = body.replace(b"  ", b" ")
    return trimmed(body.replace(b" \r\n", b"\r\n"))


def completed(body: bytes, *, relax: bool) -> bytes:
    """*body*, trimmed or relaxed before, with its last line end where it has none.

    An empty one has one in the simple form, and none in the relaxed one (RFC 6376 3.4.3, 3.4.4).
    """
    if relax and body in (b"", b"\r\n"):
        return b""
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def trimmed(body: bytes) -> bytes:
    """*body* with at most one line end at its end, which is what all of them count as."""
    ends = _ENDS.match(body[len(body.rstrip(b"\r\n")) :][::-1])
    surplus = (ends.end() if ends else 0) - 2
    return body[:-surplus] if surplus > 0 else body


def _made_with(key: Key, signature: bytes) -> bool:
    """Does *signature*, opened with the public key, hold what a signature does (RFC 8017 8.2.2)?"""
    exponent, modulus = int(key.parsed["publicExponent"]), int(key.parsed["modulus"])
    opened = pow(int.from_bytes(signature), exponent, modulus)
    block = opened.to_bytes((key.bits + 7) // 8)
    return block.startswith(b"\0\1" + b"\xff" * 8)


def _check_key(key: Key, signature: Signature) -> None:
    if key.trouble:
        raise SignatureError(key.trouble, key.words)
    if key.hashes and "sha256" not in key.hashes:
        raise SignatureError("bad-key", marked("the key is not for SHA-256 (h=)"))
    if key.strict and domain_of(signature.identity) != signature.domain:
        raise SignatureError(
            "wrong-domain",
            marked("the key allows no subdomain (t=s): i={identity}", identity=signature.identity),
        )


def _refused(fault: SignatureError, tags: dict[str, str], key: Key | None = None) -> DkimVerdict:
    result, ref = REASONS[fault.reason]
    if key is not None and key.trouble:
        ref = key.ref
    return _verdict(result, fault.reason, fault.words, ref, tags, key)


def _verdict(
    result: DkimResult, reason: str, words: str, ref: str, tags: dict[str, str], key: Key | None
) -> DkimVerdict:
    return DkimVerdict(
        result,
        reason,
        words,
        ref,
        domain=tags.get("d", ""),
        selector=tags.get("s", ""),
        identity=tags.get("i", ""),
        algorithm=tags.get("a", ""),
        fields=names_in(tags["h"]) if "h" in tags else (),
        start="".join(tags.get("b", "").split())[:8],
        bits=key.bits if key else 0,
        testing=key.testing if key else False,
        answers=key.answers if key else (),
    )
