"""Reading CSV tables: encodings, separators, record numbers, and nothing swallowed."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefboom.errors import SourceError, UsageError
from hefboom.loaders.tables import open_table

HEADER = "name,address,country\n"


def write(tmp_path: Path, content: str | bytes, name: str = "list.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(path: Path, size: int = 50_000) -> list[dict[str, str | None]]:
    return [row for chunk in open_table(path).chunks(size) for row in chunk.to_dicts()]


def codes(path: Path) -> list[tuple[str | None, str]]:
    table = open_table(path)
    list(table.chunks())
    return [(finding.row, finding.code) for finding in table.findings]


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["bare", "bom"])
def test_utf8_needs_no_finding(tmp_path, mark):
    path = write(tmp_path, mark + (HEADER + "Łódź,Traktorowa 128,Poland\n").encode())
    assert rows(path) == [{"_row": "2", "name": "Łódź", "address": "Traktorowa 128", "country": "Poland"}]
    assert codes(path) == []


@pytest.mark.parametrize(
    ("encoding", "taken"),
    [("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("utf-32", "utf-32"),
     ("cp1252", "cp1252"), ("latin-1", "cp1252")],
)  # fmt: skip
def test_other_encodings_are_read_and_reported(tmp_path, encoding, taken):
    path = write(tmp_path, (HEADER + "Café Zürich,Straße 1,Österreich\n").encode(encoding))
    assert rows(path)[0]["name"] == "Café Zürich"
    assert open_table(path).encoding == taken
    assert codes(path) == [(None, "encoding")]


def test_an_odd_byte_after_megabytes_of_ascii_still_decides_the_encoding(tmp_path):
    path = write(tmp_path, HEADER.encode() + b"Plain,Road 1,China\n" * 120_000 + "Café,Weg 2,België\n".encode("cp1252"))
    last = rows(path)[-1]
    assert (last["_row"], last["name"], last["country"]) == ("120002", "Café", "België")


def test_a_mixed_file_keeps_both_kinds_of_letters(tmp_path):
    path = write(tmp_path, HEADER.encode() + "Łódź,Ulica Łąkowa,PL\n".encode() * 3 + "Café,Weg,NL\n".encode("cp1252"))
    assert [row["name"] for row in rows(path)] == ["Łódź", "Łódź", "Łódź", "Café"]
    assert codes(path) == [(None, "encoding")]


def test_a_file_that_breaks_the_promise_of_its_mark_is_refused(tmp_path):
    path = write(tmp_path, codecs.BOM_UTF8 + HEADER.encode() + b"Caf\xe9,Weg,NL\n")
    with pytest.raises(SourceError, match="not valid near byte"):
        open_table(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_separator_is_found(tmp_path, delimiter):
    path = write(
        tmp_path, "\n".join(delimiter.join(cells) for cells in (("name", "address", "land"), ("a", "b c", "NL")))
    )
    assert open_table(path).delimiter == delimiter
    assert rows(path)[0]["land"] == "NL"


def test_bars_inside_cells_of_a_comma_file_do_not_win(tmp_path):
    path = write(tmp_path, "who,where,what\n" + "a|b|c,d|e|f,g|h|i\n" * 20)
    assert open_table(path).headers == ("who", "where", "what")


def test_a_dutch_file_with_decimal_commas_is_split_at_semicolons(tmp_path):
    path = write(tmp_path, "fabriek;plek;breedte;lengte\n" + "Weverij;Kade 1, Goor;52,23;6,58\n" * 20)
    assert rows(path)[0] == {
        "_row": "2",
        "fabriek": "Weverij",
        "plek": "Kade 1, Goor",
        "breedte": "52,23",
        "lengte": "6,58",
    }


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_separator_line_of_excel_is_honoured_and_counted(tmp_path, line):
    path = write(tmp_path, f"{line}\r\nname;address;country\r\nA, B;C, D;NL\r\n")
    table = open_table(path)
    assert (table.delimiter, table.header_row, rows(path)[0]["_row"]) == (";", 2, "3")


def test_title_rows_and_blank_lines_count_as_records_and_are_no_rows(tmp_path):
    path = write(tmp_path, "\nSuppliers of Example Ltd\nas of 2024,,\n\nName,Address,Country\n\nA,B,NL\n,,\nC,D,BE\n\n")
    table = open_table(path)
    assert [row["_row"] for chunk in table.chunks() for row in chunk.to_dicts()] == ["7", "9"]
    assert (table.header_row, table.skipped) == (5, {"title": 2, "blank": 5, "repeated-header": 0})
    assert [(finding.row, finding.value) for finding in table.findings] == [
        ("2", "Suppliers of Example Ltd"), ("3", "as of 2024"),
    ]  # fmt: skip


def test_title_rows_are_found_without_a_known_header(tmp_path):
    path = write(tmp_path, "Liste des sites\n\nnom,adresse,pays\nA,B 1,FR\nC,D 2,FR\n")
    assert open_table(path).headers == ("nom", "adresse", "pays")


def test_a_quoted_line_break_starts_no_record(tmp_path):
    path = write(tmp_path, HEADER + '"A\nB","C\r\nD",NL\nE,F,BE\n')
    assert rows(path) == [
        {"_row": "2", "name": "A\nB", "address": "C\r\nD", "country": "NL"},
        {"_row": "3", "name": "E", "address": "F", "country": "BE"},
    ]


def test_chunks_of_one_record_give_the_same_rows(tmp_path):
    path = write(tmp_path, HEADER + "A,B,C\n\n\nD,E,F\nG,H,I")
    assert rows(path, 1) == rows(path)
    assert [row["_row"] for row in rows(path)] == ["2", "5", "6"]


def test_na_is_text_and_blanks_are_null(tmp_path):
    path = write(tmp_path, HEADER + 'A, ,NA\n B ,\u00a0,"\n"\nN/A,null,None\n')
    assert [tuple(row.values()) for row in rows(path)] == [
        ("2", "A", None, "NA"), ("3", " B ", None, None), ("4", "N/A", "null", "None"),
    ]  # fmt: skip


def test_surplus_cells_are_kept_and_reported(tmp_path):
    path = write(tmp_path, HEADER + "A,B,NL\n" * 400 + "C,Road 1, Town,NL,\n")
    last = rows(path)[-1]
    assert (last["country"], last["_surplus"]) == (" Town", '["NL"]')
    assert codes(path) == [("402", "surplus-cells")]


def test_a_row_cut_by_a_line_break_is_reported_and_left_out_trailing_cells_are_not(tmp_path):
    path = write(tmp_path, "name,address,country,note\n" + "A,B,NL,\n" * 5 + "C,D,NL\nE\nF,NL,x,y\n")
    assert codes(path) == [("8", "short-row")]


@pytest.mark.parametrize("size", [2, 3, 50_000])
def test_a_quote_that_is_never_closed_names_its_row(tmp_path, size):
    path = write(tmp_path, HEADER + "A,B,NL\n" * 2000 + '"C,D,NL\nE,F,NL\nG,H,BE')
    with pytest.raises(SourceError, match=r"row 2002: a quote is opened before 'C,D,NL"):
        rows(path, size)


def test_a_quote_closed_rows_later_is_refused_not_swallowed(tmp_path):
    path = write(tmp_path, HEADER + "A,B,NL\n" + '"C,D,NL\nE,F,NL\nG,"H",BE\n' + "I,J,NL\n")
    with pytest.raises(SourceError, match=r"row 3, column 'name': a quote"):
        rows(path)


def test_a_stray_quote_inside_a_cell_is_text(tmp_path):
    path = write(tmp_path, HEADER + 'A 12" pipe,B,NL\n"C ""D""",E,NL\n')
    assert [row["name"] for row in rows(path)] == ['A 12" pipe', 'C "D"']


def test_an_address_of_several_lines_is_only_pointed_out(tmp_path):
    path = write(tmp_path, HEADER + '"A","Road 1, Block 2, Area\nTown, Region, Land",NL\n')
    assert len(rows(path)) == 1
    assert codes(path) == [("2", "line-break-in-cell")]


def test_quoted_words_in_an_address_of_several_lines_are_no_open_quote(tmp_path):
    path = write(tmp_path, HEADER + '"A","The ""Mill"", Block 2, Area\nTown, Region, Land",NL\n')
    assert len(rows(path)) == 1


def test_control_characters_are_reported_where_they_stand(tmp_path):
    path = write(tmp_path, HEADER + "A,B,NL\nC\x00,D\x07,NL\n")
    assert codes(path) == [("3", "control-character"), ("3", "control-character")]
    assert rows(path)[1]["name"] == "C\x00"


def test_repeated_and_blank_headers_get_names(tmp_path):
    path = write(tmp_path, "name,name,,country,_row\nA,B,C,NL,x\n")
    assert open_table(path).headers == ("name", "name (2)", "column 3", "country", "_row (2)")
    assert rows(path) == [
        {"_row": "2", "name": "A", "name (2)": "B", "column 3": "C", "country": "NL", "_row (2)": "x"}
    ]


def test_trailing_separators_make_no_columns(tmp_path):
    path = write(tmp_path, "name,address,country,,,\nA,B,NL,,,\n")
    assert open_table(path).headers == ("name", "address", "country")
    assert codes(path) == []


def test_a_header_that_stands_again_is_left_out(tmp_path):
    path = write(tmp_path, HEADER + "A,B,NL\n" + HEADER + "C,D,BE\n")
    assert [row["_row"] for row in rows(path)] == ["2", "4"]
    assert codes(path) == [("3", "repeated-header-row")]


def test_findings_are_those_of_the_latest_run(tmp_path):
    table = open_table(write(tmp_path, HEADER + "A,B,NL,x\n" + HEADER))
    for _ in range(3):
        list(table.chunks())
        table.sample()
    assert (len(table.findings), table.skipped["repeated-header"]) == (2, 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n , \n", "no filled cell"),
        (HEADER.encode(), "no row below"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 50, "not a text file"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"<html><table></table></html>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "cannot be read"),
    ],
    ids=["empty", "blank", "header-only", "png", "zip", "html", "ole"],
)
def test_what_is_no_table_is_refused(tmp_path, content, words):
    path = write(tmp_path, content)
    with pytest.raises(SourceError, match=words) as caught:
        open_table(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_and_a_folder_are_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        open_table(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="folder"):
        open_table(tmp_path)


CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=12
) | st.sampled_from(["a\nb", "a\r\nb", '"', 'x "y" z', "NA", ",", ";", "\t", "|", "é", "0012", " lead"])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    return draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=12))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(1, 4),
)
def test_any_table_of_text_comes_back_as_it_was(tmp_path, table, delimiter, encoding, line_end, size):
    header = ["name", "address", "country", "city", "postcode"][: len(table[0])]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows([header, *table])
    path = write(tmp_path, text.getvalue().encode(encoding))
    expected = [
        (str(number), *(cell if cell.strip() else None for cell in record))
        for number, record in enumerate(table, 2)
        if any(cell.strip() for cell in record) and record != header
    ]
    if not expected:
        with pytest.raises(SourceError, match="no row below"):
            open_table(path)
        return
    assert [tuple(row.values()) for row in rows(path, size)] == expected
