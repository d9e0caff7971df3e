"""What may never merge silently, and what must be seen as one in spite of its spelling: one firm per case, one run."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pytest
from test_match_resolve import Row, listings

from hefboom.graph.match_resolve import Resolution, resolve
from hefboom.ontology.terms import fact_table

STREETS = ("Multan Road", "Korangi Road", "Sheikhupura Road", "Ferozepur Road", "Defence Road", "Raiwind Road")
TOWNS = ("Lahore 54000", "Karachi 74900", "Faisalabad 38000", "Sialkot 51310", "Multan 60000", "Kasur 55050")


@dataclass(frozen=True)
class Case:
    """Two rows of one invented firm; `{n}` is its name, `{a}` its address. `conflict` None: they are one site."""

    left: Row
    right: Row
    conflict: str | None = None


def names(left: str, right: str, conflict: str | None = None, **both: object) -> Case:
    """Two names at one address."""
    return Case({"name": left, "address": "{a}", **both}, {"name": right, "address": "{a}", **both}, conflict)


def addresses(left: str, right: str, conflict: str | None = None, name: str = "{n} Denim Ltd") -> Case:
    """One name at two addresses."""
    return Case({"name": name, "address": left}, {"name": name, "address": right}, conflict)


APART = {
    "unit 2 and 3": names("{n} Unit 2", "{n} Unit 3", "unit"),
    "units by letter": names("{n} Unit A", "{n} Unit B", "unit"),
    "units in Roman figures": names("{n} Unit II", "{n} Unit III", "unit"),
    "bare Roman figures": names("{n} Denim II", "{n} Denim III", "name_number"),
    "No.2 and No.3": names("{n} No.2", "{n} No.3", "name_number"),
    "No.2 and none": names("{n} Denim No.2", "{n} Denim", "lone_number"),
    "unit A and none": names("{n} Denim Unit A", "{n} Denim", "lone_number"),
    "phase II and none": names("{n} Denim Phase II", "{n} Denim", "lone_number"),
    "plants in words": names("{n} Plant One", "{n} Plant Two", "unit"),
    "second factory": names("{n} Second Factory", "{n} Third Factory", "unit"),
    "plant 3 and 4": names("{n} Plant 3", "{n} Plant 4", "unit"),
    "Spanish plants": names("{n} Planta 2", "{n} Planta 3", "unit", country="MX"),
    "Turkish branches": names("{n} Tekstil 2. Şubesi", "{n} Tekstil 3. Şubesi", "unit", country="TR"),
    "Vietnamese branches": names("{n} Chi nhánh 2", "{n} Chi nhánh 3", "unit", country="VN"),
    "Vietnamese factories": names("{n} Nhà máy 1", "{n} Nhà máy 2", "unit", country="VN"),
    "Chinese factories": names("{n} 服装一厂", "{n} 服装二厂", "unit", country="CN"),
    "Chinese second factory and none": names("{n} 服装二厂", "{n} 服装", "lone_number", country="CN"),
    "Russian factories": names("{n} фабрика №1", "{n} фабрика №2", "name_number", country="RU"),
    "Bengali units": names("{n} ইউনিট ১", "{n} ইউনিট ২", "unit", country="BD"),
    "buildings of one park": addresses("Building E4, {a}", "Building F6, {a}", "unit"),
    "blocks by letter": addresses("Block C, {a}", "Block D, {a}", "unit"),
    "Turkish blocks": addresses("{a} A Blok", "{a} B Blok", "unit"),
    "Spanish halls": addresses("Nave 4, {a}", "Nave 5, {a}", "unit"),
    "plots": addresses("Plot 14, {a}", "Plot 29, {a}", "unit"),
    "sheds on one plot": addresses("Plot 5, Shed H1, {a}", "Plot 5, Shed H2, {a}", "unit"),
    "floors": addresses("3rd Floor, {a}", "4th Floor, {a}", "unit"),
    "phases": addresses("IV Fase, {a}", "V Fase, {a}", "unit"),
    "units in one numbered house": addresses("Unit 4, 12 {a}", "Unit 5, 12 {a}", "unit"),
    "floors of one numbered house": addresses("Floor 3, 88 {a}", "Floor 5, 88 {a}", "unit"),
    "buildings before a street number": addresses("Building 10, 26 {a}", "Building 11, 26 {a}", "unit"),
    "plots with a letter before a street number": addresses("Plot 45-A, 12 {a}", "Plot 46-A, 12 {a}", "unit"),
    "blocks by letter before a street number": addresses("Block A, 12 {a}", "Block B, 12 {a}", "unit"),
    "letter at the end": names("{n} Apparel A", "{n} Apparel B", "name_number"),
    "letter in brackets": names("{n} Weaving (A)", "{n} Weaving (B)", "name_number"),
    "letter after a dash": names("{n} Dyeing - C", "{n} Dyeing - D", "name_number"),
    "letter at one end": names("{n} Spinning A", "{n} Spinning", "lone_number"),
    "one number and street in two towns": addresses("10 Mall Road, Lahore", "10 Mall Road, Karachi", "other_town"),
    "one street in two towns, and their postcodes": addresses(
        "22 Canal Bank Road, Faisalabad 38000", "22 Canal Bank Road, Sialkot 51310", "other_town"
    ),
    "another town after which a street is called": addresses(
        "10 Canal View Lane, Lahore", "10 Canal View Lane, Multan", "other_town"
    ),
    "doors in one numbered street": addresses("2. OSB 7. Cad. No:30, {a}", "2. OSB 7. Cad. No:39, {a}", "house_number"),
    "house numbers": addresses("14 Mill Lane, {a}", "29 Mill Lane, {a}", "house_number"),
    "one group, another town": addresses("Plot 14, Mehran Street, Hyderabad", "Ring Road, Gujranwala", "town"),
    "branch elsewhere": Case(
        {"name": "{n} Denim Ltd", "address": "Road 3, {a}"},
        {"name": "{n} Denim Ltd Kharian Branch", "address": "Road 3, {a}"}, "branch",
    ),
    "two numbers of which one is shared": names("{n} Zona 2 / Farm 87", "{n} Zona 2 / Farm 88", "name_number"),
    "another company on the estate": names("{n} Denim", "Zentara Washing", "company"),
    "sisters by trade": names("{n} Textiles", "{n} Socks", "sister"),
    "sisters by name": names("{n} Carmina Packers", "{n} Zentara Packers", "sister"),
    "a town for a name": Case(
        {"name": "Jhelum", "address": "Canal View, Jhelum"},
        {"name": "{n} Jhelum", "address": "Station Street, Jhelum"}, "place_only",
    ),
    "two places that one list names at one address": names(
        "{n} Bakery Canal View", "{n} Bakery Ring Road", "sister", list="one/2024-01-01", workers_min=90, workers_max=90
    ),
    "two OS IDs": Case(
        {"name": "{n} Denim", "address": "{a}", "os_id": "PK2019000000001"},
        {"name": "{n} Denim", "address": "{a}", "os_id": "PK2019000000002"}, "os_id",
    ),
    "two DUNS numbers": Case(
        {"name": "{n} Denim", "address": "{a}", "duns": "123456789"},
        {"name": "{n} Denim", "address": "{a}", "duns": "987654321"}, "duns",
    ),
    "two LEIs": Case(
        {"name": "{n} Denim", "address": "{a}", "lei": "5493001KJTIIGC8Y1R12"},
        {"name": "{n} Denim", "address": "{a}", "lei": "213800D1EI4B9WTWWD28"}, "lei",
    ),
    **{
        f"{one} and {other}": Case(
            {"name": "{n} Denim", "address": "{a}", "country": one},
            {"name": "{n} Denim Ltd", "address": "{a}", "country": other}, "country",
        )
        for one, other in (
            ("GB", "IE"), ("GB", "JE"), ("GB", "GG"), ("GB", "IM"), ("FR", "MC"), ("IT", "SM"), ("IT", "VA"),
        )
    },
    "vague address, points far apart": Case(
        {"name": "{n} Denim", "address": "Industrial Area", "lat": 31.5512, "lng": 74.3421},
        {"name": "{n} Denim", "address": "Industrial Area, Punjab", "lat": 31.0127, "lng": 73.1242}, "point",
    ),
}  # fmt: skip

LEGAL = {
    "TR": "Tekstil San. ve Tic. Ltd. Şti.", "DE": "Tekstil GmbH & Co. KG", "MX": "Tekstil S.A. de C.V.",
    "PL": "Tekstil Sp. z o.o.", "RS": "Tekstil d.o.o.", "MY": "Tekstil Sdn. Bhd.", "BG": "Tekstil EOOD",
    "IT": "Tekstil S.r.l.", "PT": "Tekstil, Lda.", "SE": "Tekstil AB", "FI": "Tekstil Oy", "DK": "Tekstil ApS",
    "HU": "Tekstil Kft.", "CZ": "Tekstil s.r.o.", "MA": "Tekstil SARL AU", "NL": "Tekstil B.V.",
    "AU": "Tekstil Pty Ltd", "LT": "Tekstil, UAB", "AL": "Tekstil Sh.p.k.", "EG": "Tekstil S.A.E.",
    "BR": "Tekstil Ltda.", "ES": "Tekstil, Sociedad Limitada", "HN": "Tekstil S. de R.L. de C.V.",
    "AE": "Tekstil FZ-LLC", "TH": "Tekstil Company Limited",
}  # fmt: skip

ONE = {
    "several plots": addresses("Plots 4, 5 & 6, {a}", "Plot 4-6, {a}"),
    "a district more": addresses("14 Mill Lane, Gulberg, Lahore", "14 Mill Lane, Gulberg"),
    **{
        f"town and county {number}": addresses(f"{number} Mill Lane, Chunian, Bhawana", f"{number} Mill Lane, Chunian")
        for number in (3, 5, 7)
    },
    "the county in place of the town": addresses("44 Barrage Lane, Chunian", "44 Barrage Lane, Bhawana"),
    "no town, an estate": addresses("71 Link Canal Lane, Industrial Estate", "71 Link Canal Lane, Sialkot 51310"),
    "legal form misspelt": names("{n} Weaving Limited", "{n} Weaving Limtied"),
    "legal form misspelt, a trade left out": names("{n} Denim Weaving Limited", "{n} Denim Companny"),
    "the country at the end": addresses("14 Mill Lane, Sialkot, Pakistan", "14 Mill Lane, Sialkot"),
    "word order": names("{n} Denim Mills", "Denim Mills {n}"),
    "letters spaced": names("{n} Denim Mills Ltd", "{s} D e ni m M il ls L td"),
    "plural and trade spelling": names("{n} Textiles Garments", "{n} Textile Garment"),
    "unit written otherwise": names("{n} Unit No. 2", "{n} Unit II"),
    "number of the name in the address": Case(
        {"name": "{n} Denim Unit 2", "address": "{a}"}, {"name": "{n} Denim", "address": "Unit 2, {a}"},
    ),
    "Chinese with the trade translated": Case(
        {"name": "Dongguan Luyang Shoes Co., Ltd.", "address": "No. 88 Henglian Road, Dongguan", "country": "CN"},
        {"name": "东莞绿洋鞋业有限公司", "address": "No.88 Henglian Road, Dongguan", "country": "CN"},
    ),
    "Russian": Case(
        {"name": "Zarnitsa Textile Factory OOO", "address": "ul. Lenina 17, Ivanovo", "country": "RU"},
        {"name": "ООО Текстильная фабрика Зарница", "address": "ул. Ленина 17, Иваново", "country": "RU"},
    ),
    "Bengali": Case(
        {"name": "{n} Denim Ltd", "address": "{a}", "country": "BD"},
        {"name": "{n} Denim লিমিটেড", "address": "{a}", "country": "BD"},
    ),
    "Thai": Case(
        {"name": "{n} Garment Co., Ltd.", "address": "{a}", "country": "TH"},
        {"name": "บริษัท {n} การ์เม้นท์ จำกัด", "address": "{a}", "country": "TH"},
    ),
    "blank country": Case(
        {"name": "{n} Denim Mills", "address": "{a}"}, {"name": "{n} Denim Mills", "address": "{a}", "country": None},
    ),
    "Hong Kong for China": Case(
        {"name": "{n} Denim", "address": "{a}", "country": "CN"},
        {"name": "{n} Denim Ltd", "address": "{a}", "country": "HK"},
    ),
    "Taiwan for China": Case(
        {"name": "{n} Denim", "address": "{a}", "country": "CN"},
        {"name": "{n} Denim Ltd", "address": "{a}", "country": "TW"},
    ),
    "Northern Ireland for Great Britain": Case(
        {"name": "{n} Denim", "address": "{a}", "country": "GB"},
        {"name": "{n} Denim Ltd", "address": "{a}", "country": "XI"},
    ),
    **{f"legal form {place}": names("{n} " + form, "{n} Tekstil", country=place) for place, form in LEGAL.items()},
}  # fmt: skip

EVERY_WORD = {
    row["word"]: names(f"{{n}} Denim {row['word']} 4", f"{{n}} Denim {row['word']} 5", "unit")
    for row in fact_table("match_unit_words")
}
"""Every word for a unit that is known, so that a new one is tested with its first use."""

BRIDGED = ("unit 2 and 3", "Turkish branches", "Vietnamese factories", "blocks by letter", "plots",
           "doors in one numbered street", "sisters by trade", "two DUNS numbers", "two LEIs")  # fmt: skip
"""Cases that a third row, which tells neither unit nor number, must not chain."""

_SOUNDS = ("bra", "ko", "li", "men", "tu", "zar", "pe", "vol", "ni", "sha", "gor", "dem")


def firm(number: int) -> str:
    """A name that no other firm resembles."""
    first, second = divmod(number, len(_SOUNDS))
    return (_SOUNDS[second] + _SOUNDS[(first * 5 + second) % 12] + _SOUNDS[(first + 7) % 12] + "wyx"[first % 3]).title()


@pytest.fixture(scope="module")
def resolved() -> tuple[Resolution, dict[str, tuple[str, str]]]:
    """All cases in one resolution, each its own firm and address; rows by case."""
    rows: list[Row] = []
    places = {}
    bridged = [(f"{key}, bridged", APART[key]) for key in BRIDGED]
    for number, (key, case) in enumerate([*APART.items(), *ONE.items(), *EVERY_WORD.items(), *bridged]):
        name = firm(number)
        told = {
            "n": name, "s": " ".join(name[at : at + 2] for at in range(0, len(name), 2)),
            "a": f"{STREETS[number % 6]}, Chak {firm(number + 300)}, {TOWNS[number // 6 % 6]}",
        }  # fmt: skip
        for side, row in (("left", case.left), ("right", case.right)):
            filled = {field: value.format(**told) if isinstance(value, str) else value for field, value in row.items()}
            rows.append({"list": f"{side}/2024-01-01", **filled, "row": f"{number}-{side}"})
        if key.endswith("bridged"):
            bridge = {"name": f"{name} Denim", "address": told["a"], "country": case.left.get("country", "PK")}
            rows.append({**bridge, "row": f"{number}-bridge", "list": "bridge/2024-01-01"})
        places[key] = (f"{number}-left", f"{number}-right")
    connection = duckdb.connect()
    connection.register("listings", listings(rows))
    return resolve(connection, "listings"), places


def together(resolved: tuple[Resolution, dict[str, tuple[str, str]]], key: str) -> bool:
    resolution, places = resolved
    found = resolution.connection.execute(
        "SELECT count(DISTINCT cluster) FROM m_cluster WHERE row IN (?, ?)", places[key]
    ).fetchone()
    assert found is not None
    return bool(found[0] == 1)


@pytest.mark.parametrize("key", APART)
def test_what_may_never_merge_silently_stays_apart(
    resolved: tuple[Resolution, dict[str, tuple[str, str]]], key: str
) -> None:
    assert not together(resolved, key)
    resolution, places = resolved
    judged = resolution.connection.execute(
        """SELECT conflicts, outcome FROM m_judged JOIN m_mention l ON l.claim = claim_l
        JOIN m_mention r ON r.claim = claim_r WHERE l.row IN (?, ?) AND r.row IN (?, ?)""",
        [*places[key], *places[key]],
    ).fetchall()
    for conflicts, outcome in judged:
        assert APART[key].conflict in conflicts
        assert outcome in ("possible", "different")


@pytest.mark.parametrize("key", EVERY_WORD)
def test_no_word_for_a_unit_lets_two_numbers_merge(
    resolved: tuple[Resolution, dict[str, tuple[str, str]]], key: str
) -> None:
    assert not together(resolved, key)


@pytest.mark.parametrize("key", BRIDGED)
def test_a_third_row_chains_no_two_sites(resolved: tuple[Resolution, dict[str, tuple[str, str]]], key: str) -> None:
    assert not together(resolved, f"{key}, bridged")


@pytest.mark.parametrize("key", ONE)
def test_spelling_language_and_legal_form_do_not_part_a_site(
    resolved: tuple[Resolution, dict[str, tuple[str, str]]], key: str
) -> None:
    assert together(resolved, key)
