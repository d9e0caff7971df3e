"""The command line as scripts and people use it: load, export, lists, doctor, profile, each in a process of its own."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from list_desk import Desk

LIST = (
    "Factory,Address,Country,Owner's e-mail\n"
    "Alpha,1 Road,India,a@example.org\n"
    "=2+5,2 Road,Nowhere,\n"
    "Alpha,1 Road,India,a@example.org\n"
)
KEYS = ["file", "list", "rows_read", "stored", "merged", "refused", "findings"]
FINDING = ["row", "column", "value", "code", "severity", "reason", "hint"]


@pytest.fixture(scope="module")
def shop(empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with one list loaded by the command line; tests must not change it."""
    made = Desk(tmp_path_factory.mktemp("shop"))
    made.write("lists/nike.csv", LIST)
    made.write("weather.csv", "day,rain\n1,2\n")
    return made


@pytest.fixture(scope="module")
def loaded(shop: Desk) -> subprocess.CompletedProcess[str]:
    return shop.hefboom(
        "load", "lists/nike.csv", "weather.csv", "--contributor", "Nike", "--date", "2024-01-31", "--json"
    )


def test_json_prints_one_object_per_file_with_the_fixed_keys(loaded: subprocess.CompletedProcess[str]) -> None:
    assert loaded.returncode == 1
    report, other = (json.loads(line) for line in loaded.stdout.splitlines())
    assert list(report)[: len(KEYS)] == list(other)[: len(KEYS)] == KEYS
    assert report["file"] == "lists/nike.csv"
    assert report["list"] == "https://w3id.org/hefboom/id/list/nike/2024-01-31"
    assert [report[key] for key in KEYS[2:6]] == [3, 1, 1, 1]
    assert all(list(finding) == FINDING for finding in report["findings"])
    (refused,) = [finding for finding in report["findings"] if finding["severity"] == "error"]
    assert (refused["row"], refused["column"], refused["value"]) == ("3", "Country", "Nowhere")
    assert refused["reason"]
    assert refused["hint"]
    assert (other["list"], other["rows_read"]) == (None, 0)
    assert other["error"].startswith("weather.csv: ")


def test_json_prints_nothing_else(loaded: subprocess.CompletedProcess[str]) -> None:
    assert len(loaded.stdout.splitlines()) == 2
    assert loaded.stderr == ""


def test_export_of_listings_has_fixed_columns(shop: Desk, loaded: object) -> None:
    done = shop.hefboom("export", "listings", "--format", "csv")
    assert done.returncode == 0
    header, *rows = done.stdout.splitlines()
    assert header.split(",")[:7] == ["list", "file", "row", "name", "address", "country", "site"]
    (row,) = csv.reader(rows)
    assert row[:6] == [
        "https://w3id.org/hefboom/id/list/nike/2024-01-31",
        "lists/nike.csv",
        "2",
        "Alpha",
        "1 Road",
        "IN",
    ]
    assert row[6].startswith("https://w3id.org/hefboom/id/site/hb-")
    (same,) = json.loads(shop.hefboom("export", "listings", "--format", "json").stdout)
    assert [str(value) for value in same.values()] == row


def test_report_for_people_holds_no_formula_and_the_one_for_software_the_value(shop: Desk, loaded: object) -> None:
    rows = [f'Alpha {number},1 Road,"{sign}land"' for number, sign in enumerate(("=", "+", "-", "@", "＝"))]
    shop.write("signs.csv", "\n".join(["name,address,country", *rows]))
    shop.hefboom("load", "signs.csv", "--contributor", "S", "--date", "2024-01-01", "--data", "signs")
    with (shop.place / "signs/reports/s_2024-01-01.csv").open(newline="") as file:
        values = [row["value"] for row in csv.DictReader(file) if row["code"] == "country-unknown"]
    assert values == ["'=land", "'+land", "'-land", "'@land", "'＝land"]
    report = json.loads((shop.place / "signs/reports/s_2024-01-01.json").read_text())
    assert [one["value"] for one in report["findings"] if one["code"] == "country-unknown"][:2] == ["=land", "+land"]


def test_lists_as_json_say_what_was_read(shop: Desk, loaded: object) -> None:
    (shown,) = json.loads(shop.hefboom("lists", "--json").stdout)
    assert {key: shown[key] for key in ("contributor", "date", "visibility", "status", "rows_read", "refused")} == {
        "contributor": "Nike", "date": "2024-01-31", "visibility": "secretariat", "status": "current", "rows_read": 3,
        "refused": 1,
    }  # fmt: skip
    assert shown["left_out"] == ["Owner's e-mail"]


def test_doctor_finds_good_data_good(shop: Desk, loaded: object) -> None:
    done = shop.hefboom("doctor", "--json")
    assert done.returncode == 0
    checks = {check["name"]: check["state"] for check in json.loads(done.stdout)}
    assert {checks[name] for name in ("data folder", "projection", "listings", "row accounts")} == {"good"}
    assert "run 'hefboom demo'" in shop.hefboom("doctor", "--data", "nothing").stdout


def test_text_names_row_column_value_and_advice(shop: Desk, loaded: object) -> None:
    done = shop.hefboom("load", "lists/nike.csv", "--contributor", "Again", "--data", "text")
    assert done.returncode == 1
    assert "3 rows read = 1 stored + 1 merged as exact duplicates + 1 refused" in done.stdout
    (line,) = [line for line in done.stdout.splitlines() if line.strip().startswith("error:")]
    assert "row 3, column 'Country', value 'Nowhere': " in line
    assert "; " in line
    assert "columns read: Factory = name" in done.stdout
    quiet = shop.hefboom("--quiet", "load", "lists/nike.csv", "--contributor", "Again", "--data", "text")
    assert quiet.stdout.splitlines()[1].strip().startswith("already loaded")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["load", "nothing.csv"], 2, "there is no file 'nothing.csv'; check the name"),
        (
            ["load", "weather.csv", "--visibility", "all"],
            2,
            "--visibility 'all' is unknown; use one of public, members",
        ),
        (
            ["load", "weather.csv", "--date", "31/01/2024"],
            2,
            "--date '31/01/2024' is not a day; write it as 2024-01-31",
        ),
        (["load", "--no-such-option"], 2, "no-such-option"),
        (["lists", "--data", "nothing"], 1, "nothing is loaded here yet; run 'hefboom load FILE...'"),
        (["retract", "nike/1999-01-01"], 2, "there is no list 'nike/1999-01-01'; 'hefboom lists' shows them"),
        (["export", "sites"], 2, "'sites' cannot be exported"),
        (["load", "weather.csv", "--data", "/proc/nowhere"], 1, "/proc/nowhere"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else None,
)
def test_wrong_use_ends_with_2_and_bad_data_with_1_in_one_plain_line(
    shop: Desk, loaded: object, arguments: list[str], status: int, said: str
) -> None:
    done = shop.hefboom(*arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False)
    assert said in done.stderr


def test_output_may_be_closed_early_without_a_complaint(shop: Desk, loaded: object) -> None:
    command = [sys.executable, "-m", "hefboom", "export", "listings", "--data", "data"]
    with subprocess.Popen(command, cwd=shop.place, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_unsure_guess_is_refused_until_a_person_corrects_the_profile(desk: Desk) -> None:
    desk.write("odd.csv", "Factory,Where,Country\nAlpha,1 Road,India\nBeta,2 Road,China\n")
    refused = desk.hefboom("load", "odd.csv", "--contributor", "Nike")
    assert refused.returncode == 1
    assert "no column holds the address" in refused.stderr
    assert "hefboom profile" in refused.stderr
    shown = desk.hefboom("profile", "odd.csv", "--save", "odd.yaml")
    assert shown.returncode == 0
    assert "must be answered: no column holds the address" in shown.stdout
    profile = desk.place / "odd.yaml"
    profile.write_text(profile.read_text().replace("Where: keep", "Where: address"))
    done = desk.hefboom("load", "odd.csv", "--contributor", "Nike", "--profile", "odd.yaml")
    assert done.returncode == 0, done.stderr
    assert desk.rows("SELECT address FROM listings ORDER BY row") == [("1 Road",), ("2 Road",)]


def test_profile_shows_no_values_of_columns_that_may_hold_persons(desk: Desk) -> None:
    register = {
        "Klacht-id": "2026-1", "Ontvangen op": "2026-05-01", "Status": "open", "Behandelaar": "Anna Jansen",
        "Klager": "Rina Begum", "Telefoon": "+880 1711 123456", "Naam": "Rina B.", "Toelichting": "zag Karim Uddin",
        "Land": "Bangladesh",
    }  # fmt: skip
    desk.write("klachten.csv", [register])
    shown = desk.hefboom("profile", "klachten.csv", "--lang", "nl")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert not [told for told in ("Anna", "Rina", "Karim", "1711") if told in shown.stdout]
    assert shown.stdout.count("niet getoond") == 5
    assert "2026-1" in shown.stdout
    assert "Bangladesh" in shown.stdout


def test_profile_of_a_list_shows_no_contacts(desk: Desk) -> None:
    desk.write("list.csv", [{"Name": "Mill", "Address": "1 Road", "Country": "India", "Contact person": "Rina Begum"}])
    shown = desk.hefboom("profile", "list.csv")
    assert "1 Road" in shown.stdout
    assert "Rina" not in shown.stdout


def test_load_that_may_not_wait_says_who_holds_the_folder(desk: Desk) -> None:
    desk.write("a.csv", LIST)
    with FileLock(desk.folder.path / "lock"):
        done = desk.hefboom("load", "a.csv", "--wait", "0")
    assert done.returncode == 1
    assert "another process is writing here and did not finish within 0 s; try again later" in done.stderr
    assert desk.data.entries == []


@pytest.mark.parametrize("before", [True, False])
def test_named_data_folder_goes_before_the_variable(new_desk: Callable[[str], Desk], before: bool) -> None:
    desk = new_desk(f"named{before}")
    desk.write("a.csv", "name,address,country\nSite A,1 Road,India\n")
    load, named = ["load", "a.csv", "--contributor", "a"], ["--data", "named"]
    done = desk.hefboom(*(named + load if before else load + named), HEFBOOM_DATA="of-the-variable")
    assert done.returncode == 0, done.stderr
    assert (desk.place / "named").is_dir()
    assert not (desk.place / "of-the-variable").exists()


def test_two_loads_at_once_both_get_in(new_desk: Callable[[str], Desk]) -> None:
    desk = new_desk("both")
    for name in "ab":
        desk.write(f"{name}.csv", f"name,address,country\nSite {name},1 Road,India\n")
    environment = {**os.environ, "HEFBOOM_DATA": "data"}
    lock = FileLock(desk.folder.path / "lock")
    with lock:
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "hefboom", "load", f"{name}.csv", "--contributor", name, "--date", "2024-01-01"],
                cwd=desk.place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for name in "ab"
        ]  # fmt: skip
        waiting = [process.stderr.readline() for process in running if process.stderr is not None]
    assert waiting == ["another load is writing to this folder; waiting for it to finish\n"] * 2
    assert [process.wait() for process in running] == [0, 0]
    for process in running:
        process.communicate()
    assert {entry.list for entry in desk.data.entries} == {"a/2024-01-01", "b/2024-01-01"}
    assert desk.rows("SELECT count(*) FROM listings") == [(2,)]


def test_completion_installs_and_completes_commands(shop: Desk, tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("hefboom")
    environment = {**os.environ, "HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run([command, "--install-completion", "bash"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "hefboom" in (tmp_path / ".bashrc").read_text()
    asked = {**environment, "_HEFBOOM_COMPLETE": "complete_bash", "COMP_WORDS": "hefboom lo", "COMP_CWORD": "1"}
    assert subprocess.run([command], env=asked, capture_output=True, text=True).stdout.split() == ["load"]


def test_all_that_a_load_says_is_said_in_dutch(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("fout.csv", "Naam,Adres,Land,Werknemers\nEen,Weg 1,Nederlnd,0\n,Weg 2,BD,5\nTwee,Weg 3,NL,abc\n")
    desk.write("stuk.json", '{"type": "FeatureCollection", "features": [')
    told = desk.hefboom("load", "fout.csv", "stuk.json", "--lang", "nl")
    assert told.returncode == 1
    assert "3 rijen gelezen = 1 opgeslagen + 0 samengevoegd als precies gelijk + 2 geweigerd" in told.stdout
    assert "fout: rij 2, kolom 'Land', waarde 'Nederlnd': dit is geen land dat Hefboom kent" in told.stdout
    assert "bedoelde u Nederland (NL)?" in told.stdout
    assert "de JSON houdt te vroeg op" in " ".join(told.stderr.split())
    english = {"rows", "row", "column", "value", "error:", "warning:", "note:", "the", "this"}
    said = {word for line in told.stdout.splitlines() if " = " not in line for word in line.split()}
    assert not said & english
    table = next((desk.place / "data" / "reports").glob("fout*.csv")).read_text()
    assert "dit is geen land dat Hefboom kent" in table


def test_errors_follow_the_language_of_the_call(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert "controleer de naam" in desk.hefboom("load", "weg.csv", "--lang", "nl").stderr
    assert "controleer de naam" in desk.hefboom("load", "weg.csv", HEFBOOM_LANG="nl").stderr
    assert "check the name" in desk.hefboom("load", "weg.csv", "--lang", "en", HEFBOOM_LANG="nl").stderr
    assert "check the name" in desk.hefboom("load", "weg.csv").stderr
    told = desk.hefboom("load", "weg.csv", "--lang", "fr")
    assert told.returncode == 2


@pytest.mark.parametrize(("given", "readers"), [((), "members"), (("--visibility", "secretariat"), "secretariat")])
def test_account_of_a_table_of_members_says_who_sees_it(
    empty_data: Path, tmp_path: Path, given: tuple[str, ...], readers: str
) -> None:
    shutil.copytree(empty_data, tmp_path / "data")
    desk = Desk(tmp_path)
    desk.write("members.csv", "company,covenant,from\nAlpha,Cloth,2023-01-01\n")
    told = desk.hefboom("load", "members.csv", *given)
    assert f"memberships, visible to: {readers}" in told.stdout
    seen = desk.hefboom("ask", "covenant-members", "-p", "covenant=cloth", "--as", "members", "--format", "csv")
    assert ("Alpha" in seen.stdout) == (readers == "members")
    assert "table of members: members" in " ".join(desk.hefboom("load", "--help").stdout.split())
