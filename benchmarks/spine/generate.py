"""A download of the public register of any size: 17 columns, sites with the contributions of brands and others.

    python benchmarks/spine/generate.py --sites 100000 --out register.csv

Contributors follow a power law, as they do in the register: few name many sites, most name few. A tenth of the
contributions is anonymous ("A Brand / Retailer"). The same arguments write the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hefboom.loaders.os_ids import ALPHABET

_COUNTRIES = (
    ("BD", "Bangladesh", 23.8, 90.4, 14),
    ("CN", "China", 30.0, 115.0, 34),
    ("IN", "India", 22.0, 78.0, 18),
    ("TR", "Turkey", 39.0, 33.0, 9),
    ("PK", "Pakistan", 30.0, 70.0, 7),
    ("VN", "Vietnam", 16.0, 107.0, 9),
    ("ID", "Indonesia", -6.5, 107.5, 4),
    ("PT", "Portugal", 41.0, -8.4, 3),
    ("NA", "Namibia", -22.0, 17.0, 2),
)
_HEADS = (
    "Shona",
    "Megh",
    "Vana",
    "Neela",
    "Jinlan",
    "Yunhe",
    "Öz",
    "Deniz",
    "Noor",
    "Phú",
    "Serra",
    "Auas",
    "Kash",
    "Tara",
)
_TAILS = (
    "kuri",
    "pata",
    "dhara",
    "nool",
    "zhen",
    "xiu",
    "örgü",
    "iplik",
    "baft",
    "kim",
    "fio",
    "veld",
    "mukhi",
    "mani",
)
_TRADES = ("Garments", "Apparels", "Knitwear", "Textile", "Dyeing", "Spinning Mills", "Fashions", "Trims", "Footwear")
_LEGAL = ("Ltd.", "Limited", "Co., Ltd.", "Pvt. Ltd.", "")
_STREETS = ("Mill Road", "Industrial Area", "Station Road", "Main Street", "Export Zone", "Canal Road", "Park Lane")
_SECTORS = ("Apparel", "Apparel|Textiles", "Apparel|Footwear", "Textiles", "Food & Beverage|Agriculture")
_PROCESSES = ("Sewing", "Cutting|Sewing", "Knitting", "Textile Dyeing", "Weaving", "Yarn spinning", "", "")
_WORKERS = ("", "120", "100-150", "839|810", "2300", "45", "500-1000")
_ANONYMOUS = "A Brand / Retailer"


def make_register(sites: int, contributors: int, mean_contributions: float, seed: int) -> pl.DataFrame:
    """A frame of `sites` rows in the 17 columns of the register's download, all text."""
    random = np.random.default_rng(seed)
    weights = np.array([country[4] for country in _COUNTRIES], dtype=float)
    country = random.choice(len(_COUNTRIES), sites, p=weights / weights.sum())
    process = _some(_PROCESSES, sites, random)
    return pl.DataFrame(
        {
            "os_id": _os_ids(country, random),
            "contribution_date": _dates(sites, random),
            "name": _names(sites, random),
            "address": _addresses(sites, random),
            "country_code": _some_by(country, [entry[0] for entry in _COUNTRIES]),
            "country_name": _some_by(country, [entry[1] for entry in _COUNTRIES]),
            "lat": _near(country, 2, random),
            "lng": _near(country, 3, random),
            "sector": _some(_SECTORS, sites, random),
            "contributor (list)": _contributions(sites, contributors, mean_contributions, random),
            "number_of_workers": _some(_WORKERS, sites, random),
            "parent_company": _some(("", "", "", *(f"{head} Group" for head in _HEADS)), sites, random),
            "processing_type_facility_type_raw": process,
            "facility_type": _some(("", "Final Product Assembly", "Textile or Material Production"), sites, random),
            "processing_type": process,
            "product_type": _some(("", "Shirts", "Trousers|Jackets", "Yarn"), sites, random),
            "is_closed": _some(("False",) * 49 + ("True",), sites, random),
        }
    )


def _some(values: tuple[str, ...], count: int, random: np.random.Generator) -> pl.Series:
    return _some_by(random.integers(0, len(values), count), values)


def _some_by(positions: NDArray[np.int64], values: tuple[str, ...] | list[str]) -> pl.Series:
    return pl.Series(values, dtype=pl.String).gather(positions)


def _numbers(low: int, high: int, count: int, random: np.random.Generator) -> pl.Series:
    return pl.Series(random.integers(low, high, count)).cast(pl.String)


def _names(sites: int, random: np.random.Generator) -> pl.Series:
    """Names that are nearly all different: parts, a trade, a unit number for some, a legal form for most."""
    unit = pl.Series(random.integers(0, 40, sites))
    units = pl.select(pl.when(unit < 12).then(pl.lit(" Unit ") + unit.cast(pl.String)).otherwise(pl.lit("")))
    parts = [_some(_HEADS, sites, random), _some(_TAILS, sites, random)]
    name = parts[0] + parts[1] + " " + _some(_HEADS, sites, random) + " " + _some(_TRADES, sites, random)
    return (name + units.to_series() + " " + _some(_LEGAL, sites, random)).str.strip_chars()


def _addresses(sites: int, random: np.random.Generator) -> pl.Series:
    plot = "Plot " + _numbers(1, 4000, sites, random)
    return plot + ", " + _some(_STREETS, sites, random) + ", " + _numbers(10_000, 99_999, sites, random)


def _near(country: NDArray[np.int64], column: int, random: np.random.Generator) -> pl.Series:
    centre = np.array([float(entry[column]) for entry in _COUNTRIES])[country]
    return pl.Series(np.round(centre + random.normal(0, 1.0, country.size), 6)).cast(pl.String)


def _dates(sites: int, random: np.random.Generator) -> pl.Series:
    return pl.Series(np.datetime64("2019-01-01") + random.integers(0, 2000, sites)).cast(pl.Date).cast(pl.String)


def _os_ids(country: NDArray[np.int64], random: np.random.Generator) -> pl.Series:
    """Well-formed OS IDs of 2001, before the register existed, each with its check character; all different."""
    letters = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
    count = country.size
    serial = random.permutation(32**5)[:count] if count <= 32**5 else np.arange(count)
    day = random.integers(1, 366, count)
    figures = [2, 0, 0, 1, day // 100, day // 10 % 10, day % 10]
    values = [np.broadcast_to(np.asarray(figure), (count,)) for figure in figures]
    values += [serial // 32**power % 32 for power in range(5)]
    codes = np.array([[ord(letter) for letter in entry[0]] for entry in _COUNTRIES])[country]
    check = (codes.sum(axis=1) + np.sum(values, axis=0)) % 32
    text = np.column_stack([codes.astype(np.uint8), *(letters[value] for value in [*values, check])])
    return pl.Series(np.ascontiguousarray(text).view("S15").ravel().astype("U15").tolist())


def _contributions(sites: int, contributors: int, mean: float, random: np.random.Generator) -> pl.Series:
    """Per site "Name [Public List] (Name Suppliers 2024)" or an anonymous kind, joined by bars; at least one."""
    rank = np.arange(1, contributors + 1)
    weights = 1 / rank**0.9
    counts = 1 + random.poisson(mean - 1, sites)
    who = random.choice(contributors, counts.sum(), p=weights / weights.sum())
    names = [f"Brand {n:04} [Public List] (Brand {n:04} Suppliers {2019 + n % 6})" for n in rank]
    text = _some_by(who, names)
    hidden = pl.Series(random.random(who.size) < 0.1)
    text = text.zip_with(~hidden, pl.repeat(_ANONYMOUS, who.size, eager=True))
    frame = pl.DataFrame({"site": np.repeat(np.arange(sites), counts), "text": text})
    return frame.group_by("site", maintain_order=True).agg(pl.col("text").str.join("|"))["text"]


def main() -> None:
    """Write the file and say how large it became."""
    parser = argparse.ArgumentParser(description="Write a register download of any size.")
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--contributors", type=int, default=300)
    parser.add_argument("--mean", type=float, default=3.0, help="contributions per site, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    frame = make_register(options.sites, options.contributors, options.mean, options.seed)
    frame.write_csv(options.out, quote_style="always")
    contributions = frame["contributor (list)"].str.count_matches(r"\|", literal=False).sum() + frame.height
    print(
        f"{options.out}: {frame.height:,} sites, {contributions:,} contributions, {options.out.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    main()
