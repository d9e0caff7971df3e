"""Column profiles: guessed from headers and values, never silently wrong, kept as YAML."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefboom.errors import SourceError, UsageError
from hefboom.loaders.profiles import (
    Guess,
    Profile,
    fixed_profile,
    guess_profile,
    hints_from_name,
    load_profile,
    save_profile,
)
from hefboom.loaders.tables import open_table


def guess(tmp_path: Path, text: str, **options: object) -> Guess:
    path = tmp_path / "list.csv"
    path.write_text(text)
    table = open_table(path)
    return guess_profile(table, table.sample(), **options)


def test_english_headers_become_fields(tmp_path):
    found = guess(
        tmp_path,
        "Factory Name,Address,City,State,Postal Code,Country/Region,Total Workers,Supplier Group,"
        "Contact Person,E-mail,Cafeteria\n"
        "Mill,Road 1,Goor,OV,7471,Netherlands,100,Mills,J,j@x,yes\n",
    )  # fmt: skip
    assert found.unsure == []
    assert list(found.profile.columns.values()) == [
        "name", "street", "city", "region", "postcode", "country", "workers", "parent_company",
        "leave-out", "leave-out", "keep",
    ]  # fmt: skip


def test_dutch_headers_become_fields(tmp_path):
    found = guess(
        tmp_path,
        "Naam fabriek;Adres;Plaats;Land;Aantal werknemers;Moederbedrijf;Breedtegraad;Lengtegraad;Telefoon\n"
        "Weverij;Kade 1, Goor;Goor;Nederland;100;Mills;52,2;6,6;074\n",
    )
    assert found.unsure == []
    assert list(found.profile.columns.values()) == [
        "name", "address", "city", "country", "workers", "parent_company", "lat", "lng", "leave-out",
    ]  # fmt: skip


def test_a_constant_source_and_year_give_contributor_and_date(tmp_path):
    found = guess(
        tmp_path,
        "supplier,address,workers,country,sectors,year,source_business,sector\n"
        "A,Road 1,1,France,,2024,Shop,Food\nB,Road 2,2,Spain,Toys,2024,Shop,\n",
    )
    assert (found.profile.contributor, found.profile.date) == ("Shop", "2024-01-01")
    assert found.profile.contributor_column == "source_business"
    assert found.profile.columns_for("sector") == ["sectors", "sector"]


def rows(line, count=8):
    return "name,address,country,note\n" + "".join(line.format(number=number) for number in range(count))


def test_a_long_country_column_that_holds_no_countries_is_unsure(tmp_path):
    found = guess(tmp_path, rows("A{number},Road 1,red,x\n"), format="table")
    assert any("only 0% of column 'country' looks like country" in words for words in found.unsure)


def test_a_few_bad_countries_under_a_known_header_are_left_to_the_rows(tmp_path):
    found = guess(tmp_path, "name,address,country,note\nA,Road 1,France,x\nB,Road 2,Atlantis,y\n", format="table")
    assert (found.unsure, found.profile.columns["country"], len(found.doubts)) == ([], "country", 1)


def test_the_callers_test_of_countries_is_used(tmp_path):
    text = rows("A{number},Road 1,Ruritania,x\n")
    assert guess(tmp_path, text, format="table").unsure
    assert not guess(tmp_path, text, format="table", is_country=lambda value: value == "Ruritania").unsure


def test_a_name_column_of_numbers_is_unsure(tmp_path):
    found = guess(tmp_path, rows("100{number},Road 1,France,x\n"))
    assert any("'name'" in words for words in found.unsure)


def test_countries_under_an_unknown_header_are_taken_with_a_doubt(tmp_path):
    found = guess(tmp_path, "name,address,where\nA,Road 1,France\nB,Road 2,Spain\n")
    assert found.profile.columns["where"] == "country"
    assert (found.unsure, found.doubts) == ([], ["column 'where' holds countries, though its header does not say so"])


def test_two_columns_of_countries_under_unknown_headers_are_unsure(tmp_path):
    found = guess(tmp_path, "name,address,made,sold\nA,Road 1,France,Spain\nB,Road 2,Spain,Italy\n")
    assert found.unsure == ["column 'made' holds countries, though its header does not say so"]


def test_two_candidates_for_a_name_are_unsure_unless_they_say_the_same(tmp_path):
    text = "vendor name,company name,address,country\nA,{},Road 1,France\n"
    assert any("both 'vendor name' and 'company name'" in words for words in guess(tmp_path, text.format("B")).unsure)
    assert guess(tmp_path, text.format("A")).unsure == []


def test_the_name_of_the_factory_goes_before_the_name_of_the_firm(tmp_path):
    found = guess(tmp_path, "supplier name,factory name,address,country\nA,B,Road 1,France\n")
    assert (found.profile.columns["factory name"], found.unsure, len(found.doubts)) == ("name", [], 1)


def test_a_list_without_addresses_is_unsure_where_another_column_may_hold_them(tmp_path):
    assert guess(tmp_path, "name,country,where\nA,France,x\n").unsure == ["no column holds the address"]
    assert guess(tmp_path, "name,country\nA,France\n").unsure == []


def test_sites_known_by_os_id_need_nothing_else(tmp_path):
    found = guess(tmp_path, "os_id,contributor_name\nCN2021250D1DTN7,Brand\n")
    assert (found.unsure, found.profile.contributor_column) == ([], "contributor_name")


def test_coordinates_out_of_range_are_kept_as_text_with_a_doubt(tmp_path):
    lines = "A,Road 1,France,north,east,x\n" * 8
    found = guess(tmp_path, "name,address,country,lat,lng,note\n" + lines)
    assert (found.profile.columns["lat"], found.profile.columns["lng"], len(found.doubts)) == ("keep", "keep", 2)


def test_every_column_has_a_reason(tmp_path):
    found = guess(tmp_path, "name,address,country,a,b\nA,Road 1,France,1,2\n")
    assert list(found.reasons) == list(found.profile.columns)


def test_relationship_headers_become_fields(tmp_path):
    found = guess(tmp_path, "Koper;Leverancier;Land;Product;Van;Tot;Aandeel;Bron\nA;B;China;Garen;2024;;10%;x\n")
    assert (found.profile.format, found.unsure) == ("relationships", [])
    assert list(found.profile.columns.values()) == [
        "buyer", "supplier", "supplier_country", "product", "from", "to", "share", "source",
    ]  # fmt: skip


def test_members_and_aliases_have_fields_too(tmp_path):
    assert list(guess(tmp_path, "deelnemer;convenant;van;tot\nA;B;2020;\n").profile.columns.values()) == [
        "company", "covenant", "from", "to",
    ]  # fmt: skip
    assert guess(tmp_path, "old_os_id,new_os_id\nA,B\n").profile.format == "aliases"


def test_the_profile_of_a_register_is_fixed_and_leaves_persons_out():
    headers = ("os_id", "country_name", "contributor (list)", "is_closed", "claim_contact_person", "claim_info", "x.y")
    assert list(fixed_profile("osh-download", headers).columns.values()) == [
        "os_id", "country", "contributors", "closed", "leave-out", "leave-out", "keep",
    ]  # fmt: skip


FIELDS = st.sampled_from(["keep", "leave-out", "sector", "product_type"])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(TEXT, FIELDS, max_size=6), st.none() | TEXT, st.none() | TEXT)
def test_a_saved_profile_loads_as_it_was(tmp_path, columns, contributor, notes):
    profile = Profile("table", columns, contributor=contributor, date="2024-01-31", notes=notes)
    save_profile(profile, tmp_path / "new" / "p.yaml")
    assert load_profile(tmp_path / "new" / "p.yaml") == profile


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("format: table\ncolumns: {}\ncontributer: x", "unknown key 'contributer'; did you mean 'contributor'"),
        ("format: table\ncolumns: {A: nam}", "column 'A' has the unknown field 'nam'; did you mean 'name'"),
        ("format: tabel\ncolumns: {}", "format 'tabel' is unknown"),
        ("format: table", "'columns' is missing"),
        ("format: table\ncolumns: {A: name, B: name}", "'name' can be one column only, here 'A', 'B'"),
        ("format: table\ncolumns: {}\ndate: soon", "date 'soon' is not a day"),
        ("format: table\ncolumns: {}\ncontributor_column: A", "needs the field 'contributor'"),
        ("format: table\ncolumns: [a]", "'columns' is a mapping"),
        ("just text", "a profile is a mapping"),
        ("a: [", "no YAML"),
    ],
)
def test_a_profile_with_a_mistake_is_refused_by_name(tmp_path, text, words):
    path = tmp_path / "p.yaml"
    path.write_text(text)
    with pytest.raises((UsageError, SourceError), match=words) as caught:
        load_profile(path)
    assert str(path) in str(caught.value)


def test_a_date_and_numbers_of_yaml_are_text(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text("format: table\ndate: 2024-01-31\ncontributor: 3\ncolumns: {2024: keep, B: }\n")
    profile = load_profile(path)
    assert (profile.date, profile.contributor, profile.columns) == ("2024-01-31", "3", {"2024": "keep", "B": "keep"})


def test_a_profile_of_another_list_is_refused_by_its_column(tmp_path):
    profile = Profile("table", {"Factory Name": "name"})
    with pytest.raises(UsageError, match="'Factory Name' that this file does not have; did you mean 'Factory name'"):
        profile.check_headers(["Factory name"], tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("name", "contributor", "date"),
    [
        ("nike_2021-02.csv", "nike", datetime.date(2021, 2, 1)),
        ("asda_2024.csv", "asda", datetime.date(2024, 1, 1)),
        ("primark_20230115_v2.csv", "primark", datetime.date(2023, 1, 15)),
        ("Productielocaties Hema 12-03-2024 def.xlsx", "Hema", datetime.date(2024, 3, 12)),
        ("membership_2022.csv", None, datetime.date(2022, 1, 1)),
        ("12.xlsx", None, None),
        ("C&A-supplier-list.csv", "C&A", None),
        ("x_31-02-2024.csv", "x", None),
    ],
)
def test_the_file_name_hints_at_contributor_and_date(name, contributor, date):
    assert hints_from_name(Path(name)) == (contributor, date)
