"""Questions about public risks: what is not in source, what is too few to show, and the published check figures."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer
from golden_facts import GOLDEN, M2, S1
from openpyxl import load_workbook
from pyoxigraph import Literal, NamedNode, Quad, Store
from typer.testing import CliRunner

from hefboom import cli_risk
from hefboom.graph import DataFolder, open_data
from hefboom.graph.iris import HEF, REFERENCE_GRAPH, SCHEME
from hefboom.loaders.load import load
from hefboom.loaders.load_options import LoadOptions
from hefboom.ontology.terms import load_reference
from hefboom.queries import Evidence, run

TODAY = dt.date(2026, 1, 1)
GOODS = (
    "good,sector,country,iso2,region,child_labor,forced_labor,forced_child_labor,derived_labor_exploitation,"
    "derived_country\nGarments,Manufacturing,Bangladesh,BD,Asia,Yes,No,No,No,No\n"
    "Footwear,Manufacturing,Bangladesh,BD,Asia,Yes,Yes,No,No,No\n"
)
RATING = "iso2,country,rating\nBD,Bangladesh,5\nTR,Turkey,\n"
LIST = "name,address,country,processing_type,number_of_workers\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two public sources, a public list of three sewing sites and one weaver, and a closed list of a fifth site."""
    place = tmp_path_factory.mktemp("risk")
    rows = [f"Sewer {number},{number} Mill Road Dhaka,BD,Sewing,100" for number in (1, 2, 3)]
    texts = {
        "goods.csv": GOODS,
        "rating.csv": RATING,
        "open.csv": LIST + "\n".join([*rows, "Weaver,9 Mill Road Dhaka,BD,Weaving,"]) + "\n",
        "closed.csv": LIST + "Secret Sewer,5 Side Road Dhaka,BD,Sewing,50\nPlain Place,6 Side Road Dhaka,BD,,\n",
    }
    for name, text in texts.items():
        (place / name).write_text(text, encoding="utf-8")
    folder = DataFolder(place / "data")
    load([place / "goods.csv", place / "rating.csv"], LoadOptions(today=TODAY), folder)
    for name, visibility in (("open", "public"), ("closed", "secretariat")):
        options = LoadOptions(contributor=f"{name} | brand", date=dt.date(2025, 1, 1), visibility=visibility)
        assert load([place / f"{name}.csv"], options, folder).reports[0].error is None
    return place / "data"


def evidence(data: Path) -> Evidence:
    held = open_data(data)
    return Evidence(held.store, held.tables, base=held.names.base)


def asked(data: Path, question: str, audience: str = "secretariat", **params: str) -> list[dict[str, Any]]:
    return run(question, {"at": "2026-01-01"} | params, evidence(data), audience, today=TODAY).plain()


def states(rows: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    return {row["indicator"]: (row["state"], row["value"], row["signal"]) for row in rows}


def test_a_figure_that_is_missing_is_not_in_source_and_never_zero(data: Path) -> None:
    turkey = states(asked(data, "risk-evidence", country="TR"))
    assert turkey["Rating of workers' rights"] == ("not in source", None, None)
    assert turkey["Good made with child labour"] == ("not in source", None, None)
    assert turkey["Perceived corruption"] == ("source not loaded", None, None)
    assert states(asked(data, "risk-evidence", country="BD"))["Rating of workers' rights"] == ("given", "5", "severe")


def test_product_and_process_choose_goods_but_keep_what_holds_for_the_country(data: Path) -> None:
    for params in ({"product": "garment"}, {"product": "kleding"}, {"process": "sewing"}):
        rows = asked(data, "risk-evidence", country="BD", **params)
        assert {row["good"] for row in rows if row["good"]} == {"Garments"}
        assert states(rows)["Rating of workers' rights"][0] == "given"


def test_evidence_comes_with_source_day_licence_and_both_languages(data: Path) -> None:
    row = next(row for row in asked(data, "risk-evidence", country="BD", lang="nl") if row["good"] == "Garments")
    assert (row["riskLabel"], row["indicator"]) == ("Kinderarbeid", "Goed gemaakt met kinderarbeid")
    assert (row["publisher"], row["published"], row["age"]) == ("US Department of Labor", dt.date(2022, 9, 28), 4)
    assert row["licence"].startswith("https://creativecommons.org/publicdomain")


def test_exposure_keeps_sites_whose_processes_are_not_known(data: Path) -> None:
    for product in ("garments", "kleding"):
        rows = asked(data, "risk-exposure", country="BD", product=product)
        assert {row["label"] for row in rows} == {"Sewer 1", "Sewer 2", "Sewer 3", "Secret Sewer", "Plain Place"}
    assert {row["memberTiers"] for row in rows} == {"open | brand (1)", "closed | brand (1)"}


def test_risks_lead_to_treaties_and_direct_targets_only(data: Path) -> None:
    rows = asked(data, "risk-instruments", country="BD", product="garments")
    child = next(row for row in rows if row["riskLabel"] == "Child labour" and row["targetLabel"].startswith("8.7 "))
    assert (child["signal"], child["instruments"]) == ("high", "C138; C182")
    assert {row["relationLabel"] for row in rows} == {"Direct"}
    assert len(asked(data, "risk-instruments", country="BD", relation="all")) > len(rows)


def test_heat_map_hides_cells_below_the_group_size_and_closed_lists_from_the_public(data: Path) -> None:
    def cells(audience: str) -> dict[tuple[str, str], tuple[int, int]]:
        return {
            (row["process"].rpartition("/")[2], row["riskLabel"]): (row["sites"], row["workersMin"])
            for row in asked(data, "heat-map", audience)
        }

    assert cells("secretariat")["sewing", "Child labour"] == (4, 350)
    assert cells("public")["sewing", "Child labour"] == (3, 300)
    assert not {process for process, _ in cells("public")} - {"sewing"}


def test_site_that_only_a_relationship_names_brings_no_workers_of_other_sites(data: Path) -> None:
    store = Store()
    store.extend(evidence(data).store)
    use, company = "https://w3id.org/hefboom/id/use/1", "https://w3id.org/hefboom/id/company/open-brand"
    store.update(
        f"""PREFIX hef: <{HEF}> INSERT DATA {{ GRAPH <{use}/graph> {{
          <{use}> a hef:SiteUse ; hef:buyer <{company}> ; hef:site <{use}/site> ; hef:tier 1 .
          <{use}/site> hef:country <{SCHEME}country/BD> ; hef:process <{SCHEME}process/sewing> . }} }}"""
    )
    rows = run("heat-map", {"at": "2026-01-01"}, Evidence(store, None), today=TODAY).plain()
    (cell,) = (row for row in rows if row["process"].endswith("/sewing") and row["riskLabel"] == "Child labour")
    assert (cell["sites"], cell["workersMin"], cell["workersMax"]) == (5, 350, 350)


def test_what_depends_on_a_site_and_what_else_there_is() -> None:
    def rows(site: str) -> list[tuple[Any, ...]]:
        found = run("CQ29", {"at": "2024-06-01", "site": site}, GOLDEN.evidence()).plain()
        return [(row["name"], row["tier"], row["onlySource"], row["ownAlternatives"]) for row in found]

    assert rows(S1) == [("Company D", 1, True, 0), ("Company A", 1, False, 1), ("Company B", 1, False, 1)]
    assert rows(M2) == [("Company A", 2, True, 0)]


def company_file(company: str, year: int, risks: dict[str, str]) -> list[Quad]:
    """The statements of a company's file that say which risks it found, and how it decided on each."""
    owner, graph = (
        f"https://w3id.org/hefboom/id/company/{company}",
        f"https://w3id.org/hefboom/id/file/{company}/{year}",
    )
    type_of, stated = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode(graph)
    whole = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    quads = [
        Quad(stated, NamedNode(HEF + "owner"), NamedNode(owner), stated),
        Quad(stated, NamedNode(HEF + "reportingYear"), Literal(str(year), datatype=whole), stated),
    ]
    for number, (risk, decision) in enumerate(risks.items()):
        node = NamedNode(f"{graph}/risk/{number}")
        pairs = {"company": owner, "riskType": f"{SCHEME}risk/{risk}", "decision": f"{SCHEME}decision/{decision}"}
        quads.append(Quad(node, type_of, NamedNode(HEF + "Risk"), stated))
        quads += [Quad(node, NamedNode(HEF + name), NamedNode(value), stated) for name, value in pairs.items()]
    return quads


def test_prioritised_risks_lead_to_targets_by_name_for_one_and_as_counts_for_many() -> None:
    world = GOLDEN.evidence()
    load_reference(world.store)
    for letter in "abc":
        world.store.extend(company_file(f"company-{letter}", 2024, {"labour/child-labour": "prioritised"}))
    world.store.extend(company_file("company-a", 2023, {"labour/ohs": "prioritised"}))
    world.store.extend(company_file("company-b", 2025, {"labour/ohs": "later", "labour/child-labour": "prioritised"}))
    params = {"at": "2024-12-31", "covenant": "golden-covenant"}
    by_name = run("CQ24", params, world).plain()
    assert {row["riskLabel"] for row in by_name} == {"Child labour"}
    assert {row["targetLabel"].split()[0] for row in by_name} == {"8.7", "16.2"}
    counted = run("targets-counted", params, world, "members", today=TODAY).plain()
    assert {(row["targetLabel"].split()[0], row["companies"]) for row in counted} == {("8.7", 3), ("16.2", 3)}
    assert run("targets-counted", params, world, "members", 4, today=TODAY).plain() == []
    assert run("CQ24", params, world, "public", today=TODAY).plain() == []


def test_monitors_give_the_published_check_figures(data: Path) -> None:
    def figures(question: str) -> list[tuple[Any, ...]]:
        found = run(question, {}, evidence(data), "public").plain()
        return [(row["year"], row["about"], row["measure"], row["percent"]) for row in found]

    endorsed, reach, aligned = figures("CQ36"), figures("CQ37"), figures("CQ38")
    guidelines = "endorses the OECD Guidelines"
    assert (2017, "Large companies", guidelines, 30) in endorsed
    assert (2019, "Large companies", guidelines, 35) in endorsed
    assert (2019, "Banks and insurers", guidelines, 68) in endorsed
    six = next(row for row in run("CQ36", {}, evidence(data)).plain() if row["counted"])
    assert (six["counted"], six["population"], six["populationIs"]) == (12, 700, "about")
    assert {row[3] for row in reach} == {Decimal("1.6"), 48, None}
    assert {(row[1], row[2], row[3]) for row in aligned} == {
        ("Written norms", "criteria fully met", 62), ("Written norms", "criteria partly met", 17),
        ("Norms as applied", "criteria fully met", 40), ("Norms as applied", "criteria partly met", 23),
    }  # fmt: skip


INPUTS = [
    ("CQ36", "endorsement", "endorses-guidelines", 210, 700, 30),
    ("CQ36", "endorsement", "endorses-guidelines", 245, 700, 35),
    ("CQ36", "endorsement", "endorses-guidelines", 34, 50, 68),
    ("CQ36", "endorsement", "performs-six-steps", 12, 700, Decimal("1.7")),
    ("CQ37", "reach", "companies-taking-part", 16, 1000, Decimal("1.6")),
    ("CQ38", "alignment", "fully-met", 62, 100, 62),
    ("CQ38", "alignment", "partly-met", 17, 100, 17),
    ("CQ38", "alignment", "fully-met", 40, 100, 40),
    ("CQ38", "alignment", "partly-met", 23, 100, 23),
]


@pytest.mark.parametrize(("question", "monitor", "measure", "counted", "population", "percent"), INPUTS)
def test_check_figures_follow_from_a_small_table_of_inputs(
    question: str, monitor: str, measure: str, counted: int, population: int, percent: Any
) -> None:
    """The studies give percentages; counts that lead to them give the same through the same question."""
    world = GOLDEN.evidence()
    load_reference(world.store)
    figure, graph = NamedNode(SCHEME + "monitor/test"), NamedNode(REFERENCE_GRAPH)
    text = (
        f"<{figure.value}> a <{HEF}MonitorFigure> ; <{HEF}monitor> '{monitor}' ; <{HEF}figureYear> 2031 ;"
        f" <{HEF}figureAbout> 'Test'@en ; <{HEF}figureMeasure> '{measure}' ; <{HEF}figureCounted> {counted} ;"
        f" <{HEF}figurePopulation> {population} ;"
        " <http://purl.org/dc/terms/source> <https://w3id.org/hefboom/source/bz-2020> ."
    )
    world.store.update(f"INSERT DATA {{ GRAPH <{graph.value}> {{ {text} }} }}")
    row = run(question, {}, world).plain()[-1]
    assert (row["year"], row["counted"], row["percent"], row["basis"]) == (2031, counted, percent, "counted")


def command(data: Path, *arguments: str) -> str:
    app = typer.Typer()
    app.callback()(lambda: None)
    cli_risk.register(app)
    result = CliRunner().invoke(app, ["risk", *arguments, "--at", "2026-01-01", "--data", str(data)])
    assert result.exit_code == 0, result.output
    return result.output


def test_command_says_in_both_languages_that_no_evidence_is_no_safety(data: Path) -> None:
    english, dutch = command(data, "TR"), command(data, "TR", "--lang", "nl")
    assert "Not in source, so unknown" in english
    assert "No evidence of a risk is no evidence that there is none" in english
    assert "Niet in bron, dus onbekend" in dutch
    assert "Geen bewijs van een risico is geen bewijs dat het er niet is" in dutch
    assert "No site is on file there" in english


def test_command_names_goods_in_the_language_and_says_which_goods_there_are_when_none_fits(data: Path) -> None:
    assert "Garments" in command(data, "BD", "kleding")
    assert "Kleding" in command(data, "BD", "garment", "--lang", "nl")
    english, dutch = command(data, "BD", "clothing"), command(data, "BD", "klompen", "--lang", "nl")
    assert "called 'clothing' to a risk here" in english
    assert "goods that they name: Footwear; Garments." in english
    assert "bij een goed 'klompen'" in dutch
    assert "goederen die ze wel noemen: Kleding; Schoenen." in dutch
    assert "they name no goods of this country" in command(data, "TR", "garments")
    notes = json.loads(command(data, "BD", "clothing", "--format", "json"))["notes"]["evidence"]
    assert notes[0].startswith("No source ties a good called 'clothing'")


def test_command_writes_json_csv_and_a_workbook(data: Path, tmp_path: Path) -> None:
    whole = json.loads(command(data, "Bangladesh", "garments", "--format", "json"))
    assert set(whole) == {"evidence", "exposure", "instruments", "notes"}
    rows = list(csv.DictReader(io.StringIO(command(data, "BD", "--format", "csv", "--part", "exposure"))))
    assert len(rows) == 6
    command(data, "BD", "--format", "xlsx", "-o", str(tmp_path / "risk.xlsx"))
    assert load_workbook(tmp_path / "risk.xlsx").sheetnames == [
        "risk-evidence", "risk-exposure", "risk-instruments", "about",
    ]  # fmt: skip
