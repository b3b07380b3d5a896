"""What can be said of a DKIM signature by itself, before any cryptography (RFC 6376 6.1.1)."""

import base64
import binascii
import re
from typing import NamedTuple

import dkim.util

from smtpshell.catalogue import marked
from smtpshell.lookup.name import canonical, is_or_below
from smtpshell.lookup.tag import read_tags

MOST_SIGNATURE = 4 * 1024  # octets of one signature; with a key of 4096 bits some 1300 are used
MOST_SIGNED = 100  # names in h=
SLACK = 300  # seconds by which clocks may differ
_NEEDED = ("v", "a", "b", "bh", "d", "h", "s")  # RFC 6376 3.5
_ALGORITHMS = ("rsa-sha256", "rsa-sha1", "ed25519-sha256")
_NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII)
_FORM = re.compile(r"(?:simple|relaxed)(?:/(?:simple|relaxed))?", re.ASCII)
_LONG_GAP = re.compile(rb"\s{100}")  # dkimpy's patterns take long over such, and nobody folds so


class SignatureError(Exception):
    """A signature is worth nothing; *reason* is a key of REASONS."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason
        self.words = words


class Signature(NamedTuple):
    """The tags of a signature, all that need be there and right by themselves."""

    tags: dict[str, str]
    domain: str
    identity: str
    fields: tuple[str, ...]


def read_signature(value: bytes) -> tuple[dict[str, str], dict[bytes, bytes]]:
    """The tags, as text for us and as octets for dkimpy."""
    if len(value) > MOST_SIGNATURE or _LONG_GAP.search(value):
        words = marked("it is longer than {most} octets, or full of gaps", most=MOST_SIGNATURE)
        raise SignatureError("bad-signature", words)
    tags, problems = read_tags(value.decode("utf-8", "surrogateescape"))
    try:
        octets = dkim.util.parse_tag_value(value)
    except dkim.util.InvalidTagValueList:
        problems = problems or (marked("it is no list of tags"),)
    if problems:
        raise SignatureError(
            "bad-signature", marked("it cannot be read: {problem}", problem=problems[0])
        )
    return tags, octets


def check_signature(tags: dict[str, str], now: float) -> Signature:
    """All that must be there and right, in the order of RFC 6376 6.1.1; raises for the rest."""
    for name in _NEEDED:
        if not tags.get(name):
            raise SignatureError("bad-signature", marked("{name}= is missing", name=name))
    if tags["v"] != "1":
        raise SignatureError("bad-signature", marked("v={v} is no version of DKIM", v=tags["v"]))
    _check_algorithm(tags)
    _check_times(tags, now)
    domain, selector = canonical(tags["d"]), canonical(tags["s"])
    if not domain or not selector:
        raise SignatureError(
            "wrong-domain", marked("d={d} or s={s} is no name", d=tags["d"], s=tags["s"])
        )
    identity = tags.get("i", f"@{tags['d']}")
    if "@" not in identity or not is_or_below(domain_of(identity), domain):
        raise SignatureError(
            "wrong-domain",
            marked("i={identity} does not belong to d={d}", identity=identity, d=tags["d"]),
        )
    fields = names_in(tags["h"])
    if len(fields) > MOST_SIGNED:
        raise SignatureError(
            "bad-signature", marked("h= names more than {most} fields", most=MOST_SIGNED)
        )
    if "from" not in fields:
        raise SignatureError(
            "from-not-signed", marked("From is not among the signed fields (h=), and must be")
        )
    return Signature(tags, domain, identity, fields)


def _check_algorithm(tags: dict[str, str]) -> None:
    algorithm = tags["a"]
    if algorithm not in _ALGORITHMS:
        raise SignatureError(
            "unknown-algorithm",
            marked("a={algorithm} is no algorithm of DKIM", algorithm=algorithm),
        )
    if algorithm == "rsa-sha1":
        raise SignatureError("weak-algorithm", marked("rsa-sha1 proves nothing any more"))
    if algorithm == "ed25519-sha256":
        raise SignatureError(
            "unknown-algorithm", marked("this program does not check Ed25519 (RFC 8463)")
        )
    if not _FORM.fullmatch(tags.get("c", "simple")):
        raise SignatureError(
            "bad-signature", marked("c={c} is no form of header and body", c=tags["c"])
        )
    if "dns/txt" not in tags.get("q", "dns/txt").replace(" ", "").split(":"):
        raise SignatureError("bad-signature", marked("q={q} is no way to find a key", q=tags["q"]))
    for name in ("b", "bh"):
        try:
            base64.b64decode("".join(tags[name].split()), validate=True)
        except (binascii.Error, ValueError):
            raise SignatureError(
                "bad-signature", marked("{name}= is not base64", name=name)
            ) from None


def _check_times(tags: dict[str, str], now: float) -> None:
    times = {name: tags[name] for name in ("t", "x", "l") if name in tags}
    for name, number in times.items():
        if not _NUMBER.fullmatch(number):
            raise SignatureError(
                "bad-signature", marked("{name}={number} is no number", name=name, number=number)
            )
    signed, ends = int(times.get("t", 0)), int(times.get("x", 0))
    if signed > now + SLACK:
        raise SignatureError(
            "from-the-future",
            marked("it was made {seconds} s from now (t=)", seconds=f"{signed - now:.0f}"),
        )
    if "x" in times and "t" in times and ends <= signed:  # RFC 6376 3.5: x= is the greater
        raise SignatureError(
            "bad-signature", marked("it ends (x=) before it was made (t=), or just then")
        )
    if "x" in times and ends < now - SLACK:
        raise SignatureError(
            "expired", marked("it ended {seconds} s ago (x=)", seconds=f"{now - ends:.0f}")
        )


def names_in(text: str) -> tuple[str, ...]:
    """The names of fields in h=."""
    return tuple(name.strip().lower() for name in text.split(":"))


def domain_of(identity: str) -> str:
    """The domain of i=, canonical; "." when it is none, which no domain has below it."""
    return canonical(identity.rpartition("@")[2]) or "."
