"""The command `review`: doubtful pairs side by side, one key per decision; or as a file for spreadsheet users."""

from __future__ import annotations

import difflib
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from hefboom.cli_common import DataOption, LangOption, Language, Say, err, folder_of, opened, out
from hefboom.cli_matching import ResolveOption, WaitOption, WhoOption, named, run_resolve
from hefboom.errors import UsageError
from hefboom.graph import DataFolder
from hefboom.graph.decisions import Wish, record
from hefboom.graph.review import FIELDS, Question, queue
from hefboom.loaders.reviews import read_review, write_review
from hefboom.queries.wording import in_figures

KEYS = {"y": "same", "j": "same", "n": "different", "u": "unsure"}
_LABELS = {
    "en": {"name": "name", "native_name": "own script", "address": "address", "country": "country", "os_id": "OS ID",
           "workers": "workers", "processes": "processes", "parents": "parent", "list": "list", "row": "row",
           "users": "used by", "now": ("two sites now", "one site now"), "why": "why",
           "pair": "pair {0} of {1}", "sure": "probability {0}",
           "severe": "touches risk evidence", "shared": "changes who shares a site",
           "keys": "one site?  y yes   n no   u unsure   w say why   s skip   b back   q stop and save",
           "same": "one site", "different": "two sites", "unsure": "unsure", "ask": "why: ",
           "none": "No pair waits for a decision.", "kept": "{0} decisions kept."},
    "nl": {"name": "naam", "native_name": "eigen schrift", "address": "adres", "country": "land", "os_id": "OS ID",
           "workers": "werknemers", "processes": "processen", "parents": "moederbedrijf", "list": "lijst", "row": "rij",
           "users": "gebruikt door", "now": ("nu twee locaties", "nu één locatie"), "why": "waarom",
           "pair": "paar {0} van {1}", "sure": "kans {0}", "severe": "raakt risicobewijs",
           "shared": "verandert wie een locatie deelt",
           "keys": "één locatie?  j ja   n nee   u onzeker   w waarom   s overslaan   b terug   q stoppen en bewaren",
           "same": "één locatie", "different": "twee locaties", "unsure": "onzeker", "ask": "waarom: ",
           "none": "Geen paar wacht op een beslissing.", "kept": "{0} beslissingen bewaard."},
}  # fmt: skip


def review(
    who: WhoOption = None,
    export: Annotated[Path | None, typer.Option("--export", help="Write the pairs to this .csv or .xlsx file.")] = None,
    import_: Annotated[Path | None, typer.Option("--import", help="Read decisions from such a file.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many pairs.")] = 1000,
    surest: Annotated[
        float, typer.Option("--below", help="Ask about automatic joins below this probability too, 0 to 1.")
    ] = 0.0,
    unsure: Annotated[bool, typer.Option("--unsure", help="Ask again what was left unsure.")] = False,
    resolve: ResolveOption = True,
    lang: LangOption = Language.en,
    wait: WaitOption = 600.0,
    data: DataOption = None,
) -> None:
    """Decide doubtful pairs of sites, the most valuable first; decisions are kept and never asked twice.

    Example: hefboom review --who MJ, or in a spreadsheet: hefboom review --export pairs.xlsx
    """
    folder, say, refused = folder_of(data), Say(out(), lang), False
    if import_ is not None:
        changed, refused = _import(folder, import_, named(who), wait, say)
    else:
        held = opened(data)
        pairs = queue(held, limit, surest, unsure)
        if export is not None:
            write_review(pairs, held.names, export, lang)
            say.print(f"{len(pairs)} pairs written to {export}; fill in the column 'decision', then:")
            out().print(f"  hefboom review --import {export} --who {say.of('YOUR-INITIALS')}", markup=False)
            return
        if not pairs:
            out().print(str(_LABELS[lang]["none"]))
            return
        with _closing_is_stopping():
            wishes = ask_all(pairs, named(who), lang, out(), _key, _line)
        results = record(folder, wishes, wait)
        out().print(str(_LABELS[lang]["kept"]).format(sum(one.state in ("new", "changed") for one in results)))
        changed = any(result.state in ("new", "changed") for result in results)
    if resolve and changed:
        run_resolve(folder, say, wait=wait)
    if refused:
        raise typer.Exit(1)


def _key() -> str:
    return typer.getchar()


def _line(prompt: str) -> str:
    return out().input(prompt, markup=False)


@contextmanager
def _closing_is_stopping() -> Iterator[None]:
    """While pairs are asked, a closed terminal stops the review like Ctrl-C, so that what was decided is kept."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signals = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    before = [signal.signal(one, stop) for one in signals]
    try:
        yield
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


def ask_all(
    pairs: Sequence[Question],
    who: str,
    lang: str,
    console: Console,
    key: Callable[[], str],
    line: Callable[[str], str] = input,
) -> list[Wish]:
    """Show the pairs one by one and collect what `key` answers; `q` stops, `b` goes one pair back.

    `w` asks by `line` for a reason, which is kept with the decision on that pair.
    """
    said: dict[int, Wish] = {}
    reasons: dict[int, str] = {}
    place = 0
    while place < len(pairs):
        pair = pairs[place]
        console.print(render(pair, place + 1, len(pairs), lang))
        pressed = _pressed(key)
        if pressed == "q":
            break
        if pressed == "b":
            place = max(place - 1, 0)
            said.pop(place, None)
            continue
        if pressed == "w":
            try:
                reasons[place] = line(str(_LABELS[lang]["ask"])).strip()
            except (EOFError, KeyboardInterrupt):
                break
            continue
        if pressed in KEYS:
            said[place] = Wish(pair.left.exact, pair.right.exact, KEYS[pressed], who, reasons.get(place, ""))
            console.print(f"  {_LABELS[lang][KEYS[pressed]]}", style="bold")
        place += 1
    return [said[number] for number in sorted(said)]


def _pressed(key: Callable[[], str]) -> str:
    """The next key that means something; the end of input and Ctrl-C count as stopping."""
    while True:
        try:
            pressed = key().lower()
        except (EOFError, KeyboardInterrupt):
            return "q"
        if pressed in ("", "\x03", "\x04"):
            return "q"
        if pressed in (*KEYS, "s", "b", "q", "w"):
            return pressed


def render(pair: Question, number: int, total: int, lang: str) -> Group:
    """A pair side by side, what differs highlighted, with the reasons below."""
    words = _LABELS[lang]
    grid = Table(box=box.SIMPLE, show_header=False, pad_edge=False, expand=True)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_column(ratio=1, overflow="fold")
    for field in FIELDS:
        left, right = pair.left.told.get(field, ""), pair.right.told.get(field, "")
        if left or right:
            cells = (Text(left), Text(right)) if field in ("list", "row") else highlighted(left, right)
            grid.add_row(str(words[field]), *cells)
    grid.add_row(str(words["users"]), Text(", ".join(pair.left.companies)), Text(", ".join(pair.right.companies)))
    now = words["now"][1 if pair.joined else 0]
    marks = [str(now), str(words["sure"]).format(in_figures(f"{pair.probability:.2f}", lang))]
    marks += [str(words[key]) for key, holds in (("severe", pair.severe), ("shared", pair.changes_sharing)) if holds]
    title = f"{str(words['pair']).format(number, total)}: {'; '.join(marks)}"
    reasons = Text(f"{words['why']}: {pair.reasons(lang)}")
    return Group(
        Panel(Group(grid, reasons), title=Text(title), title_align="left"), Text(str(words["keys"]), style="bold")
    )


def highlighted(left: str, right: str) -> tuple[Text, Text]:
    """Two texts with the words that the other one lacks set off; case does not count."""
    one, two = left.split(" "), right.split(" ")
    same = difflib.SequenceMatcher(None, [_plain(word) for word in one], [_plain(word) for word in two], autojunk=False)
    made = Text(), Text()
    for tag, i, j, k, end in same.get_opcodes():
        for text, words in ((made[0], one[i:j]), (made[1], two[k:end])):
            for word in words:
                text.append(word + " ", style="" if tag == "equal" else "bold reverse")
    for text in made:
        text.rstrip()
    return made


def _plain(word: str) -> str:
    return word.casefold().strip(",.;()")


def _import(folder: DataFolder, file: Path, who: str, wait: float, say: Say) -> tuple[bool, bool]:
    """Record the decisions of a file, account for its rows; whether any is new, and whether any row was refused."""
    read = read_review(file, who)
    problems = [
        (found.row, found.column, found.reason, found.hint) for found in read.findings if found.severity == "error"
    ]

    def refuse(wish: Wish, error: UsageError) -> None:
        problems.append((wish.row, "left_site, right_site", str(error), None))

    results = record(folder, read.wishes, wait, refuse=refuse)
    counts = {state: sum(result.state == state for result in results) for state in ("new", "changed", "known")}
    say.print(
        f"{file}: {read.rows_read} rows read = {counts['new']} decided + {counts['changed']} decided anew + "
        f"{counts['known']} already so + {read.left_open} left open + {len(problems)} refused"
    )
    for row, column, reason, hint in problems:
        words = say.of(reason) + (f"; {say.of(hint)}" if hint else "")
        Say(err(), say.lang).line(f"row {row}, column {column}: {words}")
    return bool(counts["new"] or counts["changed"]), bool(problems)
