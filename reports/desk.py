"""The desk at which a report is made: who asks, for which day, in which language, of which data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode, Quad

from hefboom.errors import QueryError
from hefboom.graph.completeness import Checker, CompanyCheck
from hefboom.graph.completeness_files import CompanyFile, no_file, stored_file, stored_years
from hefboom.graph.completeness_parameters import Parameters
from hefboom.graph.iris import HEF, Names
from hefboom.ontology.citations import in_words, short_names
from hefboom.ontology.codes import concept
from hefboom.ontology.terms import fact_table
from hefboom.queries import Answer, Evidence, find, run
from hefboom.queries.countable import NotCounted
from hefboom.queries.evidence import Visible
from hefboom.queries.headers import Param
from hefboom.queries.values import read_values
from hefboom.queries.wording import worded
from hefboom.reports.model import Text, Value
from hefboom.reports.sources import Source, SourceBook
from hefboom.reports.texts import texts

Audience = Literal["public", "members", "secretariat", "owner"]

_IDENTIFIER = "http://purl.org/dc/terms/identifier"
_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@dataclass
class Desk:
    """Asks questions for one audience and keeps account of the sources; a report is built at one desk.

    The audience `owner` is one member company that also sees what it keeps to itself; `owner` is its slug.
    `at` is the day for which the report holds; `today` decides, as in answers, whether counts are given for that day.
    """

    evidence: Evidence
    at: dt.date
    lang: str = "en"
    audience: Audience = "secretariat"
    owner: str | None = None
    parameters: Parameters | None = None
    k: int = 3
    today: dt.date = field(default_factory=dt.date.today)
    book: SourceBook = field(init=False)
    references: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.book = SourceBook(self.say("row"))

    @property
    def names(self) -> Names:
        """The IRIs of this data."""
        return Names(self.evidence.base)

    @property
    def asks_as(self) -> str:
        """The audience in the words of the questions."""
        return "members" if self.audience == "owner" else self.audience

    def say(self, key: str, **values: object) -> str:
        """A text in the language of the report."""
        words = texts()[key]["nl" if self.lang == "nl" else "en"]
        return words.format(**values) if values else words

    def ask(self, question: str, **given: str | list[str]) -> Answer:
        """The answer to a named question; what the question does not take is left out."""
        taken = {param.name for param in find(question).header.params}
        wanted: dict[str, str | list[str]] = {"at": self.at.isoformat(), "lang": self.lang, **given}
        params = {name: value for name, value in wanted.items() if name in taken and value}
        owner = self.owner if self.audience == "owner" else None
        return run(question, params, self.evidence, self.asks_as, self.k, today=self.today, lang=self.lang, owner=owner)

    def rows(self, question: str, **given: str | list[str]) -> list[dict[str, Value]]:
        """The rows of a named question as plain values."""
        return self.ask(question, **given).plain()

    def notes(self, question: str) -> tuple[Text, ...]:
        """What must be said beside the answer to a question."""
        return tuple(Text(note, remark=True) for note in find(question).notes(self.lang))

    def uncounted(self, refused: NotCounted) -> Text:
        """Why counts are not given to this audience."""
        return Text(refused.notes["nl" if self.lang == "nl" else "en"], remark=True)

    def title(self, question: str) -> str:
        """The title of a named question."""
        return find(question).title(self.lang)

    def find_one(self, kind: str, text: str) -> NamedNode:
        """The company, covenant or site that a text names, as far as the audience may know of it."""
        param = Param(kind.rpartition(":")[2].lower(), kind, "")
        owner = self.owner if self.audience == "owner" else None
        term = read_values(param, [text], Visible(self.evidence.seen_by(self.asks_as, owner)), self.at)[0]
        assert isinstance(term, NamedNode)
        return term

    def known_sites(self, sites: list[str]) -> list[str]:
        """Those of these sites that the audience may know of, by IRI."""
        owner = self.owner if self.audience == "owner" else None
        visible = Visible(self.evidence.seen_by(self.asks_as, owner))
        param, found = Param("site", "hef:Site", ""), []
        for site in sites:
            with suppress(QueryError):
                read_values(param, [site], visible, self.at)
                found.append(site)
        return found

    def label(self, iri: str) -> str:
        """The name of a thing, or the last part of its IRI."""
        owner = self.owner if self.audience == "owner" else None
        visible = Visible(self.evidence.seen_by(self.asks_as, owner))
        found = [q.object.value for q in visible.quads(NamedNode(iri), _LABEL) if isinstance(q.object, RdfLiteral)]
        return min(found) if found else iri.rpartition("/")[2]

    def word(self, column: str, code: Value) -> str:
        """The words for a code under a column of an answer, as tables of answers have them."""
        return worded(column, str(code or ""), self.lang)

    def concept(self, name: str) -> str:
        """The label of a concept by its id, such as `risk/labour/wages`; the id where it has none."""
        found = concept(name)
        return found.label(self.lang) if found else name

    def concepts(self, scheme: str, names: Value) -> str:
        """The labels of several concepts of one scheme, from a set as an answer shows it."""
        return "; ".join(self.concept(f"{scheme}/{one}") for one in str(names or "").split("; ") if one)

    def country(self, iri: Value) -> str:
        """The name of a country by its IRI, in the language of the report."""
        return self.concept(str(iri or ""))

    def sees_file(self, company: str) -> bool:
        """Whether the audience may see the due diligence file of a company, by its slug."""
        return self.audience == "secretariat" or (self.audience == "owner" and self.owner == company)

    def check(self, company: str, day: dt.date | None = None) -> CompanyCheck:
        """The check of the newest file of a company on a day; of a company without a file, that nothing is known."""
        return next(self.checks([company], day))

    def checks(self, companies: list[str], day: dt.date | None = None) -> Iterator[CompanyCheck]:
        """Checks of several companies, by IRI, each of its newest file on the day."""
        when = day or self.at
        years = stored_years(self.evidence.store, self.names)
        return Checker(when, self.parameters).check([self._file(company, years, when) for company in companies])

    def _file(self, company: str, years: dict[str, set[int]], day: dt.date) -> CompanyFile:
        slug = company.rpartition("/")[2]
        known = [year for year in years.get(slug, ()) if year <= day.year] if self.sees_file(slug) else []
        if not known:
            return no_file(company, self.label(company))
        return stored_file(self.evidence.store, self.names, slug, max(known))

    def refer(self, reference: Value) -> str:
        """A reference to guidance or law in the language of the report, which then explains its short names."""
        self.references.update(short_names(str(reference or "")))
        return in_words(str(reference or ""), self.lang)

    def cite_file(self, file: Value, title: Value, day: Value, row: Value) -> str:
        """The reference to a row of a due diligence file."""
        when = day if isinstance(day, dt.date) else None
        return self.book.cite(str(file), Source(str(title or file), self.say("source-file"), when), str(row or ""))

    def cite_check(self, check: CompanyCheck, node: str = "") -> str:
        """The reference to a node of the file that was checked."""
        if check.file.graph is None:
            return ""
        title = f"{check.label} {check.file.year}"
        row = self._row(node) if node.startswith(f"{check.file.graph}/") else ""
        return self.book.cite(
            check.file.graph, Source(title, self.say("source-file"), self._day(check.file.graph)), row
        )

    def cite_node(self, node: Value) -> str:
        """The reference to a node of a due diligence file, by its IRI."""
        graph = str(node).rsplit("/", 2)[0]
        title = next((_text(q) for q in self._told(graph, "http://purl.org/dc/terms/title")), graph)
        return self.book.cite(graph, Source(title, self.say("source-file"), self._day(graph)), self._row(str(node)))

    def node_id(self, node: str) -> str:
        """The id of a row of a due diligence file as the file has it, by its IRI."""
        return next((_text(q) for q in self._told(node, _IDENTIFIER)), node.rpartition("/")[2])

    def _row(self, node: str) -> str:
        """A row of a due diligence file by its sheet and its id, such as `Risks R3`."""
        return f"{_sheets(self.lang).get(node.split('/')[-2], '')} {self.node_id(node)}".strip()

    def _told(self, graph: str, predicate: str) -> Iterator[Quad]:
        return iter(self.evidence.store.quads_for_pattern(NamedNode(graph), NamedNode(predicate), None, None))

    def _day(self, graph: str) -> dt.date | None:
        return next((dt.date.fromisoformat(_text(q)) for q in self._told(graph, f"{HEF}listDate")), None)

    def cite_list(self, row: dict[str, Value]) -> str:
        """The reference to rows of a list, from a row of the question on provenance."""
        day = row["date"] if isinstance(row["date"], dt.date) else None
        handed_in = str(row["list"])
        kind = "source-file" if handed_in.startswith(f"{self.names.base}/file/") else "source-list"
        source = Source(str(row["title"] or handed_in), self.say(kind), day, str(row["contributorName"] or ""))
        return self.book.cite(handed_in, source, str(row["rows"] or ""))


@cache
def _sheets(lang: str) -> dict[str, str]:
    """The names of the sheets of a due diligence file, by what stands for each in an IRI."""
    return {
        row["segment"]: row["label_nl" if lang == "nl" else "label_en"] for row in fact_table("company_file_sheets")
    }


def _text(quad: Quad) -> str:
    return str(getattr(quad.object, "value", ""))
