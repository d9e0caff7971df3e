"""The numbers that the conditions leave open, as data, and the day of a check: what a shape finds beside a file."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox

from hefboom.errors import SourceError
from hefboom.graph.iris import HEF, SCHEME
from hefboom.ontology.terms import concept_iri, fact_table

SHAPES_FOLDER = Path(str(files("hefboom.ontology"))) / "shapes"
_CHECK = "https://w3id.org/hefboom/shape/check"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of `ontology/shapes/parameters.ttl`; months, days, per cent and ratings from 1 to 5."""

    assess_months: int
    communicate_months: int
    acknowledge_days: int
    complaint_days: int
    low_share_percent: int
    severe_rating: int
    site_months: int
    site_months_if_severe: int
    top_scale: int
    top_scale_joint: int
    top_other: int


_PLACES = {
    "assess_months": ("P_ASSESS", "months"),
    "communicate_months": ("P_COMM", "months"),
    "acknowledge_days": ("P_COMPLAINT", "daysToAcknowledge"),
    "complaint_days": ("P_COMPLAINT", "daysBetweenSteps"),
    "low_share_percent": ("P_LOW_SHARE", "percent"),
    "severe_rating": ("P_SEVERE", "rating"),
    "site_months": ("P_SITE", "months"),
    "site_months_if_severe": ("P_SITE", "monthsIfSevere"),
    "top_scale": ("P_TOP", "scaleAlone"),
    "top_scale_joint": ("P_TOP", "scaleJoint"),
    "top_other": ("P_TOP", "otherJoint"),
}


def read_parameters(path: Path | None = None) -> Parameters:
    """The parameters of a Turtle file, those that ship with Hefboom when none is given.

    A file of one's own states all of them, in the words of `parameters.ttl`. Raises SourceError, naming what is
    missing, when it does not.
    """
    path = path or SHAPES_FOLDER / "parameters.ttl"
    try:
        triples = list(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    except (OSError, SyntaxError) as error:
        raise SourceError(f"cannot read parameters from '{path}': {error}") from error
    stated = {
        (triple.subject.value, triple.predicate.value): triple.object.value
        for triple in triples
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.Literal)
    }
    values: dict[str, int] = {}
    for field, (parameter, term) in _PLACES.items():
        text = stated.get((f"{SCHEME}parameter/{parameter}", HEF + term), "")
        if not text.isdigit():
            raise SourceError(f"{path}: parameter '{parameter}' needs hef:{term} with a whole number, found '{text}'")
        values[field] = int(text)
    return Parameters(**values)


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@cache
def risk_types_with_direct_target() -> tuple[str, ...]:
    """The ids of the risk types of which a Sustainable Development Goals target names the harm directly.

    A type takes over the links of its parent to the targets on which it has no link of its own.
    """
    own: dict[str, dict[str, str]] = {}
    for row in fact_table("risk_sdg"):
        own.setdefault(row["subject_id"], {})[row["sdg"]] = row["relation"]
    parents = {row["id"]: row["parent"] for row in fact_table("oecd") if row["scheme"] == "risk"}

    def links(risk: str) -> dict[str, str]:
        inherited = links(parents[risk]) if parents.get(risk) else {}
        return inherited | own.get(risk, {})

    return tuple(sorted(risk for risk in parents if "direct" in links(risk).values()))


@cache
def check_context(at: date, parameters: Parameters) -> str:
    """The node that every check puts beside the files, as N-Triples: the day, thresholds as days, ratings, shares."""
    days = {
        "checkedAt": at,
        "assessedSince": months_before(at, parameters.assess_months),
        "communicatedSince": months_before(at, parameters.communicate_months),
        "monitoredSince": months_before(at, parameters.site_months),
        "monitoredSinceIfSevere": months_before(at, parameters.site_months_if_severe),
        "acknowledgedSince": at - timedelta(days=parameters.acknowledge_days),
        "followedUpSince": at - timedelta(days=parameters.complaint_days),
    }
    ratings = {
        "severeFrom": parameters.severe_rating,
        "topScale": parameters.top_scale,
        "topScaleJoint": parameters.top_scale_joint,
        "topOther": parameters.top_other,
    }
    enough = [
        row["id"] for row in fact_table("share_bands") if float(row["lower"] or -1) >= parameters.low_share_percent
    ]
    lines = [f"<{_CHECK}> <{_TYPE}> <{HEF}CheckContext> ."]
    lines += [f'<{_CHECK}> <{HEF}{term}> "{day.isoformat()}"^^<{_XSD}date> .' for term, day in days.items()]
    lines += [f'<{_CHECK}> <{HEF}{term}> "{rating}"^^<{_XSD}integer> .' for term, rating in ratings.items()]
    lines += [f"<{_CHECK}> <{HEF}enoughShare> <{concept_iri(share)}> ." for share in enough]
    lines += [
        f"<{_CHECK}> <{HEF}touchesTargetDirectly> <{concept_iri(risk)}> ." for risk in risk_types_with_direct_target()
    ]
    return "\n".join(lines) + "\n"
