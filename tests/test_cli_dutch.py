"""The command line in Dutch: help, usage errors, and what the commands print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer
from list_desk import Desk

from hefboom.cli import build_app, main
from hefboom.cli_dutch import pieces, texts


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, each in getattr(command, "commands", {}).items():
        yield from commands(each, (*path, name))


Run = Callable[..., tuple[int, str, str]]
EVERY = dict(commands(typer.main.get_command(build_app())))


@pytest.fixture
def hefboom(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line in this process: its status, what it printed, and its errors."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("HEFBOOM_LANG", "en")
        monkeypatch.setattr("sys.argv", ["hefboom", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return run


def test_catalogue_holds_every_help_text_and_no_other() -> None:
    said = {
        words
        for command in EVERY.values()
        for one in (command, *command.params)
        for words, _ in pieces(one.help or "")
        if words
    }
    assert said - set(texts()) == set()
    assert set(texts()) - said == set()


def test_every_help_text_is_said_in_other_words() -> None:
    assert [english for english, dutch in texts().items() if not dutch.strip() or dutch == english] == []


@pytest.mark.parametrize("path", [(), ("check",), ("access", "grant"), ("export",)], ids=" ".join)
def test_help_is_dutch_with_the_same_options(path: tuple[str, ...], hefboom: Run) -> None:
    (_, english, _), (_, dutch, _) = hefboom(*path, "--help"), hefboom("--lang", "nl", *path, "--help")
    assert dutch.startswith("Gebruik: ")
    assert "Opties:" in dutch
    assert dutch.count("--") >= english.count("--")
    for words in ("Usage", "Options", "Arguments", "Commands", "Show", "required", "env var", "default", "Example"):
        assert words not in dutch


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "Er is geen opdracht 'chek'. Bedoelt u 'check'?"),
        (["resolve", "--fulll"], "Er is geen optie --fulll (wel: --full)"),
        (["retract"], "Het argument 'list' ontbreekt."),
        (["find", "x", "--limit"], "Achter de optie '--limit' ontbreekt haar waarde."),
        (["find", "x", "--limit", "veel"], "Ongeldige waarde voor '--limit': dit is geen geheel getal"),
        (["find", "x", "--limit", "0"], "Ongeldige waarde voor '--limit': dit moet ten minste 1 zijn"),
        (["ask", "x", "--format", "foto"], "'foto' is geen van 'table'"),
        (["resolve", "--full=ja"], "De optie '--full' heeft geen waarde."),
        (["resolve", "meer", "dan"], "Te veel argumenten: meer dan"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_usage_errors_are_dutch(arguments: list[str], said: str, hefboom: Run) -> None:
    status, printed, errors = hefboom("--lang", "nl", *arguments)
    assert (status, printed) == (2, "")
    assert said in errors
    for words in ("Error", "Usage", "Try", "Missing", "Invalid"):
        assert words not in errors


@pytest.mark.parametrize(("setting", "value", "said"), [
    ("AUDIENCE", "all", "HEFBOOM_AUDIENCE is 'all'; verwacht: een van public, members, secretariat."),
    ("WORKERS", "0", "HEFBOOM_WORKERS is '0'; het moet een getal boven 0 zijn."),
    ("CLOSED", "ja", "HEFBOOM_CLOSED is 'ja'; verwacht: 0 of 1."),
])  # fmt: skip
def test_wrong_settings_of_a_server_are_told_in_dutch(
    setting: str, value: str, said: str, hefboom: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"HEFBOOM_{setting}", value)
    assert hefboom("--lang", "nl", "serve")[2].strip() == f"hefboom: {said}"


def test_options_without_a_command_give_the_help(hefboom: Run) -> None:
    status, _, said = hefboom("--lang", "nl")
    assert status == 2
    assert "hefboom [OPTIES] OPDRACHT" in said
    assert "hefboom [OPTIONS] COMMAND" in hefboom()[2]


def test_language_may_stand_before_or_after_the_command_or_in_the_environment(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    lists = [
        desk.hefboom("--lang", "nl", "lists"),
        desk.hefboom("lists", HEFBOOM_LANG="nl"),
        desk.hefboom("--lang", "en", "lists", "--lang", "nl"),
    ]
    assert [done.stdout.split()[:2] for done in lists] == [["0", "lijsten"]] * 3
    assert desk.hefboom("--lang", "en", "lists", HEFBOOM_LANG="nl").stdout.split()[:2] == ["0", "lists"]
    late = ("--lang", "en", "retract", "x", "--lang")
    assert "er is geen lijst 'x'" in desk.hefboom(*late, "nl").stderr
    assert "er is geen lijst 'x'" in desk.hefboom("--lang=en", "retract", "x", "--lang=nl").stderr
    wrong = desk.hefboom("--lang", "fr", "lists")
    assert (wrong.returncode, wrong.stderr) == (2, "hefboom: --lang 'fr' is unknown; use en or nl\n")


def test_secretariat_that_reads_dutch_gets_dutch_from_list_to_publication(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.write(
        "lijst.csv",
        "name,address,city,country\n"
        "Ashfold Food Group Ltd - Norwich,Mill Lane 7,Norwich NR35 1LD,United Kingdom\n"
        "ASHFOLD FOOD GROUP (NORWICH),7 Mill Lane,Norwich NR35 1LD,United Kingdom\n",
    )
    say = {"HEFBOOM_LANG": "nl"}
    assert desk.hefboom("load", "lijst.csv", "--contributor", "Merk", "--date", "2024-01-31", **say).returncode == 0
    resolved = desk.hefboom("resolve", **say).stdout
    assert "Alle 1 lijsten met elkaar vergeleken." in resolved
    assert "hefboom ask shared-sites\n      zie wat er nu wordt gedeeld" in resolved
    assert "Alleen secretariaat" in desk.hefboom("lists", **say).stdout
    assert " uitspraken in " in desk.hefboom("publish", "public", **say).stdout
    assert "in gebruik" in desk.hefboom("publications", **say).stdout
    assert "Hoe Hefboom ervoor staat" in desk.hefboom("doctor", **say).stdout
    taken = desk.hefboom("retract", "merk/2024-01-31", **say).stdout
    assert taken == "merk/2024-01-31 ingetrokken: 2 vermeldingen eruit gehaald; de beschrijving blijft.\n"


def test_hints_to_paste_keep_language_and_data_folder(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    hint = "hefboom --lang nl --data data ask shared-sites"
    assert hint in desk.hefboom("--data", "data", "resolve", "--full", "--lang", "nl", HEFBOOM_DATA="").stdout
