"""Which columns, language, kind of file and habits each list of the demo has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hefboom.loaders.demo_files import Columns, Style
from hefboom.loaders.demo_words import MEMBERS

_DUTCH: Columns = (
    ("Naam fabriek", "name"),
    ("Adres", "place"),
    ("Plaats", "city"),
    ("Postcode", "postcode"),
    ("Land", "country"),
    ("Proces", "process"),
    ("Aantal werknemers", "workers"),
)
_DUTCH_WITH_ID: Columns = (
    ("OS ID", "os_id"),
    ("Naam productielocatie", "name"),
    ("Volledig adres", "address"),
    ("Land", "country"),
    ("Productieproces", "process"),
    ("Aantal medewerkers", "workers"),
    ("Onze referentie", "reference"),
)
_PLEDGE: Columns = (
    ("Production Unit Name", "name"),
    ("Production Unit Address", "address"),
    ("Country", "country"),
    ("Processing Type", "process"),
    ("Number of Workers", "workers"),
    ("OS ID", "os_id"),
)
_UPLOAD: Columns = (("country", "country"), ("name", "name"), ("address", "address"), ("sector", "sector"))
_UPLOAD_WIDE: Columns = (
    *_UPLOAD,
    ("facility_type_processing_type", "process"),
    ("number_of_workers", "workers"),
    ("lat", "lat"),
    ("lng", "lng"),
)
REGISTER: Columns = (
    ("os_id", "os_id"),
    ("contribution_date", "contribution_date"),
    ("name", "name"),
    ("address", "address"),
    ("country_code", "country_code"),
    ("country_name", "country_name"),
    ("lat", "lat"),
    ("lng", "lng"),
    ("sector", "sector"),
    ("contributor (list)", "contributors"),
    ("number_of_workers", "workers"),
    ("parent_company", "parent_company"),
    ("processing_type_facility_type_raw", "process"),
    ("facility_type", "facility_type"),
    ("processing_type", "process"),
    ("product_type", "product_type"),
    ("is_closed", "is_closed"),
)
RELATIONSHIPS: Columns = tuple(
    (name, name)
    for name in (
        "buyer",
        "buyer_os_id",
        "buyer_address",
        "buyer_country",
        "supplier",
        "supplier_os_id",
        "supplier_address",
        "supplier_country",
        "product",
        "process",
        "from",
        "to",
        "share",
        "source",
    )
)
MEMBERSHIPS: Columns = (("company", "company"), ("covenant", "covenant"), ("from", "from"), ("to", "to"))


@dataclass(frozen=True, slots=True)
class Slip:
    """One cell written wrongly: in the first row from ``row`` on that has something in ``field``."""

    row: int
    field: str
    wrong: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Habits:
    """How one member keeps its list.

    ``spelling`` counts along the spellings of a country. ``earlier`` is the date of a list that the current one
    replaces. ``repeats`` rows stand in the list twice. ``slips`` are cells written wrongly.
    """

    style: Style
    date: str
    knows_os_ids: bool = False
    spelling: int = 0
    capitals: bool = False
    public: bool = False
    earlier: str | None = None
    repeats: int = 0
    slips: tuple[Slip, ...] = ()


_UNKNOWN_COUNTRY = Slip(4, "country", lambda _: "Bangaldesh")
_NO_NAME = Slip(9, "name", lambda _: "")
_NO_LATITUDE = Slip(3, "lat", lambda lat: f"23{lat}")
_FAILING_OS_ID = Slip(2, "os_id", lambda os_id: os_id[:-1] + ("7" if os_id[-1] != "7" else "8"))
_LETTER_FOR_FIGURE = Slip(6, "os_id", lambda os_id: os_id[:2] + os_id[2:].replace("0", "O", 1))

HABITS: dict[str, Habits] = dict(
    zip(
        MEMBERS,
        (
            Habits(
                Style("xlsx", _DUTCH_WITH_ID, title="Productielocaties Duinroos Kleding, opgave aan het secretariaat"),
                "2025-01-15",
                knows_os_ids=True,
                spelling=1,
                earlier="2024-01-15",
            ),
            Habits(Style("csv", _DUTCH, ";", "cp1252"), "2025-01-20", spelling=1, slips=(_UNKNOWN_COUNTRY,)),
            Habits(Style("csv", _UPLOAD_WIDE, encoding="utf-8-sig"), "2025-01-22", slips=(_NO_LATITUDE,)),
            Habits(
                Style("xlsx", _PLEDGE, title="Transparency list"),
                "2025-02-01",
                knows_os_ids=True,
                public=True,
                earlier="2024-02-01",
            ),
            Habits(
                Style("csv", _DUTCH_WITH_ID, ";", "cp1252"),
                "2025-01-31",
                knows_os_ids=True,
                spelling=1,
                slips=(_FAILING_OS_ID, _LETTER_FOR_FIGURE),
            ),
            Habits(Style("tsv", _DUTCH, "\t", "utf-16"), "2025-02-03", spelling=1, slips=(_NO_NAME,)),
            Habits(Style("csv", _UPLOAD), "2025-02-10", spelling=2, capitals=True),
            Habits(Style("txt", _PLEDGE, "|"), "2025-02-12", knows_os_ids=True, repeats=3),
            Habits(Style("xlsx", _UPLOAD), "2025-02-14", spelling=3),
            Habits(Style("csv", _DUTCH, ";", "cp1252", title="Leverancierslijst 2025"), "2025-02-17", spelling=1),
            Habits(Style("csv", _UPLOAD_WIDE), "2025-02-20", spelling=3, capitals=True, repeats=2),
            Habits(Style("xlsx", _PLEDGE), "2025-02-28", knows_os_ids=True, spelling=2),
        ),
        strict=True,
    )
)
