"""A fictional covenant to try Hefboom on: the lists of twelve members, as members would send them.

Nothing in it is about a real company: names are put together from parts, and the OS IDs are of a year before the
register existed. The same version of Hefboom writes the same bytes everywhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Literal

from hefboom.loaders.demo_files import Style, write_rows
from hefboom.loaders.demo_spelling import Row, describe
from hefboom.loaders.demo_styles import HABITS, MEMBERSHIPS, REGISTER, RELATIONSHIPS, Habits
from hefboom.loaders.demo_words import COUNTRIES, COVENANT, MEMBERS, OUTSIDER, SECRETARIAT
from hefboom.loaders.demo_words import REGISTER as REGISTER_NAME
from hefboom.loaders.demo_world import Site, Supply, World, make_world
from hefboom.loaders.load_options import LoadOptions

_SEED = 2016
_TRACING_MEMBERS = MEMBERS[:6]
_LATE_MEMBER = MEMBERS[-1]


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One file of the demo and how it wants to be loaded."""

    path: Path
    kind: Literal["memberships", "list", "register", "relationships"]
    options: LoadOptions


@dataclass(frozen=True, slots=True)
class DemoSet:
    """The files of the demo in the order in which they are to be loaded."""

    folder: Path
    covenant: str
    files: tuple[DemoFile, ...]


def write_demo(folder: Path) -> DemoSet:
    """Write the demo's files into a folder, which is made where it is missing; files of the same name are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(_SEED)
    world = make_world(random)
    lists = [found for member in MEMBERS for found in _member_lists(folder, world, member, random)]
    files = (
        _memberships(folder),
        *sorted(lists, key=lambda file: (str(file.options.date), file.path.name)),
        _register(folder, world, random),
        _outsider(folder, world, random),
        *(_traced_by(folder, world, member, random) for member in _TRACING_MEMBERS),
        _deep_chain(folder, world, random),
    )
    return DemoSet(folder, COVENANT, files)


def _options(
    contributor: str, date: str, visibility: str, covenant: str | None = None, kind: str = "brand"
) -> LoadOptions:
    return LoadOptions(contributor, kind, datetime.date.fromisoformat(date), visibility, covenant=covenant)


def _memberships(folder: Path) -> DemoFile:
    path = folder / "deelnemers.csv"
    rows = [
        Row(company=member, covenant=COVENANT, **{"from": "2025-01-01" if member == _LATE_MEMBER else "2023-01-01"})
        for member in MEMBERS
    ]
    write_rows(path, Style("csv", MEMBERSHIPS), rows)
    return DemoFile(path, "memberships", LoadOptions(visibility="public"))


def _member_lists(folder: Path, world: World, member: str, random: Random) -> list[DemoFile]:
    """The member's current list, after the earlier one where it has one."""
    habits = HABITS[member]
    sites = world.bought_by(member)
    random.shuffle(sites)
    dated = [(habits.date, sites)]
    if habits.earlier:
        left = random.sample([site for site in world.sites if site.tier == 1 and site not in sites], 4)
        dated.insert(0, (habits.earlier, [*sites[: -len(sites) // 5], *left]))
    return [_member_list(folder, member, habits, date, which, random) for date, which in dated]


def _member_list(folder: Path, member: str, habits: Habits, date: str, sites: list[Site], random: Random) -> DemoFile:
    rows = [_described(site, habits, random) for site in sites]
    for number, row in enumerate(rows, 1):
        row["reference"] = f"L-{number:03}"
    if date == habits.date:
        _make_slips(rows, habits)
    path = folder / f"{_file_name(member)}-{date[:4]}.{habits.style.kind}"
    write_rows(path, habits.style, [*rows, *rows[1 : 1 + habits.repeats]])
    return DemoFile(path, "list", _options(member, date, "public" if habits.public else "secretariat", COVENANT))


def _described(site: Site, habits: Habits, random: Random) -> Row:
    return describe(site, random, knows_os_ids=habits.knows_os_ids, spelling=habits.spelling, capitals=habits.capitals)


def _make_slips(rows: list[Row], habits: Habits) -> None:
    for slip in habits.slips:
        row = next(row for row in rows[slip.row :] if row[slip.field])
        row[slip.field] = slip.wrong(row[slip.field])


def _file_name(name: str) -> str:
    return "-".join(name.lower().replace("&", "en").split())


def _register(folder: Path, world: World, random: Random) -> DemoFile:
    """A download in the 17 columns of the public register: one line per known site, with all who contributed it."""
    rows = []
    for site in world.sites:
        if not site.os_id:
            continue
        row = describe(site, random, knows_os_ids=False, spelling=0, capitals=False)
        row |= Row(
            os_id=site.os_id,
            contribution_date=f"2024-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
            contributors="|".join(_contributors(site, world, random)),
            workers="" if row["workers"] == "Not available" else row["workers"],
            is_closed="True" if random.random() < 0.02 else "False",
        )
        rows.append(row)
    path = folder / "fabrieksregister-2025.csv"
    write_rows(path, Style("csv", REGISTER, quote_all=True), rows)
    return DemoFile(path, "register", _options(REGISTER_NAME, "2025-03-01", "public", kind="register"))


def _contributors(site: Site, world: World, random: Random) -> list[str]:
    """Who says so: companies with a public list by name, others only by kind, the same kind more than once."""
    named = [member for member in world.buyers.get(site.number, ()) if HABITS[member].public]
    found = [f"{member} [Public List] ({member} Production Sites 2024)" for member in named]
    if site.number in world.outsider:
        found.append(f"{OUTSIDER} ({OUTSIDER} Suppliers (Tier 1) 2024)")
    found += ["A Brand / Retailer"] * random.randint(0, 2)
    return found or ["An Auditor / Certification Scheme / Service Provider"]


def _outsider(folder: Path, world: World, random: Random) -> DemoFile:
    """The public list of a company outside the covenant, with addresses over two lines."""
    habits = replace(HABITS["Ooievaar Kids"], slips=(), spelling=0)
    rows = [_described(site, habits, random) for site in world.public()]
    for row in rows:
        row["address"] = row["address"].replace(", ", ",\n", 1)
    path = folder / f"{_file_name(OUTSIDER)}-2025.csv"
    write_rows(path, habits.style, rows)
    return DemoFile(path, "list", _options(OUTSIDER, "2025-02-15", "public"))


def _traced_by(folder: Path, world: World, member: str, random: Random) -> DemoFile:
    """What one member knows of its chain: its own share at some sites, and most of what lies one and two tiers up."""
    direct = world.bought_by(member)
    mills = [s for s in _supplies_of({site.number for site in direct}, world) if random.random() < 0.8]
    spinners = [s for s in _supplies_of({supply.supplier for supply in mills}, world) if random.random() < 0.6]
    rows = [_own_purchase(member, site, random) for site in direct[::2]]
    rows += [_between_sites(supply, world, random, f"Ketenkaart {member} 2025") for supply in [*mills, *spinners]]
    path = folder / f"keten-{_file_name(member)}.csv"
    write_rows(path, Style("csv", RELATIONSHIPS), rows)
    return DemoFile(path, "relationships", _options(member, "2025-03-10", "secretariat", COVENANT))


def _deep_chain(folder: Path, world: World, random: Random) -> DemoFile:
    """The joint study of the covenant: from spinning mills, gins and tanneries to farms."""
    supplies = [s for s in world.supplies if world.sites[s.buyer].tier >= 2]
    rows = [_between_sites(s, world, random, "Ketenonderzoek 2025") for s in supplies if random.random() < 0.7]
    path = folder / "ketenonderzoek-2025.csv"
    write_rows(path, Style("csv", RELATIONSHIPS, ";"), rows)
    return DemoFile(path, "relationships", _options(SECRETARIAT, "2025-03-20", "members", COVENANT, "initiative"))


def _supplies_of(buyers: set[int], world: World) -> Iterable[Supply]:
    return (supply for supply in world.supplies if supply.buyer in buyers)


def _own_purchase(member: str, site: Site, random: Random) -> Row:
    share = random.choice(("1-5", "5-10", "10-25", "25-50", ""))
    relation = {"process": site.process, "product": "garments", "from": "2023-01-01", "share": share}
    return Row(buyer=member) | _end("supplier", site) | relation | {"source": "Inkoopadministratie"}


def _between_sites(supply: Supply, world: World, random: Random, source: str) -> Row:
    supplier = world.sites[supply.supplier]
    relation = {"product": supply.product, "process": supplier.process, "from": supply.since, "share": supply.share}
    ended = {"to": "2025-06-30"} if random.random() < 0.03 else {}
    return _end("buyer", world.sites[supply.buyer]) | _end("supplier", supplier) | relation | ended | {"source": source}


def _end(side: Literal["buyer", "supplier"], site: Site) -> Row:
    """One end of a relationship, written the way the register writes sites."""
    return {
        side: f"{site.name} {COUNTRIES[site.country].legal_forms[0]}",
        f"{side}_os_id": site.os_id or "",
        f"{side}_address": f"{site.place}, {site.city} {site.postcode}",
        f"{side}_country": site.country,
    }
