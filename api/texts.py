"""What people read on the pages of the server, in English and Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

LANGUAGES: Final = ("en", "nl")

TEXTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "en": {
        "property": "Property",
        "value": "Value",
        "source": "Stated in",
        "as_it_stood": "The row as it stood",
        "skip": "To the content",
        "mentions": "Rows that refer to it",
        "list": "List",
        "row": "Row",
        "date": "Date",
        "licence": "Licence",
        "contributor": "Contributor",
        "formats": "As data",
        "cut": "Only the first statements are shown; the SPARQL endpoint has them all.",
        "other_language": "Nederlands",
        "classes": "Classes",
        "properties": "Properties",
        "schemes": "Concept schemes",
        "ontology": "The Hefboom ontology",
        "domain": "of",
        "range": "takes",
        "deprecated": "No longer used.",
        "sign_in": "Sign in",
        "sign_out": "Sign out",
        "token": "Token",
        "token_help": "The token that the secretariat gave you.",
        "signed_in_as": "You are signed in as",
        "wrong_token": "This token is unknown, expired or revoked.",
        "unknown": "not stated",
        "account": "Your account",
        "to_uploads": "Upload a list",
        "other_house": "Sign in with the account of your organisation",
        "go_on": "You are signed in; go on",
        "roles": {"member": "member", "secretariat": "secretariat", "writer": "writer", "admin": "administrator"},
    },
    "nl": {
        "property": "Eigenschap",
        "value": "Waarde",
        "source": "Gesteld in",
        "as_it_stood": "De regel zoals die er stond",
        "skip": "Naar de inhoud",
        "mentions": "Regels die ernaar verwijzen",
        "list": "Lijst",
        "row": "Regel",
        "date": "Datum",
        "licence": "Licentie",
        "contributor": "Aanleveraar",
        "formats": "Als gegevens",
        "cut": "Alleen de eerste uitspraken staan hier; het SPARQL-endpoint heeft ze alle.",
        "other_language": "English",
        "classes": "Klassen",
        "properties": "Eigenschappen",
        "schemes": "Begrippenlijsten",
        "ontology": "De Hefboom-ontologie",
        "domain": "van",
        "range": "heeft als waarde",
        "deprecated": "Niet meer in gebruik.",
        "sign_in": "Aanmelden",
        "sign_out": "Afmelden",
        "token": "Sleutel",
        "token_help": "De sleutel die u van het secretariaat kreeg.",
        "signed_in_as": "U bent aangemeld als",
        "wrong_token": "Deze sleutel is onbekend, verlopen of ingetrokken.",
        "unknown": "niet vermeld",
        "account": "Uw account",
        "to_uploads": "Een lijst aanleveren",
        "other_house": "Aanmelden met het account van uw organisatie",
        "go_on": "U bent aangemeld; ga verder",
        "roles": {"member": "deelnemer", "secretariat": "secretariaat", "writer": "schrijver", "admin": "beheerder"},
    },
}


def language(accept_language: str, wanted: str = "") -> str:
    """The language of a page: the one asked for, else the first of the browser's that there is, else English."""
    if wanted in LANGUAGES:
        return wanted
    ranked = []
    for place, part in enumerate(accept_language.lower().split(",")):
        tag, _, parameters = part.strip().partition(";")
        try:
            quality = float(parameters.replace(" ", "").removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        ranked.append((-quality, place, tag.partition("-")[0]))
    return next((tag for quality, _, tag in sorted(ranked) if tag in LANGUAGES and quality < 0), "en")
