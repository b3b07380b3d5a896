"""Which hosts a letter for a domain is brought to: what the scenario's DNS says (RFC 5321 5.1).

Where the scenario has a zone its MX records count, in their order; a domain without any is its own
host, and one with a null MX takes no mail. A house's server is the host at its address. Without a
zone every house is reached at its own host.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from smtpshell.lookup.finding import Level
    from smtpshell.lookup.mx import MailRoute
    from smtpshell.sandbox.world.house import House
    from smtpshell.sandbox.world.world import World

LONGEST_NAME = 255  # characters of a name that is looked up


class Stop(NamedTuple):
    """A host to be tried; no *addresses* where there is no DNS to ask for them."""

    host: str
    addresses: tuple[str, ...] = ()


class Way(NamedTuple):
    """The *stops*, the best first; none if there is *trouble*, in words.

    *status* goes with the trouble (RFC 3463), *again*: it may pass. *odd* is what is wrong in DNS
    and did not stop us.
    """

    stops: tuple[Stop, ...] = ()
    trouble: str = ""
    status: str = ""
    again: bool = False
    odd: tuple[str, ...] = ()


def way_to(world: "World", domain: str) -> Way:
    """Where mail for *domain* goes, which is not ours."""
    if world.zone is None:
        house = world.scenario.houses.get(domain.lower())
        return Way((Stop(house.host),)) if house is not None else _nowhere(domain)
    from smtpshell.lookup.mx import mail_route

    way = _read(domain, mail_route(world.zone, domain[:LONGEST_NAME]))
    ours = Stop(world.scenario.host, addresses_of(world, world.scenario.host))
    for number, stop in enumerate(way.stops):
        if _is_same(stop, ours):
            # Who is in the list of hosts tries those before, and never itself or those behind.
            way = way._replace(stops=way.stops[:number])
            break
    else:
        return way
    if way.stops:
        return way
    words = f"mail for {domain} comes back to {ours.host}, which does not take it"
    return Way(trouble=words, status="5.4.6")


def server_at(world: "World", stop: Stop, domain: str) -> "House | None":
    """The house whose server is there, that of the *domain* if it is one of several."""
    houses = world.scenario.houses
    at_home = [houses[domain.lower()]] if domain.lower() in houses else []
    for house in (*at_home, *houses.values()):
        if _is_same(stop, Stop(house.host, addresses_of(world, house.host))):
            return house
    return None


def _nowhere(domain: str) -> Way:
    return Way(trouble=f"there is no domain {domain}", status="5.1.2")


def _read(domain: str, route: "MailRoute") -> Way:
    from smtpshell.lookup.finding import Level
    from smtpshell.lookup.resolver import Status

    if route.null:
        words = f"556 5.1.10 {domain} takes no mail: it has a null MX (RFC 7505)"
        return Way(trouble=words, status="5.1.10")
    if route.again:
        words = f"no answer from DNS about the way to {domain}"
        return Way(trouble=words, status="4.4.3", again=True)
    if route.answers and route.answers[0].status in (Status.NXDOMAIN, Status.BADNAME):
        return _nowhere(domain)
    bad = _words(route, Level.BAD)
    if not route.reachable:
        return Way(trouble="; ".join(bad[:2]), status="5.4.4")
    stops = tuple(Stop(host.name, host.addresses) for host in route.reachable)
    return Way(stops, odd=(*bad, *_words(route, Level.ODD)))


def _words(route: "MailRoute", level: "Level") -> tuple[str, ...]:
    return tuple(one.words for one in route.findings if one.level is level)


def addresses_of(world: "World", host: str) -> tuple[str, ...]:
    """The addresses of a *host* by the scenario's DNS."""
    if world.zone is None:
        return ()
    from smtpshell.lookup.resolver import addresses

    return addresses(world.zone, host[:LONGEST_NAME])[0]


def _is_same(one: Stop, other: Stop) -> bool:
    """Is it the same machine, by its name or by an address?"""
    if one.host.rstrip(".").lower() == other.host.rstrip(".").lower():
        return True
    return not set(one.addresses).isdisjoint(other.addresses)
