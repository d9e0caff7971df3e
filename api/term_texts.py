"""What pages call terms that the publication itself does not name: those of other vocabularies, and codes in cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hefboom.graph.iris import HEF
from hefboom.queries.wording import worded

_GEO: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_SCHEMA: Final = "https://schema.org/"
_DCTERMS: Final = "http://purl.org/dc/terms/"
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_VOID: Final = "http://rdfs.org/ns/void#"
_SHACL: Final = "http://www.w3.org/ns/shacl#"
_SDG: Final = "http://metadata.un.org/sdg/ontology#"
_PROV: Final = "http://www.w3.org/ns/prov#"
_COMPONENTS: Final[Mapping[str, tuple[str, str]]] = {
    "And": ("meets several conditions at once", "voldoet aan meerdere voorwaarden tegelijk"),
    "Class": ("is of a given class", "is van een bepaalde klasse"),
    "Closed": ("says nothing else", "zegt verder niets"),
    "Datatype": ("is a value of a given type", "is een waarde van een bepaald type"),
    "Disjoint": ("differs from another value", "verschilt van een andere waarde"),
    "Equals": ("equals another value", "is gelijk aan een andere waarde"),
    "HasValue": ("has a given value", "heeft een bepaalde waarde"),
    "In": ("is one of a list", "staat in een lijst"),
    "LanguageIn": ("is in one of some languages", "is in een van enkele talen"),
    "LessThan": ("comes before another value", "komt voor een andere waarde"),
    "LessThanOrEquals": ("does not come after another value", "komt niet na een andere waarde"),
    "MaxCount": ("at most a number of values", "hoogstens een aantal waarden"),
    "MaxExclusive": ("below a limit", "onder een grens"),
    "MaxInclusive": ("at most a limit", "hoogstens een grens"),
    "MaxLength": ("at most a length", "hoogstens een lengte"),
    "MinCount": ("at least a number of values", "minstens een aantal waarden"),
    "MinExclusive": ("above a limit", "boven een grens"),
    "MinInclusive": ("at least a limit", "minstens een grens"),
    "MinLength": ("at least a length", "minstens een lengte"),
    "Node": ("meets another condition", "voldoet aan een andere voorwaarde"),
    "NodeKind": ("is of a given kind of node", "is van een bepaald soort knoop"),
    "Not": ("does not meet a condition", "voldoet niet aan een voorwaarde"),
    "Or": ("meets one of several conditions", "voldoet aan een van meerdere voorwaarden"),
    "Pattern": ("has a given form", "heeft een bepaalde vorm"),
    "Property": ("a condition on a property", "een voorwaarde aan een eigenschap"),
    "QualifiedMaxCount": ("at most a number of values of a kind", "hoogstens een aantal waarden van een soort"),
    "QualifiedMinCount": ("at least a number of values of a kind", "minstens een aantal waarden van een soort"),
    "SPARQL": ("a condition written as a query", "een voorwaarde als zoekvraag"),
    "UniqueLang": ("one value per language", "één waarde per taal"),
    "Xone": ("meets exactly one of several conditions", "voldoet aan precies een van meerdere voorwaarden"),
}
"""Kinds of conditions of SHACL, each `sh:<name>ConstraintComponent`."""
OTHERS_TERMS: Final[Mapping[str, tuple[str, str]]] = {
    _RDFS + "label": ("name", "naam"),
    _RDFS + "seeAlso": ("see also", "zie ook"),
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": ("kind", "soort"),
    _SCHEMA + "address": ("address", "adres"),
    _GEO + "lat": ("latitude", "breedtegraad"),
    _GEO + "long": ("longitude", "lengtegraad"),
    _PROV + "wasDerivedFrom": ("derived from", "afgeleid van"),
    _DCTERMS + "title": ("title", "titel"),
    _DCTERMS + "license": ("licence", "licentie"),
    _DCTERMS + "source": ("source", "bron"),
    _DCTERMS + "identifier": ("identifier", "kenmerk"),
    _SKOS + "prefLabel": ("name", "naam"),
    _SKOS + "altLabel": ("other name", "andere naam"),
    _SKOS + "definition": ("definition", "omschrijving"),
    _SKOS + "notation": ("notation", "code"),
    _SKOS + "broader": ("falls under", "valt onder"),
    _SKOS + "inScheme": ("in the scheme", "in de begrippenlijst"),
    _RDFS + "domain": ("is said of", "wordt gezegd van"),
    _RDFS + "range": ("has as value", "heeft als waarde"),
    _RDFS + "subClassOf": ("is a kind of", "is een soort"),
    _RDFS + "subPropertyOf": ("is a case of", "is een geval van"),
    _RDFS + "isDefinedBy": ("is defined in", "is vastgelegd in"),
    _SCHEMA + "rangeIncludes": ("has as value", "heeft als waarde"),
    _DCTERMS + "bibliographicCitation": ("citation", "vindplaats"),
    _DCTERMS + "BibliographicResource": ("publication", "publicatie"),
    _DCTERMS + "created": ("made on", "gemaakt op"),
    _DCTERMS + "creator": ("made by", "gemaakt door"),
    _DCTERMS + "date": ("date", "datum"),
    _DCTERMS + "description": ("description", "beschrijving"),
    _DCTERMS + "isPartOf": ("is part of", "is deel van"),
    _DCTERMS + "issued": ("published on", "gepubliceerd op"),
    _DCTERMS + "modified": ("changed on", "gewijzigd op"),
    _SKOS + "Concept": ("concept", "begrip"),
    _SKOS + "ConceptScheme": ("scheme of concepts", "begrippenlijst"),
    _SKOS + "closeMatch": ("is close to", "lijkt op"),
    _SKOS + "exactMatch": ("is the same as", "is hetzelfde als"),
    _SKOS + "example": ("example", "voorbeeld"),
    _SKOS + "note": ("note", "opmerking"),
    _SKOS + "related": ("is related to", "hangt samen met"),
    _SKOS + "scopeNote": ("what it covers", "waar het over gaat"),
    _SKOS + "topConceptOf": ("stands at the top of", "staat bovenaan in"),
    _VOID + "Dataset": ("data set", "gegevensverzameling"),
    _VOID + "class": ("class", "klasse"),
    _VOID + "classPartition": ("part by class", "deel naar klasse"),
    _VOID + "classes": ("number of classes", "aantal klassen"),
    _VOID + "entities": ("number of things", "aantal dingen"),
    _VOID + "properties": ("number of properties", "aantal eigenschappen"),
    _VOID + "property": ("property", "eigenschap"),
    _VOID + "propertyPartition": ("part by property", "deel naar eigenschap"),
    _VOID + "triples": ("number of statements", "aantal uitspraken"),
    _VOID + "uriSpace": ("addresses begin with", "adressen beginnen met"),
    _VOID + "vocabulary": ("uses the terms of", "gebruikt de termen van"),
    "http://www.w3.org/ns/dcat#Dataset": ("data set", "gegevensverzameling"),
    _SDG + "Goal": ("Sustainable Development Goal", "duurzaam ontwikkelingsdoel"),
    _SDG + "Target": ("target of a goal", "subdoel"),
    _SDG + "hasTarget": ("has the target", "heeft als subdoel"),
    _SDG + "isTargetOf": ("is a target of", "is een subdoel van"),
    _SHACL + "ValidationReport": ("report of a check", "verslag van een controle"),
    _SHACL + "ValidationResult": ("result of a check", "uitkomst van een controle"),
    _SHACL + "Info": ("remark", "opmerking"),
    _SHACL + "Warning": ("warning", "waarschuwing"),
    _SHACL + "Violation": ("not met", "niet voldaan"),
    _SHACL + "conforms": ("meets all conditions", "voldoet aan alle voorwaarden"),
    _SHACL + "focusNode": ("is about", "gaat over"),
    _SHACL + "result": ("result", "uitkomst"),
    _SHACL + "resultMessage": ("message", "melding"),
    _SHACL + "resultSeverity": ("weight", "gewicht"),
    _SHACL + "sourceConstraintComponent": ("kind of condition", "soort voorwaarde"),
    _SHACL + "sourceShape": ("condition", "voorwaarde"),
    _SHACL + "value": ("value", "waarde"),
    **{f"{_SHACL}{name}ConstraintComponent": words for name, words in _COMPONENTS.items()},
}
"""Terms of others that the pages show, in English and Dutch: their own vocabularies are not in the publication."""
_COLUMNS: Final = {
    HEF + "backedByEvidence": "evidence",
    HEF + "confidence": "confidence",
    HEF + "evidence": "evidence",
    HEF + "figurePopulationIs": "populationIs",
    HEF + "identityMethod": "method",
    HEF + "matchMethod": "method",
    HEF + "signal": "signal",
    HEF + "toldInSection": "section",
}
"""Properties whose values are the codes of a column of answers, and so have its words."""
_CODES: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    HEF + "status": {
        "current": ("current", "geldig"),
        "replaced": ("replaced by a newer list", "vervangen door een nieuwere lijst"),
        "retracted": ("withdrawn", "ingetrokken"),
    },
    HEF + "figureMeasure": {
        "companies-taking-part": ("takes part in an agreement", "doet mee aan een convenant"),
        "endorses-guidelines": ("endorses the OECD Guidelines", "onderschrijft de OESO-richtlijnen"),
        "fully-met": ("criteria fully met", "criteria geheel vervuld"),
        "goal": ("goal: endorses the OECD Guidelines", "doel: onderschrijft de OESO-richtlijnen"),
        "partly-met": ("criteria partly met", "criteria deels vervuld"),
        "performs-six-steps": ("performs all six steps", "zet alle zes stappen"),
        "share-of-market": ("share of the market by turnover", "aandeel in de markt naar omzet"),
    },
    HEF + "monitor": {
        "alignment": ("alignment of agreements", "aansluiting van convenanten"),
        "endorsement": ("endorsement of the OECD Guidelines", "onderschrijving van de OESO-richtlijnen"),
        "reach": ("reach of agreements", "bereik van convenanten"),
    },
}


def code_in_words(predicate: str, text: str, lang: str) -> str:
    """The value of a property in words where it is a code; any other as it stands."""
    if predicate in _COLUMNS:
        return worded(_COLUMNS[predicate], text, lang)
    told = _CODES.get(predicate, {}).get(text)
    return told[lang == "nl"] if told else text
