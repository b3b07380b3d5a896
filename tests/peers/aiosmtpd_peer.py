"""A throw-away aiosmtpd on loopback: the library as it comes, in the same house as the others.

Who lives there and who may log in are left to a handler by the library; ours says what the other
peers are configured to say.
"""

from __future__ import annotations

import ssl
import sys
from pathlib import Path

from tests.peers.package import MissingPeerError
from tests.peers.server import HOST, NAME, PASSWORD, USER, Server, certificate, free_port

ROOT = Path(__file__).parents[2]
PEOPLE = ("ana", "ben", "dora", "postmaster")


def aiosmtpd(folder: Path) -> Server:
    """Configure an aiosmtpd in *folder*."""
    try:
        import aiosmtpd  # noqa: F401
    except ImportError:
        raise MissingPeerError("aiosmtpd is not here; run: pip install smtpshell[test]") from None
    files = certificate(folder)
    port = free_port()
    command = [sys.executable, "-m", __name__, str(port), str(files.chain), str(files.key)]
    return Server("aiosmtpd", command, port, folder, env={"PYTHONPATH": str(ROOT)})


class House:
    """The handler: local people, nobody else."""

    async def handle_RCPT(  # noqa: N802
        self, server: object, session: object, envelope: object, address: str, options: list[str]
    ) -> str:
        local_part, at, domain = address.partition("@")
        if session.authenticated:  # type: ignore[attr-defined]
            at = ""
            local_part = PEOPLE[0]
        if at and domain.lower() not in ("office.test", NAME, "[127.0.0.1]"):
            return "550 Relay access denied"
        if local_part.strip('"').lower() not in PEOPLE:
            return "550 No such user here"
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        return "250 OK"


def main() -> None:
    """Serve until the process is ended."""
    import asyncio

    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

    port, chain, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)

    def login(*said: object) -> AuthResult:
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=said[-1] == right, handled=False)

    def session() -> SMTP:
        return SMTP(
            House(), hostname=NAME, tls_context=context, authenticator=login, enable_SMTPUTF8=True
        )

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(session, HOST, int(port))
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
