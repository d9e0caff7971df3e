"""The golden lists go in by `hefboom load`; `ask`, `questions` and `sparql` bring the expected answers out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from golden_facts import M1, P1, S1, S2
from typer.testing import CliRunner

from hefboom.cli import app
from hefboom.errors import QueryError, UsageError

GOLDEN = Path(__file__).parents[1] / "golden"
DESK = ["--contributor", "Golden Secretariat", "--contributor-kind", "initiative"]
DAY = ["--at", "2024-06-01"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden") / "data"
    dated = ["--date", "2024-01-01", "--data", str(folder)]
    invoke("load", str(GOLDEN / "members.csv"), *DESK, "--visibility", "public", *dated)
    for letter in "abcd":
        who = ["--contributor", f"Company {letter.upper()}", "--contributor-kind", "brand"]
        seen = ["--visibility", "public" if letter == "d" else "secretariat"]
        invoke("load", str(GOLDEN / f"company-{letter}.csv"), *who, *seen, *dated)
    invoke("load", str(GOLDEN / "relations.csv"), *DESK, *dated)
    return folder


def invoke(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.stdout


def ask(data: Path, *arguments: str) -> list[dict[str, Any]]:
    found = json.loads(invoke("ask", *arguments, "--format", "json", "--data", str(data)))
    assert isinstance(found, list)
    return found


def short(value: str) -> str:
    return value.rpartition("/")[2]


def test_shared_sites_of_the_golden_lists(data: Path) -> None:
    found = ask(data, "CQ02", *DAY, "--covenant", "Golden Covenant")
    assert [(short(row["site"]), row["members"], row["memberNames"], row["jointShare"]) for row in found] == [
        (S1, 2, "Company A; Company B", "15-35"),
        (S2, 2, "Company B; Company C", None),
    ]


def test_deep_sites_of_the_golden_lists(data: Path) -> None:
    found = ask(data, "CQ05", *DAY)
    assert [(short(row["site"]), row["name"], row["tier"], row["sharedWith"]) for row in found] == [
        (M1, "Company A", 2, "Company C"),
        (M1, "Company C", 2, "Company A"),
        (P1, "Company A", 3, "Company C"),
        (P1, "Company C", 3, "Company A"),
    ]


def test_spinner_reaches_all_four_companies(data: Path) -> None:
    found = ask(data, "CQ28", "--param", f"site={P1}", *DAY)
    assert [row["name"] for row in found] == ["Company A", "Company B", "Company C", "Company D"]


def test_public_sees_one_name_and_a_bound(data: Path) -> None:
    found = ask(data, "CQ01", "--param", f"site={S1}", "--as", "public")
    assert [row["name"] for row in found] == ["Company D", "fewer than 3 members"]


def test_answer_is_written_to_a_file(data: Path, tmp_path: Path) -> None:
    for form, start in (
        ("csv", b"first,second"),
        ("xlsx", b"PK"),
        ("ttl", b"@prefix rs:"),
        ("table", b"Pairs of companies"),
    ):
        file = tmp_path / f"answer.{form}"
        assert invoke("ask", "company-pairs", *DAY, "--format", form, "-o", str(file), "--data", str(data)) == ""
        assert file.read_bytes().startswith(start)


def test_questions_are_listed_for_software() -> None:
    entries = {entry["name"]: entry for entry in json.loads(invoke("questions", "--json"))}
    assert entries["shared-sites"]["answers"] == ["CQ02"]
    assert {key for entry in entries.values() for key in entry} == {"name", "title", "params", "answers"}
    params = {param["name"]: param for param in entries["shared-sites"]["params"]}
    assert params["n"] == {
        "name": "n",
        "type": "xsd:integer",
        "default": "2",
        "optional": True,
        "description": "the fewest companies that make a site shared",
    }


def test_questions_are_listed_for_people() -> None:
    shown = invoke("questions", "--lang", "nl")
    assert "shared-sites [CQ02]\n  Locaties die meerdere deelnemers delen\n" in shown
    flat = " ".join(shown.split())
    assert "n (geheel getal, anders 2): het kleinste aantal bedrijven dat een locatie gedeeld maakt" in flat
    assert "(direct = Rechtstreeks; enabling = Voorwaardelijk; tradeoff = Afruil)" in flat
    assert " the " not in flat


def test_sparql_gives_results_json(data: Path) -> None:
    query = "SELECT ?s WHERE { ?s a <https://w3id.org/hefboom/ns#Covenant> }"
    found = json.loads(invoke("sparql", query, "--format", "json", "--data", str(data)))
    [binding] = found["results"]["bindings"]
    assert short(binding["s"]["value"]) == "golden-covenant"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("ask", "shared-sites", "--param", "n"), UsageError, "write name=value"),
        (("ask", "shared-sites", "--param", "n=1", "--param", "n=2"), UsageError, "takes one value for 'n', not 2"),
        (("ask", "shared-sites", "--param", "m=1"), QueryError, "takes no parameter 'm'; it takes n, covenant"),
        (("ask", "who-uses-site"), QueryError, "who-uses-site needs 'site': the site"),
        (("ask", "no-such"), QueryError, "there is no question 'no-such'"),
        (("sparql", "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }"), QueryError, "SERVICE is refused"),
    ],
)
def test_wrong_use_ends_with_status_two(
    data: Path, arguments: tuple[str, ...], error: type[UsageError | QueryError], message: str
) -> None:
    with pytest.raises(error, match=message) as raised:
        invoke(*arguments, "--data", str(data))
    assert raised.value.exit_code == 2
