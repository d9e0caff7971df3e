"""Small lists for the tests of resolution: one true pair spelled differently, its near-double, and strangers."""

from __future__ import annotations

import csv
from pathlib import Path

from hefboom.graph import DataFolder, OpenData, open_data
from hefboom.loaders.load import load
from hefboom.loaders.load_options import LoadOptions

HEADER = ("name", "address", "country", "os_id", "workers")
FLIXTON = ("2 Sisters Food Group (Flixton)", "Main Road, Flixton, Bungay, NR35 1LD", "GB", "", "400")
FLIXTON_AGAIN = ("2  SISTERS  FOOD  GROUP  -  FLIXTON", "Main Road Flixton Bungay Suffolk NR35 1LD", "GB", "", "400")
FLIXTON_THIRD = ("2 Sisters Food Group Flixton Ltd", "Main Rd, Flixton, Bungay NR35 1LD", "GB", "", "400")
SCUNTHORPE = ("2 Sisters Food Group (Scunthorpe)", "Luneburg Way, Scunthorpe, DN15 8LP", "GB", "", "900")
STRANGERS = [
    (f"{name} Garments Ltd", f"Plot {number}, {street} Road, {town}", "BD", "", str(100 + number))
    for number, (name, street, town) in enumerate(
        [
            ("Polygontech", "Mirpur", "Dhaka"), ("Zentara", "Ashulia", "Savar"), ("Quillon", "Chandra", "Gazipur"),
            ("Brambex", "Halishahar", "Chittagong"), ("Norwick", "Tongi", "Gazipur"), ("Ostrava", "Uttara", "Dhaka"),
            ("Fennimor", "Kanchpur", "Narayanganj"), ("Ludovar", "Fatullah", "Narayanganj"),
            ("Sirocco", "Bhaluka", "Mymensingh"),
        ],
        start=1,
    )
]  # fmt: skip
Row = tuple[str, str, str, str, str]


def load_list(
    data: Path, company: str, rows: list[Row], visibility: str = "public", date: str = "2024-01-01", **options: object
) -> str:
    """Load rows as one list of a brand; its id."""
    from datetime import date as day

    file = data.parent / f"{company}-{date}-{len(list(data.parent.iterdir()))}.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        writer.writerows(rows)
    told = LoadOptions(
        contributor=company, contributor_kind="brand", date=day.fromisoformat(date), visibility=visibility,
        **options,  # type: ignore[arg-type]
    )  # fmt: skip
    report = load([file], told, DataFolder(data)).reports[0]
    assert report.error is None
    assert report.list is not None
    return report.list.removeprefix(open_data(data).names.list(""))


def site_of(data: Path, list_id: str, row: str, scopes: list[str] | None = None) -> str:
    """The site that a row is about, as seen in some scopes (None: all)."""
    held: OpenData = open_data(data)
    found = held.tables(scopes).execute(
        """SELECT DISTINCT site FROM identity
        WHERE list = ? AND row = ? AND site NOT IN (SELECT alias FROM site_aliases)""",
        [list_id, row],
    ).fetchall()  # fmt: skip
    assert len(found) == 1
    return str(found[0][0])
