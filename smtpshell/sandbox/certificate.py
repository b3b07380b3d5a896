"""A certificate for the practice server, from a CA that exists in this process alone.

Both are made when TLS is first wanted: importing what makes them takes longer than the prompt may.
Neither key is ever written anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl


class ServerCertificate:
    """The throw-away CA, the certificate it gave to *names*, and the context that shows it."""

    __slots__ = ("ca_pem", "context", "names")

    def __init__(self, names: tuple[str, ...]) -> None:
        import ssl

        import trustme

        self.names = names
        authority = trustme.CA(organization_name="smtpshell practice CA")
        issued = authority.issue_cert(*names)
        self.ca_pem: bytes = authority.cert_pem.bytes()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
        issued.configure_cert(context)
        self.context: ssl.SSLContext = context
