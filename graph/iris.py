"""How things are named: IRIs and slugs, the same on every machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from anyascii import anyascii

HEF = "https://w3id.org/hefboom/ns#"
SCHEME = "https://w3id.org/hefboom/scheme/"
DEFAULT_BASE = "https://w3id.org/hefboom/id"
REFERENCE_GRAPH = "https://w3id.org/hefboom/scheme"
ONTOLOGY_GRAPH = "https://w3id.org/hefboom/ns"

_MAX_SLUG = 80
_NARROWER = ("public", "members", "owner", "secretariat")
"""Visibilities, each seen by fewer than the one before it."""
FILE_ID = re.compile(r"file/[a-z0-9-]+/[0-9]{4}(?:/(?:audits|certificates|complaints|engagements|heat-map))?")


def slug(text: str) -> str:
    """A name as an IRI segment: ASCII, lower case, hyphens; at most 80 characters.

    Names that differ only in case, accents or punctuation share a slug. A name without letters or digits,
    or one that is too long, ends in eight characters of its SHA-256, so that it stays its own.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower()).strip("-")
    if plain and len(plain) <= _MAX_SLUG:
        return plain
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{plain[: _MAX_SLUG - 9].strip('-')}-{digest}".strip("-")


def scope_of(visibility: str, owner: str | None) -> str:
    """The scope of a visibility: itself, or `owner/<slug>` for `owner`."""
    if visibility == "owner":
        if not owner:
            raise ValueError("visibility 'owner' needs an owner")
        return f"owner/{owner}"
    return visibility


def narrowest(visibilities: Iterable[str]) -> str:
    """Of some visibilities, at least one, that which the fewest may see."""
    return max(visibilities, key=_NARROWER.index)


def is_file_id(list_id: str) -> bool:
    """Whether a list is a company's due diligence file, `file/<company>/<year>`, or a table that belongs to it."""
    return FILE_ID.fullmatch(list_id) is not None


class Names:
    """IRIs below one base (default `https://w3id.org/hefboom/id`)."""

    def __init__(self, base: str = DEFAULT_BASE) -> None:
        self.base = base.rstrip("/")

    def list(self, list_id: str) -> str:
        """The IRI of a list, and of its named graph, from its id such as `nike/2021-02-01` or `file/nike/2025`."""
        return f"{self.base}/{list_id}" if is_file_id(list_id) else f"{self.base}/list/{list_id}"

    def graph(self, kind: str, scope: str) -> str:
        """The IRI of a derived or catalogue graph of one scope."""
        return f"{self.base}/graph/{kind}/{scope}"

    def company(self, company: str) -> str:
        """The IRI of a company from its slug."""
        return f"{self.base}/company/{company}"

    def site(self, site: str) -> str:
        """The IRI of a site from its OS ID or minted id."""
        return f"{self.base}/site/{site}"

    def covenant(self, covenant: str) -> str:
        """The IRI of a covenant from its slug."""
        return f"{self.base}/covenant/{covenant}"

    def covenant_id(self, text: str) -> str:
        """What names a covenant, from its IRI or its name."""
        return text.strip().removeprefix(f"{self.base}/covenant/")

    def list_id(self, text: str) -> str:
        """The id of a list from its id or its IRI."""
        bare = text.strip().removeprefix(f"{self.base}/")
        return bare if is_file_id(bare) else bare.removeprefix("list/")
