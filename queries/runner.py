"""Asking a question: bind the parameters, choose the form, run it, apply the rules."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple, Variable

from hefboom.errors import QueryError
from hefboom.graph.iris import Names
from hefboom.graph.union import keeps_union
from hefboom.queries import rules
from hefboom.queries.analyses import analyse
from hefboom.queries.answers import Answer, Cell, Row, settle
from hefboom.queries.catalogue import Question, find
from hefboom.queries.countable import Reason, members_only, not_countable, only_covenant
from hefboom.queries.evidence import Evidence, Visible
from hefboom.queries.grouped import shown_rows, year_ends
from hefboom.queries.headers import Beside, Counts, JoinedColumns
from hefboom.queries.paths import Links, fill
from hefboom.queries.second_form import sql_records
from hefboom.queries.values import XSD, Term, read_values

Given: TypeAlias = Mapping[str, str | Sequence[str]]
Bound: TypeAlias = dict[str, list[Term]]

_PLACEHOLDER = r"VALUES \?{name} \{{ \}}"
_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_OPEN_NOTES = {
    ("public", "en"): "This answer rests on public lists only.",
    ("public", "nl"): "Dit antwoord steunt alleen op openbare lijsten.",
    ("members", "en"): "This answer rests on lists that members may see.",
    ("members", "nl"): "Dit antwoord steunt op lijsten die deelnemers mogen zien.",
}

_HELD = {
    "en": "Some rows stand as at an earlier year-end: since then fewer than {k} contributors have changed them.",
    "nl": "Sommige rijen staan als aan het eind van een eerder jaar: sindsdien wijzigden minder dan {k} bijdragers ze.",
}


@dataclass(frozen=True)
class _Asking:
    """Who asks and how: what stays the same for a question and its companions."""

    evidence: Evidence
    audience: str
    k: int
    today: dt.date
    lang: str
    form: str
    owner: str | None


def run(
    question: Question | str,
    params: Given,
    evidence: Evidence,
    audience: str = "secretariat",
    k: int = rules.GROUP_SIZE,
    *,
    today: dt.date | None = None,
    lang: str = "en",
    form: str = "auto",
    owner: str | None = None,
) -> Answer:
    """Ask a question, by name or competency question, and give its answer as the audience may see it.

    `params` are texts by parameter name; a parameter that takes several values takes a sequence or a text with commas.
    `form` is `sparql`, `sql` or `auto` (SQL where a question has it and the evidence has tables). `owner` is the slug
    of the company that asks, which also sees what it keeps to itself. Raises QueryError for an unknown question, a
    missing, unknown or ill-typed parameter, or an unknown audience.
    """
    asked = find(question) if isinstance(question, str) else question
    asking = _Asking(evidence, audience, k, today or dt.date.today(), lang, form, owner)
    evidence.seen_by(audience, owner)
    header = asked.header
    if "lang" not in params and any(param.name == "lang" for param in header.params):
        params = {**params, "lang": lang}
    closed = audience != "secretariat"
    seen_by = header.scope or audience
    seen = evidence if header.group else evidence.seen_by(seen_by, owner if header.scope is None else None)
    visible = Visible(seen)
    bound = _bind(asked, params, visible, asking.today)
    if header.own and closed:
        if not owner or bound[header.own][0].value != Names(evidence.base).company(owner):
            raise QueryError(f"{asked.name}: what a company handed in itself is shown to that company only")
        visible = Visible(evidence)
    only = _only_covenant(asked, bound, asking) if closed and header.group else None
    if only is not None:
        bound["covenant"] = [only]
    at = _day(bound, asking.today)
    counting = closed and (header.group or header.beside or header.counts)
    uncounted = _not_countable(asked, bound, visible, asking) if counting else None
    if header.group and uncounted:
        raise uncounted.refusal(asked.name)
    rows, used = _rows(asked, bound, visible, asking)
    suppressed = 0
    old = False
    if header.group and header.steady:
        kept, old = _steady(asked, header.group, bound, visible, asking)
        rows, suppressed = kept, max(len(rows) - len(kept), 0)
    elif header.group:
        kept = rules.large_groups(header.columns, rows, header.group, k)
        rows, suppressed = kept, len(rows) - len(kept)
    if header.floor and closed:
        kept = rules.large_groups(header.columns, rows, header.floor, k)
        rows, suppressed = kept, suppressed + len(rows) - len(kept)
    if closed and header.closed:
        rows = rules.without_closed(header.columns, rows, header.closed)
    notes = [*asked.notes(lang), *([members_only(only, lang)] if only is not None else [])]
    if old:
        notes.append(_HELD["nl" if lang == "nl" else "en"].format(k=k))
    if header.beside:
        rows, hidden = _with_counts_beside(asked, header.beside, bound, rows, seen, uncounted is None, asking)
        suppressed += hidden
    if closed and not (header.group or header.scope or header.own):
        notes.append(_OPEN_NOTES[audience, "nl" if lang == "nl" else "en"])
    if closed and header.counts and uncounted is None:
        rows = (*rows, _count(asked, header.counts, params, rows, asking))
        suppressed += 1
    if uncounted:
        notes.append(uncounted.notes["nl" if lang == "nl" else "en"])
    return Answer(asked.name, asked.title(lang), header.columns, rows, tuple(notes), at, suppressed, used, lang)


def _bind(question: Question, given: Given, visible: Visible, today: dt.date) -> Bound:
    """The terms of every parameter that has a value: given, or by default."""
    known = {param.name: param for param in question.header.params}
    for name in given:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise QueryError(f"{question.name} takes no parameter '{name}'; it takes {takes}")
    bound: Bound = {}
    for param in known.values():
        value = given.get(param.name, param.default)
        if value is None or value in ("", []):
            if not param.optional:
                raise QueryError(f"{question.name} needs '{param.name}': {param.description}")
            continue
        bound[param.name] = read_values(param, value, visible, today, bound.get("company", ()))
    return bound


def _day(bound: Bound, today: dt.date) -> dt.date | None:
    day = next((bound[name] for name in ("at", "to") if name in bound), None)
    return dt.date.fromisoformat(day[0].value) if day else None


def _rows(question: Question, bound: Bound, visible: Visible, asking: _Asking) -> tuple[tuple[Row, ...], str]:
    """The rows of a question over the visible graphs, and the form that gave them."""
    records, form = _records(question, bound, visible, asking)
    names = [column.name for column in question.header.columns]
    return tuple(tuple(record.get(name) for name in names) for record in records), form


def _records(question: Question, bound: Bound, visible: Visible, asking: _Asking) -> tuple[list[dict[str, Cell]], str]:
    """The rows as records, with what is not shown beside the columns."""
    use_sql = question.sql is not None and visible.evidence.tables is not None and asking.form != "sparql"
    if asking.form == "sql" and not use_sql:
        raise QueryError(f"{question.name} has no second form in SQL, or the projection is not there")
    records = sql_records(question, bound, visible) if use_sql else _sparql_records(question, bound, visible)
    if question.header.analysis:
        records = analyse(question.header.analysis, records, bound, asking.lang)
    if question.header.paths:
        links = Links([*_edges("direct-uses", bound, visible, asking), *_edges("supply-links", bound, visible, asking)])
        for wanted in question.header.paths:
            fill(wanted, question.header.columns, records, links, lambda iri: _label(iri, visible))
    for joined in question.header.joins:
        _join(joined, bound, records, visible, asking)
    return records, "sql" if use_sql else "sparql"


def _steady(
    question: Question, group: str, bound: Bound, visible: Visible, asking: _Asking
) -> tuple[tuple[Row, ...], bool]:
    """The rows of a grouped question as they may be shown, given what may be shown at the year-ends before."""

    def records_on(day: dt.date) -> list[dict[str, Cell]]:
        when: list[Term] = [Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))]
        return _records(question, {**bound, "at": when}, visible, asking)[0]

    days = year_ends(visible, _day(bound, asking.today) or asking.today)
    return shown_rows(question.header, group, [records_on(day) for day in days], asking.k)


def _join(
    wanted: JoinedColumns, bound: Bound, records: list[dict[str, Cell]], visible: Visible, asking: _Asking
) -> None:
    """Put the columns of another question into the rows, by key; a row that it does not know gets none."""
    keys = [cell for cell in dict.fromkeys(row.get(wanted.key) for row in records) if isinstance(cell, NamedNode)]
    if not keys:
        return
    given: Bound = {"site": list[Term](keys), "at": bound["at"]}
    other = find(wanted.question)
    found = {row[0]: row for row in _rows(other, given, visible, replace(asking, form="auto"))[0]}
    places = {column.name: number for number, column in enumerate(other.header.columns)}
    for record in records:
        row = found.get(record.get(wanted.key))
        record.update({name: row[places[name]] for name in wanted.columns} if row else {})


def _edges(name: str, bound: Bound, visible: Visible, asking: _Asking) -> tuple[Row, ...]:
    edges = find(name)
    return _rows(edges, {"at": bound["at"]}, visible, asking)[0]


def _sparql_records(question: Question, bound: Bound, visible: Visible) -> list[dict[str, Cell]]:
    """Run the SPARQL form.

    Single values are bound by substitution. A parameter that takes several values stands in the file as the block
    `VALUES ?name { }`, which is filled with the serialised terms, or with UNDEF when the parameter is left out.
    """
    text = question.sparql
    single: dict[Variable, NamedNode | BlankNode | Literal | Triple] = {}
    for param in question.header.params:
        terms = bound.get(param.name)
        if param.many:
            block = f"VALUES ?{param.name} {{ {' '.join(map(str, terms)) if terms else 'UNDEF'} }}"
            text = re.sub(_PLACEHOLDER.format(name=param.name), lambda _, block=block: block, text)  # type: ignore[misc]
        elif terms:
            single[Variable(param.name)] = terms[0]
    store = visible.evidence.store
    if visible.graphs is None:
        found = store.query(text, use_default_graph_as_union=not keeps_union(store), substitutions=single)
    else:
        found = store.query(
            text, default_graph=list(visible.graphs), named_graphs=list(visible.graphs), substitutions=single
        )
    if not isinstance(found, QuerySolutions):
        raise QueryError(f"{question.name} is no SELECT query; questions give rows")
    projected = {variable.value for variable in found.variables}
    columns = [column for column in question.header.queried if column.name in projected]
    return [{column.name: settle(column, solution[column.name]) for column in columns} for solution in found]


def _label(iri: str, visible: Visible) -> str:
    labels = [quad.object.value for quad in visible.quads(NamedNode(iri), _LABEL) if isinstance(quad.object, Literal)]
    return min(labels) if labels else iri.rpartition("/")[2]


def _only_covenant(question: Question, bound: Bound, asking: _Asking) -> NamedNode | None:
    """The covenant whose members a closed audience gets counted though it named none; None where that is not so."""
    takes = any(param.name == "covenant" for param in question.header.params)
    return only_covenant(Visible(asking.evidence)) if takes and "covenant" not in bound else None


def _not_countable(question: Question, bound: Bound, visible: Visible, asking: _Asking) -> Reason | None:
    """Why this audience gets no count; a steady answer rests on the year-ends before too."""
    at = _day(bound, asking.today) or asking.today
    days = year_ends(visible, at) if question.header.steady else [at]
    return not_countable(bound, days, asking.today, Visible(asking.evidence), asking.k)


def _count(question: Question, counts: Counts, params: Given, rows: Sequence[Row], asking: _Asking) -> Row:
    """The row that counts whom the audience may not see by name; the parameters are read anew over all graphs."""
    companion = find(counts.question)
    taken = {param.name for param in companion.header.params}
    visible = Visible(asking.evidence)
    bound = _bind(companion, {name: value for name, value in params.items() if name in taken}, visible, asking.today)
    everyone, _ = _rows(companion, bound, visible, replace(asking, audience="secretariat"))
    by_name = {cell for row in rows for cell in row if isinstance(cell, NamedNode)}
    hidden = {row[0] for row in everyone} - by_name
    nouns = question.header.translations.get(("counts", asking.lang), (counts.noun,))
    text = rules.bounded_count(len(hidden), asking.k, nouns[0], asking.lang)
    return rules.count_row(question.header.columns, counts.column, text)


def _with_counts_beside(
    question: Question,
    beside: Beside,
    bound: Bound,
    rows: tuple[Row, ...],
    seen: Evidence,
    countable: bool,
    asking: _Asking,
) -> tuple[tuple[Row, ...], int]:
    """The rows with, in one column, how many the companion finds for each; and how many of these are bounds only.

    The secretariat gets the number. Others get how many there are that they may not see by name, in groups.
    """
    names = [column.name for column in question.header.columns]
    key, place = names.index(beside.key), names.index(beside.column)
    keys = [cell for cell in dict.fromkeys(row[key] for row in rows) if isinstance(cell, NamedNode)]
    if not keys or not countable:
        return rows, 0
    companion = find(beside.question)
    taken = {param.name for param in companion.header.params}
    given = {name: terms for name, terms in bound.items() if name in taken} | {"site": list[Term](keys)}
    excepted = set(bound.get(beside.param or "", []))
    found: list[dict[Cell, set[Cell]]] = []
    for evidence in (asking.evidence, seen):
        members: dict[Cell, set[Cell]] = {}
        for one in _rows(companion, given, Visible(evidence), replace(asking, audience="secretariat"))[0]:
            members.setdefault(one[0], set()).add(one[1])
        found.append(members)
    everyone, visible = found
    noun = question.header.translations.get(("beside", asking.lang), (beside.noun,))[0]
    counted: list[Row] = []
    hidden = 0
    for row in rows:
        if row[key] is None:
            counted.append(row)
            continue
        there = everyone.get(row[key], set()) - excepted
        if asking.audience != "secretariat":
            there -= visible.get(row[key], set())
            hidden += len(there) < asking.k
            text = rules.bounded_count(len(there), asking.k, noun, asking.lang)
        else:
            text = str(len(there))
        counted.append((*row[:place], Literal(text), *row[place + 1 :]))
    return tuple(counted), hidden
