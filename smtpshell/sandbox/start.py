"""Putting a practice server together: from names and options to one that listens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smtpshell.sandbox.nature.personality import build_personality, home_of, line_of
from smtpshell.sandbox.nature.scenario import load_scenario
from smtpshell.sandbox.nature.terms import NO_TERMS, Terms, on_terms, with_users
from smtpshell.sandbox.server import PracticeServer
from smtpshell.sandbox.wire.door import Doors, is_loopback, make_room_for
from smtpshell.sandbox.world.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtpshell.sandbox.nature.personality import Personality
    from smtpshell.sandbox.nature.script import Script
    from smtpshell.sandbox.wire.certificate import ServerCertificate
    from smtpshell.sandbox.wire.keeper import Keeper
    from smtpshell.sandbox.wire.witness import Hear

HOUSE = "small-office"  # the scenario if none is named
MOST_SESSIONS = 1000
MOST_OF_ONE_CLIENT = 40


async def start(
    personality: str = "postfix-like",
    *,
    scenario: str | None = None,
    seed: int = 7,
    host: str = "127.0.0.1",
    port: int | None = 0,
    submission_port: int | None = 0,
    tls_port: int | None = 0,
    lmtp_port: int | None = None,
    unix: str = "",
    lmtp_unix: str = "",
    folders: Sequence[Path] = (),
    most_sessions: int = MOST_SESSIONS,
    most_of_one: int = MOST_OF_ONE_CLIENT,
    terms: Terms = NO_TERMS,
    certificate: ServerCertificate | None = None,
    maildir: Path | None = None,
    script: Script | None = None,
    hear: Hear | None = None,
) -> PracticeServer:
    """Start a practice server, listening on loopback; a port of 0 is any free one, None is none.

    Without a *scenario* it is the one where the personality is at home, or else the small office.
    *folders* are shaped like `lessons/sandbox` and are searched before our own for the personality
    and the scenario. The same *seed*, input and times give the same session, to the byte.

    *unix* and *lmtp_unix* are paths of sockets in the file system. With a *maildir* no letter is
    acknowledged before it is safe on disk. A *script* answers instead of the personality. *hear* is
    called, in the loop, with whatever happens.
    """
    most_sessions = make_room_for(most_sessions)
    line = line_of(personality, [folder / "personalities" for folder in folders])
    wanted = scenario or home_of(line) or HOUSE
    setting = load_scenario(wanted, [folder / "scenarios" for folder in folders], seed)
    setting = with_users(setting, terms.users)
    setting = setting._replace(keep=terms.keep or setting.keep)
    if not is_loopback(host):  # passwords would cross the network in clear
        terms = terms._replace(clear_logins=False)
    nature = build_personality(line, setting.house)
    keeper: Keeper | None = None
    world = World(setting, seed)
    if maildir is not None:
        from smtpshell.sandbox.wire.keeper import Keeper
        from smtpshell.sandbox.wire.maildir import Maildirs
        from smtpshell.sandbox.world.keeping import KeepingWorld

        world = keeping = KeepingWorld(setting, seed)
        keeper = Keeper(keeping, Maildirs(maildir, keeping.own_mailboxes()))
    server = PracticeServer(
        on_terms(nature, terms),
        world,
        most_sessions=most_sessions,
        most_of_one=most_of_one,
        certificate=certificate,
        keeper=keeper,
        script=script,
        hear=hear,
    )
    return await _opened(
        server, Doors(host, port, submission_port, tls_port, lmtp_port, unix, lmtp_unix)
    )


async def open_server(personality: Personality, world: World, doors: Doors) -> PracticeServer:
    """Start a practice server of this nature in a *world* that may have others in it."""
    most = make_room_for(MOST_SESSIONS)
    server = PracticeServer(personality, world, most_sessions=most, most_of_one=MOST_OF_ONE_CLIENT)
    return await _opened(server, doors)


async def _opened(server: PracticeServer, doors: Doors) -> PracticeServer:
    try:
        await server.open(doors)
    except BaseException:
        await server.close()
        raise
    return server
