"""Fictional due diligence files: twelve for the demo, from leader to laggard, and as many as a measurement wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Final

import yaml  # type: ignore[import-untyped]

from hefboom.graph.iris import Names, slug
from hefboom.loaders.company_read import Record
from hefboom.loaders.company_schema import COMPANY_SHEET, sheets
from hefboom.loaders.company_workbook import write_company_workbook
from hefboom.loaders.demo_company_gaps import Document, closed_document, earlier, rows_of, with_gaps
from hefboom.loaders.demo_company_parts import (
    FileSite,
    Row,
    Setting,
    chain,
    company_part,
    risks,
    step_one,
)
from hefboom.loaders.demo_company_response import plans, tracking
from hefboom.loaders.demo_company_telling import telling_and_remedy
from hefboom.loaders.demo_words import MEMBERS
from hefboom.loaders.demo_world import World, make_world
from hefboom.loaders.os_ids import ALPHABET, check_character
from hefboom.ontology.codes import Language, codes

DEMO_DAY: Final = date(2026, 11, 1)
_SITES_PER_FILE: Final = 6
_WORLD_SEED: Final = 2016
"""The seed of the lists of the demo, so that files and lists speak of the same sites."""

_GAPS: Final = (0.0, 0.0, 0.02, 0.04, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.75)
"""Share of the answers that each member of the demo leaves open."""
_LATE: Final = 7
"""From this member on, a complaint waits without a step."""

_SMALL_SHEETS: Final = (
    "policies",
    "responsibilities",
    "product_lines",
    "sites",
    "relations",
    "assessments",
    "risks",
    "involvements",
    "plans",
    "actions",
    "communications",
    "mechanisms",
)


def complete_document(it: Setting) -> Document:
    """A file in which nothing is missing on any step."""
    document: Document = {COMPANY_SHEET: company_part(it)}
    for part in (step_one, chain, risks, plans, tracking, telling_and_remedy):
        document |= part(it)
    return {name: document[name] for name in sheets() if name in document}


def small_document(number: int, at: date, random: Random) -> Document:
    """A file of a small firm that has just begun: one product line, one site, one risk; about 45 statements."""
    site = FileSite(
        f"Site {number}", f"Road {number}", random.choice(("BD", "IN", "TR", "CN")), 20.0, 80.0, "", 1, "sewing", 100
    )
    full = complete_document(Setting(f"Firm {number}", "sme", at, [site], random))
    document: Document = {COMPANY_SHEET: {key: full[COMPANY_SHEET][key] for key in ("name", "year", "size")}}  # type: ignore[call-overload]
    for name in _SMALL_SHEETS:
        rows = [dict(row) for row in rows_of(full, name)][:1]
        if random.random() < 0.57:
            document[name] = [
                {key: value for key, value in row.items() if (value and random.random() < 0.5) or _kept(name, key)}
                for row in rows
            ]
    return closed_document(document)


def _kept(name: str, key: str) -> bool:
    return key == "id" or any(field.name == key and field.required for field in sheets()[name].fields)


def as_records(document: Document) -> list[Record]:
    """The records of a document, as reading it from a file gives them."""
    records: list[Record] = []
    for name in document:
        for number, row in enumerate(rows_of(document, name), start=1):
            values = {
                key: tuple(value) if isinstance(value, list) else (value,) for key, value in row.items() if key != "id"
            }
            given = {key: tuple(text for text in texts if text) for key, texts in values.items()}
            records.append(Record(name, str(number), str(row.get("id", "")), given, {}))
    return records


def _file_sites(world: World, member: str) -> list[FileSite]:
    """Sites of a member: most at tier 1, and one that supplies the first of them."""
    processes = {code.label_en: code.short for code in codes("process")}
    direct = world.bought_by(member)[: _SITES_PER_FILE - 1]
    beyond = [world.sites[supply.supplier] for supply in world.supplies if supply.buyer == direct[0].number][:1]
    return [
        FileSite(
            site.name,
            f"{site.place}, {site.city}",
            site.country,
            site.lat,
            site.lng,
            site.os_id or "",
            site.tier,
            processes[site.process],
            site.workers,
        )
        for site in direct + beyond
    ]


def _os_id(country: str, number: int) -> str:
    """An OS ID that passes its check, another for each number, and none that the lists of the demo have."""
    stem = f"{country}2001000{''.join(ALPHABET[number // 32**place % 32] for place in range(5))}"
    return stem + check_character(stem)


def demo_documents(at: date = DEMO_DAY, world: World | None = None) -> Iterator[tuple[str, Document]]:
    """The files of the twelve members of the demo's covenant by name, from leader to laggard."""
    world = world or make_world(Random(_WORLD_SEED))
    for number, (member, share) in enumerate(zip(MEMBERS, _GAPS, strict=True)):
        random = Random(f"{member} {at}")
        size = "sme" if number % 3 == 2 else "large"
        document = complete_document(Setting(member, size, at, _file_sites(world, member), random))
        if number == 0:
            document["sites"] = [
                row | {"os_id": row["os_id"] or _os_id(str(row["country"]), place)}
                for place, row in enumerate(rows_of(document, "sites"))
            ]
        if number >= _LATE:
            late: Row = {"received_on": earlier(at.isoformat(), 150), "steps_on": [earlier(at.isoformat(), 120)]}
            document["complaints"] = [
                row | late if row["status"] == "in-progress" else row for row in rows_of(document, "complaints")
            ]
        yield member, with_gaps(document, share, random)


def write_demo_company_files(folder: Path, at: date = DEMO_DAY, world: World | None = None) -> list[Path]:
    """Write the twelve files of the demo: every other one a workbook, in Dutch or English, the rest YAML."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for number, (member, document) in enumerate(demo_documents(at, world)):
        if number % 2:
            path = folder / f"{slug(member)}.yaml"
            path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
        else:
            language: Language = "nl" if number % 4 else "en"
            path = folder / f"{slug(member)}.xlsx"
            write_company_workbook(path, language, document)
        written.append(path)
    return written


def company_graph(names: Names, name: str, year: int) -> str:
    """The IRI of the graph of a company's file."""
    return f"{names.base}/file/{slug(name)}/{year}"


def sample_documents(count: int, at: date, seed: int, sites: Sequence[FileSite] = ()) -> Iterator[Document]:
    """Files of all degrees of completeness for tests and measurements, small and full ones by turns."""
    random = Random(seed)
    for number in range(count):
        if number % 4:
            yield small_document(number, at, random)
        else:
            chosen = list(sites) or [
                FileSite(
                    f"Site {number}-{n}",
                    f"Road {n}",
                    (country := random.choice(("BD", "IN", "TR", "CN"))),
                    20.0 + n,
                    80.0,
                    _os_id(country, 4 * number + n),
                    1 if n < 3 else 2,
                    "sewing",
                    100,
                )
                for n in range(1, 5)
            ]
            full = complete_document(Setting(f"Firm {number}", random.choice(("sme", "large")), at, chosen, random))
            yield with_gaps(full, random.choice((0.02, 0.1, 0.2, 0.4)), random)
