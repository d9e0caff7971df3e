"""A process for one step of one upload: it reads the file as untrusted, says what it found, and ends.

It has no network, starts no program, and is bounded in memory; the server bounds its time. The current folder is the
folder of the file, so that messages name the file as its sender knows it.
"""

from __future__ import annotations

import datetime
import json
import logging
import os
import resource
import sys
import traceback
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from hefboom.api import sandbox
from hefboom.api.logs import log_to_stderr
from hefboom.errors import HefboomError

logger = logging.getLogger("hefboom.upload")
_FINDINGS_SHOWN = 1_000


def main(configuration: Mapping[str, Any]) -> None:
    """Check or load the file of an upload; what came of it goes to `outcome.json`."""
    sandbox.die_with_parent()
    sandbox.work_in_batches()
    sandbox.limit_memory(configuration["memory_mb"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (configuration["file_bytes"],) * 2)
    sandbox.shut_in()
    place = Path(configuration["folder"])
    try:
        outcome = _work(configuration, place)
    except HefboomError as error:
        outcome = {"error": str(error)}
    except MemoryError:
        sys.exit(3)
    except (
        Exception
    ) as error:  # the file is untrusted: nothing of it may reach the log, so the trace goes without words
        frames = "".join(traceback.format_tb(error.__traceback__))
        logger.error("an upload could not be read: %s\n%s", type(error).__name__, frames)
        outcome = {"error": f"{configuration['file']}: this file cannot be read; save it again as XLSX or CSV"}
    for kind in {"error", "message"} & outcome.keys():  # a message may name a file as this machine knows it
        for folder in (f"{place}/", f"{configuration['data']}/"):
            outcome[kind] = (outcome[kind] or "").replace(folder, "")
    _write(place / "outcome.json", outcome)


def _work(configuration: Mapping[str, Any], place: Path) -> dict[str, Any]:
    from hefboom.graph.folder import DataFolder
    from hefboom.loaders.load import load, preview
    from hefboom.loaders.reports import first_findings, report_object, save_report

    folder = DataFolder(Path(configuration["data"]))
    file = Path(configuration["file"])
    _check_size(file, configuration)
    options = _options(configuration["options"], folder, place)
    own = options.own is not None
    newly_shared = 0
    if configuration["step"] == "check":
        report = preview([file], options, folder).reports[0]
    else:
        result = load([file], options, folder, wait=configuration["wait"])
        report, newly_shared = result.reports[0], len(result.newly_shared)
        if report.error is None:
            save_report(report, folder)
    members = report_object(report)
    shown = first_findings(report.findings, _FINDINGS_SHOWN)
    members |= {
        "findings": shown,
        "findings_total": report.findings.height,
        "doubts": list(report.guess.doubts) if report.guess else [],
        "newly_shared": newly_shared,
    }
    if (
        own or configuration["step"] == "check"
    ):  # how many are known already would tell a member of others' closed lists
        members |= {"sites": None, "new_sites": None, "newly_shared": None}
    _findings_tables(report.findings, place)
    if configuration["publish"] and report.error is None:
        members |= _publish(folder)
    return members


def _check_size(file: Path, configuration: Mapping[str, Any]) -> None:
    """SourceError for a table of more columns than a list has; what a workbook unpacks to is bounded by its reader."""
    from hefboom.errors import SourceError
    from hefboom.loaders.company_read import is_company_file
    from hefboom.loaders.json_files import is_json
    from hefboom.loaders.tables import open_table

    if is_json(file) or is_company_file(file):
        return
    headers, most = open_table(file, configuration["options"].get("sheet")).headers, configuration["columns"]
    if len(headers) > most:
        raise SourceError(f"{file}: the table has {len(headers):,} columns; a list has at most {most:,}")


def _options(given: Mapping[str, Any], folder: Any, place: Path) -> Any:
    from hefboom.loaders.load_options import LoadOptions
    from hefboom.loaders.profiles import load_profile

    chosen = {name: given[name] for name in {field.name for field in fields(LoadOptions)} & given.keys()}
    if "date" in chosen:
        chosen["date"] = datetime.date.fromisoformat(chosen["date"])
    if (place / "profile.yaml").is_file():
        chosen["profile"] = load_profile(place / "profile.yaml")
    if "own" in chosen:
        chosen["contributor"] = _name_of(chosen["own"], folder)
    return LoadOptions(**chosen)


def _name_of(company: str, folder: Any) -> str:
    """The name under which a company is known, else its slug."""
    from hefboom.graph.catalogue import read_entries

    current = folder.current()
    entries = read_entries(current / "tables" / "lists.parquet") if current else []
    return next((entry.contributor_name for entry in reversed(entries) if entry.contributor == company), company)


def _publish(folder: Any) -> dict[str, Any]:
    """Publish anew for every audience that has a publication, and for companies that keep something to themselves.

    Tells for whom that was done, for whom it failed, and why: the load before it stands either way.
    """
    from hefboom.graph.aggregates import Aggregates
    from hefboom.graph.opened import open_data
    from hefboom.graph.publications import Publications
    from hefboom.graph.visibility import owners

    publications, data = Publications(folder.path), open_data(folder.path)
    aggregates = Aggregates(folder.path)
    aggregates.renew(data, datetime.date.today())
    together = aggregates.statements()
    wanted = dict.fromkeys([*publications.in_use(), *owners(data.store, data.names.base)])
    published, failed, message = [], [], ""
    for audience in wanted:
        try:
            publications.publish(data.store, audience, data.names.base, data.generation.name, together)
            published.append(audience)
        except (HefboomError, OSError) as error:
            logger.error("a publication after an upload failed: %s", type(error).__name__)
            failed.append(audience)
            told = error.strerror if isinstance(error, OSError) else str(error)
            message = message or told or type(error).__name__
    if failed:
        message = (
            f"the list was loaded, but not published for {', '.join(failed)}: {message}. What was published there "
            "before stays; ask the operator to publish anew"
        )
    return {"published": published, "not_published": failed, "message": message}


def _findings_tables(findings: Any, place: Path) -> None:
    from hefboom.loaders.reports import findings_in, safe_cells
    from hefboom.messages import in_language

    safe_cells(findings).write_csv(place / "findings.csv")
    safe_cells(findings_in(findings, lambda text: in_language(text, "nl"))).write_csv(place / "findings.nl.csv")


def _write(file: Path, members: Mapping[str, Any]) -> None:
    fresh = file.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as target:
        json.dump(members, target, ensure_ascii=False)
    fresh.replace(file)


if __name__ == "__main__":
    log_to_stderr()
    main(json.loads(sys.argv[1]))
