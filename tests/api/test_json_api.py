"""The JSON API: sites, companies, questions, downloads; OpenAPI that holds; problems as RFC 9457."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from endpoint_server import BASE, HEF, LABEL, RDF_TYPE, Running, source_store, start, statements, stop

from hefboom.graph.publications import Publications

GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"


def places() -> Iterator[str]:
    """Three sites on a line of longitude, one with a name that a spreadsheet would run."""
    graph = f"<{BASE}/graph/site/public>"
    for number, (name, lat) in enumerate((("=1+1 Garments", 23.0), ("Ábaco Têxtil", 23.1), ("Zeta Knit", 25.0))):
        site = f"<{BASE}/site/p{number}>"
        yield f"{site} <{RDF_TYPE}> <{HEF}Site> {graph} ."
        yield f'{site} <{LABEL}> "{name}" {graph} .'
        yield f"{site} <{HEF}country> <https://w3id.org/hefboom/scheme/country/BD> {graph} ."
        yield f"{site} <{HEF}process> <https://w3id.org/hefboom/scheme/process/sewing> {graph} ."
        yield f'{site} <{GEO}lat> "{lat}"^^<{DECIMAL}> {graph} .'
        yield f'{site} <{GEO}long> "90.0"^^<{DECIMAL}> {graph} .'
    scheme, told = "https://w3id.org/hefboom/scheme", f"<{BASE}/evidence/told>"
    source = f"<{BASE}/list/nike/2021-02-01>"
    yield f"{told} <{HEF}country> <{scheme}/country/BD> {source} ."
    yield f"{told} <{HEF}process> <{scheme}/process/sewing> {source} ."
    yield f"{told} <{HEF}riskIndicator> <{scheme}/indicator/told> {source} ."
    yield f'{told} <{HEF}signal> "high" {source} .'
    yield f"<{scheme}/indicator/told> <{HEF}evidenceFor> <{scheme}/risk/labour/child-labour> <{scheme}> ."


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server over the mini-graph with places."""
    folder = tmp_path_factory.mktemp("api")
    lines = [*statements(rows=5), *places()]
    Publications(folder).publish(source_store(iter(lines)), "public", BASE)
    running = start(folder, folder, workers=2, long_queries=1)
    yield running
    stop(running)


def names(api: Running, **params: Any) -> list[str]:
    """The names of the sites found."""
    answer = api.client.get("/api/v1/sites", params=params)
    assert answer.status_code == 200, answer.text
    return [site["name"] for site in answer.json()["sites"]]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"q": "abaco"}, ["Ábaco Têxtil"]),
        ({"q": "knit zet"}, ["Zeta Knit"]),
        ({"q": 'factory "2'}, ["nike factory 2"]),
        ({"q": "nothing like it"}, []),
        ({"q": "Abacco Textil"}, ["Ábaco Têxtil"]),
        ({"q": "garmnets"}, ["=1+1 Garments"]),
        ({"risk": "labour/child-labour"}, ["=1+1 Garments", "Zeta Knit", "Ábaco Têxtil"]),
        ({"risk": "labour", "country": "BD", "q": "zeta"}, ["Zeta Knit"]),
        ({"risk": "labour/forced-labour"}, []),
        ({"q": "aurora"}, []),
        ({"country": "bd"}, ["=1+1 Garments", "Zeta Knit", "Ábaco Têxtil"]),
        ({"country": "Bangladesh", "process": "Naaien", "q": "zeta"}, ["Zeta Knit"]),
        ({"country": "NL"}, []),
        ({"process": "process/weaving"}, []),
        ({"risk": "Kinderarbeid", "q": "zeta"}, ["Zeta Knit"]),
        ({"process": "sewing", "bbox": "89,22,91,24"}, ["=1+1 Garments", "Ábaco Têxtil"]),
        ({"near": "23.0,90.0,12"}, ["=1+1 Garments", "Ábaco Têxtil"]),
        ({"near": "23.0,90.0,5"}, ["=1+1 Garments"]),
        ({"bbox": "179,-90,-179,90"}, []),
    ],
)
def test_sites_are_found_by_text_country_process_and_place(
    api: Running, params: dict[str, str], found: list[str]
) -> None:
    assert names(api, **params) == found


def test_pages_by_cursor_give_every_site_once(api: Running) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.client.get("/api/v1/sites", params={"limit": 3, "cursor": cursor}).json()
        seen += [site["id"] for site in page["sites"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 8


@pytest.mark.parametrize(
    "params",
    [
        {"bbox": "1,2,3"},
        {"near": "x"},
        {"limit": "0"},
        {"cursor": "!!"},
        {"cursor": "WzFd"},
        {"country": "BGD"},
        {"format": "x"},
        {"text": "x"},
        {"lat": ""},
        {"q": "zeta", "unknown": "1"},
        {"near": "91,0,5"},
        {"near": "0,181,5"},
        {"near": "23,90,-5"},
        {"near": "23,90,nan"},
        {"bbox": "89,24,91,22"},
        {"bbox": "-181,22,91,24"},
        {"bbox": "89,22,91,90.1"},
    ],
)
def test_value_that_does_not_fit_is_a_problem(api: Running, params: dict[str, str]) -> None:
    answer = api.client.get("/api/v1/sites", params=params)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) >= {"type", "title", "status", "detail"}


@pytest.mark.parametrize(
    ("parameter", "value", "hint"),
    [
        ("country", "XX", "/scheme/country"),
        ("country", "Bangladsh", "did you mean 'Bangladesh'"),
        ("process", "sewingg", "did you mean 'Sewing' ('Naaien')"),
        ("process", "sew%", "/scheme/process"),
        ("risk", "nonsense", "/scheme/risk"),
        ("risk", "labour/child-labor-x" * 4, "/scheme/risk"),
    ],
)
@pytest.mark.parametrize("form", ["json", "csv"])
def test_concept_that_is_not_known_is_a_problem_that_names_it(
    api: Running, parameter: str, value: str, hint: str, form: str
) -> None:
    answer = api.client.get("/api/v1/sites", params={parameter: value, "format": form})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    told = answer.json()
    assert told["detail"].startswith(f"{parameter}: '{value[:80]}' is not known; ")
    assert hint in told["detail"]
    assert (told["parameter"], told["value"]) == (parameter, value[:80])
    assert told["known"].endswith(f"/scheme/{parameter}")


def test_company_or_list_that_is_not_known_is_a_problem_that_names_it(api: Running) -> None:
    assert len(api.client.get("/api/v1/lists?company=nike").json()["lists"]) == 1
    answer = api.client.get("/api/v1/lists?company=nobody")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "company")
    unknown = api.client.get("/api/v1/listings?list=nobody")
    assert (unknown.status_code, unknown.json()["parameter"], unknown.json()["value"]) == (404, "list", "nobody")
    assert "/api/v1/lists has those that are" in unknown.json()["detail"]
    closed = api.client.get("/api/v1/lists?company=aurora")
    assert closed.text == answer.text.replace("nobody", "aurora")


@pytest.mark.parametrize(
    ("question", "values", "hint"),
    [
        (
            "sites-near",
            {"lat": "91", "lng": "0"},
            "lat: '91' does not fit; give a number such as 52.1, at least -90 and at most 90",
        ),
        ("sites-near", {"lat": "9", "lng": "0", "radius_km": "-1"}, "radius_km: '-1' does not fit"),
        ("sites-near", {"lat": "1e999999999", "lng": "0"}, "lat: '1e999999999' does not fit"),
    ],
)
def test_number_of_a_question_out_of_bounds_is_a_problem(
    api: Running, question: str, values: dict[str, str], hint: str
) -> None:
    answer = api.client.get(f"/api/v1/questions/{question}", params=values)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(hint)
    described = api.client.get("/api/v1/openapi.json").json()["paths"][f"/questions/{question}"]["get"]["parameters"]
    assert {p["name"]: p["schema"].get("minimum") for p in described}["lat"] == -90


@pytest.mark.parametrize(
    "address",
    [
        "sites/nike-1?x=1", "companies/nike?lang=nl", "lists?contributor=nike", "listings?list=nike/2021-02-01&page=2",
        "listings?list=nike/2021-02-01&cursor=WyJubyByb3ciXQ==", "covenants?q=x", "questions?subject=x",
        "questions?lang=fr", f"questions/provenance-of-site?site={BASE}/site/nike-1&lang=fr",
    ],
)  # fmt: skip
def test_what_an_address_does_not_take_is_a_problem(api: Running, address: str) -> None:
    answer = api.client.get(f"/api/v1/{address}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_no_cell_of_a_download_starts_a_formula(api: Running) -> None:
    text = api.client.get("/api/v1/sites", params={"format": "csv", "country": "BD"}).text
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["name"] for row in rows] == ["'=1+1 Garments", "Zeta Knit", "Ábaco Têxtil"]
    book = api.client.get("/api/v1/sites", params={"format": "xlsx", "country": "BD"})
    sheet = openpyxl.load_workbook(io.BytesIO(book.content))["answer"]
    assert [(sheet.cell(row, 2).value, sheet.cell(row, 2).data_type) for row in (2, 3)] == [
        ("=1+1 Garments", "s"),
        ("Zeta Knit", "s"),
    ]


def test_geojson_places_each_site(api: Running) -> None:
    found = api.client.get("/api/v1/sites", params={"format": "geojson", "q": "zeta"}).json()
    assert found["features"][0]["geometry"] == {"type": "Point", "coordinates": [90.0, 25.0]}


def test_site_names_who_said_so_and_when(api: Running) -> None:
    site = api.client.get("/api/v1/sites/nike-1").json()
    assert site["name"] == "nike factory 1"
    assert [(m["contributor_name"], m["date"]) for m in site["mentions"]] == [("Nike", "2021-02-01")]
    assert api.client.get("/api/v1/sites/old").json()["id"] == "nike-0"


def test_company_lists_what_it_handed_in(api: Running) -> None:
    company = api.client.get("/api/v1/companies/nike").json()
    assert [entry["date"] for entry in company["lists"]] == ["2021-02-01"]


def test_lists_and_their_listings_come_in_pages(api: Running) -> None:
    lists = api.client.get("/api/v1/lists", params={"company": "nike"}).json()
    assert [(entry["id"], entry["contributor_name"]) for entry in lists["lists"]] == [("nike/2021-02-01", "Nike")]
    seen, cursor = [], ""
    while cursor is not None:
        asked = {"list": "nike/2021-02-01", "limit": 2, "cursor": cursor}
        page = api.client.get("/api/v1/listings", params=asked).json()
        seen += [listing["name"] for listing in page["listings"]]
        cursor = page["next"]
    assert seen == [f"nike factory {number}" for number in range(5)]


@pytest.mark.parametrize(("form", "kind"), [("oshub", "text/csv"), ("scdex", "application/json")])
def test_listings_come_in_formats_of_others(api: Running, form: str, kind: str) -> None:
    answer = api.client.get("/api/v1/listings", params={"list": "nike/2021-02-01", "format": form})
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert "nike factory 4" in answer.text
    assert api.client.get("/api/v1/listings", params={"list": "aurora/2022-03-01", "format": form}).status_code == 404


def test_covenants_name_published_members_only(api: Running) -> None:
    assert api.client.get("/api/v1/covenants").json() == {"covenants": []}
    assert api.client.get("/api/v1/covenants/none").status_code == 404


@pytest.mark.parametrize("path", ["sites/aurora-0", "sites/none", "companies/aurora", "companies/borea", "nowhere"])
def test_what_is_not_published_is_a_problem_404(api: Running, path: str) -> None:
    answer = api.client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["title"]) == (404, "Unknown")


def test_question_of_the_catalogue_is_an_endpoint(api: Running) -> None:
    answer = api.client.get("/api/v1/questions/provenance-of-site", params={"site": f"{BASE}/site/nike-1"})
    assert answer.status_code == 200, answer.text
    members = answer.json()
    assert members["question"] == "provenance-of-site"
    assert "aurora" not in answer.text
    asked = api.client.get("/api/v1/questions").json()
    assert {question["audience"] for question in asked} == {"public"}


def test_question_for_others_is_refused(api: Running) -> None:
    paths = api.client.get("/api/v1/openapi.json").json()["paths"]
    closed = {path.rpartition("/")[2] for path in paths if path.startswith("/questions/")}
    closed -= {question["name"] for question in api.client.get("/api/v1/questions").json()}
    assert closed
    for name in closed:
        assert api.client.get(f"/api/v1/questions/{name}").status_code == 403


def test_unknown_parameter_of_a_question_is_named(api: Running) -> None:
    answer = api.client.get("/api/v1/questions/provenance-of-site", params={"sight": "x"})
    assert answer.status_code == 400
    assert "'sight'" in answer.json()["detail"]


def test_description_is_openapi_3_1_with_errors_and_examples(api: Running) -> None:
    description = api.client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    problem = {"$ref": "#/components/schemas/ProblemOut"}
    for path, methods in description["paths"].items():
        for operation in methods.values():
            assert "422" not in operation["responses"], path
            problems = [told for status, told in operation["responses"].items() if status >= "400"]
            assert problems, path
            assert all(list(told["content"]) == ["application/problem+json"] for told in problems), path
            assert all(told["content"]["application/problem+json"] == {"schema": problem} for told in problems), path
    parts = description["components"]
    assert "HTTPValidationError" not in parts["schemas"]
    assert [(one["type"], one["scheme"]) for one in parts["securitySchemes"].values()] == [("http", "bearer")]
    assert description["security"] == [{}, {"token": []}]
    assert description["paths"]["/uploads"]["post"]["security"] == [{"token": []}]
    assert description["components"]["schemas"]["SiteOut"]["properties"]["name"]["examples"]


ADDRESSES = (
    "/api/v1/sites", "/api/v1/sites/nike-1", "/api/v1/lists", "/api/v1/questions", "/api/v1/openapi.json",
    f"/api/v1/questions/provenance-of-site?site={BASE}/site/nike-1", "/doc/id/site/nike-1.ttl", "/id/site/nike-1",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_options_and_other_origins_are_answered(api: Running, address: str) -> None:
    got, head = api.client.get(address), api.client.head(address)
    assert (head.status_code, head.content) == (got.status_code, b"")
    for name in ("content-type", "content-length", "cache-control", "vary", "access-control-allow-origin"):
        assert head.headers.get(name) == got.headers.get(name), name
    options = api.client.options(address, headers={"Origin": "https://example.org"})
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert {got.headers["access-control-allow-origin"], options.headers["access-control-allow-origin"]} == {"*"}
    assert "access-control-allow-credentials" not in got.headers


@pytest.mark.parametrize("address", ["sites/x%0Ay", "uploads/%0A/load", "companies/%0D%0A", "questions/a%0Ab", "%0A"])
def test_address_with_a_line_break_is_told_in_json_too(api: Running, address: str) -> None:
    answer = api.client.get(f"/api/v1/{address}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_problem_may_be_read_by_other_origins_too(api: Running) -> None:
    for address, status in (("/api/v1/sites?x=1", 400), ("/api/v1/sites/none", 404), ("/doc/id/none", 404)):
        answer = api.client.get(address)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, "*")
    wrong = api.client.get("/api/v1/sites", headers={"Authorization": "Bearer wrong"})
    assert (wrong.status_code, wrong.headers["access-control-allow-origin"]) == (401, "*")
    assert api.client.post("/api/v1/sites").status_code == 405
    assert "access-control-allow-origin" not in api.client.get("/").headers


def _failures(report: str) -> str:
    """The part of schemathesis' report that tells what failed."""
    return report[report.find("FAILURES") :][:4000]


def test_requests_made_from_the_description_meet_it(api: Running) -> None:
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    run = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{api.port}/api/v1/openapi.json",
            "--checks", checks, "--phases", "examples,fuzzing", "--max-examples", "4", "--seed", "1", "--no-color",
        ],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, _failures(run.stdout) + run.stderr[-500:]
