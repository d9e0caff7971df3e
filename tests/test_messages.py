"""Every message that a loader, a question or a page can give is there in Dutch, with the same values in it."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from hefboom.messages import in_language

ROOT: Final = Path(__file__).parents[1]
CALLS: Final = {
    "Finding", "Wording", "SourceError", "UsageError", "QueryError", "StoreError", "HefboomError", "Problem", "refused",
    "bad_request", "busy", "_does_not_fit", "_fail", "line", "print", "table", "of", "in_language",
}  # fmt: skip
"""What messages are handed to."""
FOR_PROGRAMMERS: Final = re.compile(r"(api/http_protocol|queries/headers|ontology/build)\.py")
"""Modules whose messages are about code, for who writes queries or the ontology."""
NO_MESSAGES: Final = re.compile(r"loaders/(demo.*|headers|text|numbers|dates|company_workbook|company_json)\.py")
NONE: Final = {
    "Bearer realm=\"hefboom\"", "GET, HEAD", "{1}, {2}", "{1}: {2}", "{1} {2}: {3}",
    "{1} has no second form in SQL, or the projection is not there", "{1} is no SELECT query; questions give rows",
    "a session cannot hold two files of one company; check one year at a time",
    '{1} decide {2} different --who {3} --why "..."', "{1} decide {2} {3} --withdraw --who {4}",
    "  hefboom review --import {1} --who {2}",
    "the node '{1}' lies in no file of this check",
    "engine 'spark' needs a Spark session; give one made with Splink's similarity functions",
}  # fmt: skip
"""Values of headers, frames around other messages, and errors of the program itself, commands to be pasted."""


def numbered(text: str) -> str:
    """A text with its bare placeholders numbered, as in the catalogue."""
    numbers = iter(range(1, 100))
    return re.sub(r"\{[a-z_]*\}", lambda _: f"{{{next(numbers)}}}", text)


def texts(tree: ast.AST) -> Iterator[str]:
    """The texts below a node, values in formatted ones numbered; not what stands inside a value."""
    if isinstance(tree, ast.Constant):
        if isinstance(tree.value, str):
            yield numbered(tree.value)
        return
    if isinstance(tree, ast.JoinedStr):
        numbers = iter(range(1, 100))
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{next(numbers)}}}" for part in tree.values
        )
        return
    for node in ast.iter_child_nodes(tree):
        yield from texts(node)


def in_both_languages(value: ast.AST) -> bool:
    """Whether words stand in the code in English and Dutch."""
    return isinstance(value, ast.Dict) and {ast.unparse(key) for key in value.keys if key} == {"'en'", "'nl'"}


def messages(path: Path) -> Iterator[str]:
    """The sentences that are handed to an error or a finding, directly or under a name of the same function."""
    tree = ast.parse(path.read_text())
    for function in [tree, *tree.body]:
        handed, names = [], set()
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in CALLS:
                for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                    handed.append(argument)
                    names |= {name.id for name in ast.walk(argument) if isinstance(name, ast.Name)}
        for node in ast.walk(function):
            if not isinstance(node, ast.Assign) or in_both_languages(node.value):
                continue
            if isinstance(node.targets[0], ast.Name) and node.targets[0].id in names:
                handed.append(node.value)
        for part in handed:
            yield from (text for text in texts(part) if len(text.split()) > 2 and re.search(r"[a-z]{2} ", text))


def sources() -> list[Path]:
    """The modules whose messages people read on pages or on the command line."""
    found = [
        path
        for part in ("api", "graph", "loaders", "ontology", "queries", "reports")
        for path in sorted((ROOT / part).rglob("*.py"))
    ]
    found += [
        ROOT / "src/hefboom/load_account.py",
        ROOT / "src/hefboom/steps.py",
        *sorted((ROOT / "src/hefboom").glob("cli_*.py")),
    ]
    return [
        path
        for path in found
        if not any(rule.fullmatch(str(path.relative_to(ROOT))) for rule in (FOR_PROGRAMMERS, NO_MESSAGES))
    ]


@cache
def catalogue() -> dict[str, str]:
    """The Dutch text of each message."""
    with (ROOT / "src/hefboom/messages.nl.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file, locale="nl") if entry.id}


@pytest.mark.parametrize("path", sources(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_message_is_translated(path: Path) -> None:
    known = catalogue()
    missing = {text for text in messages(path) if text not in known and text not in NONE}
    assert not missing


def test_translations_hold_the_values_of_their_message() -> None:
    for english, dutch in catalogue().items():
        assert dutch.strip(), english
        held = sorted(re.findall(r"\{(\d)(?::field|:words)?\}", dutch))
        assert sorted(re.findall(r"\{(\d)\}", english)) == held, english


def test_catalogue_has_no_message_that_is_never_given() -> None:
    parts = ("api", "graph", "loaders", "ontology", "queries", "reports", "src")
    code = [path for part in parts for path in (ROOT / part).rglob("*.py")]
    nodes = [node for path in code for node in ast.walk(ast.parse(path.read_text()))]
    made = {text for node in nodes if isinstance(node, ast.Constant | ast.JoinedStr) for text in texts(node)}
    with (ROOT / "ontology/facts/country_names.csv").open(encoding="utf-8", newline="") as names:
        made |= {row["note"] for row in csv.DictReader(names)}
    assert not {text for text in catalogue() if text not in made}


@given(st.text(max_size=60), st.text(min_size=1, max_size=20).filter(lambda value: not re.search(r"['{};:,]", value)))
def test_what_is_no_message_stays_and_values_are_kept(text: str, value: str) -> None:
    assert in_language(text, "en") == text
    assert in_language(f"zz{text}zz", "nl") == f"zz{text}zz"
    assert value in in_language(f"there is no list '{value}'; 'hefboom lists' shows them", "nl")


def test_values_that_are_messages_are_translated_too() -> None:
    said = in_language(
        "list.json: the JSON ends too early at line 3, byte 4 (abc); download or export the file again", "nl"
    )
    assert (
        said
        == "list.json: de JSON houdt te vroeg op in regel 3, byte 4 (abc); download of exporteer het bestand opnieuw"
    )
    assert in_language("fill in 'Name': Name of the company.", "nl").startswith("vul 'Naam' in: ")


def test_cell_of_a_file_is_shown_as_it_stood_though_it_is_a_word_of_ours() -> None:
    for cell in ("Name", "Risk", "error", "Status", "used by"):
        assert in_language(f"'{cell}' is not a whole number", "nl") == f"'{cell}' is geen geheel getal"
        assert in_language(f"column '{cell}' is empty", "nl") == f"kolom '{cell}' is leeg"


def test_numbers_have_the_points_of_dutch_and_cells_stay_as_they_stood() -> None:
    said = in_language("2,498 rows read = 1,002,490 stored + 8 merged as exact duplicates + 0 refused", "nl")
    assert said == "2.498 rijen gelezen = 1.002.490 opgeslagen + 8 samengevoegd als precies gelijk + 0 geweigerd"
    assert in_language("'1,234' is not a whole number", "nl") == "'1,234' is geen geheel getal"


def test_countries_that_were_meant_are_named_in_dutch() -> None:
    said = in_language("did you mean Netherlands (NL) or Niger (NE) or Congo, Democratic Republic (CD)?", "nl")
    assert said.startswith("bedoelde u Nederland (NL) of Niger (NE) of Congo")


def test_words_that_are_the_same_in_both_languages_are_named_too() -> None:
    said = in_language("did you mean 'Board' ('Bestuur') or 'Senior management' or 'Staff' ('Medewerker')?", "nl")
    assert said == "bedoelde u 'Bestuur' of 'Senior management' of 'Medewerker'?"


def test_long_hostile_text_is_not_slow() -> None:
    in_language("': '" * 1_200, "nl")
