"""The messages of SCRAM, taken apart (RFC 5802 7)."""

from __future__ import annotations

from smtpshell.smtp.sasl.field import CLIENT, Cutter, Field
from smtpshell.smtp.sasl.gs2 import read_gs2, take_gs2

# Proof and signature are secret: with salt and nonces beside them one can try passwords on them.
_SECRET = frozenset({"proof", "verifier"})
_NAMES = {
    "a": "authzid",
    "n": "authcid",
    "r": "nonce",
    "s": "salt",
    "i": "iteration-count",
    "c": "channel-binding",
    "p": "proof",
    "v": "verifier",
    "e": "error",
    "m": "mandatory-extension",
}


def take_apart_scram(step: int, side: str, data: bytes) -> tuple[Field, ...]:
    """What each attribute is, told by its letter; which message it is does not matter."""
    cutter = Cutter(data)
    if side == CLIENT and read_gs2(data) is not None:
        take_gs2(cutter)
    while cutter.at < len(data):
        end = cutter.find(b",")
        letter, equals = chr(data[cutter.at]), data[cutter.at + 1 : cutter.at + 2]
        if equals == b"=" and letter.isascii() and letter.isalpha():
            name = _NAMES.get(letter, "extension")
            cutter.take(name, end, secret=name in _SECRET)
        elif end > cutter.at:
            cutter.take("unreadable", end, secret=side == CLIENT)
        if cutter.at < len(data):
            cutter.separator()
    return cutter.done()
