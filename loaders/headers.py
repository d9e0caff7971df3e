"""What the headers of lists mean: the words that people write above their columns, in English and Dutch."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

KEEP = "keep"
LEAVE_OUT = "leave-out"


def _vocabulary(text: str) -> dict[str, tuple[str, ...]]:
    """Fields with their headers from lines such as ``city: city, town``; an indented line goes on."""
    lines = text.strip().replace("\n    ", " ").splitlines()
    return {field: tuple(names.strip().split(", ")) for field, names in (line.split(":") for line in lines)}


# Field: headers as ``canonical`` writes them, in the order of preference.
SITE_HEADERS = _vocabulary("""
os_id: os id, osid, os hub id, oar id, open supply hub id, openapparel id, facility os id
name: name, facility name, factory name, site name, production unit name, unit name, production
    location name, location name, supplier name, manufacturer name, manufacturing site, production facility, name
    of factory, name of facility, name of production location, name english, english name, facility, factory,
    supplier, production unit, production location, vendor name, vendor, mill name, manufacturer, company name, naam,
    naam locatie, naam productielocatie, naam fabriek, fabriek, fabrieksnaam, productielocatie, naam
    leverancier, leverancier, leveranciersnaam, bedrijfsnaam, locatie naam, locatienaam
native_name: native language name, native name, local name, name in local language, name local language, facility name
    local language, name in native language, naam lokale taal, naam in lokale taal, lokale naam
address: address, full address, facility address, factory address, site address, supplier address, complete address,
    production unit address, location address, address line, adres, volledig adres, adres fabriek, adres
    productielocatie, adresgegevens, vestigingsadres, bezoekadres
address_more: address 2, address2, address line 2, address line2, address 3, address3, address line 3, address 4, full
    address 2, facility address 2, factory address 2, site address 2, supplier address 2, location address 2, adres 2,
    adres2, adresregel 2, adres regel 2, adresregel2, adres 3, adresregel 3, adres fabriek 2, vestigingsadres 2,
    bezoekadres 2, street address 2, street 2, straat 2
street: street, street address, street name, address 1, address1, address line 1, street and number, adresregel 1,
    adres 1, straat, straatnaam, straat en nummer, straat en huisnummer, straat huisnummer
city: city, town, city town, municipality, town name, plaats, stad, woonplaats, gemeente, vestigingsplaats, plaatsnaam
region: state province, state, province, state province region, province state, region, county, district, provincie,
    regio, deelstaat, prefecture
postcode: postal code, post code, postcode, zip, zip code, zipcode, zip postal code, postal zip code, pin code
country: country, country name, country region, country or region, country of origin, country of production, country
    of manufacture, manufacturing country, production country, location country, land, productieland, land van
    herkomst, land van productie, landnaam
country_code: country code, iso country code, country iso, iso code, iso2, iso 2, iso alpha 2, iso3, country iso2,
    country iso code, landcode, land code
lat: lat, latitude, geo lat, gps latitude, breedtegraad, y coordinate
lng: lng, long, lon, longitude, geo long, gps longitude, lengtegraad, x coordinate
lei: lei, lei code, legal entity identifier, lei id
duns: duns, duns number, d u n s, d u n s number, duns nr, dunsnummer, duns id
sector: sector, sectors, industry, industry sector, sector product type, bedrijfstak, branche, sectoren
facility_type: facility type, factory type, site type, type of facility, facility types, type fabriek, soort locatie,
    type locatie, soort fabriek
processing_type: processing type, processing types, process, processes, process type, main process, production
    process, production processes, facility type processing type, processing type facility type, processing type
    facility type raw, proces, processen, productieproces, productieprocessen, type proces
product_type: product type, product types, products, product, product category, product categories, type of products,
    main product type, main products, producttype, producttypes, producten, productsoort, productcategorie
parent_company: parent company, parent company name, parent, supplier group, group, factory group, owner company,
    holding, company group, moederbedrijf, moedermaatschappij, concern, groep
workers: number of workers, total workers, workers, no of workers, number of employees, employees, total employees,
    worker count, nr of workers, total number of workers, headcount, aantal werknemers, aantal medewerkers,
    werknemers, medewerkers, aantal arbeiders
contributor: contributor, contributor name, source business, reported by, brand, buyer name, member, member name, member
    company, bijdrager, merk, gemeld door, lid, lidbedrijf, naam lid, deelnemer
contributors: contributor list, contributors, contributor lists
contribution_date: contribution date, date of contribution, reported on, date reported, datum, list date, peildatum
closed: is closed, closed, gesloten, facility closed
new_os_id: new os id, moved to os id, nieuw os id
tier: tier, tier level, tier number, tier no, supply chain tier, supplier tier, tier supplier, facility tier, factory
    tier, site tier, production tier, tier of supplier, tier of facility, tier in supply chain, supply chain level,
    schakel, ketenschakel, schakel keten, schakel in keten, schakel in de keten, schakelnummer, tier leverancier, tier
    niveau, ketenniveau, niveau in de keten
""")
_PLAIN_RELATIONSHIP_HEADERS = _vocabulary("""
buyer: buyer, buyer name, buying company, customer, client, koper, afnemer, inkoper, kopend bedrijf, klant, buyer
    company
buyer_kind: buyer kind, buyer type, soort koper, soort afnemer, type koper, type afnemer
supplier: supplier site, supplier, supplier name, supplier site name, seller, leverancier, leverancier locatie, naam
    leverancier, toeleverancier, leverende locatie
product: product, products, material, product or material, materiaal, producten, goods
process: process, processing type, proces, processing, process type
from: from, valid from, start, start date, since, van, vanaf, begindatum, from date
to: to, until, valid to, end, end date, tot, tot en met, einddatum, to date
share: share, share band, share percent, percentage, aandeel, share of output, leverage share
source: source, bron, evidence
confidence: confidence, zekerheid, betrouwbaarheid, certainty
""")
SIDES = {
    "buyer": ("buyer", "buying company", "customer", "client", "koper", "afnemer", "inkoper", "klant"),
    "supplier": ("supplier", "seller", "leverancier", "toeleverancier", "supplying site"),
}
"""What either side of a relationship is called in headers."""
_OF_A_SIDE = {
    "": ("name", "naam", "site", "site name", "company", "company name", "locatie", "bedrijf", "bedrijfsnaam"),
    "_os_id": ("os id", "osid", "os hub id", "oar id", "open supply hub id", "site os id"),
    "_address": ("address", "site address", "full address", "adres", "volledig adres", "vestigingsadres"),
    "_country": ("country", "site country", "country code", "land", "landcode", "land code"),
    "_city": ("city", "town", "site city", "plaats", "stad", "woonplaats", "vestigingsplaats"),
}


def _of_side(side: str, what: str) -> tuple[str, ...]:
    """Every header of one thing about one side, in any order of words: "afnemer adres", "adres van de afnemer"."""
    patterns = ("{0} {1}", "{1} {0}", "{1} of {0}", "{1} of the {0}", "{1} van {0}", "{1} van de {0}", "{0}s {1}")
    return tuple(
        dict.fromkeys(
            pattern.format(who, thing) for pattern in patterns for who in SIDES[side] for thing in _OF_A_SIDE[what]
        )
    )


RELATIONSHIP_HEADERS = {
    **_PLAIN_RELATIONSHIP_HEADERS,
    **{f"{side}{what}": _of_side(side, what) for side in SIDES for what in _OF_A_SIDE if what},
    **{side: (*_PLAIN_RELATIONSHIP_HEADERS[side], *_of_side(side, "")) for side in SIDES},
}
MEMBERSHIP_HEADERS = _vocabulary("""
company: company, member, member name, company name, participant, deelnemer, lid, bedrijf, naam, name, bedrijfsnaam,
    signatory
covenant: covenant, agreement, initiative, convenant, akkoord, overeenkomst
from: from, valid from, start, start date, since, van, vanaf, begindatum, from date, member from, joined, lid sinds,
    deelnemer sinds
to: to, until, valid to, end, end date, tot, tot en met, einddatum, to date, member to, left, member until, lid tot,
    deelnemer tot
""")
ALIAS_HEADERS = _vocabulary("""
old_os_id: old os id, previous os id, oud os id, alias os id
new_os_id: new os id, current os id, nieuw os id
""")
# Several columns may feed one of these; their terms are read together.
LIST_FIELDS = frozenset(
    {"sector", "facility_type", "processing_type", "product_type", "parent_company", "address_more"}
)

_PERSONAL = frozenset(
    (
        *(
            "contact",
            "contacts",
            "contactpersoon",
            "contactpersonen",
            "contactgegevens",
            "person",
            "persoon",
        ),
        *("phone", "telephone", "telefoon", "telefoonnummer", "tel", "mobile", "mobiel", "fax", "whatsapp", "wechat"),
        *("email", "emails", "emailadres", "claimant", "skype"),
    )
)


@lru_cache(maxsize=65_536)
def canonical(header: str) -> str:
    """The header in lower case without accents and signs: ``"Country/Region "`` is ``country region``."""
    plain = unicodedata.normalize("NFKD", header)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return " ".join(re.findall(r"[^\W_]+", plain))


def field_of(header: str, vocabulary: dict[str, tuple[str, ...]]) -> str | None:
    """The field that a header stands for in one of the vocabularies of this module, or None."""
    words = canonical(header)
    return next((field for field, names in vocabulary.items() if words in names), None)


def is_personal(header: str) -> bool:
    """Whether a column holds contact or claim-person data, which is left out unless a profile says otherwise."""
    words = canonical(header).split()
    return (
        not _PERSONAL.isdisjoint(words)
        or "e mail" in " ".join(words)
        or (words[:1] == ["claim"] and words[1:] == ["info"])
    )


_KNOWN = frozenset(
    name
    for vocabulary in (SITE_HEADERS, RELATIONSHIP_HEADERS, MEMBERSHIP_HEADERS, ALIAS_HEADERS)
    for names in vocabulary.values()
    for name in names
)


def count_known(cells: Iterable[str | None]) -> int:
    """How many different headers that lists are known to use stand in a record."""
    return len({words for cell in cells if cell and len(cell) < 80 and (words := canonical(cell)) in _KNOWN})
