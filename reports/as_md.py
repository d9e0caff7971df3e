"""A report as Markdown: headings, paragraphs and pipe tables, with nothing in a cell that could be markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from hefboom.reports.model import Report, Table, Text, shown

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")


def written(report: Report, fonts: Path | None = None) -> bytes:
    """The report as Markdown in UTF-8."""
    return ("\n".join(_lines(report)).rstrip() + "\n").encode()


def _lines(report: Report) -> Iterator[str]:
    yield f"# {_plain(report.title)}"
    yield ""
    yield _plain(report.subtitle)
    yield ""
    for name, value in report.facts:
        yield f"- {_plain(name)}: {_plain(value)}"
    for section in report.sections:
        yield ""
        yield f"## {_plain(section.title)}"
        for block in section.blocks:
            yield ""
            if isinstance(block, Text):
                yield f"> {_plain(block.words)}" if block.remark else _plain(block.words)
            else:
                yield from _table(block, report, section.title)


def _table(block: Table, report: Report, title: str) -> Iterator[str]:
    if block.caption != title:
        yield f"**{_plain(block.caption)}**"
        yield ""
    yield _row(block.headers)
    yield _row(["---"] * len(block.headers), plain=False)
    for row in block.rows:
        yield _row([shown(cell.value, report) for cell in row])


def _row(cells: list[str] | tuple[str, ...], plain: bool = True) -> str:
    return f"| {' | '.join(_plain(cell) if plain else cell for cell in cells)} |"


def _plain(text: str) -> str:
    """A text as Markdown shows it, letter by letter; line ends become blanks."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
