"""A generator of listings with known truth: `python benchmarks/identity/generate.py MENTIONS FOLDER [SEED]`.

Sites are made per country with company groups of several units, branches in other towns and neighbours on one estate,
so that near-doubles that are NOT the same site are as common as in real lists. Each site is then mentioned by several
lists, each mention with its own spelling. The truth (list, row, site) is written beside the listings.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from real_lists import SCHEMA


@dataclass(frozen=True)
class Country:
    """How names and addresses look in a country."""

    code: str
    syllables: str
    legal: tuple[str, ...]
    trades: tuple[str, ...]
    road: tuple[str, ...]
    estate: tuple[str, ...]
    unit: tuple[str, ...]
    postcode: str
    regions: int
    centre: tuple[float, float]


_TRADES = ("Garments", "Textile", "Apparel", "Fashion", "Knitwear", "Knit Composite", "Shoes", "Footwear", "Printing",
           "Packaging", "Accessories", "Dyeing Mills", "Spinning Mills", "Washing", "Embroidery", "Leather", "Foods",
           "Industries", "International", "Manufacturing", "Enterprise", "Trading", "Sportswear",
           "Plastics")  # fmt: skip

COUNTRIES = (
    Country("CN", "dong guan zhou xin hua jia ning bo shan tai li feng yuan hong wei long sheng ming jin hai "
            "tong de fu zhong",
            ("Co., Ltd.", "Co.,Ltd", "Company Limited", "Limited", "Co. Ltd"), _TRADES,
            ("Road", "Rd", "Rd."), ("Industrial Zone", "Industrial Park", "Economic Development Zone"),
            ("Building", "Bldg"), "6", 40, (30.0, 114.0)),
    Country("BD", "rah man has an ali kar im sul tan noor zam jam una bis mil shah par veen mono tex uni fakir",
            ("Ltd.", "Limited", "(Pvt) Ltd", "Ltd"), _TRADES, ("Road", "Rd", "Sarak"),
            ("EPZ", "BSCIC Industrial Area"), ("Plot", "Plot No."), "4", 20, (23.8, 90.3)),
    Country("IN", "shree bala ji raj lak shmi kri shna ven kat gan esh sun dar mal ani tex pra kash vij aya oma",
            ("Pvt. Ltd.", "Private Limited", "Pvt Ltd", "(P) Ltd"), _TRADES, ("Road", "Rd", "Marg"),
            ("Industrial Area", "Industrial Estate", "SIPCOT"), ("Plot No.", "Plot"), "6", 40, (20.0, 77.0)),
    Country("TR", "ak sa yil maz oz tek kar dem ir gul can bey oglu sel cuk al tin ten ers has mer yan",
            ("San. ve Tic. A.S.", "Sanayi ve Ticaret Ltd. Sti.", "San. Tic. Ltd. Sti.", "A.S."),
            ("Tekstil", "Konfeksiyon", "Triko", "Giyim", "Orme", "Boya", "Deri", "Ayakkabi", "Iplik", "Moda"),
            ("Cad.", "Caddesi", "Sok.", "Sokak"), ("Organize Sanayi Bolgesi", "OSB"), ("No:", "No"), "5", 30,
            (39.5, 32.0)),
    Country("VN", "viet nam hung thanh phu long binh minh tan an duc phong hoa dai nhat quang tien giang bac son",
            ("Co., Ltd", "Company Limited", "JSC", "Joint Stock Company"), _TRADES, ("Street", "St.", "Road"),
            ("Industrial Park", "Industrial Zone", "IP"), ("Lot", "Lo"), "6", 30, (16.0, 107.0)),
    Country("GB", "brad ley ash ton hart field green wood ham den ford wick stone bridge mar low nor ton kings "
            "bury west", ("Ltd", "Limited", "PLC", "UK Ltd"),
            ("Foods", "Bakery", "Dairy", "Packaging", "Farms", "Fresh Produce", "Meats", "Seafoods", "Brewery", "Mills",
             "Bakeries", "Ingredients"), ("Road", "Lane", "Street", "Way"),
            ("Industrial Estate", "Business Park", "Ind Est"), ("Unit", "Units"), "GB", 40, (52.5, -1.5)),
    Country("IT", "cal zi fi cio bel la ros si ver de mon te fer ra ri ma nu fat tu ra bian chi tes ser",
            ("S.r.l.", "SRL", "S.p.A.", "SpA"),
            ("Tessuti", "Confezioni", "Maglificio", "Pelletteria", "Calzaturificio", "Filati"),
            ("Via", "Viale", "Strada"), ("Zona Industriale", "Z.I."), ("Capannone", "No."), "5", 30, (43.5, 11.5)),
    Country("PT", "fer rei ra sil va con fec co es mal has tex nor te min ho san tos pe rei cos ta oli vei",
            ("Lda", "Lda.", "S.A.", "SA"), ("Texteis", "Confeccoes", "Malhas", "Calcado", "Tinturaria"),
            ("Rua", "Avenida", "R."), ("Parque Industrial", "Zona Industrial"), ("Lote", "Lt"), "PT", 15, (41.0, -8.3)),
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """One true site."""

    number: int
    country: Country
    brand: tuple[str, ...]
    trade: str
    legal: str
    name_suffix: str
    unit: str
    house: str
    street: str
    estate: str
    town: str
    region: str
    postcode: str
    workers: int
    point: tuple[float, float]
    centre: tuple[float, float]


class Places:
    """Towns with districts, estates, streets and postcodes, made once per country."""

    def __init__(self, country: Country, rng: random.Random, towns: int) -> None:
        self.regions = [_word(country, rng, 2).title() for _ in range(country.regions)]
        self.towns = []
        for _ in range(towns):
            centre = (country.centre[0] + rng.gauss(0, 3), country.centre[1] + rng.gauss(0, 3))
            self.towns.append((
                _word(country, rng, rng.choice((2, 2, 3))).title(), rng.choice(self.regions), centre,
                [_word(country, rng, 2).title() for _ in range(25)], [_word(country, rng, 2).title() for _ in range(3)],
                _postcode(country, rng),
            ))  # fmt: skip


def _word(country: Country, rng: random.Random, parts: int) -> str:
    return "".join(rng.choice(country.syllables.split()) for _ in range(parts))


def _postcode(country: Country, rng: random.Random) -> str:
    if country.postcode == "GB":
        return f"{rng.choice('ABCDEGLMNPRSW')}{rng.choice('ABDELNRST')}{rng.randint(1, 40)}"
    if country.postcode == "PT":
        return f"{rng.randint(1000, 9899)}"
    return "".join(str(rng.randint(1, 9)) for _ in range(int(country.postcode) - 2))


def _full_postcode(country: Country, stem: str, rng: random.Random) -> str:
    if country.postcode == "GB":
        return f"{stem} {rng.randint(0, 9)}{rng.choice('ABDEFGHJLNPQRSTUWXYZ')}{rng.choice('ABDEFGHJLNPQRSTUWXYZ')}"
    if country.postcode == "PT":
        return f"{stem}-{rng.randint(1, 999):03d}"
    return stem + rng.choice(("00", "10", "20", f"{rng.randint(0, 99):02d}"))


def _new_site(number: int, country: Country, places: Places, rng: random.Random) -> Site:
    town, region, centre, streets, estates, stem = rng.choice(places.towns)
    brand = tuple(_word(country, rng, rng.choice((2, 2, 3))).title() for _ in range(rng.choice((1, 1, 2))))
    on_estate = rng.random() < 0.45
    return Site(
        number, country, brand, rng.choice(country.trades), rng.choice(country.legal), "",
        str(rng.randint(1, 60)) if rng.random() < 0.35 else "", str(rng.randint(1, 400)) if rng.random() < 0.75 else "",
        rng.choice(streets), rng.choice(estates) if on_estate else "", town, region, _full_postcode(country, stem, rng),
        int(10 ** rng.uniform(1.3, 3.8)), (centre[0] + rng.gauss(0, 0.04), centre[1] + rng.gauss(0, 0.04)), centre,
    )  # fmt: skip


def _relative(base: Site, number: int, places: Places, rng: random.Random) -> Site:
    """A near-double that is another site: a numbered unit next door, a branch in another town, a neighbour."""
    other = _new_site(number, base.country, places, rng)
    kind = rng.random()
    if kind < 0.4:
        suffix = rng.choice(("Unit {}", "Unit-{}", "Factory {}", "({})", "Branch {}", "#{}")).format(rng.randint(2, 9))
        return replace(base, number=number, name_suffix=suffix, unit=other.unit, house=str(rng.randint(1, 400)),
                       workers=other.workers, point=(base.point[0] + 0.002, base.point[1]))  # fmt: skip
    if kind < 0.75:
        return replace(other, brand=base.brand, trade=base.trade, legal=base.legal,
                       name_suffix=rng.choice(("", f"({other.town})", f"- {other.town}")))  # fmt: skip
    return replace(other, town=base.town, region=base.region, street=base.street, estate=base.estate,
                   centre=base.centre, postcode=base.postcode, house=str(rng.randint(1, 400)),
                   point=(base.point[0] + 0.003, base.point[1]))  # fmt: skip


def _typo(text: str, rng: random.Random) -> str:
    letters = [i for i, c in enumerate(text) if c.isalpha()]
    if len(letters) < 5:
        return text
    at = rng.choice(letters[1:])
    kind = rng.random()
    if kind < 0.3:
        return text[:at] + text[at + 1 :]
    if kind < 0.55:
        return text[:at] + rng.choice("aeiounrstlmkh") + text[at:]
    if kind < 0.8:
        return text[:at] + rng.choice("aeiounrstlmkh") + text[at + 1 :]
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]


_SOUNDS = (
    ("sh", "s"),
    ("zh", "z"),
    ("ou", "u"),
    ("ee", "i"),
    ("ph", "f"),
    ("ng", "n"),
    ("w", "v"),
    ("y", "i"),
    ("oo", "u"),
)


def _name(site: Site, rng: random.Random) -> str:
    brand = list(site.brand)
    if rng.random() < 0.06:
        sounded = [(a, b) for a, b in _SOUNDS if a in brand[0].lower()]
        if sounded:
            brand[0] = brand[0].lower().replace(*rng.choice(sounded)).title()
    if rng.random() < 0.04 and len(brand) == 2:
        brand = ["".join(brand)]
    trade = [] if rng.random() < 0.08 else [site.trade]
    legal = "" if rng.random() < 0.25 else site.legal if rng.random() < 0.6 else rng.choice(site.country.legal)
    words = [*brand, *trade]
    if rng.random() < 0.03 and len(words) > 1:
        rng.shuffle(words)
    name = " ".join(words)
    if site.name_suffix and rng.random() < 0.3:
        name, legal = f"{name} {legal}".strip(), ""
    name = " ".join(part for part in (name, legal, site.name_suffix) if part)
    if rng.random() < 0.14:
        name = _typo(name, rng)
    if rng.random() < 0.008:
        name = "".join(c + (" " if c.isalpha() and rng.random() < 0.45 else "") for c in name)
    return _case(name, rng)


def _case(text: str, rng: random.Random) -> str:
    kind = rng.random()
    return text.upper() if kind < 0.35 else text.lower() if kind < 0.45 else text


def _address(site: Site, rng: random.Random) -> str:
    country = site.country
    road = rng.choice(country.road)
    number = f"{rng.choice(('No. ', '', '', '#'))}{site.house}" if site.house else ""
    street = f"{road} {site.street}" if country.code in ("IT", "PT") else f"{site.street} {road}"
    unit = f"{rng.choice(country.unit)} {site.unit}" if site.unit and rng.random() > 0.03 else ""
    estate = f"{site.estate} {rng.choice(country.estate)}" if site.estate and rng.random() > 0.1 else ""
    street = "" if estate and rng.random() < 0.15 else street
    parts = [unit, f"{street} {number}" if country.code in ("IT", "PT", "TR") else f"{number} {street}", estate]
    parts.append(site.town if rng.random() > 0.06 else "")
    parts.append(site.region if rng.random() < 0.7 else "")
    if rng.random() < 0.08:
        rng.shuffle(parts)
    if rng.random() < 0.55:
        parts.append(site.postcode)
    if rng.random() < 0.25:
        parts.append({"CN": "China", "BD": "Bangladesh", "IN": "India", "TR": "Turkey", "VN": "Vietnam",
                      "GB": "United Kingdom", "IT": "Italy", "PT": "Portugal"}[country.code])  # fmt: skip
    text = rng.choice((", ", " ", ", ", ",")).join(part.strip() for part in parts if part.strip())
    for _ in range(2):
        if rng.random() < 0.13:
            text = _typo(text, rng)
    return _case(text, rng)


def _mention(site: Site, list_id: str, row: int, rng: random.Random) -> tuple[object, ...]:
    workers = None
    if rng.random() < 0.4:
        workers = site.workers if rng.random() < 0.6 else max(1, int(site.workers * rng.uniform(0.8, 1.25)))
    lat = lng = None
    if rng.random() < 0.5:
        kind = rng.random()
        if kind < 0.65:
            lat, lng = site.point[0] + rng.gauss(0, 0.0007), site.point[1] + rng.gauss(0, 0.0007)
        elif kind < 0.95:
            lat, lng = round(site.centre[0], 4), round(site.centre[1], 4)
        else:
            lat, lng = site.point[0] + rng.gauss(0, 1), site.point[1] + rng.gauss(0, 1)
        lat, lng = round(lat, 6), round(lng, 6)
    country = site.country.code if rng.random() > 0.005 else None
    return list_id, str(row), _name(site, rng), _address(site, rng), country, lat, lng, workers


def generate(mentions: int, seed: int = 7) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Listings and truth (list, row, site) with about `mentions` listings."""
    rng = random.Random(seed)
    count = mentions // 3
    places = {country.code: Places(country, rng, max(20, count // 400)) for country in COUNTRIES}
    sites: list[Site] = []
    while len(sites) < count:
        country = rng.choices(COUNTRIES, (30, 15, 15, 12, 12, 8, 5, 3))[0]
        base = _new_site(len(sites), country, places[country.code], rng)
        sites.append(base)
        for _ in range(rng.choices((0, 1, 2, 4), (70, 18, 8, 4))[0]):
            sites.append(_relative(base, len(sites), places[country.code], rng))
    rows: list[tuple[object, ...]] = []
    truth: list[tuple[str, str, int]] = []
    lists = max(20, mentions // 500)
    counters = [1] * lists
    for site in sites:
        for at in rng.sample(range(lists), min(lists, 1 + min(11, int(rng.expovariate(0.5))))):
            counters[at] += 1
            list_id = f"brand-{at:05d}/2024-01-01"
            rows.append(_mention(site, list_id, counters[at], rng))
            truth.append((list_id, str(counters[at]), site.number))
    columns = ["list", "row", "name", "address", "country", "lat", "lng", "workers_min"]
    frame = pl.DataFrame(rows, schema={column: SCHEMA[column] for column in columns}, orient="row")
    missing = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in columns]
    frame = frame.with_columns(missing).with_columns(part=pl.lit("site"), workers_max=pl.col("workers_min"))
    return frame.select(list(SCHEMA)), pl.DataFrame(truth, schema=["list", "row", "site"], orient="row")


def main() -> None:
    mentions, folder = int(sys.argv[1]), Path(sys.argv[2])
    listings, truth = generate(mentions, int(sys.argv[3]) if len(sys.argv) > 3 else 7)
    folder.mkdir(parents=True, exist_ok=True)
    listings.write_parquet(folder / "listings.parquet")
    truth.write_parquet(folder / "truth.parquet")
    print(listings.height, truth["site"].n_unique())


if __name__ == "__main__":
    main()
