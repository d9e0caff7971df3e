"""What the forms of questions call the values that they ask for, in English and Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "all": ("Show all", "Alles tonen"),
    "at": ("Day", "Dag"),
    "basis": ("Basis", "Grondslag"),
    "company": ("Company", "Bedrijf"),
    "country": ("Country", "Land"),
    "covenant": ("Covenant", "Convenant"),
    "days": ("Days", "Dagen"),
    "from": ("From", "Van"),
    "inside": ("Within one list", "Binnen één lijst"),
    "lat": ("Latitude", "Breedtegraad"),
    "least": ("Least probability", "Kleinste kans"),
    "lng": ("Longitude", "Lengtegraad"),
    "low_share": ("Low share", "Laag aandeel"),
    "max_tier": ("Highest tier", "Hoogste schakel"),
    "n": ("At least", "Minstens"),
    "outcome": ("Outcome", "Uitkomst"),
    "p": ("Share", "Aandeel"),
    "part": ("Part", "Deel"),
    "process": ("Process", "Proces"),
    "product": ("Product", "Product"),
    "radius_km": ("Radius in kilometres", "Straal in kilometers"),
    "relation": ("Relation", "Verband"),
    "severity": ("Severity", "Ernst"),
    "signal": ("Signal", "Signaal"),
    "site": ("Site", "Locatie"),
    "step": ("Step", "Stap"),
    "target": ("Target", "Subdoel"),
    "to": ("To", "Tot en met"),
    "wanted": ("Wanted share", "Gewenst aandeel"),
    "years": ("Years", "Jaren"),
}

HOW: Final[Mapping[str, tuple[str, str]]] = {
    "hef:Company": ("Its name or id.", "De naam of het id."),
    "hef:Country": (
        "Its name in English or Dutch, or its ISO code, such as BD.",
        "De naam in het Nederlands of Engels, of de ISO-code, zoals BD.",
    ),
    "hef:Covenant": ("Its name or id.", "De naam of het id."),
    "hef:Listing": ("Its id in the due diligence file, or its OS ID.", "Het id in het dossier, of het OS ID."),
    "hef:ProcessType": (
        "Its name in English or Dutch, or its id, such as sewing.",
        "De naam in het Nederlands of Engels, zoals naaien.",
    ),
    "hef:Site": ("Its OS ID or id; search for it under Sites.", "Het OS ID of het id; zoek het op onder Locaties."),
}
"""How a thing is named in a form."""

ABOUT_NL: Final[Mapping[str, str]] = {
    "a member reaches a site that it uses up to this distance": (
        "een deelnemer bereikt een locatie die hij tot deze afstand gebruikt"
    ),
    "also what is needed for the level good": "ook wat nodig is voor het niveau goed",
    "count as members only the members of this covenant": "tel alleen de deelnemers van dit convenant als deelnemer",
    "count only sites of members of this covenant": "tel alleen locaties van deelnemers van dit convenant",
    "count only the members of this covenant": "tel alleen de deelnemers van dit convenant",
    "count these sites as the high-risk sites, and no others": "tel deze locaties, en geen andere, als risicolocaties",
    "count uses up to this distance from the company": "tel gebruik tot deze afstand van het bedrijf",
    "count uses up to this distance from the member": "tel gebruik tot deze afstand van de deelnemer",
    "how far to look, in kilometres; at most 1000": "hoe ver gezocht wordt, in kilometers; hoogstens 1000",
    "latitude of the place in degrees": "breedtegraad van de plaats in graden",
    "longitude of the place in degrees": "lengtegraad van de plaats in graden",
    "only first hops whose product holds this word; left out: everything that it buys": (
        "alleen eerste stappen waarvan het product dit woord bevat; leeg: alles wat het koopt"
    ),
    "only goods and sites of this process, or of one above or below it": (
        "alleen goederen en locaties van dit proces, of van een proces erboven of eronder"
    ),
    "only goods whose name holds this word, or that are of the commodity of this name": (
        "alleen goederen waarvan de naam dit woord bevat, of die van de grondstof met deze naam zijn"
    ),
    "only lists that hold on this day; left out: lists of all days": (
        "alleen lijsten die op deze dag gelden; leeg: lijsten van alle dagen"
    ),
    "only members of these covenants": "alleen deelnemers van deze convenanten",
    "only members of this covenant": "alleen deelnemers van dit convenant",
    "only risks of which scale, scope or irremediability is rated so high; 0 also shows risks without a rating": (
        "alleen risico's waarvan schaal, reikwijdte of onomkeerbaarheid zo hoog is beoordeeld; 0 toont ook risico's "
        "zonder oordeel"
    ),
    "only sites in this country": "alleen locaties in dit land",
    "only sites with one of these processes or a narrower one": (
        "alleen locaties met een van deze processen of een onderdeel ervan"
    ),
    "only the members of this covenant": "alleen de deelnemers van dit convenant",
    "only the sites of these companies": "alleen de locaties van deze bedrijven",
    "only the sites with these ids in the file or these OS IDs": (
        "alleen de locaties met deze ids in het bestand of deze OS IDs"
    ),
    "only these companies": "alleen deze bedrijven",
    "only these relations: direct, enabling, tradeoff": "alleen deze verbanden; leeg: alle drie",
    "only these steps, 1 to 6": "alleen deze stappen, 1 tot en met 6",
    "only this country": "alleen dit land",
    "only risks at these sites": "alleen risico's bij deze locaties",
    "only evidence about these sites": "alleen bewijs over deze locaties",
    "only this site": "alleen deze locatie",
    "same, possible or different; left out: all three": "alleen deze uitkomst; leeg: alle drie",
    "show also the regimes that do not hold for a company by what is on file": (
        "toon ook de regels die volgens wat is vastgelegd niet voor een bedrijf gelden"
    ),
    "show also the sites where leverage is not low": "toon ook de locaties waar de invloed niet laag is",
    "the age in years from which a source is old": "de leeftijd in jaren vanaf welke een bron oud is",
    "the companies, at least one": "de bedrijven, minstens één",
    "the company": "het bedrijf",
    "the company that bought it": "het bedrijf dat het kocht",
    "the country": "het land",
    "the covenant": "het convenant",
    "the day for which the answer holds": "de dag waarvoor het antwoord geldt; leeg: vandaag",
    "the day for which the answer holds: company files of its year or the newest before": (
        "de dag waarvoor het antwoord geldt: bedrijfsdossiers van dat jaar of het nieuwste daarvoor; leeg: vandaag"
    ),
    "the earlier day": "de eerste van de twee dagen",
    "the fewest companies that make a site shared": "het kleinste aantal bedrijven dat een locatie gedeeld maakt",
    "the fewest sites that a pair shares": "het kleinste aantal locaties dat een paar deelt",
    "the first day": "de eerste dag",
    "the kind of link from risk to target: direct, enabling, tradeoff or all": (
        "het soort verband van risico naar subdoel"
    ),
    "the later day": "de tweede van de twee dagen; leeg: vandaag",
    "the least probability": "de kleinste kans",
    "the most days between the change and what was found": (
        "het grootste aantal dagen tussen de verandering en wat gevonden werd"
    ),
    "the number of the goal or target, such as 8.7": "het nummer van het doel of subdoel, zoals 8.7",
    "the rating of scale, scope or irremediability from which a risk is severe": (
        "het oordeel over schaal, reikwijdte of onomkeerbaarheid vanaf welk een risico ernstig is"
    ),
    "the share of the high-risk sites to be reached, in per cent": (
        "het aandeel van de risicolocaties dat bereikt moet worden, in procenten"
    ),
    "the share of the site's output below which leverage is low, in per cent": (
        "het aandeel in de productie van de locatie waaronder invloed laag is, in procenten"
    ),
    "the share of the site's output to be reached together, in per cent": (
        "het aandeel in de productie van de locatie dat samen bereikt moet worden, in procenten"
    ),
    "the site": "de locatie",
    "the site that stops, or that is found to use forced labour": (
        "de locatie die stopt, of waar dwangarbeid gevonden wordt"
    ),
    "the sites": "de locaties",
    "the weakest signal of public evidence that counts: severe, high or medium": (
        "het zwakste signaal van openbare bronnen dat meetelt"
    ),
    "true: only two rows of one list; false: only rows of two lists": (
        "ja: alleen twee rijen van één lijst; nee: alleen rijen van twee lijsten"
    ),
    "what is shown: figures (measures per year) or edges (one row per company and site, for download)": (
        "wat getoond wordt: maten per jaar, of één rij per bedrijf en locatie, om op te halen"
    ),
    "why a site counts as high risk: site (evidence about it, or a company's own severe rating), product (also goods "
    "of its country and process), country (also its country), all (every site)": (
        "waarom een locatie als risicolocatie telt: bewijs over haar zelf of een ernstig oordeel van een bedrijf, ook "
        "goederen van haar land en proces, ook haar land, of elke locatie"
    ),
}
"""What a parameter of a question means, in Dutch by its English text."""


def about(description: str, kind: str, lang: str) -> str:
    """What a value of a form means and how to name it; the English text where there is no Dutch one."""
    told = ABOUT_NL.get(description, description) if lang == "nl" else description
    how = HOW.get(kind, ("", ""))[lang == "nl"]
    return f"{told[:1].upper()}{told[1:]}. {how}".rstrip()


def name(parameter: str, lang: str) -> str:
    """What a form calls a parameter."""
    return NAMES[parameter][lang == "nl"] if parameter in NAMES else parameter
