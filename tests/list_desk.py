"""A place to write small lists, load them through the public door, and look at what came of it."""

from __future__ import annotations

import csv
import datetime
import io
import os
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from hefboom.graph import DataFolder, OpenData, open_data
from hefboom.graph.visibility import graph_scopes
from hefboom.loaders.load import load, load_each
from hefboom.loaders.load_options import LoadOptions
from hefboom.loaders.load_report import ListReport
from hefboom.loaders.os_ids import ALPHABET

TODAY = datetime.date(2026, 1, 1)
REFERENCE = ("https://w3id.org/hefboom/scheme", "https://w3id.org/hefboom/ns")


def made_os_id(number: int, country: str = "IN") -> str:
    """A sound OS ID: the same number gives the same one."""
    digits = "".join(ALPHABET[number // 32**place % 32] for place in reversed(range(5)))
    body = f"{country}2024001{digits}"
    total = sum(map(ord, body[:2])) + sum(ALPHABET.index(character) for character in body[2:])
    return body + ALPHABET[total % 32]


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as CSV; the headers are those of all rows, in order of appearance."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headers, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class Desk:
    """A folder for files (`place`) with a data folder (`place/data`) in it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.folder = DataFolder(place / "data")

    def write(self, name: str, content: str | bytes | Sequence[dict[str, Any]]) -> Path:
        """Write a file: text, bytes, or rows for a CSV file."""
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, (str, bytes)) else as_csv(content)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def load(self, name: str, content: Any = None, /, **options: Any) -> ListReport:
        """Write one file, when content is given, and load it; a date given as text becomes a day."""
        path = self.place / name if content is None else self.write(name, content)
        return load([path], as_options(options), self.folder).reports[0]

    def load_all(self, *files: tuple[str, Any, dict[str, Any]]) -> list[ListReport]:
        """Write and load several files, each with options of its own, as one step."""
        pairs = [(self.write(name, content), as_options(options)) for name, content, options in files]
        return list(load_each(pairs, self.folder).reports)

    @property
    def data(self) -> OpenData:
        """What is loaded, opened anew."""
        return open_data(self.folder.path)

    @property
    def generation(self) -> str:
        """The name of the generation in use."""
        return (self.folder.path / "CURRENT").read_text().strip()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that an SQL query gives on the projection."""
        with self.data.tables() as connection:
            return connection.execute(query, values).fetchall()

    def sites(self) -> dict[tuple[str, str], set[str]]:
        """The sites that each listing (list, row) refers to, those that were replaced left out."""
        found: dict[tuple[str, str], set[str]] = {}
        query = "SELECT list, row, site FROM identity WHERE site NOT IN (SELECT alias FROM site_aliases)"
        for name, row, site in self.rows(query):
            found.setdefault((name, row), set()).add(site)
        return found

    def site(self, name: str, row: str) -> str:
        """The one site that a listing refers to."""
        (site,) = self.sites()[name, row]
        return site

    def statements(self, *kinds: str) -> list[str]:
        """All statements as sorted N-Quads, without ontology and schemes; of some kinds of graph, if any is named."""
        prefixes = tuple(f"/graph/{kind}/" for kind in kinds)
        return sorted(
            str(quad)
            for quad in self.data.store
            if str(quad.graph_name).strip("<>") not in REFERENCE
            and (not prefixes or any(prefix in str(quad.graph_name) for prefix in prefixes))
        )

    def seen(self, scopes: Collection[str]) -> list[str]:
        """The statements in graphs of some scopes, as sorted N-Quads, ontology and schemes left out."""
        data = self.data
        held = graph_scopes(data.store, data.names.base)
        graphs = [name for name, scope in held.items() if scope in scopes and name not in REFERENCE]
        return sorted(
            str(quad)
            for graph in graphs
            for quad in data.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        )

    def hefboom(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command line on this desk's data folder, from its place."""
        command = [sys.executable, "-m", "hefboom", *arguments]
        wanted = {**os.environ, "HEFBOOM_DATA": "data", **environment}
        return subprocess.run(command, cwd=self.place, env=wanted, capture_output=True, text=True)


def as_options(options: dict[str, Any]) -> LoadOptions:
    """Options of a load with a fixed today; a date given as text becomes a day."""
    chosen = {"today": TODAY, **options}
    if isinstance(chosen.get("date"), str):
        chosen["date"] = datetime.date.fromisoformat(chosen["date"])
    return LoadOptions(**chosen)
