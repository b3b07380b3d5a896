"""The practice server's certificate: from a CA that exists in this process alone, or a given one.

The throw-away ones are made when TLS is first wanted: importing what makes them takes longer than
the prompt may. Neither of their keys is ever written anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.errors import UsageError

if TYPE_CHECKING:
    import ssl


LONGEST_COMMON_NAME = 64  # characters (RFC 5280 A.1); a longer name stands with the others alone


class ServerCertificate:
    """The throw-away CA, the certificate it gave to *names*, and the context that shows it."""

    __slots__ = ("ca_pem", "context", "names")

    def __init__(self, names: tuple[str, ...]) -> None:
        import trustme

        self.names = names
        authority = trustme.CA(
            organization_name="smtpshell practice CA", organization_unit_name="this process only"
        )
        issued = authority.issue_cert(
            *names,
            common_name=names[0] if len(names[0]) <= LONGEST_COMMON_NAME else None,
            organization_name="smtpshell practice server",
            organization_unit_name="mail",
        )
        self.ca_pem: bytes = authority.cert_pem.bytes()
        self.context: ssl.SSLContext = _context()
        issued.configure_cert(self.context)


class GivenCertificate(ServerCertificate):
    """A certificate somebody has in a file, with its *key* in another or the same. No CA is known.

    UsageError: they cannot be used, and why.
    """

    __slots__ = ()

    def __init__(self, certificate: str, key: str) -> None:
        import ssl

        self.names = ()
        self.ca_pem = b""
        self.context = _context()
        try:
            # Without a password of ours OpenSSL would ask at the terminal for that of the key.
            self.context.load_cert_chain(certificate, key, password=lambda: "")
        except ssl.SSLError as error:
            reason = (error.reason or str(error)).replace("_", " ").lower()
            words = f"{certificate} and {key} are no certificate and its key: {reason}"
            raise UsageError(
                words, hint="both are in PEM form, the key without a password"
            ) from None
        except OSError as error:
            words = f"cannot read {certificate} or {key}: {error.strerror or error}"
            raise UsageError(words, hint="--cert and --key name files in PEM form") from None


def _context() -> ssl.SSLContext:
    import ssl

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
    return context
