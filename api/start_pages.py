"""Pages to begin from: what this server publishes, and a search for sites."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from babel.numbers import format_decimal
from fastapi import APIRouter, Depends, Request, Response

from hefboom.api.asking import caller_of, live_of, page, server_of
from hefboom.api.cursors import after, cursor_of
from hefboom.api.served import Live
from hefboom.api.texts import TEXTS, language, told_day
from hefboom.graph.iris import HEF
from hefboom.graph.publication_search import Search, count, search
from hefboom.graph.visibility import company_of
from hefboom.ontology.codes import concepts

router = APIRouter(include_in_schema=False)
LiveNow = Annotated[Live, Depends(live_of)]
_READ: Final = ["GET", "HEAD"]
_ON_A_PAGE: Final = 50
_LONGEST: Final = 200
"""Characters of a search; the field on the page takes no more."""


@router.api_route("/", methods=_READ)
def start(request: Request, live: LiveNow, lang: str = "") -> Response:
    """What is published here, how much of it, and the ways in."""
    spoken = language(request.headers.get("accept-language", ""), lang)
    publication, caller = live.publication, caller_of(request)
    here = {
        "Site": count(publication.sites), "Company": publication.classes.get(HEF + "Company", 0),
        "List": len(publication.lists),
    }  # fmt: skip
    return page(
        request, spoken, "start.html", title="Hefboom", q="",
        counts=[
            (words, format_decimal(here[name], locale=spoken))
            for name, words in TEXTS[spoken]["counts"].items()
        ],
        created=publication.created, day=told_day(publication.created, spoken),
        audience="owner" if company_of(caller.audience) else caller.audience,
        caller=caller, uploads=server_of(request).desk is not None,
    )  # fmt: skip


@router.api_route("/sites", methods=_READ)
def sites(
    request: Request,
    live: LiveNow,
    q: str = "",
    cursor: str = "",
    lang: str = "",
) -> Response:
    """The sites that fit some words, by name, in pages. Problem (400) for a cursor that is none."""
    spoken = language(request.headers.get("accept-language", ""), lang)
    place = after(cursor, 2)
    q = q[:_LONGEST]
    wanted = Search(text=q, after=(place[0], place[1]) if place else None, most=_ON_A_PAGE + 1)
    found = search(live.publication.sites, wanted)
    shown, following = found[:_ON_A_PAGE], ""
    if len(found) > _ON_A_PAGE:
        following = urlencode({"q": q, "lang": spoken, "cursor": cursor_of(shown[-1].label, shown[-1].site)})
    countries = {code.short: code.label(spoken) for code in concepts("country")}
    kept = urlencode({"q": q, "cursor": cursor} if cursor else {"q": q})
    return page(
        request, spoken, "sites.html", title=TEXTS[spoken]["sites"], q=q, following=following, kept=kept,
        sites=[(site, countries.get(site.country, site.country)) for site in shown], download=urlencode({"q": q}),
    )  # fmt: skip
