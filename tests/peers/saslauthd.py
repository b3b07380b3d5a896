"""Says of one user whether a password is right, as saslauthd does; for a sendmail beside it.

    python saslauthd.py SOCKET USER PASSWORD

A question is user, password, service and realm, each behind its length; the answer is OK or NO. It
ends with the process that has started it.
"""

import os
import socket
import struct
import sys

LENGTH = struct.Struct("!H")


def answer(link: socket.socket, user: str, password: str) -> None:
    """Answer the one question that comes on *link*."""
    words = []
    with link.makefile("rb") as asked:
        for _ in range(4):
            (length,) = LENGTH.unpack(asked.read(LENGTH.size))
            words.append(asked.read(length).decode())
    said = b"OK" if words[:2] == [user, password] else b"NO"
    link.sendall(LENGTH.pack(len(said)) + said)


def main(path: str, user: str, password: str) -> None:
    """Answer until nobody is there any more who could ask."""
    parent = os.getppid()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        listener.settimeout(0.5)
        while os.getppid() == parent:
            try:
                link, _ = listener.accept()
            except TimeoutError:
                continue
            with link:
                answer(link, user, password)


if __name__ == "__main__":
    main(*sys.argv[1:4])
