"""A report as a tagged PDF, set by Typst; characters that no font at hand has are named instead of left out in silence.

Typst sets the page from a fixed template, and the report comes to it as data, so no text of a file can become markup.
PDF/UA is asked for: it makes a file that screen readers follow, and it refuses a character without a glyph.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from hefboom.errors import UsageError
from hefboom.reports.model import Report, Section, Table, Text, shown
from hefboom.reports.texts import texts

_TEMPLATE: Final = Path(__file__).with_name("templates") / "report.typ"
_STANDARD: Final = "ua-1"
_MISSING: Final = "□"


def written(report: Report, fonts: Path | None = None) -> bytes:
    """The report as PDF.

    Characters that neither the fonts of the system nor those in the folder `fonts` have are shown as □ and named in a
    remark at the end. Raises UsageError when the package `typst` is not installed.
    """
    data = _data(report)
    try:
        return _set(data, fonts)
    except _typst().TypstError as error:
        lacking = _lacking(data, fonts)
        if not lacking:
            raise UsageError(f"the PDF cannot be set: {error}; use --format html, xlsx or md") from error
    try:
        return _set(_without(report, lacking), fonts)
    except _typst().TypstError as error:
        raise UsageError(f"the PDF cannot be set: {error}; use --format html, xlsx or md") from error


def missing_characters(report: Report, fonts: Path | None = None) -> str:
    """The characters of a report that a PDF cannot show with the fonts at hand, in order."""
    return "".join(sorted(_lacking(_data(report), fonts)))


def _typst() -> Any:
    try:
        import typst
    except ImportError as error:
        raise UsageError(
            "a PDF needs the package 'typst': install it with 'pip install \"hefboom[pdf]\"', "
            "or use --format html and print from a browser"
        ) from error
    return typst


def _compiler(source: bytes, fonts: Path | None) -> Any:
    return _typst().Compiler(input=source, font_paths=[str(fonts)] if fonts else [])


def _set(data: dict[str, Any], fonts: Path | None) -> bytes:
    compiler = _compiler(_TEMPLATE.read_bytes(), fonts)
    made: bytes = compiler.compile(
        format="pdf", sys_inputs={"report": json.dumps(data, ensure_ascii=False)}, pdf_standards=[_STANDARD]
    )
    return made


def _data(report: Report) -> dict[str, Any]:
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "lang": report.lang,
        "date": [report.at.year, report.at.month, report.at.day],
        "facts": [list(fact) for fact in report.facts],
        "page": texts()["page"]["nl" if report.lang == "nl" else "en"],
        "sections": [_section(section, report) for section in report.sections],
    }


def _section(section: Section, report: Report) -> dict[str, Any]:
    return {"title": section.title, "blocks": [_block(block, section, report) for block in section.blocks]}


def _block(block: Text | Table, section: Section, report: Report) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"kind": "text", "words": block.words, "remark": block.remark}
    return {
        "kind": "table",
        "caption": "" if block.caption == section.title else block.caption,
        "about": block.caption,
        "headers": list(block.headers),
        "widths": list(block.widths) or [1] * len(block.headers),
        "row_headers": block.row_headers,
        "rows": [[{"text": shown(cell.value, report), "tone": cell.tone} for cell in row] for row in block.rows],
    }


def _lacking(data: dict[str, Any], fonts: Path | None) -> set[str]:
    """The characters for which no font has a glyph: each that is beyond Latin is set alone and looked at."""
    text = {one for one in json.dumps(data, ensure_ascii=False) if ord(one) > 0x24F}
    lacking: set[str] = set()
    for character in sorted(text):
        probe = f'#set document(title: "x")\n#set text(font: "Libertinus Serif")\n#"\\u{{{ord(character):x}}}"'
        try:
            _compiler(probe.encode(), fonts).compile(format="pdf", pdf_standards=[_STANDARD])
        except _typst().TypstError:
            lacking.add(character)
    return lacking


def _without(report: Report, lacking: set[str]) -> dict[str, Any]:
    """The data with a box for each character that is lacking, and a remark that names them."""
    scripts = " ".join(f"U+{ord(one):04X}" for one in sorted(lacking))
    words = texts()["glyphs"]["nl" if report.lang == "nl" else "en"].format(characters=scripts)
    data = _data(report)
    boxed: dict[str, Any] = json.loads(
        "".join(_MISSING if one in lacking else one for one in json.dumps(data, ensure_ascii=False))
    )
    boxed["sections"][-1]["blocks"].append({"kind": "text", "words": words, "remark": True})
    return boxed
