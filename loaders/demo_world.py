"""The fictional world behind the demo: which sites there are, who buys there, and where those sites buy."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from random import Random

from hefboom.loaders.demo_words import COUNTRIES, MEMBERS, PROCESSES, SHEEP_FARMS, SITES_PER_COUNTRY
from hefboom.loaders.os_ids import ALPHABET, check_character

_BUYERS_BY_RANK = (7, 6, 6, *(5,) * 4, *(4,) * 8, *(3,) * 20, *(2,) * 40)
"""How many members buy at the most shared tier 1 site, the next, and so on; every other site has one."""

_SHARE_WITH_OS_ID = {1: 0.75, 2: 0.6, 3: 0.3, 4: 0.0}
_SHARE_BANDS = ("<1", "1-5", "5-10", "10-25", "25-50", ">50", "")


@dataclass(frozen=True, slots=True)
class Site:
    """A site as it really is; lists write it in ways of their own.

    ``number`` is its position in `World.sites`. ``name`` has no legal form; ``place`` is the part of the address before
    the city. ``os_id`` is None where the register does not know the site.
    """

    number: int
    tier: int
    country: str
    name: str
    place: str
    city: str
    postcode: str
    lat: float
    lng: float
    process: str
    workers: int
    os_id: str | None


@dataclass(frozen=True, slots=True)
class Supply:
    """One site buys from another: positions in `World.sites`, what, how much of the supplier's output, since when."""

    buyer: int
    supplier: int
    product: str
    share: str
    since: str


@dataclass(frozen=True, slots=True)
class World:
    """All sites, for every tier 1 site its buyers among the members, and the supply between sites."""

    sites: tuple[Site, ...]
    buyers: dict[int, tuple[str, ...]]
    outsider: frozenset[int]
    supplies: tuple[Supply, ...]

    def bought_by(self, member: str) -> list[Site]:
        """The tier 1 sites of a member, in the order of their numbers."""
        return [site for site in self.sites if member in self.buyers.get(site.number, ())]

    def public(self) -> list[Site]:
        """The tier 1 sites on the public list of the company outside the covenant."""
        return [site for site in self.sites if site.number in self.outsider]


def make_world(random: Random) -> World:
    """A world from a seeded source of chance; the same seed gives the same world."""
    sites = _sites(random)
    first = [site.number for site in sites if site.tier == 1]
    random.shuffle(first)
    wanted = [*_BUYERS_BY_RANK, *(1,) * len(first)]
    buyers = {number: tuple(random.sample(MEMBERS, k)) for number, k in zip(first, wanted, strict=False)}
    return World(sites, buyers, frozenset(first[:20] + first[120:140]), _supplies(sites, random))


def _sites(random: Random) -> tuple[Site, ...]:
    names: set[str] = set()
    numbers = count()
    sites = [
        _site(next(numbers), tier, country, random, names)
        for tier, amounts in SITES_PER_COUNTRY.items()
        for country, amount in amounts.items()
        for _ in range(amount)
    ]
    sites += [_site(next(numbers), 4, "NA", random, names) for _ in range(SHEEP_FARMS)]
    return tuple(sites)


def _site(number: int, tier: int, code: str, random: Random, names: set[str]) -> Site:
    country = COUNTRIES[code]
    process, word = ("Sheep Keeping", "Karakul Farm") if code == "NA" else random.choice(PROCESSES[tier])
    name = _new_name(f"{random.choice(country.heads)}{random.choice(country.tails)} {word}", names)
    city, postcode, lat, lng = random.choice(country.cities)
    return Site(
        number,
        tier,
        code,
        name,
        f"{random.choice(('Plot', 'No.', 'House'))} {random.randint(1, 240)}, {random.choice(country.streets)}",
        city,
        postcode,
        round(lat + random.uniform(-0.05, 0.05), 5),
        round(lng + random.uniform(-0.05, 0.05), 5),
        process,
        random.choice((45, 80, 120, 150, 260, 400, 650, 900, 1400, 2300)),
        _os_id(code, random) if random.random() < _SHARE_WITH_OS_ID[tier] else None,
    )


def _new_name(name: str, names: set[str]) -> str:
    """The name, or where another site has it already the name with the next unit number: another site all the same."""
    unit = next(n for n in count(1) if (name if n == 1 else f"{name} Unit {n}") not in names)
    chosen = name if unit == 1 else f"{name} Unit {unit}"
    names.add(chosen)
    return chosen


def _os_id(country: str, random: Random) -> str:
    """A well-formed OS ID that no real site has: the register did not exist in 2001."""
    text = f"{country}2001{random.randint(1, 365):03}" + "".join(random.choice(ALPHABET) for _ in range(5))
    return text + check_character(text)


def _supplies(sites: tuple[Site, ...], random: Random) -> tuple[Supply, ...]:
    """Every site of tier 1 to 3 buys from one to three sites of the next tier, the large ones most often."""
    supplies = []
    for buyer in sites:
        suppliers = _suppliers(buyer, sites)
        if not suppliers:
            continue
        weights = [1 / (1 + rank) for rank in range(len(suppliers))]
        chosen = dict.fromkeys(random.choices(suppliers, weights, k=random.randint(1, 3)))
        for supplier in chosen:
            share = random.choice(_SHARE_BANDS)
            since = f"20{random.randint(20, 24)}-{random.randint(1, 12):02}-01"
            supplies.append(Supply(buyer.number, supplier.number, _product(supplier), share, since))
    return tuple(supplies)


def _suppliers(buyer: Site, sites: tuple[Site, ...]) -> list[Site]:
    """Who a site can buy from: the next tier, its own country first; gins buy from growers, tanneries from farms."""
    wanted = {"Tanning": {"Sheep Keeping"}, "Ginning": {"Cotton Growing"}, "Yarn spinning": {"Cotton Growing"}}
    fitting = [
        site
        for site in sites
        if site.tier == buyer.tier + 1 and (buyer.tier != 3 or site.process in wanted[buyer.process])
    ]
    return sorted(fitting, key=lambda site: (site.country != buyer.country, -site.workers, site.number))


def _product(supplier: Site) -> str:
    return {2: "fabric", 3: "yarn", 4: "raw material"}[supplier.tier]
