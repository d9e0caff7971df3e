"""Commands on who may see the closed parts: tokens and the audit log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hefboom.cli_common import DataOption, JsonOption, LangOption, Language, Say, day, err, folder_of, out
from hefboom.graph import DataFolder, open_data
from hefboom.graph.visibility import company_of

access = typer.Typer(name="access", help="Who may see the closed parts: tokens.", no_args_is_help=True)


@access.command("grant")
def access_grant(
    name: Annotated[str, typer.Argument(help="Who it is for; shows in the list and the audit log.")],
    role: Annotated[str, typer.Option(help="member, secretariat, writer or admin.")] = "member",
    company: Annotated[str, typer.Option(help="The member's company, as in its IRI.")] = "",
    days: Annotated[int, typer.Option(help="How long the token lives, in days.")] = 365,
    lang: LangOption = Language.en,
    data: DataOption = None,
) -> None:
    """Make a token. It is shown once and kept only as a hash.

    Example: hefboom access grant "Jansen, Aurora" --role member --company aurora
    """
    from hefboom.api.tokens import Tokens

    is_slug = bool(company_of(f"owner/{company}"))
    known = not is_slug or _is_known(company, folder_of(data))
    made, token = Tokens(_access_file(data)).grant(name, role, company, days)
    _note(data, "grant", {"id": made.id, "name": made.name, "role": made.role, "company": company})
    Say(err(), lang).print(
        f"token {made.id} for {made.name} ({made.role}), valid until {made.expires}; it is not shown again:"
    )
    if not known:
        Say(err(), lang).print(
            f"note: the data hold no company '{company}', so that the token shows nothing of a company of its own; if "
            "the name is wrong, revoke the token and make another"
        )
    typer.echo(token)


@access.command("list")
def access_list(data: DataOption = None, as_json: JsonOption = False, lang: LangOption = Language.en) -> None:
    """List the tokens, without what is secret.

    Example: hefboom access list
    """
    from hefboom.api.tokens import Tokens

    grants = Tokens(_access_file(data)).all()
    if as_json:
        typer.echo(json.dumps([{**vars(grant), "state": grant.state} for grant in grants], indent=1))
        return
    headers = ("id", "name", "role", "company", "state", "expires", "last used")
    rows = [(g.id, g.name, g.role, g.company, g.state, g.expires, g.last_used) for g in grants]
    Say(out(), lang).table(None, headers, rows, coded=("role", "state"))


@access.command("revoke")
def access_revoke(
    identity: Annotated[str, typer.Argument(help="The id of the token, from 'hefboom access list'.")],
    lang: LangOption = Language.en,
    data: DataOption = None,
) -> None:
    """End a token and its sessions now.

    Example: hefboom access revoke 3f9ab2c41d07
    """
    from hefboom.api.tokens import Tokens

    revoked = Tokens(_access_file(data)).revoke(identity)
    _note(data, "revoke", {"id": revoked.id, "name": revoked.name})
    Say(out(), lang).print(f"token {revoked.id} of {revoked.name} is revoked")


@access.command("audit")
def access_audit(
    who: Annotated[str, typer.Option(help="Only entries of this name, or a part of it.")] = "",
    since: Annotated[str | None, typer.Option(help="Only from this day on, 2026-01-31.")] = None,
    last: Annotated[int, typer.Option(help="So many of the last entries; 0: all.")] = 50,
    data: DataOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.en,
) -> None:
    """Show who was answered what, and check that no entry was changed or taken out (exit status 1 when one was).

    Example: hefboom access audit --who Jansen --since 2026-01-01
    """
    from hefboom.api.audit import AuditLog

    begin = day(since, "--since")
    read = AuditLog(_access_file(data).with_name("audit.log")).read()
    chosen = [
        entry
        for entry in read.entries
        if who.casefold() in entry["who"].casefold() and (begin is None or entry["at"] >= begin.isoformat())
    ]
    chosen = chosen[-last:] if last else chosen
    if as_json:
        for entry in chosen:
            typer.echo(json.dumps(entry, ensure_ascii=False))
    else:
        rows = [
            (entry["n"], entry["at"][:19], entry["who"], entry["what"], _short(entry["parameters"])) for entry in chosen
        ]
        Say(out(), lang).table(None, ("no.", "when (UTC)", "who", "what", "parameters"), rows, (0,))
    for words in read.wrong:
        Say(err(), lang).print(f"the audit log does not hold: {words}")
    if read.wrong:
        raise typer.Exit(1)


def _is_known(company: str, folder: DataFolder) -> bool:
    """Whether anything in the data is said of a company."""
    if folder.current() is None:
        return False
    import pyoxigraph as ox

    data = open_data(folder.path)
    node = ox.NamedNode(data.names.company(company))
    return any(True for _ in data.store.quads_for_pattern(node, None, None, None))


def _short(parameters: object) -> str:
    text = " ".join(json.dumps(parameters, ensure_ascii=False).split())
    return text if len(text) <= 120 else text[:117] + "..."


def _note(data: Path | None, what: str, parameters: dict[str, str]) -> None:
    """Write a change of access to the audit log, as done by the account that ran the command."""
    import getpass

    from hefboom.api.audit import AuditLog

    who = f"command line, {getpass.getuser()}"
    AuditLog(_access_file(data).with_name("audit.log")).write(who, "admin", what, parameters)


def _access_file(data: Path | None) -> Path:
    return folder_of(data).path / "access" / "access.sqlite"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(access)
