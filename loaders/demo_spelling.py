"""How different people write down the same site: legal forms, capitals, abbreviations, slips."""

from __future__ import annotations

from random import Random

from hefboom.loaders.demo_words import COUNTRIES
from hefboom.loaders.demo_world import Site

Row = dict[str, str]
"""One line of a list before it has columns: field of the list to the text that will stand in the cell."""

_SHORT = (("Industrial", "Ind."), ("Road", "Rd."), ("Street", "St."), ("Caddesi", "Cad."), ("Village", "Vill."))


def describe(site: Site, random: Random, *, knows_os_ids: bool, spelling: int, capitals: bool) -> Row:
    """A site as one list writes it.

    ``spelling`` chooses among the ways to write a country, ``capitals`` writes names and addresses in capitals, as
    exports of order systems do. About one row in six differs so much that name and address no longer agree exactly.
    """
    country = COUNTRIES[site.country]
    name, place = site.name, site.place
    postcode = site.postcode
    slip = random.random()
    if slip < 0.05:
        name = _swap_letters(name, random)
    elif slip < 0.12:
        for long, short in _SHORT:
            place = place.replace(long, short)
    elif slip < 0.17:
        postcode = ""
    name = f"{name} {random.choice(country.legal_forms)}"
    address = f"{place}, {site.city} {postcode}".strip()
    if capitals:
        name, address = name.upper(), address.upper()
    return {
        "name": name,
        "address": address,
        "place": place,
        "city": site.city,
        "postcode": postcode,
        "country": country.spellings[spelling],
        "country_name": country.spellings[0],
        "country_code": site.country,
        "os_id": site.os_id if knows_os_ids and site.os_id and random.random() < 0.9 else "",
        "process": site.process,
        "sector": "Apparel|Textiles" if site.tier > 1 else "Apparel",
        "workers": random.choice(_workers(site.workers)),
        "lat": f"{site.lat:.5f}",
        "lng": f"{site.lng:.5f}",
    }


def _swap_letters(name: str, random: Random) -> str:
    """The name with two letters of its first word exchanged."""
    at = random.randint(1, 3)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _workers(number: int) -> tuple[str, ...]:
    """What may stand in the cell: mostly the number, sometimes a range around it, now and then that it is not known."""
    return *(str(number),) * 6, *(f"{number * 4 // 5}-{number * 5 // 4}",) * 3, "Not available"
