"""The part of the JSON API about who said what: lists, the listings in them, covenants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import pyoxigraph as ox
from fastapi import APIRouter, Depends, Query, Request, Response

from hefboom.api import resources
from hefboom.api.asking import caching, known_parameters_only, live_of, server_of
from hefboom.api.cursors import after, cursor_of, not_a_cursor
from hefboom.api.errors import Problem, bad_request
from hefboom.api.json_api import PROBLEMS
from hefboom.api.schemas import (
    CovenantOut,
    CovenantsOut,
    ListingOut,
    ListingsOut,
    ListsOut,
    MemberOut,
    PublishedListOut,
)
from hefboom.api.served import Live
from hefboom.graph.iris import HEF
from hefboom.graph.listing_exports import FORMATS, exported
from hefboom.graph.listing_records import ListingRecord, listing_records
from hefboom.graph.union import anywhere

LiveNow = Annotated[Live, Depends(live_of)]
router = APIRouter(responses=PROBLEMS, dependencies=[Depends(known_parameters_only)])
_LIST: Final = ox.NamedNode(HEF + "List")
_COVENANT: Final = ox.NamedNode(HEF + "Covenant")
_SUFFIXES: Final = {"oshub": "csv", "scdex": "json"}
Cursor = Annotated[str, Query(description="`next` of the page before.", max_length=2_000)]
Limit = Annotated[int, Query(description="Entries on a page.", ge=1, le=500)]


@router.get("/lists", response_model=ListsOut, summary="Lists")
def lists(
    live: LiveNow,
    company: Annotated[str, Query(description="Only of this company, by its id.", max_length=100)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> ListsOut:
    """The published lists that have listings of their own, by id."""
    base = f"{live.publication.base}/list/"
    names = live.publication.lists
    if company:
        contributor = f"{live.publication.base}/company/{company}"
        if resources.find(live.store, contributor) is None:
            problem = bad_request("unknown-value", f"company: '{company}' is not known; give its id, as lists have it")
            problem.extra |= {"parameter": "company", "value": company}
            raise problem
        names = [name for name in names if _text(live, name, resources.CONTRIBUTOR) == contributor]
    seen = after(cursor, 1)
    names = [name for name in names if seen is None or name > base + seen[0]]
    page = [_list(live, name) for name in names[:limit]]
    return ListsOut(lists=page, next=cursor_of(page[-1].id) if len(names) > limit else None)


@router.get(
    "/listings",
    response_model=ListingsOut,
    summary="The listings of a list",
    responses={200: {"content": {kind.partition(";")[0]: {} for kind in FORMATS.values()}}},
)
def listings(
    request: Request,
    live: LiveNow,
    list: Annotated[str, Query(description="Id of the list, such as `nike/2021-02-01`.", max_length=300)],
    cursor: Cursor = "",
    limit: Limit = 50,
    format: Annotated[
        Literal["json", "oshub", "scdex"], Query(description="`json` comes in pages; the others hold the whole list.")
    ] = "json",
) -> Any:
    """What each row of a list says, in the order of its rows.

    `oshub` is a table as Open Supply Hub takes it (CSV), `scdex` an SC-DEX file (JSON); both can be loaded again.
    """
    name = f"{live.publication.base}/list/{list}"
    if name not in live.publication.graphs:
        raise Problem(
            404, "unknown", f"list: '{list[:80]}' is not published; /api/v1/lists has those that are.",
            extra={"parameter": "list", "value": list[:80]},
        )  # fmt: skip
    records = listing_records(live.store, name)
    if format != "json":
        body = "".join(exported(records, format)).encode()
        if len(body) > server_of(request).settings.limits.answer_bytes:
            raise Problem(413, "answer-too-large", "The list is too large to send; ask for it in pages.")
        file = f'attachment; filename="{list.replace("/", "_")}.{_SUFFIXES[format]}"'
        headers = caching(request, f"{live.publication.tag}-{format}")
        del headers["ETag"]
        safe = file.encode("ascii", "ignore").decode().replace("\r", "").replace("\n", "")
        return Response(body, headers={**headers, "Content-Type": FORMATS[format], "Content-Disposition": safe})
    seen = after(cursor, 1)
    found = [*records]
    start = _start(found, seen[0]) if seen else 0
    page = found[start : start + limit]
    following = cursor_of(page[-1].row) if len(found) > start + limit else None
    return ListingsOut(of=name, listings=[_listing(live, one) for one in page], next=following)


def _start(found: Sequence[ListingRecord], row: str) -> int:
    """Where the page after a row begins. Problem 400 for a row of another list."""
    for place, one in enumerate(found):
        if one.row == row:
            return place + 1
    raise not_a_cursor()


@router.get("/covenants", response_model=CovenantsOut, summary="Covenants")
def covenants(live: LiveNow) -> CovenantsOut:
    """The covenants that are published, by id."""
    quads = live.store.quads_for_pattern(None, resources.TYPE, _COVENANT, None)
    names = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})
    return CovenantsOut(covenants=[_covenant(live, name) for name in names])


@router.get("/covenants/{covenant}", response_model=CovenantOut, summary="One covenant")
def covenant_detail(live: LiveNow, covenant: str) -> CovenantOut:
    """A covenant, its published members, and its aggregated list where there is one.

    The sites of the aggregated list are the answer to the question `covenant-sites`.
    """
    name = f"{live.publication.base}/covenant/{covenant}"
    found = resources.find(live.store, name)
    if found is None:
        raise Problem(404, "unknown", "Nothing is published under this address.")
    return _covenant(live, name)


def _covenant(live: Live, name: str) -> CovenantOut:
    node, base = ox.NamedNode(name), live.publication.base
    slug = name.removeprefix(f"{base}/covenant/")
    members = []
    for quad in live.store.quads_for_pattern(None, ox.NamedNode(HEF + "covenant"), node, anywhere(live.store)):
        company = _text(live, quad.subject, ox.NamedNode(HEF + "member"))
        if company is not None:
            label = resources.label(live.store, ox.NamedNode(company), "en")
            since = _text(live, quad.subject, ox.NamedNode(HEF + "validFrom"))
            until = _text(live, quad.subject, ox.NamedNode(HEF + "validTo"))
            members.append(MemberOut(iri=company, name=label, valid_from=since, valid_to=until))
    whole = f"{base}/aggregate/{slug}"
    size = _text(live, whole, ox.NamedNode(HEF + "groupSize"))
    return CovenantOut(
        id=slug, iri=name, name=resources.label(live.store, node, "en"),
        members=sorted(members, key=lambda one: (one.name, one.iri, one.valid_from or "")),
        aggregated_on=_text(live, whole, ox.NamedNode(HEF + "aggregatedOn")), group_size=int(size) if size else None,
    )  # fmt: skip


def _list(live: Live, name: str) -> PublishedListOut:
    contributor = _text(live, name, resources.CONTRIBUTOR)
    return PublishedListOut(
        id=name.removeprefix(f"{live.publication.base}/list/"), iri=name, title=_text(live, name, resources.TITLE),
        contributor=contributor, date=_text(live, name, resources.LIST_DATE),
        licence=_text(live, name, resources.LICENCE),
        contributor_name=resources.label(live.store, ox.NamedNode(contributor), "en") if contributor else None,
        statements=live.publication.graphs[name],
    )  # fmt: skip


def _listing(live: Live, one: ListingRecord) -> ListingOut:
    return ListingOut(
        iri=one.iri, rows=sorted(one.rows), name=one.name, native_name=one.native_name, address=one.address,
        country=one.country, os_id=one.os_id, lat=float(one.lat) if one.lat else None,
        lng=float(one.lng) if one.lng else None, processes=sorted(one.processes), sectors=sorted(one.sectors),
        workers=one.workers, site=_text(live, one.iri, resources.REFERS_TO),
    )  # fmt: skip


def _text(live: Live, subject: object, predicate: ox.NamedNode) -> str | None:
    node = ox.NamedNode(subject) if isinstance(subject, str) else subject
    for quad in live.store.quads_for_pattern(node, predicate, None, None):  # type: ignore[arg-type]
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            return quad.object.value
    return None
