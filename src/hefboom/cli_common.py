"""What all commands share: where the data lies, how much is printed, how tables look."""

from __future__ import annotations

import datetime
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hefboom.errors import UsageError
from hefboom.graph import DataFolder, OpenData, data_path, open_data

if TYPE_CHECKING:
    from hefboom.graph.writer import SharedSite

LANGUAGE = "HEFBOOM_LANG"


class Language(StrEnum):
    """The languages in which Hefboom speaks."""

    en = "en"
    nl = "nl"


DATA_HELP = "The data folder [env var: HEFBOOM_DATA; default: ./hefboom-data]."
DataOption = Annotated[Path | None, typer.Option("--data", help=DATA_HELP)]
"""Of a command. It does not read the variable, which would beat a folder named before the command; `_start` does."""
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")]


def language(text: str) -> Language:
    """A language given as an option. Raises UsageError for any but en and nl."""
    if text not in tuple(Language):
        raise UsageError(f"--lang '{text}' is unknown; use en or nl")
    return Language(text)


LangOption = Annotated[
    Language,
    typer.Option(
        "--lang", envvar=LANGUAGE, parser=language, metavar="[en|nl]", help="The language of all that is said."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for software instead of text for people.")]


_WIDE = 200
_NEWLY_SHARED = 10


@dataclass
class State:
    """What was said before the command's name; an option after it wins."""

    data: Path | None = None
    quiet: bool = False
    named: Path | None = None
    """The data folder that the call named, before or after the command's name."""
    always_dutch: bool = False
    """Whether Dutch is the language of every call, so that a hint need not ask for it."""


STATE = State()


def typed_command(lang: Language = Language.en, data: bool = True) -> str:
    """The command as it was typed, for hints that can be pasted: with the language and data folder of this call.

    `data` False leaves the data folder out.
    """
    command = shlex.quote(os.environ.get("HEFBOOM_COMMAND", "hefboom"))
    if lang is Language.nl and not STATE.always_dutch:
        command += " --lang nl"
    if not data or STATE.named is None or os.environ.get("HEFBOOM_DATA") == str(STATE.named):
        return command
    return f"{command} --data {shlex.quote(str(STATE.named))}"


def folder_of(data: Path | None) -> DataFolder:
    """The data folder of this call."""
    STATE.named = data or STATE.data
    return DataFolder(data_path(STATE.named))


def opened(data: Path | None) -> OpenData:
    """The data of this call, open for reading."""
    STATE.named = data or STATE.data
    return open_data(STATE.named)


def day(text: str | None, option: str) -> datetime.date | None:
    """A day given as an option. Raises UsageError unless it is written as 2024-01-31."""
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} '{text}' is not a day; write it as 2024-01-31") from error


def out() -> Console:
    """Standard output; wide, and without broken lines, when it is no terminal."""
    tty = sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=not tty, width=None if tty else _WIDE)


def err() -> Console:
    """Standard error, for progress and remarks."""
    return Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Say:
    """Prints in one language; `quiet` leaves out all but errors and the row account."""

    console: Console
    lang: Language
    quiet: bool = False

    def of(self, text: str) -> str:
        """The text in the language of the call."""
        if self.lang is Language.en:
            return text
        from hefboom.messages import in_language

        return in_language(text, self.lang)

    def print(self, text: str, style: str | None = None) -> None:
        """Print a line; on a screen it is broken where the window ends."""
        self.console.print(self.of(text), style=style, markup=False)

    def line(self, text: str) -> None:
        """Print a line under the name of a file."""
        self.console.print(f"  {self.of(text)}", markup=False)

    def table(
        self,
        title: str | None,
        headers: Sequence[str],
        rows: Sequence[Sequence[object]],
        numbers: Sequence[int] = (),
        coded: Sequence[str] = (),
    ) -> None:
        """Print a table; the cells of the columns `coded` hold words of Hefboom's own, the others are data."""
        said = [
            [
                self.of(str(cell)) if name in coded and cell is not None else cell
                for name, cell in zip(headers, row, strict=True)
            ]
            for row in rows
        ]
        self.console.print(
            table(None if title is None else self.of(title), [self.of(name) for name in headers], said, numbers)
        )


def print_newly_shared(sites: Sequence[SharedSite], say: Say) -> None:
    """Print the first of the sites that are shared since the last step; nothing where there are none."""
    if not sites:
        return
    title = f"Newly shared sites: {len(sites)}"
    if len(sites) > _NEWLY_SHARED:
        title = f"Newly shared sites: {len(sites)}, the first {_NEWLY_SHARED}"
    rows = [(site.companies, site.label, site.country, site.site) for site in sites[:_NEWLY_SHARED]]
    say.table(title, ("companies", "name", "country", "site"), rows, numbers=(0,))


def table(
    title: str | None, headers: Sequence[str], rows: Sequence[Sequence[object]], numbers: Sequence[int] = ()
) -> Table:
    """A plain table; columns in `numbers` are set to the right. Cells are text, never markup."""
    made = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for index, header in enumerate(headers):
        made.add_column(Text(header), justify="right" if index in numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    return made
