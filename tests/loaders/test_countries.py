"""Countries from the names and codes that lists use."""

from __future__ import annotations

import csv
from importlib.resources import files

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefboom.loaders.countries import codes, folded_names, is_country, label, resolve, resolve_column
from hefboom.messages import in_language

NAMES = {
    "BD": ["BD", "bd", "BGD", "050", "50", "50.0", "BANGLADESH", "People's Republic of Bangladesh"],
    "CG": ["Republic of the Congo", "Congo (Brazzaville)", "Congo, Rep.", "Congo"],
    "CD": ["DRC", "Congo, the Democratic Republic of the", "Democratic Republic of Congo", "Zaire", "Congo-Kinshasa"],
    "CI": ["Ivory Coast", "Cote d'Ivoire", "CÔTE D’IVOIRE", "Ivoorkust"],
    "CN": ["China Mainland", "P.R. China", "People's Republic of China", "Volksrepubliek China"],
    "CV": ["Cape Verde", "Cabo Verde", "Kaapverdië"],
    "CY": ["Cyprus (South)"],
    "CZ": ["Czech Republic", "Czechia", "Tsjechië"],
    "GB": ["UK", "U.K.", "England", "Scotland", "Wales", "Northern Ireland", "XI", "Verenigd Koninkrijk"],
    "HK": ["Hong Kong", "China, Hong Kong SAR"],
    "IE": ["Republic of \nIreland", "Ierland"],
    "JE": ["Jersey"],
    "KP": ["North Korea", "Korea, Democratic People's Republic of"],
    "KR": ["Korea (Republic of)", "South Korea", "Zuid-Korea", "Korea"],
    "LA": ["Lao People's Democratic Republic", "Laos"],
    "LK": ["Ceylon"],
    "MD": ["Moldova (Republic of)"],
    "MK": ["Macedonia", "North Macedonia"],
    "MM": ["Burma", "Myanmar"],
    "MO": ["Macau", "Macao"],
    "NA": ["NA", "NAM", "Namibië"],
    "NL": ["Holland", "The Netherlands", "Netherlands, The", "Nederland"],
    "PS": ["Palestine"],
    "SZ": ["Swaziland", "Eswatini"],
    "TL": ["East Timor"],
    "TR": ["Türkiye", "TURKEY", "Turkiye"],
    "TW": ["Taiwan", "Taiwan, Province of China"],
    "AE": ["UAE", "United Arab Emirates (the)"],
    "US": ["USA", "U.S.A.", "United States of America", "Verenigde Staten"],
    "VN": ["Viet Nam", "VIETNAM"],
    "XK": ["XK", "XKX", "Kosovo"],
}


@pytest.mark.parametrize(("alpha2", "text"), [(alpha2, text) for alpha2, texts in NAMES.items() for text in texts])
def test_name_resolves(alpha2: str, text: str) -> None:
    assert resolve(text).alpha2 == alpha2


@pytest.mark.parametrize("text", ["Congo", "Korea", "XI", "Republic of China"])
def test_name_that_needs_a_choice_says_which_was_made(text: str) -> None:
    assert resolve(text).note


@pytest.mark.parametrize("text", ["Virgin Islands", "Yugoslavia", "Netherlands Antilles", "USSR"])
def test_name_of_several_countries_is_never_resolved(text: str) -> None:
    resolution = resolve(text)
    assert (resolution.alpha2, resolution.how) == (None, "ambiguous")
    assert len(resolution.suggestions) > 1


def test_unknown_name_gets_the_nearest_ones() -> None:
    assert resolve("Chnia").suggestions == ("China (CN)",)
    assert resolve("Atlantis").alpha2 is None


@pytest.mark.parametrize("text", ["", " ", "-", "N/A", "1234", "Q"])
def test_text_without_a_country_gives_none(text: str) -> None:
    assert resolve(text).alpha2 is None


def test_every_code_and_label_of_the_scheme_resolves_to_itself() -> None:
    text = files("hefboom.ontology").joinpath("facts/countries.csv").read_text(encoding="utf-8")
    for record in csv.DictReader(text.splitlines()):
        assert {resolve(record[name]).alpha2 for name in ("alpha2", "alpha3", "label_en", "label_nl")} == {
            record["alpha2"]
        }
    assert len(codes()) == 250
    assert is_country("NA")
    assert label("NA") == "Namibia (NA)"


def test_every_listed_name_resolves_or_is_ambiguous() -> None:
    text = files("hefboom.ontology").joinpath("facts/country_names.csv").read_text(encoding="utf-8")
    for record in csv.DictReader(text.splitlines()):
        resolution = resolve(record["name"])
        assert resolution.alpha2 == record["alpha2"] or resolution.how == "ambiguous"
        assert record["kind"] in {"official", "common", "historic", "nl", "variant", "part"}
        assert is_country(record["alpha2"])


def test_parts_of_a_country_are_no_names_of_the_whole() -> None:
    assert "united kingdom" in folded_names("GB")
    assert "scotland" not in folded_names("GB")
    assert folded_names(None) == ()


@settings(deadline=None)
@given(st.sampled_from([text for texts in NAMES.values() for text in texts if len(text) > 3]))
def test_case_and_blanks_do_not_matter(text: str) -> None:
    assert resolve(f"  {text.swapcase()} \n").alpha2 == resolve(text).alpha2


def test_column_is_resolved_cell_by_cell() -> None:
    found = resolve_column(pl.Series(["Holland", None, "Mars", "NA", "Holland"]))
    assert found.struct.field("alpha2").to_list() == ["NL", None, None, "NA", "NL"]


def test_every_note_on_a_country_is_said_in_dutch() -> None:
    table = files("hefboom.ontology").joinpath("facts/country_names.csv").read_text(encoding="utf-8")
    notes = {row["note"] for row in csv.DictReader(table.splitlines()) if row["note"]}
    assert notes
    assert [note for note in notes if in_language(note, "nl") == note] == []
