"""What in a register of complaints may be about a person: columns by header, and names where a role should stand.

Names are told by their form: a title, or words with capitals of which none is known as part of a role or of the name of
an organisation. A name in small letters, or a single name beside words of a role, is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from hefboom.ontology.codes import codes
from hefboom.plain_text import fold

_HEADER_WORDS: Final = frozenset(
    {
        *("name", "names", "naam", "namen", "voornaam", "achternaam", "firstname", "lastname", "surname", "fullname"),
        *("person", "persons", "persoon", "personen", "worker", "workers", "employee", "employees", "initialen"),
        *(
            "initials",
            "contact",
            "contactpersoon",
            "email",
            "mail",
            "telefoon",
            "phone",
            "mobile",
            "mobiel",
            "whatsapp",
        ),
        *("address", "adres", "birth", "geboren", "geboortedatum", "handtekening", "signature", "bsn", "passport"),
        *("paspoort", "author", "auteur", "afzender", "sender", "inzender", "who", "wie"),
    }
)
_HEADER_STEMS: Final = (
    *("complainant", "complainer", "klager", "klaagster", "melder", "indiener", "reporter", "slachtoffer", "victim"),
    *("whistleblow", "klokkenluider", "betrokkene", "getuige", "witness", "werknemer", "medewerker", "claimant"),
    *("petitioner", "plaintiff", "aangever", "verzoeker", "aggrieved", "gedupeerde", "benadeelde", "survivor"),
)
"""Beginnings of words in a header; `klager` finds `klagers` and `klagernaam`."""
_BY: Final = frozenset({"by", "door", "from", "van"})
"""Last words of a header that ask for who did something."""

_TITLES: Final = frozenset(
    {
        *("dhr", "de heer", "heer", "meneer", "mijnheer", "mevr", "mevrouw", "mw", "mej", "drs", "ir", "ing", "prof"),
        *("dr", "mr", "mrs", "ms", "miss", "mister", "madam", "madame", "mme", "monsieur", "herr", "frau", "md"),
        *("mohd", "shri", "smt", "sheikh"),
    }
)
_ROLES_IN_CAPITALS: Final = frozenset({"IR", "ING", "MD", "MS", "MR", "DR"})
"""Abbreviations that are titles in small letters only: `IR` is industrial relations, `MD` a managing director."""
_PARTICLES: Final = frozenset(
    {
        *(
            "van",
            "von",
            "de",
            "der",
            "den",
            "ter",
            "ten",
            "het",
            "du",
            "da",
            "di",
            "dos",
            "del",
            "la",
            "le",
            "el",
            "al",
        ),
        *("ul", "ur", "bin", "binti", "bint", "ibn", "y"),
    }
)

_ROLE_STEMS: Final = (
    *(
        "klacht",
        "complaint",
        "grievance",
        "manage",
        "officer",
        "medewerk",
        "functionaris",
        "advise",
        "advies",
        "coordin",
    ),
    *("director", "directeur", "directie", "leiding", "president", "voorzitter", "secretar", "specialist", "expert"),
    *("consult", "analyst", "analist", "inkoop", "inkoper", "merchandis", "inspect", "auditor", "supervis", "assist"),
    *("ombuds", "vertrouwens", "counsel", "lawyer", "juridi", "jurist", "advoca", "mediat", "bemiddel", "complian"),
    *("sustainab", "duurzaam", "resource", "personeel", "kwaliteit", "quality", "purchas", "sourcing", "procure"),
    *("communica", "social", "sociaal", "sociale", "labour", "arbeid", "welfare", "welzijn", "worker", "werknemer"),
    *("customer", "klanten", "extern", "intern", "independent", "onafhankelijk", "ondernem", "partner", "supplier"),
    *(
        "leverancier",
        "factory",
        "fabriek",
        "product",
        "operation",
        "financ",
        "risico",
        "diligence",
        "rechten",
        "safety",
    ),
    *("veilig", "health", "gezond", "environment", "milieu", "ethics", "ethiek", "integrit", "whistleblow"),
    *("klokkenluid", "melding", "meldpunt", "responsib", "verantwoord", "business", "regional", "regionaal", "lokaal"),
    *(
        "lokale",
        "country",
        "national",
        "nationaal",
        "general",
        "algemeen",
        "algemene",
        "central",
        "centraal",
        "centrale",
    ),
    *(
        "project",
        "programm",
        "contact",
        "eigenaar",
        "founder",
        "oprichter",
        "executive",
        "textile",
        "textiel",
        "kleding",
    ),
    *("garment", "apparel", "logisti", "relation", "relatie", "assurance", "harassment", "commerci", "verkoop"),
    *("corporate", "industri", "handling", "behandel", "receptie", "reception", "administra", "remed", "herstel"),
    *("stakeholder", "company", "bedrijf", "deelnemer", "trainee", "stagiair", "helpdesk"),
    *("afdeling", "department", "division", "divisie", "ontwerp"),
)
"""Beginnings of words that roles and departments are made of; long enough that names rarely begin so."""
_ROLE_ENDS: Final = (
    *("bureau", "loket", "afdeling", "kantoor", "dienst", "manager", "coordinator", "medewerker", "adviseur"),
    *("service", "jurist", "directeur", "leider", "leiding", "team", "zaken", "persoon", "balie", "beheer", "beleid"),
)
"""Ends of Dutch compounds."""
_ROLE_WORDS: Final = frozenset(
    {
        *("hr", "hrm", "po", "qa", "qc", "csr", "mvo", "esg", "ehs", "hse", "ceo", "cfo", "coo", "or", "vp", "cso"),
        *(
            "up",
            "fair",
            "wear",
            "trade",
            "case",
            "zaak",
            "third",
            "first",
            "eerste",
            "derde",
            "managing",
            "law",
            "firm",
        ),
        *("human", "people", "legal", "buyer", "buying", "party", "panel", "jury", "works", "risk", "rights", "local"),
        *("conduct", "region", "regio", "global", "senior", "junior", "staff", "owner", "supply", "chain", "keten"),
        *("control", "gender", "chief", "sales", "marketing", "design", "impact", "response", "admin", "wages", "loon"),
        *("anti", "policy", "brand", "merk", "member", "members", "lid", "leden", "hoofd", "head", "lead", "chair"),
        *("speak", "line", "lijn", "desk", "balie", "office", "unit", "group", "groep", "service", "services", "punt"),
        *("agent", "agents", "importeur", "importer", "culture", "cultuur", "planning", "headquarters", "consumenten"),
        *(
            "onbekend",
            "unknown",
            "niemand",
            "nobody",
            "geen",
            "none",
            "wij",
            "we",
            "derden",
            "ondersteuning",
            "support",
        ),
        *(
            "boekhouding",
            "accounting",
            "arbitrage",
            "arbitration",
            "consumer",
            "consument",
            "retail",
            "store",
            "winkel",
        ),
        *("zaken", "ethics", "mens", "mensen", "safe", "open", "door", "care", "zorg", "audit", "audits"),
        *("of", "for", "and", "the", "en", "voor", "op", "in", "at", "to", "with", "tot", "met", "namens", "via"),
    }
)
_ORGANISATION_STEMS: Final = (
    *("foundation", "stichting", "vakbond", "vakvereniging", "council", "committee", "commissie", "comite", "associat"),
    *("verenig", "federat", "organis", "organiz", "institu", "accord", "akkoord", "convenant", "covenant", "agreement"),
    *(
        "overeenkomst",
        "campaign",
        "campagne",
        "coalition",
        "coalitie",
        "network",
        "netwerk",
        "initiative",
        "initiatief",
    ),
    *("alliance", "alliantie", "centre", "center", "centrum", "ministry", "ministerie", "universit", "authority"),
    *("autoriteit", "tribunal", "movement", "society", "bestuur", "helpline", "hotline"),
)
"""Beginnings of words of organisations, beside which other words with capitals are the organisation's own name."""
_ORGANISATION_ENDS: Final = ("commissie", "comite", "vereniging", "bestuur", "raad", "vakbond", "organisatie")
_ORGANISATION_WORDS: Final = frozenset(
    {
        *(
            "union",
            "board",
            "court",
            "raad",
            "ngo",
            "bv",
            "ltd",
            "gmbh",
            "inc",
            "llc",
            "oxfam",
            "somo",
            "arisa",
            "amfori",
        ),
        *("solidaridad", "unicef", "amader", "mondiaal", "fnv", "cnv", "qima", "intertek", "elevate"),
    }
)
"""Words of organisations, and some that handle complaints by their own names."""
_PLACES: Final = frozenset(
    {
        *("dhaka", "chittagong", "chattogram", "gazipur", "narayanganj", "savar", "ashulia", "istanbul", "izmir"),
        *("bursa", "denizli", "tirupur", "tiruppur", "bangalore", "bengaluru", "delhi", "mumbai", "chennai", "karachi"),
        *("lahore", "faisalabad", "sialkot", "hanoi", "phnom", "penh", "yangon", "colombo", "shanghai", "guangzhou"),
        *("shenzhen", "ningbo", "beijing", "hong", "kong", "amsterdam", "rotterdam", "utrecht", "haag", "hague"),
        *("eindhoven", "tilburg", "arnhem", "brussel", "brussels", "antwerpen", "porto", "tunis", "casablanca"),
        *("addis", "ababa", "antananarivo", "asia", "europe", "europa", "africa", "afrika", "america", "amerika"),
        *("south", "north", "east", "west", "zuid", "noord", "oost", "turkey", "sri", "lanka", "korea", "zuidoost"),
    }
)


def may_hold_person(header: str) -> bool:
    """Whether a column of complaints that is not known by its header may hold a person."""
    words = fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.replace("e-mail", "email"))).split()
    stems = any(word.startswith(_HEADER_STEMS) for word in words)
    return stems or bool(_HEADER_WORDS & set(words)) or (bool(words) and words[-1] in _BY)


def seems_person(text: str) -> bool:
    """Whether a text that should name a role or a department seems to name a person."""
    parts = [part.split() for part in re.split(r"[()\[\]/,;:&|]|\s[-–]\s|\s(?:en|and)\s", text) if part.strip()]
    return any(_titled(words) or _name(words) for words in parts)


def _titled(words: Sequence[str]) -> bool:
    for place, word in enumerate(words[:-1]):
        plain = fold(word)
        title = plain in _TITLES and word not in _ROLES_IN_CAPITALS
        if title and (word.endswith(".") or words[place + 1][:1].isupper()):
            return True
    return False


def _name(words: Sequence[str]) -> bool:
    """Whether words have the form of a name: all of a part, beside places, or two or more with capitals in a row."""
    kinds = [_kind(word) for word in words]
    if "organisation" in kinds:
        return False
    if set(kinds) <= {"name", "initial", "particle", "place"} and "name" in kinds:
        return True
    run = 0
    for kind in kinds:
        run = run + 1 if kind in ("name", "initial") else run if kind == "particle" else 0
        if run > 1:
            return True
    return False


def _kind(word: str) -> str:
    """What a word is: `name` has a capital and is not known, `other` has none."""
    if re.fullmatch(r"(?:\w\.)+\w?\.?", word):
        return "initial"
    if word in _PARTICLES:
        return "particle"
    parts = [fold(part) for part in re.split(r"[-–'’]", word) if fold(part)]
    if any(_organisation(part) for part in parts):
        return "organisation"
    if any(_role(part) for part in parts) or not parts:
        return "role"
    if all(part in _PLACES or part in _countries() for part in parts):
        return "place"
    letters = re.sub(r"\W", "", word)
    abbreviation = letters.isupper() and len(letters) <= 3
    if abbreviation or not letters[:1].isupper() or any(letter.isdigit() for letter in letters):
        return "other"
    return "name"


def _organisation(word: str) -> bool:
    told = word.startswith(_ORGANISATION_STEMS) or word.endswith(_ORGANISATION_ENDS)
    return told or word in _ORGANISATION_WORDS


def _role(word: str) -> bool:
    return word.startswith(_ROLE_STEMS) or word.endswith(_ROLE_ENDS) or word in _ROLE_WORDS


@cache
def _countries() -> frozenset[str]:
    """The names of countries that are one word; longer ones hold words that are names of persons too."""
    labels = (fold(label) for code in codes("country") for label in (code.label_en, code.label_nl))
    return frozenset(label for label in labels if " " not in label)
