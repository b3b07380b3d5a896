"""A server under TLS that writes down every byte it gets: the oracle for what was really sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

_ANSWERS = {
    b"EHLO": b"250-mail.office.test\r\n250 AUTH LOGIN\r\n",
    b"AUTH": b"334 VXNlcm5hbWU6\r\n",
    b"DATA": b"354 go\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Recorder:
    """What came in, and where it listens."""

    def __init__(self, ca: Path) -> None:
        self.ca = ca
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def serve(self, context: ssl.SSLContext) -> None:
        """One session."""
        link, _ = self._listener.accept()
        with link, context.wrap_socket(link, server_side=True) as tls:
            tls.sendall(b"220 mail.office.test\r\n")
            in_letter, answers_due = False, 0
            pending = b""
            while data := tls.recv(4096):
                self.heard += data
                pending += data
                while b"\r\n" in pending:
                    line, _, pending = pending.partition(b"\r\n")
                    if in_letter:
                        in_letter = line != b"."
                        reply = b"" if in_letter else b"250 ok\r\n"
                    elif answers_due:
                        answers_due -= 1
                        reply = b"334 UGFzc3dvcmQ6\r\n" if answers_due else b"235 ok\r\n"
                    else:
                        verb = line[:4].upper()
                        reply = _ANSWERS.get(verb, b"250 ok\r\n")
                        in_letter, answers_due = verb == b"DATA", 2 * (verb == b"AUTH")
                    if reply:
                        tls.sendall(reply)

    def close(self) -> None:
        self._listener.close()


@contextmanager
def recorder(folder: Path) -> Iterator[Recorder]:
    """A Recorder that serves one session in a thread."""
    authority = trustme.CA()
    ca = folder / "recorder-ca.pem"
    authority.cert_pem.write_to_path(ca)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = Recorder(ca)
    thread = threading.Thread(target=server.serve, args=(context,))
    thread.start()
    try:
        yield server
        thread.join(timeout=20)
    finally:
        server.close()
