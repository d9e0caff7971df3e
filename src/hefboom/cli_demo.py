"""The demo: make the fictional lists, load them, and show what they have in common."""

from __future__ import annotations

import datetime
import shlex
from dataclasses import replace
from pathlib import Path

from hefboom.cli_common import Say, typed_command
from hefboom.errors import UsageError
from hefboom.graph import DataFolder, open_data
from hefboom.loaders.demo import write_demo
from hefboom.loaders.demo_company_files import DEMO_DAY as FILES_DAY
from hefboom.loaders.demo_company_files import write_demo_company_files
from hefboom.loaders.load import load_each
from hefboom.loaders.load_options import LoadOptions
from hefboom.loaders.reports import save_report
from hefboom.queries.answers import Answer
from hefboom.queries.evidence import Evidence
from hefboom.queries.runner import run
from hefboom.queries.tables import short
from hefboom.queries.wording import worded

DEMO_DAY = datetime.date(2026, 1, 1)
_TOP = 10


def run_demo(place: Path, folder: DataFolder, say: Say, remarks: Say) -> None:
    """Write the demo's files to `place`, load them into `folder`, and print the ranked table of shared sites.

    What is not an answer goes to `remarks`, or is left out when `say` is quiet.

    Raises UsageError when `folder` holds data that is not the demo's.
    """
    made = write_demo(place)
    company_files = write_demo_company_files(place / "due-diligence-files")
    if folder.exists and not (folder.path / "demo").exists():
        raise UsageError(
            f"{folder.path} holds data of your own; the demo does not mix with it. Name another folder with --data"
        )
    if not say.quiet:
        remarks.print(
            f"Made {len(made.files)} lists and {len(company_files)} due diligence files of a fictional covenant, "
            f"'{made.covenant}'."
        )
    folder.path.mkdir(parents=True, exist_ok=True)
    (folder.path / "demo").touch()
    lists = [(file.path, replace(file.options, today=DEMO_DAY)) for file in made.files]
    files = [(path, LoadOptions(contributor_kind="brand", today=FILES_DAY)) for path in company_files]
    result = load_each([*lists, *files], folder)
    rows = []
    for report in result.reports:
        if report.error:
            raise UsageError(f"the demo's own file could not be loaded: {report.error}")
        save_report(report, folder)
        counts, findings = report.counts, report.findings.height
        rows.append((Path(report.file).name, counts.rows_read, counts.stored, counts.merged, counts.refused, findings))
    if not say.quiet:
        title = "Loaded: rows read = stored + merged as exact duplicates + refused"
        head = ("file", "read", "stored", "merged", "refused", "findings")
        say.table(title, head, rows, range(1, 6))
    data = open_data(folder.path)
    evidence = Evidence(data.store, data.tables, None, data.names.base)
    answer = run("shared-sites", {"n": "2", "covenant": made.covenant, "at": DEMO_DAY.isoformat()}, evidence)
    _print_ranked(answer, say)
    deep = run("indirect-shared-sites", {"covenant": made.covenant, "at": DEMO_DAY.isoformat()}, evidence)
    say.print(
        f"{len(answer.rows)} sites are shared directly; {len({row[0] for row in deep.rows})} more are shared further "
        "up the chain by members who have no direct supplier in common."
    )
    if not say.quiet:
        _print_next_steps(folder, answer, made.covenant, say)


def _print_ranked(answer: Answer, say: Say) -> None:
    """The most shared sites in the columns that a narrow window can hold."""
    shown = ("members", "label", "country", "memberNames")
    rows = [tuple(worded(name, str(record[name] or "")) for name in shown) for record in answer.plain()[:_TOP]]
    title = f"The {len(rows)} sites that most members share, of {len(answer.rows)} shared sites"
    say.table(title, ("members", "site", "country", "who"), rows, (0,))


def _print_next_steps(folder: DataFolder, answer: Answer, covenant: str, say: Say) -> None:
    here, elsewhere = typed_command(say.lang), typed_command(say.lang, data=False)
    site = f" --param site={short(answer.rows[0][0])}" if answer.rows else ""
    company = say.of("Your company")
    steps = {
        f"{here} ask who-uses-site{site}": "who uses the first site, at which tier, and which list says so",
        f"{here} ask indirect-shared-sites": "mills and spinners that members share without a supplier in common",
        f"{here} resolve": "sites that lists spell differently: joined where that is sure, left to you where it is not",
        f"{here} check --covenant {shlex.quote(covenant)} --at {FILES_DAY}": (
            "how far each member is on the six steps of due diligence"
        ),
        f"{here} questions": "what else can be asked",
        f'{elsewhere} load {say.of("YOUR_LIST.xlsx")} --contributor "{company}"': (
            "your own list, in a folder of its own (docs/guide.md, docs/gids.md)"
        ),
    }
    for text in (
        "",
        f"The data now lies in {folder.path.resolve()}",
        "What was found in each list lies in its folder 'reports'. Everything in it is made up.",
        "",
        "Try next:",
    ):
        say.console.print(say.of(text), markup=False, soft_wrap=True)
    for words, gain in steps.items():
        say.console.print(f"  {words}\n      {say.of(gain)}", markup=False, soft_wrap=True)
    say.console.print()
