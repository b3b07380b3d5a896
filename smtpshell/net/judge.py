r"""OpenSSL's own verdict on certificates, given without a connection.

How it is asked
===============

Python's ssl module verifies a certificate only inside a handshake, and a handshake that fails
cannot be continued: the learner would have to connect again to go on all the same. So the real
handshake accepts any certificate, and the question is put afterwards: a second TLS client, which
verifies, is handed the beginning of a handshake by this file, a TLS 1.2 ServerHello (RFC 5246
7.4.1.3) and the Certificate message (7.4.2) with the certificates that the real server showed.
A client verifies as soon as it has read that message. Either it raises its verdict, or it waits for
the next message, which never comes: then, and only then, all was well. That the server holds the
certificate's key was proven in the real handshake.

Asking so lets one ask several times: for trust without dates, for the name alone, and so on.
"""

from __future__ import annotations

import ssl
import struct
from typing import NamedTuple

from smtpshell.catalogue import marked

# A suite for each kind of key, else OpenSSL complains of the kind (after verifying, though).
_SUITES = (0xC02F, 0xC02B)  # ECDHE-RSA- and ECDHE-ECDSA-AES128-GCM-SHA256 (RFC 5289)
_RECORD_LIMIT = 16384  # RFC 5246 6.2.1
_HANDSHAKE, _SERVER_HELLO, _CERTIFICATE = 22, 2, 11
_RENEGOTIATION_INFO = b"\xff\x01\x00\x01\x00"  # RFC 5746 3.2; OpenSSL insists on it
X509_V_FLAG_NO_CHECK_TIME = 0x200000


class Verdict(NamedTuple):
    """*code* 0 means verified, -1 that OpenSSL could not tell; others are its X509_V_ERR_*."""

    code: int
    words: str = ""


GOOD = Verdict(0)


def ask_openssl(context: ssl.SSLContext, chain: tuple[bytes, ...], server_name: str) -> Verdict:
    """What a client with *context* thinks of *chain* (DER, the server's own first)."""
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # where Certificate travels in clear
    verdict = Verdict(-1, marked("the server showed no certificate"))
    for suite in _SUITES if chain else ():
        verdict = _ask_once(context, chain, server_name, suite)
        if verdict.code >= 0:
            return verdict
    return verdict


def _ask_once(
    context: ssl.SSLContext, chain: tuple[bytes, ...], server_name: str, suite: int
) -> Verdict:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        client = context.wrap_bio(incoming, outgoing, server_hostname=server_name)
        _advance(client)  # says its ClientHello
        incoming.write(_server_flight(chain, suite))
        return GOOD if _advance(client) else Verdict(-1, marked("the handshake ended early"))
    except ssl.SSLCertVerificationError as error:
        return Verdict(error.verify_code, error.verify_message)
    except ssl.SSLError as error:
        return Verdict(-1, (error.reason or str(error)).replace("_", " ").lower())
    except ValueError as error:
        return Verdict(-1, str(error))


def _advance(client: ssl.SSLObject) -> bool:
    """Is the client content with all it has read, and waits for more?"""
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return True
    return False


def _server_flight(chain: tuple[bytes, ...], suite: int) -> bytes:
    hello = b"\x03\x03" + bytes(32) + b"\x00" + struct.pack(">HB", suite, 0)
    hello += struct.pack(">H", len(_RENEGOTIATION_INFO)) + _RENEGOTIATION_INFO
    certificates = b"".join(_length24(cert) + cert for cert in chain)
    return _records(
        _message(_SERVER_HELLO, hello)
        + _message(_CERTIFICATE, _length24(certificates) + certificates)
    )


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _length24(body) + body


def _length24(body: bytes) -> bytes:
    return struct.pack(">I", len(body))[1:]


def _records(data: bytes) -> bytes:
    pieces = (data[i : i + _RECORD_LIMIT] for i in range(0, len(data), _RECORD_LIMIT))
    return b"".join(struct.pack(">BHH", _HANDSHAKE, 0x0303, len(p)) + p for p in pieces)
