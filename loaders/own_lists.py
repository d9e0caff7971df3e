"""Lists that a company hands in itself: they may speak for that company only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hefboom.errors import SourceError
from hefboom.graph.iris import slug
from hefboom.loaders.formats import COMPANY_FORMATS, Format
from hefboom.loaders.staging import Staging

_OWN_FORMATS: tuple[Format, ...] = ("table", "osh-upload", "scdex", "relationships", *COMPANY_FORMATS)
_ASK = "ask the secretariat to load it"


def check_format(file: Path, format: Format) -> None:
    """SourceError for a file that by its nature speaks for others: a register, members, replaced ids, risk evidence."""
    if format not in _OWN_FORMATS:
        raise SourceError(
            f"{file}: this is a file of the format '{format}', which speaks for others than your company; {_ASK}"
        )


def check_speaks_for(file: Path, staging: Staging, company: str, named_once: str | None) -> None:
    """SourceError when rows name other companies as contributors or buyers, or say which OS ID took another's place.

    `named_once` is the contributor that every row names, if any.
    """
    named = staging.distinct("contributions", "contributor_name")
    if named_once is not None and slug(named_once) != company:
        named.add(named_once)
    if named:
        raise SourceError(
            f"{file}: its rows name who contributed them{_first(named)}; leave that column out, or {_ASK}"
        )
    if staging.distinct("os_id_aliases", "old_os_id"):
        raise SourceError(f"{file}: it says which OS IDs were replaced by others; leave that column out, or {_ASK}")
    buyers = staging.distinct("claimed_relationships", "buyer_name") - {None}
    others = {name for name in buyers if name is not None and slug(name) != company}
    if others:
        raise SourceError(f"{file}: it names other buyers than your company{_first(others)}; {_ASK}")


def _first(names: Iterable[str | None]) -> str:
    known = sorted(name for name in names if name is not None)
    return f" ('{known[0][:80]}')" if known else ""
