"""The demo: make the fictional lists, load them, and show what they have in common."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

from hefboom.cli_common import err, out, table
from hefboom.errors import UsageError
from hefboom.graph import DataFolder, open_data
from hefboom.loaders.demo import write_demo
from hefboom.loaders.load import LoadOptions, load_each
from hefboom.loaders.reports import save_report
from hefboom.queries.evidence import Evidence
from hefboom.queries.runner import run
from hefboom.queries.tables import answer_table

DEMO_DAY = datetime.date(2026, 1, 1)
_TOP = 10


def run_demo(place: Path, folder: DataFolder, quiet: bool) -> None:
    """Write the demo's files to `place`, load them into `folder`, and print the ranked table of shared sites.

    Raises UsageError when `folder` holds data that is not the demo's.
    """
    made = write_demo(place)
    if folder.exists and not (folder.path / "demo").exists():
        raise UsageError(
            f"{folder.path} holds data of your own; the demo does not mix with it. Name another folder with --data"
        )
    console, remarks = out(), err()
    if not quiet:
        remarks.print(f"Made the lists of a fictional covenant, '{made.covenant}': {len(made.files)} files.", markup=False)
    folder.path.mkdir(parents=True, exist_ok=True)
    (folder.path / "demo").touch()
    result = load_each([(file.path, replace(file.options, today=DEMO_DAY)) for file in made.files], folder)
    rows = []
    for report in result.reports:
        if report.error:
            raise UsageError(f"the demo's own file could not be loaded: {report.error}")
        save_report(report, folder)
        counts = report.counts
        rows.append((
            Path(report.file).name, report.contributor, report.date, counts.rows_read, counts.stored, counts.merged,
            counts.refused, report.findings.height,
        ))  # fmt: skip
    if not quiet:
        head = ("file", "contributor", "date", "read", "stored", "merged", "refused", "findings")
        console.print(table("Loaded: rows read = stored + merged as exact duplicates + refused", head, rows, (3, 4, 5, 6, 7)))
    data = open_data(folder.path)
    evidence = Evidence(data.store, data.tables, None, data.names.base)
    answer = run("shared-sites", {"n": "2", "covenant": made.covenant, "at": DEMO_DAY.isoformat()}, evidence)
    top = replace(answer, title=f"The {_TOP} sites that most members share, of {len(answer.rows)} shared sites")
    console.print(answer_table(top, most=_TOP))
    deep = run("indirect-shared-sites", {"covenant": made.covenant, "at": DEMO_DAY.isoformat()}, evidence)
    console.print(
        f"{len(answer.rows)} sites are shared directly; {len({row[0] for row in deep.rows})} more are shared further up "
        "the chain by members who have no direct supplier in common."
    )
    if not quiet:
        console.print(_next_steps(folder), markup=False)


def _next_steps(folder: DataFolder) -> str:
    option = f" --data {folder.path}"
    return f"""
The data now lies in {folder.path.resolve()}; what was found in each list lies in its folder 'reports'.
Everything in it is made up. Try next:
  hefboom{option} questions                                     what can be asked
  hefboom{option} ask shared-sites --param n=4                  sites shared by at least four members
  hefboom{option} ask indirect-shared-sites                     mills and spinners that members share without knowing
  hefboom{option} lists                                         the lists, their dates and row accounts
  hefboom load YOUR_LIST.xlsx --contributor "Your company"      your own list, in a folder of its own
"""
