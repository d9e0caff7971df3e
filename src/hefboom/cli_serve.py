"""Commands that put the data before others: publish, serve, backup and restore."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from hefboom.cli_common import (
    STATE,
    DataOption,
    JsonOption,
    LangOption,
    Language,
    Say,
    folder_of,
    opened,
    out,
)
from hefboom.errors import StoreError, UsageError
from hefboom.graph.publications import Publication, Publications
from hefboom.graph.visibility import AUDIENCES, owners


def publish(
    audience: Annotated[
        str, typer.Argument(help=f"For whom: {', '.join(AUDIENCES)}, owner/COMPANY, or owners: each with a list.")
    ],
    data: DataOption = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Put the publication before this one back.")] = False,
    version: Annotated[str | None, typer.Option(help="With --rollback: this version.")] = None,
    lang: LangOption = Language.en,
) -> None:
    """Build what an audience may see, check it, and swap it in; a server that runs takes it up by itself.

    Example: hefboom publish public
    """
    from hefboom.cli_covenant import tell_renewed
    from hefboom.graph.aggregates import Aggregates

    folder, say = folder_of(data), Say(out(), lang)
    publications = Publications(folder.path)
    if rollback:
        made = publications.rollback(audience, version)
    elif version is not None:
        raise UsageError("--version belongs to --rollback")
    else:
        source = opened(data)
        audiences = [audience] if audience != "owners" else owners(source.store, source.names.base)
        tell_renewed(source, say)
        aggregates = Aggregates(folder.path).statements()
        for one in audiences:
            name = source.generation.name
            _print_one(publications.publish(source.store, one, source.names.base, name, aggregates), say)
        return
    _print_one(made, say)


def _print_one(made: Publication, say: Say) -> None:
    say.print(
        f"{made.audience} {made.version}: {made.quads:,} statements in {len(made.graphs):,} graphs,"
        f" {made.left_out_graphs:,} graphs left out, sha256 {made.checksum[:12]}"
    )


def publications(data: DataOption = None, as_json: JsonOption = False, lang: LangOption = Language.en) -> None:
    """List the publications that are kept, and which are in use.

    Example: hefboom publications
    """
    found = Publications(folder_of(data).path).all()
    if as_json:
        rows = [
            {
                "audience": p.audience, "version": p.version, "in_use": p.in_use, "created": p.created,
                "source": p.source, "statements": p.quads, "graphs": len(p.graphs), "sha256": p.checksum,
            }
            for p in found
        ]  # fmt: skip
        typer.echo(json.dumps(rows, indent=1))
        return
    cells = [
        (p.audience, p.version, "yes" if p.in_use else "", p.created, p.source, p.quads, len(p.graphs), p.checksum[:12])
        for p in found
    ]
    headers = ("audience", "version", "in use", "created", "from", "statements", "graphs", "sha256")
    Say(out(), lang).table(None, headers, cells, (5, 6), ("in use",))


def serve(
    data: DataOption = None,
    host: Annotated[str, typer.Option(envvar="HEFBOOM_HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="HEFBOOM_PORT", help="Port to listen on.")] = 8080,
    fd: Annotated[int | None, typer.Option(help="Take a listening socket by its descriptor instead.")] = None,
    audience: Annotated[
        str | None, typer.Option(help="What callers without a token see [default: public].", show_default=False)
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Serve the closed parts to holders of a token.")] = False,
    uploads: Annotated[bool, typer.Option("--uploads", help="Take lists from holders of a token.")] = False,
    root_path: Annotated[str | None, typer.Option(help="Path prefix under which a proxy shows the server.")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds that one query may take [default: 10].")] = None,
    trust_proxy: Annotated[
        str, typer.Option(envvar="HEFBOOM_TRUST_PROXY", help="Addresses of proxies whose X-Forwarded headers count.")
    ] = "127.0.0.1",
) -> None:
    """Serve the publications: SPARQL at /sparql, linked data, the JSON API. Settings: docs/operations.md.

    Example: hefboom serve --port 8080
    """
    import uvicorn

    from hefboom.api.app import create_app
    from hefboom.api.http_protocol import BoundedHttp
    from hefboom.api.logs import log_to_stderr
    from hefboom.api.settings import from_environment

    environment = dict(os.environ, HEFBOOM_DATA=str(folder_of(data).path))
    given = {"AUDIENCE": audience, "ROOT_PATH": root_path, "TIMEOUT": timeout, "CLOSED": "1" if closed else None}
    given["UPLOADS"] = "1" if uploads else None
    environment.update({f"HEFBOOM_{name}": str(value) for name, value in given.items() if value is not None})
    settings = from_environment(environment)
    log_to_stderr()
    STATE.data = settings.data
    if fd is None:
        shown = f"[{host}]" if ":" in host else host
        typer.echo(f"http://{shown}:{port}{settings.root_path}/")  # what to open; the log goes to stderr
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        fd=fd,
        http=BoundedHttp,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
        proxy_headers=True,
        forwarded_allow_ips=trust_proxy,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=15,
        limit_concurrency=None,
    )


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as hefboom-2026-11-22.tar.")],
    data: DataOption = None,
    lang: LangOption = Language.en,
) -> None:
    """Write the data in use, the publications, and who may see them, to one file; others may go on working.

    Example: hefboom backup hefboom-2026-11-22.tar
    """
    from hefboom.graph.backup import backup as write

    made = write(folder_of(data).path, file, _answer_in_short)
    Say(out(), lang).print(f"{made.file}: {made.files:,} files, {made.statements:,} statements, {made.bytes:,} bytes")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that 'hefboom backup' wrote.")],
    data: DataOption = None,
    lang: LangOption = Language.en,
) -> None:
    """Put a backup back into an empty data folder; every file is checked first.

    Example: hefboom --data new-folder restore hefboom-2026-11-22.tar
    """
    from hefboom.graph.backup import restore as read

    made = read(file, folder_of(data).path, _answer_in_short)
    Say(out(), lang).print(f"restored {made.files:,} files, {made.statements:,} statements")


def _answer_in_short(folder: Path, day: str) -> str:
    """The SHA-256 of every shared site and its companies on a day: a question that needs lists, identity and tables."""
    import hashlib

    from hefboom.graph import open_data
    from hefboom.queries.evidence import Evidence
    from hefboom.queries.formats import FORMATS
    from hefboom.queries.runner import run

    found = open_data(folder)
    try:
        found.check_projection()
    except StoreError:  # derived by another version: checksums and statements must do
        return ""
    answer = run("shared-sites", {"n": "1", "at": day}, Evidence(found.store, found.tables, base=found.names.base))
    return hashlib.sha256(FORMATS["csv"](answer)).hexdigest()


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (publish, publications, serve, backup, restore):
        app.command()(command)
