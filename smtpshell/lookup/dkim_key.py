"""The public key of a DKIM signature: a TXT record at SELECTOR._domainkey.DOMAIN (RFC 6376 3.6)."""

import base64
import binascii
from typing import Any, NamedTuple

from smtpshell.catalogue import marked
from smtpshell.lookup.finding import Finding, Level, about
from smtpshell.lookup.resolver import Answer, Resolver, Trace
from smtpshell.lookup.tag import read_tags

LEAST_BITS = 1024  # of an RSA key (RFC 8301 3.2)
GOOD_BITS = 2048  # what signers should use (RFC 8301 3.2)
MOST_BITS = 4096  # verifiers need not check longer ones (RFC 8301 3.2); we do not
_MOST_EXPONENT = 64  # bits; real ones have 17, and the cost of a check grows with them
_REF = "RFC 6376 3.6.1"


class Key(NamedTuple):
    """A key record. *trouble* is a reason of `dkim_verdict.REASONS` why it cannot be used, or "".

    *parsed* is the key as dkimpy takes it. *testing*: the domain asks that failures be taken like
    no signature at all (t=y). *strict*: i= must be exactly in d= (t=s). *hashes*: those allowed, ()
    is any.
    """

    name: str
    text: str = ""
    trouble: str = ""
    words: str = ""
    ref: str = _REF
    kind: str = "rsa"
    bits: int = 0
    testing: bool = False
    strict: bool = False
    hashes: tuple[str, ...] = ()
    parsed: Any = None
    answers: tuple[Answer, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is to be said about the key by itself, without a message."""
        if self.trouble:
            level = Level.UNKNOWN if self.trouble == "key-unavailable" else Level.BAD
            words = self.words if self.name in self.words else about(self.name, self.words)
            return (Finding(level, words, self.ref),)
        found = [
            Finding(
                Level.GOOD,
                marked(
                    "{name}: a key of {bits} bits ({kind})",
                    name=self.name,
                    bits=self.bits,
                    kind=self.kind,
                ),
                _REF,
            )
        ]
        if self.kind == "rsa" and self.bits < GOOD_BITS:
            words = marked(
                "{bits} bits are few; {good} are asked for", bits=self.bits, good=GOOD_BITS
            )
            found.append(Finding(Level.ODD, words, "RFC 8301 3.2"))
        if self.testing:
            words = marked("the domain is testing (t=y): a failure counts like no signature")
            found.append(Finding(Level.ODD, words, _REF))
        return tuple(found)


def key_name(selector: str, domain: str) -> str:
    """Where the key record stands (RFC 6376 3.6.2.1)."""
    return f"{selector}._domainkey.{domain}"


def find_key(resolver: Resolver, selector: str, domain: str) -> Key:
    """Ask for a key and read it. Never raises; what is wrong is the key's *trouble*."""
    trace = Trace(resolver)
    name = key_name(selector, domain)
    answer = trace.query(name, "TXT")
    answers = tuple(trace.answers)
    if answer.failed:
        words = marked("no answer about the key: {status}", status=answer.status.value)
        return Key(name, "", "key-unavailable", words, "RFC 6376 3.6.2", answers=answers)
    if not answer.records:
        words = marked("no key at {name}: {words}", name=name, words=answer.words())
        return Key(name, "", "no-key", words, "RFC 6376 6.1.2", answers=answers)
    # Several are "undefined" (RFC 6376 3.6.2.2); the first is as good as any.
    record = answer.records[0]
    if record.cut:
        words = marked("the key record is longer than any key")
        return Key(name, record.txt, "bad-key", words, answers=answers)
    return read_key(name, record.txt)._replace(answers=answers)


def read_key(name: str, text: str) -> Key:
    """Read the text of a key record."""
    tags, problems = read_tags(text)
    flags = tags.get("t", "").replace(" ", "").split(":")
    key = Key(
        name,
        text,
        kind=tags.get("k", "rsa"),
        testing="y" in flags,
        strict="s" in flags,
        hashes=tuple(tags["h"].replace(" ", "").split(":")) if "h" in tags else (),
    )
    trouble, words = _trouble(tags, problems)
    if trouble:
        return key._replace(trouble=trouble, words=words)
    if key.kind == "ed25519":
        words = marked("a key for Ed25519, which this program does not check")
        return key._replace(trouble="unknown-algorithm", words=words, ref="RFC 8463 3", bits=256)
    return _with_rsa(key, tags["p"])


def _trouble(tags: dict[str, str], problems: tuple[str, ...]) -> tuple[str, str]:
    services = tags.get("s", "*").replace(" ", "").split(":")
    if tags.get("v", "DKIM1") != "DKIM1":
        return "bad-key", marked("v={v} is no version of DKIM keys", v=tags["v"])
    if problems:
        return "bad-key", marked("the key record cannot be read: {problem}", problem=problems[0])
    if "p" not in tags:
        return "bad-key", marked("the record holds no key (p=)")
    if not tags["p"]:
        return "key-revoked", marked("the key was withdrawn: p= is empty")
    if tags.get("k", "rsa") not in ("rsa", "ed25519"):
        return "unknown-algorithm", marked("a key for {k}, which nobody has defined", k=tags["k"])
    if not {"*", "email"} & set(services):
        return "bad-key", marked("the key is not for mail (s={s})", s=tags["s"])
    return "", ""


def _with_rsa(key: Key, base64_text: str) -> Key:
    from dkim.crypto import UnparsableKeyError, parse_public_key

    try:
        der = base64.b64decode("".join(base64_text.split()), validate=True)
        parsed = parse_public_key(der)
        modulus, exponent = int(parsed["modulus"]), int(parsed["publicExponent"])
    except (UnparsableKeyError, binascii.Error, ValueError, LookupError, TypeError):
        return key._replace(trouble="bad-key", words=marked("p= holds no RSA key in base64"))
    bits = modulus.bit_length()
    key = key._replace(bits=bits, parsed=parsed)
    if bits < LEAST_BITS:
        words = marked(
            "the key has {bits} bits, and below {least} it proves nothing",
            bits=bits,
            least=LEAST_BITS,
        )
        return key._replace(trouble="weak-key", words=words, ref="RFC 8301 3.2")
    if bits > MOST_BITS or exponent.bit_length() > _MOST_EXPONENT:
        words = marked(
            "the key has {bits} bits; up to {most} are checked here", bits=bits, most=MOST_BITS
        )
        return key._replace(trouble="long-key", words=words, ref="RFC 8301 3.2")
    return key
