"""What the user says about the files of a load."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from hefboom.errors import UsageError
from hefboom.graph.catalogue import CONTRIBUTOR_KINDS, VISIBILITIES
from hefboom.graph.iris import slug
from hefboom.loaders.formats import FORMATS
from hefboom.loaders.profiles import Profile


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What the user says about the files of one load; None leaves it to the file.

    `visibility` is public for answers of a public register and secretariat for every other list unless given.
    `alongside` keeps earlier lists of the contributor current; `replaces` names one list that this one takes the place
    of. `own` is the slug of the company that hands the list in itself: the contributor, which speaks for no other.
    `encoding` is that of a text file, told from its bytes unless given.
    `year` is that of the due diligence file to which a table of audits, certificates, complaints, ... belongs.
    """

    contributor: str | None = None
    contributor_kind: str = "unknown"
    date: datetime.date | None = None
    visibility: str | None = None
    format: str = "auto"
    covenant: str | None = None
    profile: Profile | None = None
    sheet: str | None = None
    encoding: str | None = None
    title: str | None = None
    alongside: bool = False
    replaces: str | None = None
    own: str | None = None
    year: int | None = None
    today: datetime.date = field(default_factory=datetime.date.today)

    def __post_init__(self) -> None:
        """Raise UsageError for a value outside its code list."""
        _check("--visibility", self.visibility, VISIBILITIES)
        _check("--contributor-kind", self.contributor_kind, CONTRIBUTOR_KINDS)
        _check("--format", None if self.format == "auto" else self.format, FORMATS)
        if self.contributor is not None and not self.contributor.strip():
            raise UsageError("--contributor is blank; give the name of the company or organisation that made the list")
        if self.own is not None and slug(self.contributor or "") != self.own:
            raise UsageError(f"the list would be by '{self.contributor}', but it is handed in by '{self.own}'")


def _check(option: str, value: str | None, allowed: Sequence[str]) -> None:
    if value is not None and value not in allowed:
        raise UsageError(f"{option} '{value}' is unknown; use one of {', '.join(allowed)}")
