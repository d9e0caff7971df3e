"""The JSON API at `/api/v1`: sites, companies, and the catalogue of questions; described by OpenAPI 3.1."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

import pyoxigraph as ox
from fastapi import APIRouter, Depends, Query, Request, Response

from hefboom.api import resources
from hefboom.api.asking import caching, known_parameters_only, live_of
from hefboom.api.concept_values import concept_named
from hefboom.api.cursors import after, cursor_of
from hefboom.api.errors import Problem, bad_request
from hefboom.api.schemas import CompanyOut, ListOut, MentionOut, ProblemOut, SiteDetailOut, SiteOut, SitesOut
from hefboom.api.served import Live
from hefboom.graph.iris import HEF
from hefboom.graph.publication_search import Place, Search, geojson, search
from hefboom.graph.union import anywhere
from hefboom.queries.answers import Answer, Cell
from hefboom.queries.formats import as_csv, as_xlsx
from hefboom.queries.headers import Column

LiveNow = Annotated[Live, Depends(live_of)]
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": ProblemOut, "description": text}
    for status, text in (
        (400, "A value does not fit."),
        (401, "The token is not valid."),
        (403, "This may not be asked here."),
        (404, "Nothing is published under this address."),
        (413, "The answer is too large."),
        (429, "Too many requests."),
        (503, "Not now; see Retry-After."),
    )
}
router = APIRouter(responses=PROBLEMS, dependencies=[Depends(known_parameters_only)])
_MOST_DOWNLOAD: Final = 50_000
_AROUND: Final = 40_100
"""Kilometres around the earth."""
_DOWNLOADS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}
_COLUMNS: Final = tuple(
    Column(name, kind, about)
    for name, kind, about in (
        ("os_id", "xsd:string", "Open Supply Hub id"),
        ("name", "xsd:string", "name of the site"),
        ("address", "xsd:string", "address"),
        ("country", "xsd:string", "ISO 3166-1 alpha-2"),
        ("lat", "xsd:decimal", "degrees north"),
        ("lng", "xsd:decimal", "degrees east"),
        ("processing_type", "xsd:string", "processes"),
        ("iri", "xsd:string", "where the site is described"),
    )
)


@router.get(
    "/sites",
    response_model=SitesOut,
    summary="Search for sites",
    responses={200: {"content": {kind.partition(";")[0]: {} for kind in _DOWNLOADS.values()}}},
)
def sites(
    request: Request,
    live: LiveNow,
    q: Annotated[str, Query(description="Words in name, address or OS ID.", max_length=200)] = "",
    country: Annotated[str, Query(description="ISO 3166-1 alpha-2, or the name.", max_length=100)] = "",
    process: Annotated[str, Query(description="Id of a process, such as `sewing`, or its name.", max_length=100)] = "",
    risk: Annotated[
        str, Query(description="Id or name of a risk on which public sources give a signal there.", max_length=100)
    ] = "",
    bbox: Annotated[str, Query(description="west,south,east,north in degrees.", max_length=200)] = "",
    near: Annotated[str, Query(description="latitude,longitude,kilometres.", max_length=200)] = "",
    cursor: Annotated[str, Query(description="`next` of the page before.", max_length=2_000)] = "",
    limit: Annotated[int, Query(description="Sites on a page.", ge=1, le=500)] = 50,
    format: Annotated[Literal["json", "csv", "xlsx", "geojson"], Query(description="`json` comes in pages.")] = "json",
) -> Any:
    """Sites by text, country, process, bounding box or distance, in the order of their names.

    A country, process or risk may be named in English or Dutch too; one that is not in its scheme is refused.
    `csv`, `xlsx` and `geojson` hold all sites that fit, at most 50,000; a cell never starts a spreadsheet formula.
    """
    wanted = Search(
        text=q, country=concept_named("country", country), process=concept_named("process", process),
        risk=concept_named("risk", risk), box=_box(bbox), near=_near(near),
        after=_after(cursor), most=limit + 1 if format == "json" else _MOST_DOWNLOAD,
    )  # fmt: skip
    found = search(live.publication.sites, wanted)
    if format != "json":
        return _download(request, live, found, format)
    page = found[:limit]
    following = cursor_of(page[-1].label, page[-1].site) if len(found) > limit else None
    return SitesOut(sites=[_site(place, live) for place in page], next=following)


@router.get("/sites/{site}", response_model=SiteDetailOut, summary="One site")
def site_detail(live: LiveNow, site: str) -> SiteDetailOut:
    """A site with every published row that refers to it; an older id gives the site that replaced it."""
    iri = f"{live.publication.base}/site/{site}"
    resource = resources.find(live.store, iri)
    if resource is None:
        raise _unknown()
    following = resources.replacement(live.store, iri)
    if following is not None:
        resource = resources.find(live.store, following)
    if resource is None:
        raise _unknown()
    name = resource.iri.value.removeprefix(f"{live.publication.base}/site/")
    place = _described(name, resource)
    return SiteDetailOut(
        **_site(place, live).model_dump(), mentions=[_mention(m, live.store) for m in resource.mentions]
    )


@router.get("/companies/{company}", response_model=CompanyOut, summary="One company")
def company_detail(live: LiveNow, company: str) -> CompanyOut:
    """A company and its published lists, newest first."""
    iri = f"{live.publication.base}/company/{company}"
    resource = resources.find(live.store, iri)
    if resource is None:
        raise _unknown()
    lists = [
        ListOut(iri=quad.subject.value, date=_text(live.store, quad.subject, resources.LIST_DATE))
        for quad in live.store.quads_for_pattern(None, resources.CONTRIBUTOR, resource.iri, anywhere(live.store))
        if isinstance(quad.subject, ox.NamedNode)
    ]
    name = resources.label(live.store, resource.iri, "en")
    ordered = sorted(lists, key=lambda entry: (entry.date or "", entry.iri), reverse=True)
    return CompanyOut(id=company, iri=iri, name=name, lists=ordered)


def _site(place: Place, live: Live) -> SiteOut:
    return SiteOut(
        id=place.site, iri=f"{live.publication.base}/site/{place.site}", name=place.label, address=place.address,
        country=place.country, os_id=place.os_id, lat=place.lat, lng=place.lng, processes=list(place.processes),
    )  # fmt: skip


def _described(name: str, resource: resources.Resource) -> Place:
    values: dict[str, str] = {}
    processes = []
    for quad in resource.statements:
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            key = quad.predicate.value.replace("#", "/").rpartition("/")[2]
            values.setdefault(key, quad.object.value)
            if quad.predicate.value == HEF + "process":
                processes.append(quad.object.value.rpartition("/process/")[2])
    lat, lng = values.get("lat"), values.get("long")
    country = values.get("country", "").rpartition("/")[2]
    return Place(
        name, values.get("label", ""), values.get("address", ""), country, values.get("osId", ""),
        float(lat) if lat else None, float(lng) if lng else None, tuple(sorted(processes)),
    )  # fmt: skip


def _mention(mention: resources.Mention, store: ox.Store) -> MentionOut:
    contributor = _text(store, mention.list, resources.CONTRIBUTOR)
    return MentionOut(
        listing=mention.listing.value,
        list=mention.list.value,
        contributor=contributor,
        contributor_name=resources.label(store, ox.NamedNode(contributor), "en") if contributor else None,
        date=_text(store, mention.list, resources.LIST_DATE),
        row=mention.row,
        licence=_text(store, mention.list, resources.LICENCE),
    )


def _text(store: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode) -> str | None:
    for quad in store.quads_for_pattern(subject, predicate, None, None):
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            return quad.object.value
    return None


def _download(request: Request, live: Live, places: list[Place], form: str) -> Response:
    headers = {
        **caching(request, f"{live.publication.tag}-{form}"),
        "Content-Type": _DOWNLOADS[form],
        "Content-Disposition": f'attachment; filename="sites.{form}"',
    }
    del headers["ETag"]
    if len(places) == _MOST_DOWNLOAD:
        headers["Hefboom-Cut"] = f"rows={_MOST_DOWNLOAD}"
    if form == "geojson":
        body = json.dumps(geojson(places, live.publication.base), ensure_ascii=False).encode()
    else:
        rows = tuple(_cells(place, live.publication.base) for place in places)
        answer = Answer("sites", "Sites", _COLUMNS, rows)
        body = as_csv(answer) if form == "csv" else as_xlsx(answer)
    return Response(body, headers=headers)


def _cells(place: Place, base: str) -> tuple[Cell, ...]:
    def text(value: str) -> Cell:
        return ox.Literal(value) if value else None

    def number(value: float | None) -> Cell:
        decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
        return None if value is None else ox.Literal(f"{value:.7f}".rstrip("0").rstrip("."), datatype=decimal)

    return (
        text(place.os_id), text(place.label), text(place.address), text(place.country), number(place.lat),
        number(place.lng), text("|".join(place.processes)), text(f"{base}/site/{place.site}"),
    )  # fmt: skip


def _numbers(text: str, count: int) -> list[float]:
    """The numbers of a text with commas, or none where they are not so many."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    return numbers if len(numbers) == count else []


def _box(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north; a box whose west lies east of its east goes over the date line."""
    if not text:
        return None
    match _numbers(text, 4):
        case [west, south, east, north] if abs(west) <= 180 and abs(east) <= 180 and -90 <= south <= north <= 90:
            return west, south, east, north
    raise bad_request(
        "value-does-not-fit", f"'bbox' is '{text[:80]}'; write it as west,south,east,north in degrees, south first."
    )


def _near(text: str) -> tuple[float, float, float] | None:
    if not text:
        return None
    match _numbers(text, 3):
        case [lat, lng, kilometres] if abs(lat) <= 90 and abs(lng) <= 180 and 0 <= kilometres <= _AROUND:
            return lat, lng, kilometres
    raise bad_request(
        "value-does-not-fit", f"'near' is '{text[:80]}'; write it as latitude,longitude,kilometres, a place on earth."
    )


def _after(cursor: str) -> tuple[str, str] | None:
    place = after(cursor, 2)
    return None if place is None else (place[0], place[1])


def _unknown() -> Problem:
    return Problem(404, "unknown", "Nothing is published under this address.")
