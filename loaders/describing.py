"""The catalogue entry of a list: who made it, when, for whom, from what the user, the file and its name say."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

from hefboom.graph.catalogue import ListEntry
from hefboom.graph.iris import slug
from hefboom.loaders.findings import Finding
from hefboom.loaders.formats import Format
from hefboom.loaders.load_options import LoadOptions
from hefboom.loaders.profiles import hints_from_name
from hefboom.loaders.sources import Read
from hefboom.loaders.staging import Counts, Staging

REGISTER = "Open Supply Hub"
REGISTER_FORMATS = ("osh-download", "osh-api")
_REGISTER_LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"
_KINDS = {"relationships": "relationships", "aliases": "aliases", "risk-evidence": "evidence"}


def describe_list(
    file: Path, format: Format, options: LoadOptions, read: Read, counts: Counts, staging: Staging
) -> ListEntry:
    """The catalogue entry of a list, as far as it is known before the list has its id."""
    profile = read.guess.profile
    hinted_name, hinted_date = hints_from_name(file)
    register = format in REGISTER_FORMATS
    name = options.contributor or profile.contributor or (REGISTER if register else None)
    if name is None:
        name = hinted_name or file.stem
        reason = f"the file does not say who made the list; '{name}' was taken from the file's name"
        staging.note(Finding(None, None, name, "contributor-assumed", "warning", reason, "give --contributor NAME"))
    stated = datetime.date.fromisoformat(profile.date) if profile.date else read.newest
    date = options.date or stated or hinted_date
    if date is None:
        reason = f"the file does not say when the list was made; today, {options.today}, was taken"
        staging.note(Finding(None, None, None, "date-assumed", "warning", reason, "give --date YYYY-MM-DD"))
    public = read.public
    visibility = options.visibility or ("public" if register or public or format == "aliases" else "secretariat")
    by_register = register and name == REGISTER
    return ListEntry(
        contributor=slug(name),
        contributor_name=name.strip(),
        contributor_kind="register" if by_register else public.publisher_kind if public else options.contributor_kind,
        date=date or options.today,
        date_assumed=date is None,
        visibility=visibility,
        owner=slug(name) if visibility == "owner" else None,
        file=str(file),
        sha256=_sha256(file),
        format=format,
        kind="exchange" if read.has_chain else _KINDS.get(format, "sites"),
        title=options.title or (public.full_title if public else file.stem),
        register=by_register or read.names_contributors or public is not None,
        covenant=slug(options.covenant) if options.covenant else None,
        covenant_name=options.covenant,
        licence=_REGISTER_LICENCE if register else public.licence if public else None,
        alongside=options.alongside,
        replaces=options.replaces,
        rows_read=counts.rows_read,
        stored=counts.stored,
        merged=counts.merged,
        refused=counts.refused,
        left_out=tuple(read.left_out),
        sheet=read.sheet,
        encoding=options.encoding,
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
