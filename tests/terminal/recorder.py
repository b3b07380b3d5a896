"""A server that writes down every byte it gets: the oracle for what was really sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

_ANSWERS = {
    b"AUTH": b"334 VXNlcm5hbWU6\r\n",
    b"DATA": b"354 go\r\n",
    b"QUIT": b"221 bye\r\n",
    b"STAR": b"220 go on\r\n",
}
_IN_CLEAR = b"250-mail.office.test\r\n250-SIZE\r\n250 STARTTLS\r\n"
_UNDER_TLS = b"250-mail.office.test\r\n250-SIZE\r\n250 AUTH LOGIN\r\n"


class Recorder:
    """What came in clear and what came under TLS, and where it listens."""

    def __init__(self, ca: Path) -> None:
        self.ca = ca
        self.heard_in_clear = b""
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def serve(self, context: ssl.SSLContext, starttls: bool) -> None:
        """One session, under TLS at once or from STARTTLS on."""
        link, _ = self._listener.accept()
        with link:
            if starttls:
                link.sendall(b"220 mail.office.test\r\n")
                if not self._talk(link):
                    return
            with context.wrap_socket(link, server_side=True) as tls:
                if not starttls:
                    tls.sendall(b"220 mail.office.test\r\n")
                self._talk(tls)

    def _talk(self, link: socket.socket) -> bool:
        """Answer until the client is gone; True if it has said STARTTLS."""
        secure = isinstance(link, ssl.SSLSocket)
        in_letter, answers_due = False, 0
        pending = b""
        # In clear byte by byte, so that nothing of the handshake is read with the commands.
        while data := link.recv(4096 if secure else 1):
            if secure:
                self.heard += data
            else:
                self.heard_in_clear += data
            pending += data
            while b"\r\n" in pending:
                line, _, pending = pending.partition(b"\r\n")
                verb = line[:4].upper()
                if in_letter:
                    in_letter = line != b"."
                    reply = b"" if in_letter else b"250 ok\r\n"
                elif answers_due:
                    answers_due -= 1
                    reply = b"334 UGFzc3dvcmQ6\r\n" if answers_due else b"235 ok\r\n"
                elif verb == b"EHLO":
                    reply = _UNDER_TLS if secure else _IN_CLEAR
                else:
                    reply = _ANSWERS.get(verb, b"250 ok\r\n")
                    in_letter, answers_due = verb == b"DATA", 2 * (verb == b"AUTH")
                link.sendall(reply)
                if verb == b"STAR" and not secure:
                    return True
        return False

    def close(self) -> None:
        self._listener.close()


@contextmanager
def recorder(folder: Path, *, starttls: bool = False) -> Iterator[Recorder]:
    """A Recorder that serves one session in a thread."""
    authority = trustme.CA()
    ca = folder / "recorder-ca.pem"
    authority.cert_pem.write_to_path(ca)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = Recorder(ca)
    thread = threading.Thread(target=server.serve, args=(context, starttls))
    thread.start()
    try:
        yield server
        thread.join(timeout=20)
    finally:
        server.close()
