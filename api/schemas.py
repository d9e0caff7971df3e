"""The shapes of the JSON API, as OpenAPI 3.1 describes them."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ProblemOut(BaseModel):
    """A problem (RFC 9457)."""

    type: str = Field(examples=["https://w3id.org/hefboom/problem/unknown"])
    title: str = Field(examples=["Unknown"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["Nothing is published under this address."])
    parameter: str = Field("", description="The parameter whose value does not fit, where one is to blame.")
    value: str = Field("", description="That value, or its beginning.")
    known: str = Field("", description="The scheme that holds the values there are, where there is one.")


class SiteOut(BaseModel):
    """A production site."""

    id: str = Field(examples=["BD2021250D1DTN7"])
    iri: str = Field(examples=["https://w3id.org/hefboom/id/site/BD2021250D1DTN7"])
    name: str = Field(examples=["Example Knitwear Ltd."])
    address: str = Field(examples=["Plot 1, Gazipur"])
    country: str = Field(description="ISO 3166-1 alpha-2; empty when not stated.", examples=["BD"])
    os_id: str = Field(description="Open Supply Hub id; empty when it has none.", examples=["BD2021250D1DTN7"])
    lat: float | None = Field(description="Degrees north, WGS 84.", examples=[23.99])
    lng: float | None = Field(description="Degrees east, WGS 84.", examples=[90.42])
    processes: list[str] = Field(examples=[["sewing"]])


class SitesOut(BaseModel):
    """A page of sites; `next` is the cursor of the page after it, null on the last."""

    sites: list[SiteOut]
    next: str | None


class MentionOut(BaseModel):
    """A row of a list that refers to a site."""

    listing: str = Field(examples=["https://w3id.org/hefboom/id/listing/nike/2021-02-01/17"])
    list: str = Field(examples=["https://w3id.org/hefboom/id/list/nike/2021-02-01"])
    contributor: str | None = Field(examples=["https://w3id.org/hefboom/id/company/nike"])
    contributor_name: str | None = Field(examples=["Nike"])
    date: str | None = Field(examples=["2021-02-01"])
    row: str = Field(examples=["17"])
    licence: str | None = Field(examples=["https://creativecommons.org/licenses/by-sa/4.0/"])


class SiteDetailOut(SiteOut):
    """A production site with every row that refers to it."""

    mentions: list[MentionOut]


class ListOut(BaseModel):
    """A list of a contributor."""

    iri: str = Field(examples=["https://w3id.org/hefboom/id/list/nike/2021-02-01"])
    date: str | None = Field(examples=["2021-02-01"])


class CompanyOut(BaseModel):
    """A company and the lists that it handed in."""

    id: str = Field(examples=["nike"])
    iri: str = Field(examples=["https://w3id.org/hefboom/id/company/nike"])
    name: str = Field(examples=["Nike"])
    lists: list[ListOut]


class PublishedListOut(ListOut):
    """A list with listings of its own."""

    id: str = Field(examples=["nike/2021-02-01"])
    title: str | None = Field(examples=["Nike 2021-02-01"])
    contributor: str | None = Field(examples=["https://w3id.org/hefboom/id/company/nike"])
    contributor_name: str | None = Field(examples=["Nike"])
    licence: str | None = Field(examples=["https://creativecommons.org/licenses/by-sa/4.0/"])
    statements: int = Field(description="Statements in its graph.", examples=[4210])


class ListsOut(BaseModel):
    """A page of lists; `next` is the cursor of the page after it, null on the last."""

    lists: list[PublishedListOut]
    next: str | None = Field(examples=[None])


class ListingOut(BaseModel):
    """What one row of a list says; texts are empty where it says nothing. `site` is the site that it refers to."""

    iri: str = Field(examples=["https://w3id.org/hefboom/id/listing/nike/2021-02-01/17"])
    rows: list[str] = Field(examples=[["17"]])
    name: str = Field(examples=["Example Knitwear Ltd."])
    native_name: str = Field(examples=[""])
    address: str = Field(examples=["Plot 1, Gazipur"])
    country: str = Field(examples=["BD"])
    os_id: str = Field(examples=["BD2021250D1DTN7"])
    lat: float | None = Field(examples=[23.99])
    lng: float | None = Field(examples=[90.42])
    processes: list[str] = Field(examples=[["sewing"]])
    sectors: list[str] = Field(examples=[["apparel"]])
    workers: str = Field(examples=["100-150"])
    site: str | None = Field(examples=["https://w3id.org/hefboom/id/site/BD2021250D1DTN7"])


class ListingsOut(BaseModel):
    """A page of listings; `next` is the cursor of the page after it, null on the last."""

    of: str = Field(description="The list.", examples=["https://w3id.org/hefboom/id/list/nike/2021-02-01"])
    listings: list[ListingOut]
    next: str | None = Field(examples=[None])


class MemberOut(BaseModel):
    """A published membership."""

    iri: str = Field(examples=["https://w3id.org/hefboom/id/company/nike"])
    name: str = Field(examples=["Nike"])
    valid_from: str | None = Field(examples=["2020-01-01"])
    valid_to: str | None = Field(examples=[None])


class CovenantOut(BaseModel):
    """A covenant; `aggregated_on` and `group_size` are null where it has no aggregated list."""

    id: str = Field(examples=["textile-covenant"])
    iri: str = Field(examples=["https://w3id.org/hefboom/id/covenant/textile-covenant"])
    name: str = Field(examples=["Textile Covenant"])
    members: list[MemberOut]
    aggregated_on: str | None = Field(examples=["2026-11-01"])
    group_size: int | None = Field(examples=[3])


class CovenantsOut(BaseModel):
    """All covenants that are published."""

    covenants: list[CovenantOut]


class ColumnOut(BaseModel):
    """A column of an answer."""

    name: str
    type: str
    about: str


class ParamOut(BaseModel):
    """A value that a question takes."""

    name: str
    type: str
    about: str
    default: str | None
    required: bool
    many: bool


class QuestionOut(BaseModel):
    """A question of the catalogue."""

    name: str
    subject: str
    title: str
    question: str
    audience: str
    params: list[ParamOut]
    columns: list[ColumnOut]


class AnswerOut(BaseModel):
    """The answer to a question; `suppressed` counts the rows that the group-size rule hid."""

    question: str
    title: str
    as_of: str | None
    columns: list[ColumnOut]
    rows: list[dict[str, str | int | float | bool | None]]
    cut: bool
    suppressed: int
    notes: list[str]
