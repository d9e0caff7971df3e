"""Exact keys: when two listings say the same name and the same address, apart from how they spell them.

A key never loses a digit, so two units, branches or buildings of one company keep different keys.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

import polars as pl

from hefboom.loaders.countries import folded_names
from hefboom.loaders.text import fold_cells
from hefboom.plain_text import fold


@cache
def _legal_forms() -> tuple[str, str, str]:
    """Patterns of the legal forms that are dropped anywhere, at the end and at the start of a folded name."""
    forms: dict[str, set[str]] = {"any": set(), "end": set(), "start": set()}
    text = files("hefboom.ontology").joinpath("facts/legal_forms.csv").read_text(encoding="utf-8")
    for record in csv.DictReader(text.splitlines()):
        forms[record["position"]].add(fold(record["form"]))
    patterns = {place: "|".join(sorted(found, key=lambda form: (-len(form), form))) for place, found in forms.items()}
    ending = f"{patterns['end']}|{patterns['any']}"
    return rf"\b(?:{patterns['any']})\b", rf"(?: (?:{ending}))+$", rf"^(?:(?:{patterns['start']}) )+"


def _without_legal_forms(names: pl.Series) -> pl.Series:
    """One pass over folded names; a name of which nothing would remain stays as it is."""
    anywhere, at_end, at_start = _legal_forms()
    shorter = names.str.replace_all(anywhere, " ").str.replace_all(" {2,}", " ").str.strip_chars()
    shorter = shorter.str.replace(at_end, "").str.replace(at_start, "").str.strip_chars()
    return shorter.zip_with(shorter != "", names)


def name_keys(names: pl.Series) -> pl.Series:
    """The key of every name: folded, without legal forms, words in their order; null where nothing can be compared.

    Passes are repeated while they change something, so a key is its own key.
    """
    keys = fold_cells(names)
    keys = keys.set(keys == "", None)
    changed = keys.is_not_null().arg_true()
    while changed.len():
        before = keys.gather(changed)
        after = _without_legal_forms(before)
        moved = (after != before).arg_true()
        changed = changed.gather(moved)
        keys = keys.scatter(changed, after.gather(moved))
    return keys.rename("name_key")


def address_keys(addresses: pl.Series, countries: pl.Series) -> pl.Series:
    """The key of every address: folded, without the names of its own country (alpha-2) at the end.

    Null where there is no address, and where it says no more than the country: that is no place to meet at.
    """
    work = pl.DataFrame({"key": fold_cells(addresses), "country": countries}).with_row_index("n")
    parts = [_without_country(part, str(code[0])) for code, part in _by_country(work)]
    keys = pl.concat(parts).sort("n").get_column("key") if parts else work.get_column("key")
    return keys.set(keys == "", None).rename("address_key")


def _by_country(work: pl.DataFrame) -> list[tuple[tuple[object, ...], pl.DataFrame]]:
    return list(work.partition_by("country", as_dict=True).items())


def _without_country(part: pl.DataFrame, country: str) -> pl.DataFrame:
    names = folded_names(country)
    if not names:
        return part
    alternatives = "|".join(re.escape(name) for name in names)
    return part.with_columns(pl.col("key").str.replace(rf"(?:(?:^| )(?:{alternatives}))+$", ""))


def identity_key() -> pl.Expr:
    """The exact key of a listing, from its name_key, address_key and country; null unless all three are there."""
    return pl.concat_str("name_key", "address_key", "country", separator="|")
