"""What people read on the pages of the server, in English and Dutch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from babel.dates import format_date

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
        "account_short": "Account",
        "to_uploads": "Upload a list",
        "other_house": "Sign in with the account of your organisation",
        "go_on": "You are signed in; go on",
        "start_intro": (
            "Production sites, the lists that name them and what is known about them, each statement with its source."
        ),
        "what_is_here": "What is here",
        "published_on": "Published on",
        "audiences": {
            "public": "This is the part that everyone may see.",
            "members": "This is the part that members may see.",
            "secretariat": "This is the part that the secretariat may see.",
            "owner": "This is the part that your company may see.",
        },
        "counts": {"Site": "sites", "Company": "companies", "List": "lists"},
        "subjects": {
            "sharing": "Shared sites and leverage",
            "chains": "Supply chains",
            "risk": "Risks and SDG targets",
            "steps": "Due diligence, step by step",
            "quality": "Lists, rows and sources",
            "monitor": "Overviews, place and time",
        },
        "questions_intro": "Each question has a page to ask it on; the answer can be fetched for Excel.",
        "ask_about_it": "Ask about this site",
        "to_start": "To the start page",
        "problems": {
            403: "Not allowed",
            404: "Nothing stands at this address",
            405: "Not in this way",
            410: "Withdrawn",
            503: "Not at this moment",
        },
        "other_problem": "This cannot be done",
        "required": "required",
        "several": "several: separated by commas",
        "yes": "yes",
        "no": "no",
        "answer": "Answer",
        "as_of": "As of {day}.",
        "rows_shown": "{rows} rows.",
        "first_rows": "The first {shown} of {rows} rows; the downloads have them all.",
        "cut_rows": "The answer was cut; narrow the question.",
        "hidden_rows": "{rows} rows are hidden, since too few companies stand behind them.",
        "nothing": "Nothing on file. That is no proof that there is nothing.",
        "download_answer": "Fetch this answer",
        "refused": "This cannot be answered",
        "all_questions": "All questions",
        "ways_in": "Other ways in",
        "endpoint": "SPARQL endpoint",
        "way_sparql": "ask any question of the graph, with any SPARQL client",
        "questions": "Questions",
        "way_questions": "the prepared questions, each with its answer as CSV, Excel or JSON",
        "way_api": "the description (OpenAPI) of the interface for programs",
        "way_ontology": "what each term means",
        "way_void": "the description of these data for machines",
        "way_sign_in": "see what your role may see",
        "sites": "Sites",
        "terms": "Terms",
        "search_sites": "Search for a site",
        "search_help": "Words of its name or address, or its OS ID; spelling need not be exact.",
        "search": "Search",
        "name": "Name",
        "address": "Address",
        "country": "Country",
        "next_page": "Next sites",
        "downloads": "Download all sites that fit",
        "no_site": "No site fits. Try fewer words.",
        "sparql_intro": (
            "This address answers SPARQL 1.1 queries over {quads} statements, published on {day}. It is read only."
        ),
        "sparql_limits": (
            "A query is stopped after {seconds} seconds; an answer is cut after {rows} rows and then says so."
        ),
        "query": "Query",
        "format": "Format",
        "ask": "Ask",
        "description": "Service description, which lists the graphs",
        "roles": {"member": "member", "secretariat": "secretariat", "writer": "writer", "admin": "administrator"},
    },
    "nl": {
        "property": "Eigenschap",
        "value": "Waarde",
        "source": "Gesteld in",
        "as_it_stood": "De rij zoals die er stond",
        "skip": "Naar de inhoud",
        "mentions": "Regels die ernaar verwijzen",
        "list": "Lijst",
        "row": "Regel",
        "date": "Datum",
        "licence": "Licentie",
        "contributor": "Bijdrager",
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
        "account_short": "Account",
        "to_uploads": "Een lijst aanleveren",
        "other_house": "Aanmelden met het account van uw organisatie",
        "go_on": "U bent aangemeld; ga verder",
        "start_intro": (
            "Productielocaties, de lijsten die ze noemen en wat erover bekend is, elke uitspraak met haar bron."
        ),
        "what_is_here": "Wat hier staat",
        "published_on": "Gepubliceerd op",
        "audiences": {
            "public": "Dit is het deel dat iedereen mag zien.",
            "members": "Dit is het deel dat deelnemers mogen zien.",
            "secretariat": "Dit is het deel dat het secretariaat mag zien.",
            "owner": "Dit is het deel dat uw bedrijf mag zien.",
        },
        "counts": {"Site": "locaties", "Company": "bedrijven", "List": "lijsten"},
        "subjects": {
            "sharing": "Gedeelde locaties en invloed",
            "chains": "Ketens",
            "risk": "Risico's en SDG-subdoelen",
            "steps": "Gepaste zorgvuldigheid, stap voor stap",
            "quality": "Lijsten, rijen en bronnen",
            "monitor": "Overzichten, plaats en tijd",
        },
        "questions_intro": "Elke vraag heeft een pagina waarop u haar stelt; het antwoord is op te halen voor Excel.",
        "ask_about_it": "Vraag naar deze locatie",
        "to_start": "Naar de startpagina",
        "problems": {
            403: "Niet toegestaan",
            404: "Op dit adres staat niets",
            405: "Niet op deze manier",
            410: "Ingetrokken",
            503: "Op dit moment niet",
        },
        "other_problem": "Dit kan niet",
        "required": "verplicht",
        "several": "meer dan één: met komma's ertussen",
        "yes": "ja",
        "no": "nee",
        "answer": "Antwoord",
        "as_of": "Per {day}.",
        "rows_shown": "{rows} rijen.",
        "first_rows": "De eerste {shown} van {rows} rijen; de bestanden hebben ze alle.",
        "cut_rows": "Het antwoord is afgekapt; maak de vraag enger.",
        "hidden_rows": "{rows} rijen zijn verborgen, omdat er te weinig bedrijven achter staan.",
        "nothing": "Niets vastgelegd. Dat bewijst niet dat er niets is.",
        "download_answer": "Haal dit antwoord op",
        "refused": "Dit kan niet worden beantwoord",
        "all_questions": "Alle vragen",
        "ways_in": "Andere ingangen",
        "endpoint": "SPARQL-endpoint",
        "way_sparql": "stel elke vraag aan de graaf, met elk SPARQL-programma",
        "questions": "Vragen",
        "way_questions": "de voorbereide vragen, elk met het antwoord als CSV, Excel of JSON",
        "way_api": "de beschrijving (OpenAPI) van de ingang voor programma's",
        "way_ontology": "wat elke term betekent",
        "way_void": "de beschrijving van deze gegevens voor machines",
        "way_sign_in": "zie wat uw rol mag zien",
        "sites": "Locaties",
        "terms": "Termen",
        "search_sites": "Zoek een locatie",
        "search_help": "Woorden uit naam of adres, of het OS ID; de spelling hoeft niet precies te kloppen.",
        "search": "Zoek",
        "name": "Naam",
        "address": "Adres",
        "country": "Land",
        "next_page": "Volgende locaties",
        "downloads": "Alle passende locaties ophalen",
        "no_site": "Geen locatie past. Probeer minder woorden.",
        "sparql_intro": (
            "Dit adres beantwoordt SPARQL 1.1-vragen over {quads} uitspraken, gepubliceerd op {day}. "
            "Er kan alleen gelezen worden."
        ),
        "sparql_limits": (
            "Een vraag wordt na {seconds} seconden gestopt; een antwoord wordt na {rows} regels afgekapt en "
            "zegt dat dan."
        ),
        "query": "Vraag",
        "format": "Formaat",
        "ask": "Stel de vraag",
        "description": "Beschrijving van de dienst, met alle grafen",
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


def told_day(moment: str, lang: str) -> str:
    """The day of an ISO 8601 moment in words."""
    return str(format_date(dt.datetime.fromisoformat(moment).date(), "long", locale=lang))
