"""Sound files of each kind that may be uploaded, and files that are made to break their reader."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Final

import openpyxl

CSV: Final = b"name,address,country\nAlpha,1 Mill Road,India\nBeta,2 Dock Street,India\n"
JSON: Final = (
    b'{"type":"FeatureCollection","features":[{"type":"Feature","id":"IN2021250D1DTN7","geometry":{"type":"Point",'
    b'"coordinates":[77.1,28.6]},"properties":{"name":"Alpha","address":"1 Mill Road","country_code":"IN",'
    b'"os_id":"IN2021250D1DTN7"}}]}'
)
YAML: Final = b"company:\n  name: Aurora\n  year: '2025'\n"


def workbook() -> bytes:
    """A workbook with a list in it."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (["name", "address", "country"], ["Alpha Mills", "1 Mill Road", "India"]):
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def packed(parts: dict[str, bytes], level: int = 9) -> bytes:
    """A ZIP file of such parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as made:
        for name, part in parts.items():
            made.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of a ZIP file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def spreadsheet(rows: str, head: str = "") -> bytes:
    """An OpenDocument spreadsheet of such rows, with a document type before them where one is given."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    table = f'<table:table table:name="A">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f'<?xml version="1.0"?>{head}<office:document-content{spaces}>{body}</office:document-content>'
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": f'<?xml version="1.0"?>{manifest}'.encode(),
        }
    )


def cells(*texts: str, repeated: str = "") -> str:
    """A row of a spreadsheet, its cells with such a further attribute."""
    made = "".join(
        f'<table:table-cell office:value-type="string"{repeated}><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f"<table:table-row>{made}</table:table-row>"


HEADER_ROW: Final = cells("name", "address", "country")
LIST_ROWS: Final = HEADER_ROW + cells("Alpha", "1 Mill Road", "India")
SOUND: Final = {".csv": CSV, ".json": JSON, ".xlsx": workbook(), ".ods": spreadsheet(LIST_ROWS), ".yaml": YAML}
ANCHORS: Final = b"a0: &a0 [x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n + 1, n + 1, b",".join([b"*a%d" % n] * 10)) for n in range(9)
)
FAR: Final = "999999999"


def swollen() -> bytes:
    """A workbook whose sheet unpacks to 300 MB."""
    parts = unpacked(SOUND[".xlsx"])
    sheet = parts["xl/worksheets/sheet1.xml"]
    return packed({**parts, "xl/worksheets/sheet1.xml": sheet[:-12] + b" " * (300 << 20) + sheet[-12:]})


def laughing(depth: int = 9) -> str:
    """A document type whose last entity unfolds to ten to the power of so many letters."""
    steps = (f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(depth))
    return f'<!DOCTYPE x [<!ENTITY e0 "a">{"".join(steps)}]>'


BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "swollen.xlsx": swollen,
    "swollen.ods": lambda: spreadsheet(LIST_ROWS + " " * (200 << 20)),
    "laughs.ods": lambda: spreadsheet(LIST_ROWS + cells("&e9;", "b", "India"), laughing()),
    "outside.ods": lambda: spreadsheet(
        LIST_ROWS + cells("&e;", "b", "India"), '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    ),
    "wide.ods": lambda: spreadsheet(
        HEADER_ROW + cells("a", "b", "India", repeated=f' table:number-columns-repeated="{FAR}"')
    ),
    "tall.ods": lambda: spreadsheet(
        LIST_ROWS.replace("<table:table-row>", f'<table:table-row table:number-rows-repeated="{FAR}">')
    ),
    "many-parts.xlsx": lambda: packed({f"part{n}": b"" for n in range(20_000)}),
    "nested.zip": lambda: packed({"a.zip": packed({"b.zip": packed({"c.csv": CSV * 100_000})})}),
    "outside.zip": lambda: packed({"../../CURRENT": CSV, "/etc/x": CSV}),
    "anchors.yaml": lambda: YAML + ANCHORS,
    "python.yaml": lambda: b"company: !!python/object/apply:os.system ['touch /x']\n",
    "deep.yaml": lambda: b"company: " + b"[" * 50_000,
    "deep.json": lambda: b'{"a":' * 100_000,
    "number.json": lambda: JSON.replace(b"77.1", b"1" * 100_000 + b".1e99999999"),
    "keys.json": lambda: b"[{" + b",".join(b'"k%d":1' % n for n in range(100_000)) + b"}]",
    "columns.csv": lambda: b"name,address,country," + b",".join(b"c%d" % n for n in range(100_000)) + b"\na,b,India\n",
    "line.csv": lambda: b"name,address,country\n" + b"x" * 3_900_000,
    "nothing.csv": lambda: b"name,address,country\n" + b"\x00" * 1_000_000,
    "quotes.csv": lambda: b'name,address,country\n"' + b'""' * 1_000_000,
    "rows.csv": lambda: b"name,address,country\n" + b"\n" * 1_000_000,
    "wide-letters.csv": lambda: "naam,adres,land\nA,1,India\n".encode("utf-32"),
}
