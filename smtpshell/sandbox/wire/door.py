"""The doors of a practice server: sockets to listen at. I/O, like the server they are of."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from smtpshell.errors import ConnectError

BACKLOG = 4096
OTHER_FILES = 100  # open ones that are no sessions

_OWNER_ALONE = 0o600

Make = Callable[[], asyncio.BufferedProtocol]


class Doors(NamedTuple):
    """Which doors there are to be. A port of 0 is any free one, None is no door.

    *unix* and *lmtp_unix* are paths of sockets in the file system, "" for none.
    """

    host: str = "127.0.0.1"
    port: int | None = 0
    submission_port: int | None = 0
    tls_port: int | None = 0
    lmtp_port: int | None = None
    unix: str = ""
    lmtp_unix: str = ""


async def listen(
    make: Callable[[], asyncio.BufferedProtocol], host: str, port: int
) -> asyncio.Server:
    """Listen at this port; ConnectError if somebody else does."""
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(make, host, port, backlog=BACKLOG)
    except (OSError, UnicodeError, OverflowError) as error:
        words = f"cannot listen on {host} port {port}: {_reason(error)}"
        hint = "another program may have it; port 0 picks a free one"
        raise ConnectError(words, hint=hint) from None


async def listen_unix(make: Make, path: str) -> asyncio.Server:
    """Listen at a socket in the file system, which nobody but its owner may use."""
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_unix_server(make, path, backlog=BACKLOG)
        os.chmod(path, _OWNER_ALONE)
    except (OSError, ValueError, AttributeError) as error:
        words = f"cannot listen at {path}: {_reason(error)}"
        raise ConnectError(words, hint="another file may be there, or the folder missing") from None
    return server


def close_door(listener: asyncio.Server) -> None:
    """Listen no more, and leave no socket behind in the file system."""
    names = [one.getsockname() for one in listener.sockets]
    listener.close()
    for name in names:
        if isinstance(name, str):
            with suppress(OSError):
                os.unlink(name)


def is_loopback(host: str) -> bool:
    """Is *host* an address of this machine that nobody else can reach?"""
    from ipaddress import ip_address

    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # another name, which may mean anything
        return False


def make_room_for(sessions: int) -> int:
    """Let this process have as many open files as so many sessions need; how many it may have."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return sessions
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sessions + OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return sessions
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # some systems have a limit beside these two
        wanted = soft
    return max(1, min(sessions, wanted - OTHER_FILES))


def _reason(error: Exception) -> str:
    # asyncio puts a sentence of its own around what the system said.
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    return str(error)
