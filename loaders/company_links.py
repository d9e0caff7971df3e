"""What tables beside a company's due diligence file lose or gain when that file is loaded again: told, never silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from hefboom.graph.catalogue import ListEntry, read_entries, tables_by_file
from hefboom.graph.completeness_files import site_keys
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import HEF, Names, slug
from hefboom.loaders.company_staging import literal_text
from hefboom.loaders.company_tables import HEAT_MAP, table_columns
from hefboom.loaders.findings import Finding
from hefboom.loaders.staging import Staging

_ID: Final = "<http://purl.org/dc/terms/identifier>"
_LABEL: Final = "<http://www.w3.org/2000/01/rdf-schema#label>"
_STATED: Final = f"<{HEF}statedReference>"
_Rows = dict[str, list[tuple[str, str]]]
"""Predicate and object of the statements on each node, as terms."""


def findings_of_tables(
    folder: DataFolder, entries: Sequence[ListEntry], new: Mapping[str, Staging]
) -> dict[str, list[Finding]]:
    """What becomes of the tables beside the due diligence files among `new` lists, by the id of the file.

    `entries` is the catalogue as it shall be, `new` the rows of lists that are loaded now, by the id of the list.
    """
    current, names = folder.current(), Names(folder.base())
    before = {entry.list: entry for entry in (read_entries(current / "tables" / "lists.parquet") if current else [])}
    beside = tables_by_file(entries)

    def lines(entry: ListEntry, staging: Staging | None = None) -> list[str]:
        if staging is not None:
            return [line for line in staging.distinct("file_statements", "line") if line]
        file = current / "tables" / "file_statements" / f"{entry.seq}.parquet" if current else None
        return pl.read_parquet(file, columns=["line"])["line"].to_list() if file is not None and file.is_file() else []

    found: dict[str, list[Finding]] = {}
    for file in entries:
        tables = beside.get(file.list) if file.list in new else None
        if not tables:
            continue
        graph, was = names.list(file.list), before.get(file.list)
        now = FileRows(graph, lines(file, new[file.list]))
        old = FileRows(graph, lines(was)) if was is not None else None
        told = found.setdefault(file.list, [])
        for table in tables:
            told += changed_references(table, lines(table, new.get(table.list)), now, old)
            closed = None if table.list in new else changed_visibility(before.get(table.list), table, file)
            told += [closed] if closed else []
    return found


class FileRows:
    """The rows of a company's file: which nodes there are, and by what its sites are known."""

    def __init__(self, graph: str, lines: Iterable[str]) -> None:
        text = "\n".join(lines)
        self.graph = graph
        self.nodes = {line.partition(" ")[0].strip("<>") for line in text.splitlines()}
        self.places = {key for keys in site_keys(text, f"{graph}/site/").values() for key in keys}


def changed_references(table: ListEntry, lines: Iterable[str], now: FileRows, before: FileRows | None) -> list[Finding]:
    """Where a table, by its statements, refers to what the company's file does not have, or has as something else.

    `before` is the file that `now` took the place of. Findings have the id of the row in the table, the column as
    `<table>.<field>` and the cell; they come in the order of rows.
    """
    lines = sorted(lines)
    rows: _Rows = {}
    for line in lines:
        subject, predicate, term = line.split(" ", 2)
        rows.setdefault(subject.strip("<>"), []).append((predicate, term))
    found = [*_gone(table, rows, now), *_sites(table, lines, rows, now, before), *_rated(table, rows, now)]
    return sorted(found, key=lambda one: (one.column or "", one.row or ""))


def _named(table: ListEntry) -> str:
    return f"'{table.kind}' ({table.file.replace(chr(92), '/').rpartition('/')[2]})"


def _gone(table: ListEntry, rows: _Rows, now: FileRows) -> Iterator[Finding]:
    """Links to rows that the file does not have."""
    for subject, told in rows.items():
        stated = [literal_text(term).partition("/")[2] for predicate, term in told if predicate == _STATED]
        for predicate, term in told:
            target = term.strip("<>")
            inside = target.startswith(f"{now.graph}/") and not target.startswith(f"{now.graph}/{table.kind}/")
            if not inside or target in now.nodes:
                continue
            row = target.rpartition("/")[2]
            value = next((text for text in stated if slug(text) == row), row)
            reason = f"the table {_named(table)} refers to '{value}', which this file does not have"
            hint = (
                "the table keeps its words, without the link; put the row back, or correct the table and load it again"
            )
            column = f"{table.kind}.{predicate.strip('<>').removeprefix(HEF)}"
            yield Finding(_id(rows, subject), column, value, "row-gone", "warning", reason, hint)


def _sites(
    table: ListEntry, lines: list[str], rows: _Rows, now: FileRows, before: FileRows | None
) -> Iterator[Finding]:
    """Sites of the table that the file had, or has under their id as something else."""
    prefix = f"{now.graph}/{table.kind}/site/"
    for site, keys in site_keys("\n".join(lines), prefix).items():
        if now.places.intersection(keys):
            continue
        row, name = _id(rows, site), _text(rows, site, _LABEL)
        column = f"{table.kind}.site"
        if f"{now.graph}/site/{site.removeprefix(prefix)}" in now.nodes:
            reason = f"the table {_named(table)} means another site by '{row}' than this file"
            hint = "the table keeps the site as it was; load it again if it means the site of this file"
            yield Finding(row, column, name, "id-means-another", "warning", reason, hint)
        elif before is not None and before.places.intersection(keys):
            reason = f"the table {_named(table)} refers to the site '{name or row}', which this file does not have"
            hint = "the table keeps the site with its name and country; nothing else is needed if that is right"
            yield Finding(row, column, name, "site-gone", "warning", reason, hint)


def _rated(table: ListEntry, rows: _Rows, now: FileRows) -> Iterator[Finding]:
    """Risks of a heat map that the file has too."""
    prefix = f"{now.graph}/{HEAT_MAP}/risk/"
    column = f"{table.kind}.{table_columns(HEAT_MAP)[0].field}"
    risks = [subject for subject in rows if table.kind == HEAT_MAP and subject.startswith(prefix)]
    for subject in risks:
        if f"{now.graph}/risk/{subject.removeprefix(prefix)}" in now.nodes:
            row = _id(rows, subject)
            reason = f"the table {_named(table)} rates the risk '{row}' too, so that it has two ratings now"
            hint = "take it out of one of the two, and load that again"
            yield Finding(row, column, row, "rated-twice", "warning", reason, hint)


def _id(rows: _Rows, subject: str) -> str:
    return _text(rows, subject, _ID) or subject.rpartition("/")[2]


def _text(rows: _Rows, subject: str, wanted: str) -> str | None:
    return next((literal_text(term) for predicate, term in rows.get(subject, ()) if predicate == wanted), None)


def changed_visibility(before: ListEntry | None, now: ListEntry, file: ListEntry) -> Finding | None:
    """What becomes of the visibility of a table when its file is loaded: it is closed with the file, never opened."""
    if before is not None and before.scope != now.scope:
        reason = f"the table {_named(now)} is closed with this file: visible to {now.visibility} from now on"
        return Finding(None, None, None, "closed-with-file", "warning", reason, None)
    if now.scope != file.scope:
        reason = f"the table {_named(now)} stays visible to {now.visibility}, and so do the results of checks"
        hint = "load the table again to open it as this file is"
        return Finding(None, None, None, "stays-closed", "warning", reason, hint)
    return None
