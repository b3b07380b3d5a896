"""Certificates of all kinds, good and bad, from an authority made for this run."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "mail.test"
DAY = datetime.timedelta(days=1)


def _today() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Authority(NamedTuple):
    """A certificate authority that signs anything, for a test's sake."""

    key: ec.EllipticCurvePrivateKey
    cert: x509.Certificate
    folder: Path

    @property
    def pem(self) -> str:
        return self.cert.public_bytes(serialization.Encoding.PEM).decode()

    def context(
        self,
        *,
        names: tuple[str, ...] = (NAME,),
        common_name: str = "",
        begins: datetime.timedelta = -DAY,
        ends: datetime.timedelta = 30 * DAY,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
        self_signed: bool = False,
    ) -> ssl.SSLContext:
        """A server's context with a certificate of this kind."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(common_name or "a server")
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if self_signed else self.cert.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_today() + begins)
            .not_valid_after(_today() + ends)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        )
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        cert = builder.sign(key if self_signed else self.key, hashes.SHA256())
        return self._load(key, cert)

    def _load(self, key: ec.EllipticCurvePrivateKey, cert: x509.Certificate) -> ssl.SSLContext:
        path = self.folder / f"{cert.serial_number:x}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + cert.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


@pytest.fixture(scope="session")
def make_authority(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Authority]:
    def make(common_name: str, ends: datetime.timedelta = 365 * DAY) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        cert = (
            x509.CertificateBuilder()
            .subject_name(_name(common_name))
            .issuer_name(_name(common_name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_today() - 9 * DAY)
            .not_valid_after(_today() + ends)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        return Authority(key, cert, tmp_path_factory.mktemp("certificates"))

    return make


@pytest.fixture(scope="session")
def authority(make_authority: Callable[..., Authority]) -> Authority:
    """The one that the tests' clients trust."""
    return make_authority("Test Authority")


@pytest.fixture(scope="session")
def stranger(make_authority: Callable[..., Authority]) -> Authority:
    """One that nobody has heard of."""
    return make_authority("Unknown Authority")


@pytest.fixture(scope="session")
def intermediate() -> tuple[trustme.CA, ssl.SSLContext]:
    """A root, and a server whose certificate comes from an authority in between."""
    root = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    root.create_child_ca().issue_cert(NAME).configure_cert(context)
    return root, context
