"""Worlds made up from a seed: about 200 sites, overlapping lists, registers, relations, replaced sites, ended lists."""

from __future__ import annotations

import datetime as dt
import random

from question_facts import Facts, Handed, Place, Relation

KINDS = ("brand", "brand", "brand", "unknown", "civil-society")
SCOPES = ("public", "members", "secretariat", "owner")
PROCESSES = ("assembly", "dyeing", "weaving", "spinning")
COUNTRIES = ("BD", "TR", "IN", "CN")
SHARES = (None, "lt-1", "5-10", "25-50", "gt-50", "unknown")
CONFIDENCE = (None, "stated", "likely", "assumed")
START = dt.date(2020, 1, 1)


def random_facts(seed: int, sites: int = 200, companies: int = 14) -> Facts:
    dice = random.Random(seed)
    slugs = [f"company-{number:02d}" for number in range(companies)]
    ids = [f"hb-{number:016x}" for number in range(sites)]
    lists = [_own_list(slug, turn, ids, dice) for slug in slugs for turn in range(dice.randint(1, 2))]
    lists.append(_register(slugs, ids, dice))
    lists.append(_relations("secretariat-desk", slugs, ids, dice))
    return Facts(
        companies={slug: (f"{slug.title()} Ltd", dice.choice(KINDS), "public") for slug in slugs}
        | {"register": ("Register", "register", "public"), "secretariat-desk": ("Desk", "initiative", "public")},
        places=tuple(_place(one, dice) for one in ids),
        lists=tuple(lists),
        covenants={"first": "First", "second": "Second"} if seed % 3 else {},
        members=tuple(_membership(slug, dice) for slug in slugs) if seed % 3 else (),
        replaced=tuple((ids[number], ids[number + 1], dice.choice(SCOPES[:3])) for number in range(0, 20, 5)),
    )


def _day(dice: random.Random) -> dt.date:
    return START + dt.timedelta(days=dice.randrange(800))


def _place(site: str, dice: random.Random) -> Place:
    return Place(
        site,
        f"Works {site[-3:]}",
        dice.choice(COUNTRIES),
        dice.choice(PROCESSES),
        round(dice.uniform(-60, 60), 4),
        round(dice.uniform(-179, 179), 4),
        dice.choice(SCOPES[:3]),
    )


def _own_list(slug: str, turn: int, ids: list[str], dice: random.Random) -> Handed:
    day = _day(dice)
    until = day + dt.timedelta(days=dice.randrange(1, 900)) if dice.random() < 0.3 else None
    sites = dice.choices(ids[:60], k=dice.randint(5, 20))
    rows = tuple((str(number), site) for number, site in enumerate(sites, start=2))
    return Handed(f"{slug}/{day}" + (f"/{turn + 1}" if turn else ""), dice.choice(SCOPES), rows=rows, until=until)


def _register(slugs: list[str], ids: list[str], dice: random.Random) -> Handed:
    rows = tuple((str(number), site) for number, site in enumerate(dice.sample(ids, 40), start=2))
    told = tuple((row, dice.choice([*slugs, None])) for row, _ in rows for _ in range(dice.randint(0, 3)))
    return Handed("register/2021-06-01", "public", rows=rows, told=tuple(dict.fromkeys(told)), register=True)


def _relations(desk: str, slugs: list[str], ids: list[str], dice: random.Random) -> Handed:
    found = []
    for number in range(90):
        buyer, supplier = dice.choice(ids[:110]), dice.choice(ids[60:])
        by_company = dice.random() < 0.2
        since = _day(dice) if dice.random() < 0.3 else None
        found.append(
            Relation(
                str(number + 2),
                supplier,
                company=dice.choice(slugs) if by_company else None,
                site=None if by_company else buyer,
                product=dice.choice((None, "cloth", "yarn")),
                share=dice.choice(SHARES) if by_company else None,
                confidence=dice.choice(CONFIDENCE),
                since=since,
                until=since + dt.timedelta(days=400) if since and dice.random() < 0.5 else None,
            )
        )
    return Handed(f"{desk}/2021-01-01", dice.choice(("members", "secretariat")), relations=tuple(found))


def _membership(slug: str, dice: random.Random) -> tuple[str, str, dt.date, dt.date | None]:
    day = _day(dice)
    return dice.choice(("first", "second")), slug, day, day + dt.timedelta(days=600) if dice.random() < 0.3 else None
