"""A small world stated once, then written both ways: as the graphs and as the tables of `docs/model.md`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import duckdb
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from hefboom.graph.iris import DEFAULT_BASE, HEF, SCHEME, Names, scope_of
from hefboom.graph.tables import DERIVED, KEPT
from hefboom.queries import Evidence

NAMES = Names(DEFAULT_BASE)
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
DCTERMS = "http://purl.org/dc/terms/"
GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
CLOSEDNESS = {"public": 0, "members": 1, "secretariat": 3}
ALL_TABLES = {**KEPT, **DERIVED}


@dataclass(frozen=True)
class Place:
    id: str
    label: str
    country: str
    process: str
    lat: float | None = None
    lng: float | None = None
    scope: str = "secretariat"
    address: str | None = None


@dataclass(frozen=True)
class Relation:
    row: str
    supplier: str | None
    company: str | None = None
    site: str | None = None
    product: str | None = None
    share: str | None = None
    confidence: str | None = "stated"
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Handed:
    """A list: rows are (row, site); `told` are (row, company or None for one without a name)."""

    id: str
    visibility: str = "secretariat"
    rows: tuple[tuple[str, str], ...] = ()
    told: tuple[tuple[str, str | None], ...] = ()
    relations: tuple[Relation, ...] = ()
    until: dt.date | None = None
    register: bool = False
    title: str | None = None
    licence: str | None = None
    file: str = ""

    @property
    def contributor(self) -> str:
        return self.id.split("/")[0]

    @property
    def since(self) -> dt.date:
        return dt.date.fromisoformat(self.id.split("/")[1])

    @property
    def scope(self) -> str:
        return scope_of(self.visibility, self.contributor)


@dataclass(frozen=True)
class Facts:
    """`companies`: slug to (label, kind, scope); `members`: (covenant, company, from, to)."""

    companies: dict[str, tuple[str, str, str]]
    places: tuple[Place, ...]
    lists: tuple[Handed, ...]
    covenants: dict[str, str] = field(default_factory=dict)
    members: tuple[tuple[str, str, dt.date, dt.date | None], ...] = ()
    replaced: tuple[tuple[str, str, str], ...] = ()

    def evidence(self, scopes: Sequence[str] | None = None) -> Evidence:
        @cache
        def tables(visible: tuple[str, ...] | None) -> duckdb.DuckDBPyConnection:
            return as_tables(self, visible)

        return Evidence(as_store(self), lambda visible: tables(visible and tuple(visible)), scopes)


@dataclass(frozen=True)
class Use:
    company: str
    site: str
    tier: int
    since: dt.date | None
    until: dt.date | None
    evidence: str
    list: str
    scope: str


def closed(*scopes: str) -> str:
    return max(scopes, key=lambda scope: CLOSEDNESS.get(scope, 2))


def buyers(facts: Facts) -> set[str]:
    return {slug for slug, (_, kind, _) in facts.companies.items() if kind in ("brand", "unknown")}


def overlap(
    one: tuple[dt.date | None, dt.date | None], other: tuple[dt.date | None, dt.date | None]
) -> tuple[dt.date | None, dt.date | None] | None:
    since = max((day for day in (one[0], other[0]) if day), default=None)
    until = min((day for day in (one[1], other[1]) if day), default=None)
    return None if since and until and since >= until else (since, until)


def span(relation: Relation, handed: Handed) -> tuple[dt.date | None, dt.date | None]:
    return relation.since or handed.since, min((d for d in (relation.until, handed.until) if d), default=None)


def current(facts: Facts, site: str | None) -> list[str | None]:
    return [site, *(new for old, new, _ in facts.replaced if old == site)]


def uses(facts: Facts) -> list[Use]:
    """Every use, by walking the relations as the derivation does: each walk of at most five links is a use."""
    direct: list[Use] = []
    links: list[tuple[str, str, tuple[dt.date | None, dt.date | None], Handed]] = []
    for handed in facts.lists:
        if not handed.register and handed.contributor in buyers(facts):
            direct += [
                Use(handed.contributor, s, 1, handed.since, handed.until, "own-list", handed.id, handed.scope)
                for _, s in handed.rows
            ]
        sites = dict(handed.rows)
        direct += [
            Use(who, sites[row], 1, handed.since, handed.until, "register", handed.id, handed.scope)
            for row, who in handed.told
            if who in buyers(facts)
        ]
        for relation in handed.relations:
            if relation.supplier and relation.company:
                direct.append(
                    Use(
                        relation.company,
                        relation.supplier,
                        1,
                        *span(relation, handed),
                        "relationship",
                        handed.id,
                        handed.scope,
                    )
                )
            elif relation.supplier and relation.site:
                links.append((relation.site, relation.supplier, span(relation, handed), handed))
    found = set(direct)
    edge = set(direct)
    for tier in range(2, 6):
        edge = {
            Use(use.company, supplier, tier, *both, "relationship", handed.id, closed(use.scope, handed.scope))
            for use in edge
            for buyer, supplier, when, handed in links
            if buyer == use.site and supplier != use.site and (both := overlap((use.since, use.until), when))
        }
        found |= edge
    joined = {
        Use(u.company, new, u.tier, u.since, u.until, u.evidence, u.list, closed(u.scope, scope))
        for u in found
        for old, new, scope in facts.replaced
        if u.site == old
    }
    return sorted(found | joined, key=repr)


def as_tables(facts: Facts, scopes: Sequence[str] | None) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, schema in ALL_TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({schema})")
    fill(
        connection,
        "uses",
        [(u.company, u.site, u.tier, u.since, u.until, u.evidence, u.list, u.scope) for u in uses(facts)],
    )
    fill(connection, "companies", [(slug, *rest) for slug, rest in facts.companies.items()])
    fill(connection, "covenants", [(slug, label, "public") for slug, label in facts.covenants.items()])
    fill(connection, "memberships", [(*member, "public") for member in facts.members])
    fill(connection, "site_aliases", list(facts.replaced))
    described = [
        (p.id, p.scope, True, p.label, p.address, p.country, p.lat, p.lng, None, [f"process/{p.process}"], None, None)
        for p in facts.places
    ]
    fill(connection, "sites", described)
    relations = [
        (
            handed.id,
            r.row,
            r.company,
            r.site,
            r.supplier,
            r.product,
            None,
            *span(r, handed),
            r.share and f"share/{r.share}",
            None,
            r.confidence,
            handed.scope,
        )
        for handed in facts.lists
        for r in handed.relations
        if r.supplier
    ]
    fill(connection, "relationships", relations)
    if scopes is not None:
        for name in DERIVED:
            connection.execute(f"DELETE FROM {name} WHERE NOT list_contains(?, scope)", [list(scopes)])
    return connection


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Insert in batches: one statement per row takes a hundred times longer."""
    kept = [list(row) for row in rows]
    for start in range(0, len(kept), 200):
        batch = kept[start : start + 200]
        places = ", ".join(f"({', '.join('?' * len(row))})" for row in batch)
        connection.execute(f"INSERT INTO {table} VALUES {places}", [value for row in batch for value in row])


def as_store(facts: Facts) -> Store:
    store = Store()
    store.extend([*catalogue_quads(facts), *list_quads(facts), *derived_quads(facts)])
    store.load(path="ontology/schemes/share.ttl", format=RdfFormat.TURTLE, to_graph=NamedNode(SCHEME.rstrip("/")))
    store.load(path="ontology/schemes/country.ttl", format=RdfFormat.TURTLE, to_graph=NamedNode(SCHEME.rstrip("/")))
    store.load(path="ontology/schemes/process.ttl", format=RdfFormat.TURTLE, to_graph=NamedNode(SCHEME.rstrip("/")))
    return store


def quad(subject: str, predicate: str, value: object, graph: str) -> Quad:
    name = predicate if ":" in predicate else HEF + predicate
    return Quad(
        NamedNode(subject),
        NamedNode(name),
        value if isinstance(value, (NamedNode, Literal)) else Literal(value),
        NamedNode(graph),
    )  # type: ignore[arg-type]


def a(subject: str, kind: str, graph: str) -> Quad:
    return quad(subject, RDF_TYPE, NamedNode(HEF + kind), graph)


def given(subject: str, graph: str, **values: object) -> Iterator[Quad]:
    """Statements for the values that are there; dates become typed literals."""
    for name, value in values.items():
        if value is not None:
            yield quad(subject, name, typed(value), graph)


def typed(value: object) -> object:
    if isinstance(value, dt.date):
        return Literal(value.isoformat(), datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date"))
    if isinstance(value, float):
        return Literal(str(value), datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
    return value


def concept(path: str | None) -> NamedNode | None:
    return NamedNode(SCHEME + path) if path else None


def catalogue_quads(facts: Facts) -> Iterator[Quad]:
    for slug, (label, kind, scope) in facts.companies.items():
        graph, subject = NAMES.graph("catalogue", scope), NAMES.company(slug)
        yield a(subject, "Company", graph)
        yield quad(subject, LABEL, label, graph)
        yield from given(subject, graph, contributorKind=concept(f"contributor-kind/{kind}"))
    for handed in facts.lists:
        graph, subject = NAMES.graph("catalogue", handed.scope), NAMES.list(handed.id)
        yield a(subject, "List", graph)
        values = {DCTERMS + "title": handed.title, DCTERMS + "license": handed.licence and NamedNode(handed.licence)}
        yield from given(
            subject,
            graph,
            contributor=NamedNode(NAMES.company(handed.contributor)),
            listDate=handed.since,
            validFrom=handed.since,
            validTo=handed.until,
            visibility=concept(f"visibility/{handed.visibility}"),
            isRegister=True if handed.register else None,
            **values,
        )
        for who in sorted({who for _, who in handed.told if who}):
            entry = NAMES.list(f"{who}/in/{who}-list")
            yield a(entry, "List", graph)
            yield from given(
                entry, graph, contributor=NamedNode(NAMES.company(who)), **{DCTERMS + "isPartOf": NamedNode(subject)}
            )
    for slug, label in facts.covenants.items():
        graph = NAMES.graph("covenant", "public")
        yield a(NAMES.covenant(slug), "Covenant", graph)
        yield quad(NAMES.covenant(slug), LABEL, label, graph)
    for covenant, company, since, until in facts.members:
        graph, subject = NAMES.graph("covenant", "public"), f"{DEFAULT_BASE}/membership/{covenant}/{company}/{since}"
        yield a(subject, "Membership", graph)
        yield from given(
            subject,
            graph,
            covenant=NamedNode(NAMES.covenant(covenant)),
            member=NamedNode(NAMES.company(company)),
            validFrom=since,
            validTo=until,
        )


def list_quads(facts: Facts) -> Iterator[Quad]:
    """The list graphs, and with each listing the site it refers to."""
    places = {place.id: place for place in facts.places}
    for handed in facts.lists:
        graph = NAMES.list(handed.id)
        for row, site in handed.rows:
            yield from listing_quads(f"{DEFAULT_BASE}/listing/{handed.id}/{row}", row, places[site], handed, facts)
        for row, who in handed.told:
            listing = f"{DEFAULT_BASE}/listing/{handed.id}/{row}"
            if who:
                yield quad(listing, "reportedIn", NamedNode(NAMES.list(f"{who}/in/{who}-list")), graph)
            else:
                yield quad(listing, "contributedBy", NamedNode(f"{listing}/anonymous/1"), graph)
                yield quad(
                    f"{listing}/anonymous/1", "contributorKind", NamedNode(SCHEME + "contributor-kind/brand"), graph
                )
        for relation in handed.relations:
            yield from relation_quads(relation, places, handed, facts)


def listing_quads(listing: str, row: str, place: Place, handed: Handed, facts: Facts) -> Iterator[Quad]:
    graph = NAMES.list(handed.id)
    yield a(listing, "Listing", graph)
    yield from given(
        listing,
        graph,
        row=row,
        country=concept(f"country/{place.country}"),
        process=concept(f"process/{place.process}"),
    )
    yield quad(listing, LABEL, place.label, graph)
    said = {"https://schema.org/address": place.address, GEO + "lat": place.lat, GEO + "long": place.lng}
    yield from given(listing, graph, **said)
    if not place.id.startswith("hb-"):
        yield quad(listing, "osId", place.id, graph)
    joins = [
        (place.id, handed.scope),
        *((new, closed(handed.scope, scope)) for old, new, scope in facts.replaced if old == place.id),
    ]
    for site, scope in joins:
        yield quad(listing, "refersTo", NamedNode(NAMES.site(site)), NAMES.graph("identity", scope))
        yield quad(listing, "identityMethod", "os-id", NAMES.graph("identity", scope))


def relation_quads(relation: Relation, places: dict[str, Place], handed: Handed, facts: Facts) -> Iterator[Quad]:
    graph, derived = NAMES.list(handed.id), NAMES.graph("sourcing", handed.scope)
    subject = f"{DEFAULT_BASE}/relationship/{handed.id}/{relation.row}"
    listing = f"{DEFAULT_BASE}/listing/{handed.id}/{relation.row}"
    yield a(subject, "SupplyRelationship", graph)
    yield from given(
        subject,
        graph,
        product=relation.product,
        shareBand=concept(relation.share and f"share/{relation.share}"),
        confidence=relation.confidence,
        validFrom=relation.since,
        validTo=relation.until,
        buyer=relation.company and NamedNode(NAMES.company(relation.company)),
        buyerListing=relation.site and NamedNode(f"{listing}/buyer"),
        supplierListing=relation.supplier and NamedNode(listing),
    )
    if relation.company:
        yield quad(subject, "buyer", NamedNode(NAMES.company(relation.company)), derived)
    if relation.site:
        yield from listing_quads(f"{listing}/buyer", relation.row, places[relation.site], handed, facts)
        yield quad(subject, "buyerSite", NamedNode(NAMES.site(relation.site)), derived)
    if relation.supplier:
        yield from listing_quads(listing, relation.row, places[relation.supplier], handed, facts)
        yield quad(subject, "supplierSite", NamedNode(NAMES.site(relation.supplier)), derived)


def derived_quads(facts: Facts) -> Iterator[Quad]:
    for place in facts.places:
        graph, subject = NAMES.graph("site", place.scope), NAMES.site(place.id)
        yield a(subject, "Site", graph)
        yield quad(subject, LABEL, place.label, graph)
        values = {"https://schema.org/address": place.address, GEO + "lat": place.lat, GEO + "long": place.lng}
        yield from given(
            subject,
            graph,
            country=concept(f"country/{place.country}"),
            process=concept(f"process/{place.process}"),
            **values,
        )
    for old, new, scope in facts.replaced:
        yield quad(NAMES.site(old), "replacedBy", NamedNode(NAMES.site(new)), NAMES.graph("site", scope))
    for number, use in enumerate(uses(facts)):
        graph = NAMES.graph("sourcing", use.scope)
        if use.tier == 1:
            yield quad(NAMES.company(use.company), "sourcesFrom", NamedNode(NAMES.site(use.site)), graph)
        if use.evidence == "relationship":
            subject = f"{DEFAULT_BASE}/use/{number:04d}"
            yield a(subject, "SiteUse", graph)
            yield from given(
                subject,
                graph,
                buyer=NamedNode(NAMES.company(use.company)),
                site=NamedNode(NAMES.site(use.site)),
                tier=use.tier,
                validFrom=use.since,
                validTo=use.until,
                evidence=use.evidence,
                statedIn=NamedNode(NAMES.list(use.list)),
            )
