"""The 65 conditions counted again in plain Python, from the words of the table of conditions and not from the shapes.

Each function gives the nodes of one file that do not meet its condition. A file is read as a table of statements; the
day is passed in. Nothing here is shared with the code that is tested.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

HEF = "https://w3id.org/hefboom/ns#"
SCHEME = "https://w3id.org/hefboom/scheme/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
DATE = "http://purl.org/dc/terms/date"
SOURCE = "http://purl.org/dc/terms/source"
ADDRESS = "https://schema.org/address"
LAT = "http://www.w3.org/2003/01/geo/wgs84_pos#lat"
LONG = "http://www.w3.org/2003/01/geo/wgs84_pos#long"
RATINGS = ("scale", "scope", "irremediability", "likelihood")
OWN = ("response/cease", "response/prevent")
LEVERAGE = ("response/use-leverage", "response/increase-leverage")
ENOUGH = ("share/10-25", "share/25-50", "share/gt-50")


def months_back(day: date, months: int) -> str:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).isoformat()


class File:
    def __init__(self, ntriples: str, company: str, at: date, direct_types: set[str]) -> None:
        self.company = company
        self.day = at
        self.at = at.isoformat()
        self.direct_types = direct_types
        self.objects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.members: dict[str, list[str]] = defaultdict(list)
        for line in ntriples.splitlines():
            match = re.match(r'<([^>]*)> <([^>]*)> (?:<([^>]*)>|"(.*)"(?:\^\^<[^>]*>)?) \.$', line)
            assert match, line
            subject, predicate, iri, text = match.groups()
            value = text if iri is None else iri.removeprefix(SCHEME)
            predicate = predicate.removeprefix(HEF)
            if predicate == TYPE:
                self.members[value.removeprefix(HEF)].append(subject)
            self.objects[subject, predicate].append(value)
            self.subjects[value, predicate].append(subject)

    def get(self, node: str, predicate: str) -> list[str]:
        return self.objects.get((node, predicate), [])

    def has(self, node: str, predicate: str, *values: str) -> bool:
        found = self.get(node, predicate)
        return any(value in values for value in found) if values else bool(found)

    def to(self, node: str, predicate: str) -> list[str]:
        return self.subjects.get((node, predicate), [])

    def all(self, name: str) -> list[str]:
        return self.members.get(name, [])

    def current(self, node: str) -> bool:
        starts, ends = self.get(node, "validFrom"), self.get(node, "validTo")
        return not any(day > self.at for day in starts) and not any(day <= self.at for day in ends)

    def policies(self) -> list[str]:
        return [node for node in self.all("Policy") if not any(day <= self.at for day in self.get(node, "validTo"))]

    def lines(self) -> list[str]:
        return [
            node for node in self.all("ProductLine") if any(day <= self.at for day in self.get(node, "inScopeSince"))
        ]

    def relations(self, line: str | None = None) -> list[str]:
        lines = self.lines() if line is None else [line]
        return (
            [r for r in self.all("SupplyRelationship") if self.current(r) and self.has(r, "forProductLine", *lines)]
            if lines
            else []
        )

    def tier(self, relation: str) -> int:
        return max((int(tier) for tier in self.get(relation, "atTier")), default=1)

    def prioritised(self) -> list[str]:
        return [risk for risk in self.all("Risk") if self.has(risk, "decision", "decision/prioritised")]

    def involved(self, node: str, link: str) -> set[str]:
        rows = [row for row in self.to(node, link) if self.has(row, "involvementKind") and self.current(row)]
        return {kind for row in rows for kind in self.get(row, "involvementKind")}

    def newest(self) -> list[str]:
        def older(node: str) -> bool:
            days = [day for other in self.all("RiskAssessment") for day in self.get(other, DATE)]
            return any(day > own for own in self.get(node, DATE) for day in days)

        return [node for node in self.all("RiskAssessment") if not older(node)]

    def consulted(self, node: str, *roles: str) -> bool:
        return any(self.has(talk, "stakeholderRole", *roles) for talk in self.to(node, "about"))

    def actions(self, risk: str) -> list[str]:
        return [action for action in self.to(risk, "addressesRisk") if self.has(action, "plan")]

    def severe(self, risk: str) -> bool:
        return any(int(value) >= 4 for rating in RATINGS[:3] for value in self.get(risk, rating))

    def chain(self, node: str) -> set[str]:
        direct = [
            value for link in ("concernsProductLine", "concernsListing", "inCountry") for value in self.get(node, link)
        ]
        return {*direct, *(country for value in direct for country in self.get(value, "country"))}


def lacking(file: File, name: str, *predicates: str) -> set[str]:
    return {node for node in file.all(name) if not all(file.has(node, predicate) for predicate in predicates)}


def company_if(file: File, missing: bool) -> set[str]:
    return {file.company} if missing else set()


def tasks(file: File) -> bool:
    found = [{*file.get(node, "function")} for node in file.all("Responsibility") if file.has(node, "task")]
    return any("function/purchasing" in one for one in found) and any(
        one and "function/purchasing" not in one for one in found
    )


def goal_missing(file: File, policy: str) -> bool:
    goals = [
        goal for goal in file.to(policy, "policy") if file.has(goal, "indicator") and file.has(goal, "targetValue")
    ]
    return any(not any(file.has(goal, "risk", risk) for goal in goals) for risk in file.prioritised())


def dd_1_7(file: File) -> set[str]:
    def consulted(policy: str) -> bool:
        days = [
            day for talk in file.to(policy, "about") if talk in file.all("Engagement") for day in file.get(talk, DATE)
        ]
        return any(day < approved for day in days for approved in file.get(policy, "approvedOn"))

    return {policy for policy in file.policies() if not consulted(policy)}


def direct_relations(file: File) -> list[str]:
    return [relation for relation in file.relations() if file.tier(relation) <= 1]


def dd_2_2(file: File) -> set[str]:
    def supplied(line: str) -> bool:
        rows = file.relations(line)
        return any(file.has(row, "supplierListing") or file.has(row, "notYetKnown", "site") for row in rows)

    return {line for line in file.lines() if not supplied(line) and not file.has(line, "notYetKnown", "suppliers")}


def dd_2_4(file: File) -> set[str]:
    final: set[str] = set()
    for relation in file.relations():
        for site in file.get(relation, "supplierListing"):
            direct = file.has(relation, "atTier", "1") and not file.has(site, "finalAssembly", "false")
            if direct or file.has(site, "finalAssembly", "true"):
                final.add(site)
    return {site for site in final if not all(file.has(site, p) for p in (LABEL, ADDRESS, "country"))}


def dd_2_6(file: File) -> set[str]:
    def beyond(line: str) -> bool:
        return any(file.has(row, "supplierListing") and file.tier(row) > 1 for row in file.relations(line))

    return {line for line in file.lines() if file.has(line, "highRisk", "true") and not beyond(line)}


def dd_2_9(file: File) -> set[str]:
    def whole(node: str) -> bool:
        factors = {f"factor/{name}" for name in ("sector", "country", "product", "business-model")}
        return factors <= {*file.get(node, "riskFactor")} and (
            bool(file.to(node, "assessment")) or file.has(node, "noRiskConclusion")
        )

    return company_if(file, not any(whole(node) for node in file.all("RiskAssessment")))


def rated(file: File, risk: str) -> bool:
    return all(any(1 <= int(value) <= 5 for value in file.get(risk, rating)) for rating in RATINGS)


def top(file: File, risk: str) -> bool:
    scale, scope, beyond, _ = (max((int(value) for value in file.get(risk, rating)), default=0) for rating in RATINGS)
    return scale >= 5 or (scale >= 4 and (scope >= 4 or beyond >= 4))


def dd_2_18(file: File) -> set[str]:
    wanted = {country for line in file.lines() for country in file.get(line, "originCountry")}
    wanted |= {
        c for row in file.relations() for site in file.get(row, "supplierListing") for c in file.get(site, "country")
    }

    def assessed(node: str) -> set[str]:
        return {*file.get(node, "freedomOfAssociationAssessedIn")} & {*file.get(node, "genderAssessedIn")}

    return {node for node in file.newest() if wanted - assessed(node)}


def answers(file: File, risk: str, responses: tuple[str, ...], own: bool = False) -> bool:
    fitting = [action for action in file.actions(risk) if file.has(action, "response", *responses)]
    return any(not own or file.has(action, "ownActivities", "true") for action in fitting)


def responding(file: File, kind: str) -> list[str]:
    open_risks = [risk for risk in file.all("Risk") if not file.has(risk, "decision", "decision/later")]
    return [risk for risk in open_risks if f"involvement/{kind}" in file.involved(risk, "risk")]


def dd_3_10(file: File) -> set[str]:
    def weak(site: str) -> bool:
        rows = [row for row in file.to(site, "supplierListing") if file.current(row)]
        return not any(file.has(row, "shareBand", *ENOUGH) for row in rows)

    def joint(risk: str) -> bool:
        return any(
            file.has(action, "withOthers", "true") and file.has(action, "response", "response/increase-leverage")
            for action in file.actions(risk)
        )

    return {
        risk
        for risk in file.prioritised()
        if any(weak(site) for site in file.get(risk, "concernsListing"))
        and "involvement/caused" not in file.involved(risk, "risk")
        and not joint(risk)
    }


def dd_3_11(file: File) -> set[str]:
    def prepared(relation: str) -> bool:
        end = next(iter(file.get(relation, "validTo")), "9999-12-31")
        assessed = any(day <= end for day in file.get(relation, "exitAssessedOn"))
        tried = [action for action in file.get(relation, "mitigationAttempt")]
        return assessed and any(not any(day >= end for day in file.get(action, "startDate")) for action in tried)

    ended = [r for r in file.all("SupplyRelationship") if file.has(r, "endReason", "end-reason/responsible-business")]
    return {relation for relation in ended if not prepared(relation)}


def dd_3_12(file: File) -> set[str]:
    def only_certificates(risk: str) -> bool:
        actions = file.to(risk, "addressesRisk")
        return bool(actions) and all(file.has(action, "reliesOnCertification", "true") for action in actions)

    return {risk for risk in file.prioritised() if only_certificates(risk)}


def dd_3_13(file: File) -> set[str]:
    late = [action for action in file.all("Action") if any(day < file.at for day in file.get(action, "deadline"))]
    done = {action for action in late if file.has(action, "actionStatus", "action-status/completed")}
    return {
        action
        for action in late
        if action not in done and not any(d >= file.at for d in file.get(action, "replannedTo"))
    }


def dd_4_1(file: File) -> set[str]:
    def started(action: str) -> bool:
        begun = any(day < file.at for day in file.get(action, "startDate"))
        return begun or file.has(action, "actionStatus", "action-status/running", "action-status/completed")

    def measured(action: str) -> bool:
        rows = [row for row in file.to(action, "action") if row in file.all("Measurement")]
        return any(day <= file.at for row in rows for day in file.get(row, DATE))

    return {action for action in file.all("Action") if started(action) and not measured(action)}


def dd_4_2(file: File) -> set[str]:
    late: set[str] = set()
    for risk in file.prioritised():
        earliest = months_back(file.day, 12 if file.severe(risk) else 24)
        for site in file.get(risk, "concernsListing"):
            looks = [look for look in file.to(site, "concernsListing") if look in file.all("Monitoring")]
            if not any(earliest <= day <= file.at for look in looks for day in file.get(look, DATE)):
                late.add(site)
    return late


def dd_4_3(file: File) -> set[str]:
    def corrected(finding: str) -> bool:
        rows = file.to(finding, "finding")
        return any(file.has(row, "deadline") and file.has(row, "correctiveStatus") for row in rows)

    found = {audit: file.to(audit, "audit") for audit in file.all("Audit")}
    return {
        audit
        for audit, findings in found.items()
        if any(not file.has(f, "nonConformity", "false") and not corrected(f) for f in findings)
    }


def dd_4_4(file: File) -> set[str]:
    def looks(risk: str) -> set[str]:
        at_sites = {look for site in file.get(risk, "concernsListing") for look in file.to(site, "concernsListing")}
        return {look for look in {*file.to(risk, "risk"), *at_sites} if look in file.all("Monitoring")}

    return {
        risk
        for risk in file.all("Risk")
        if file.severe(risk) and (found := looks(risk)) and found <= {*file.all("Audit")}
    }


def dd_5_1(file: File) -> set[str]:
    earliest = months_back(file.day, 12)

    def recent(node: str) -> bool:
        open_ = file.has(node, "isPublic", "true") and file.has(node, "publishedAt")
        return open_ and any(earliest <= day <= file.at for day in file.get(node, "publishedOn"))

    return company_if(file, not any(recent(node) for node in file.all("Communication")))


def dd_5_2(file: File) -> set[str]:
    public = [node for node in file.all("Communication") if file.has(node, "isPublic", "true")]
    told = {topic for node in public for topic in file.get(node, "coversTopic")}
    return company_if(file, not {f"topic/{name}" for name in ("policy", "risks", "actions", "results")} <= told)


def dd_5_3(file: File) -> set[str]:
    talks = file.all("Communication")
    return set() if any(file.has(node, "explainsPriorities", "true") for node in talks) else {*talks}


def own_part(file: File, impact: str) -> bool:
    kinds = file.involved(impact, "impact")
    if not kinds:
        kinds = {kind for risk in file.get(impact, "risk") for kind in file.involved(risk, "risk")}
    return bool(kinds & {"involvement/caused", "involvement/contributed"})


def dd_6_1(file: File) -> set[str]:
    remedied = {impact for remedy in file.all("Remedy") for impact in file.get(remedy, "impact")}
    return {impact for impact in file.all("Impact") if own_part(file, impact) and impact not in remedied}


def dd_6_2(file: File) -> set[str]:
    def pressed(impact: str) -> bool:
        return any(
            file.has(action, "aimsAtRemedy", "true") and file.has(action, "response", *LEVERAGE)
            for action in file.to(impact, "impact")
        )

    return {impact for impact in file.all("Impact") if not own_part(file, impact) and not pressed(impact)}


def dd_6_3(file: File) -> set[str]:
    groups = {group for node in file.all("GrievanceMechanism") for group in file.get(node, "openTo")}
    return company_if(
        file, len(groups & {f"open-to/{name}" for name in ("own-staff", "chain-workers", "outsiders")}) < 3
    )


def dd_6_4(file: File) -> set[str]:
    def shown(mechanism: str) -> set[str]:
        rows = [row for row in file.to(mechanism, "mechanism") if file.has(row, "basedOn")]
        return {criterion for row in rows for criterion in file.get(row, "criterion")}

    return {node for node in file.all("GrievanceMechanism") if len(shown(node)) < 8}


def dd_6_6(file: File) -> set[str]:
    def waiting(complaint: str) -> bool:
        steps = [day for day in file.get(complaint, "followedUpOn") if day <= file.at]
        if steps:
            return max(steps) < (file.day - timedelta(days=90)).isoformat()
        return not any(day >= (file.day - timedelta(days=30)).isoformat() for day in file.get(complaint, "receivedOn"))

    open_ones = [c for c in file.all("Complaint") if not file.has(c, "complaintStatus", "complaint-status/closed")]
    return {complaint for complaint in open_ones if waiting(complaint)}


def dd_6_7(file: File) -> set[str]:
    upheld = [complaint for complaint in file.all("Complaint") if file.has(complaint, "outcome", "outcome/upheld")]
    return {complaint for complaint in upheld if not (file.has(complaint, "risk") and file.has(complaint, "remedy"))}


def dd_x_3(file: File) -> set[str]:
    def addressed(risk: str) -> bool:
        return any(file.has(a, "conclusion", "conclusion/effective") for a in file.to(risk, "addressesRisk"))

    open_risks = [r for r in file.prioritised() if file.has(r, "riskType", *file.direct_types) and not addressed(r)]
    return {
        claim
        for claim in file.all("SdgClaim")
        if any(not file.chain(claim) or file.chain(claim) & file.chain(risk) for risk in open_risks)
    }


def dd_x_2(file: File, violations: dict[str, set[str]], absent: set[str]) -> set[str]:
    """Needs what was found on steps 1 to 3: nodes with a violation by step, and the steps that are absent."""
    wide = {file.company, *file.all("Policy"), *file.all("RiskAssessment")}
    nodes = {node for step in ("1", "2", "3") for node in violations.get(step, set())}

    def reach(node: str) -> set[str]:
        starts = [node, *file.get(node, "addressesRisk"), *file.get(node, "coversRisk")]
        links = ("forProductLine", "concernsProductLine", "concernsListing", "supplierListing", "inCountry")
        direct = {value for start in starts for value in (start, *(v for link in links for v in file.get(start, link)))}
        return direct | {country for value in direct for country in file.get(value, "country")}

    def unbacked(claim: str) -> bool:
        chain = file.chain(claim)
        assessed = any(chain & file.chain(risk) for risk in file.all("Risk"))
        concluded = any(file.has(node, "noRiskConclusion") for node in file.all("RiskAssessment"))
        if absent & {"1", "2", "3"} or (chain and not assessed and not concluded):
            return True
        return any(node in wide or not chain or chain & reach(node) for node in nodes)

    return {claim for claim in file.all("SdgClaim") if unbacked(claim)}


Condition = Callable[[File], set[str]]

CONDITIONS: dict[str, Condition] = {
    "DD-1.1": lambda f: company_if(f, not f.policies()),
    "DD-1.2": lambda f: {
        p
        for p in f.policies()
        if not {"standard/oecd-guidelines", "standard/un-guiding-principles"} <= {*f.get(p, "endorses")}
    },
    "DD-1.3": lambda f: {
        p
        for p in f.policies()
        if not (
            f.has(p, "approver")
            and f.has(p, "approvedOn")
            and f.has(p, "approverLevel", "seniority/board", "seniority/management")
        )
    },
    "DD-1.4": lambda f: {p for p in f.policies() if not (f.has(p, "publishedAt") and f.has(p, "publishedOn"))},
    "DD-1.5": lambda f: {
        p for p in f.policies() if not {"mne/4", "mne/5", "mne/6", "mne/6/climate"} <= {*f.get(p, "coversTopic")}
    },
    "DD-1.6": lambda f: {p for p in f.policies() if goal_missing(f, p)},
    "DD-1.7": dd_1_7,
    "DD-1.8": lambda f: {p for p in f.policies() if not f.has(p, "remedyByInvolvement", "true")},
    "DD-1.9": lambda f: company_if(
        f,
        not any(
            f.has(n, "accountable", "true") and f.has(n, "seniority", "seniority/board", "seniority/management")
            for n in f.all("Responsibility")
        ),
    ),
    "DD-1.10": lambda f: company_if(f, not tasks(f)),
    "DD-1.11": lambda f: {r for r in direct_relations(f) if not f.has(r, "codeSigned", "true")},
    "DD-1.12": lambda f: {
        r for r in direct_relations(f) if f.has(r, "codeSigned", "true") and not f.has(r, "codeTwoWay", "true")
    },
    "DD-2.1": lambda f: company_if(f, not (f.has(f.company, "chainMapDate") and f.all("ProductLine"))),
    "DD-2.2": dd_2_2,
    "DD-2.3": lambda f: {
        x for x in f.lines() if not f.has(x, "originCountry") and not f.has(x, "notYetKnown", "countries")
    },
    "DD-2.4": dd_2_4,
    "DD-2.5": lambda f: lacking(f, "Listing", LAT, LONG, "osId"),
    "DD-2.6": dd_2_6,
    "DD-2.7": lambda f: company_if(
        f, any(predicate == "notYetKnown" for _, predicate in f.objects) and not f.has(f.company, "chainMapDueDate")
    ),
    "DD-2.8": lambda f: company_if(
        f, not (f.has(f.company, "customersMapped", "true") and f.has(f.company, "endOfLifeMapped", "true"))
    ),
    "DD-2.9": dd_2_9,
    "DD-2.10": lambda f: {
        r
        for r in f.all("Risk")
        if not (
            f.has(r, "riskType")
            and f.has(r, "affectedGroup")
            and any(f.has(r, place) for place in ("inCountry", "concernsListing", "atTier"))
        )
    },
    "DD-2.11": lambda f: {r for r in f.all("Risk") if not rated(f, r)},
    "DD-2.12": lambda f: {r for r in f.all("Risk") if not any(f.has(source, DATE) for source in f.get(r, "basedOn"))},
    "DD-2.13": lambda f: lacking(f, "Risk", "decision", "decisionReason"),
    "DD-2.14": lambda f: {r for r in f.all("Risk") if top(f, r) and r not in f.prioritised()},
    "DD-2.15": lambda f: {r for r in f.prioritised() if not f.involved(r, "risk")},
    "DD-2.16": lambda f: {a for a in f.newest() if not f.has(a, "purchasingPracticesAssessed", "true")},
    "DD-2.17": lambda f: {
        a
        for a in f.newest()
        if not f.consulted(a, "stakeholder/affected", "stakeholder/representative", "stakeholder/union")
    },
    "DD-2.18": dd_2_18,
    "DD-2.19": lambda f: {a for a in f.newest() if not any(day >= months_back(f.day, 12) for day in f.get(a, DATE))},
    "DD-3.1": lambda f: {r for r in f.prioritised() if not f.to(r, "coversRisk")},
    "DD-3.2": lambda f: lacking(f, "Action", "ownerRole"),
    "DD-3.3": lambda f: lacking(f, "Action", "deadline"),
    "DD-3.4": lambda f: lacking(f, "Action", "indicator", "targetValue"),
    "DD-3.5": lambda f: lacking(f, "ActionPlan", "budget"),
    "DD-3.6": lambda f: {
        p
        for p in f.all("ActionPlan")
        if not f.consulted(
            p, *(f"stakeholder/{r}" for r in ("affected", "representative", "union", "supplier", "expert"))
        )
    },
    "DD-3.7": lambda f: {r for r in responding(f, "caused") if not answers(f, r, OWN, own=True)},
    "DD-3.8": lambda f: {
        r for r in responding(f, "contributed") if not (answers(f, r, OWN, own=True) and answers(f, r, LEVERAGE))
    },
    "DD-3.9": lambda f: {r for r in responding(f, "linked") if not answers(f, r, LEVERAGE)},
    "DD-3.10": dd_3_10,
    "DD-3.11": dd_3_11,
    "DD-3.12": dd_3_12,
    "DD-3.13": dd_3_13,
    "DD-4.1": dd_4_1,
    "DD-4.2": dd_4_2,
    "DD-4.3": dd_4_3,
    "DD-4.4": dd_4_4,
    "DD-4.5": lambda f: {
        a for a in f.all("Action") if f.has(a, "actionStatus", "action-status/completed") and not f.has(a, "conclusion")
    },
    "DD-5.1": dd_5_1,
    "DD-5.2": dd_5_2,
    "DD-5.3": dd_5_3,
    "DD-5.4": lambda f: {
        c for c in f.all("Communication") if f.has(c, "traceableToPeople", "true") and not f.has(c, "safetyCheckedOn")
    },
    "DD-6.1": dd_6_1,
    "DD-6.2": dd_6_2,
    "DD-6.3": dd_6_3,
    "DD-6.4": dd_6_4,
    "DD-6.5": lambda f: lacking(f, "Complaint", "receivedOn", "complaintStatus", "handler"),
    "DD-6.6": dd_6_6,
    "DD-6.7": dd_6_7,
    "DD-6.8": lambda f: {
        r
        for r in f.all("Remedy")
        if not f.has(r, "agreedWith", "stakeholder/affected", "stakeholder/representative", "stakeholder/union")
    },
    "DD-X.1": lambda f: company_if(
        f, len({s for e in f.all("Engagement") for s in f.get(e, "onStep")} & {f"ddg/{n}" for n in range(1, 7)}) < 6
    ),
    "DD-X.3": dd_x_3,
    "DD-X.4": lambda f: {
        node
        for name in ("Certificate", "Document", "Measurement", "Monitoring")
        for node in lacking(f, name, SOURCE, DATE, "holder")
    },
}


def recount(file: File, severities: dict[str, str], evidence: dict[str, list[str]]) -> set[tuple[str, str]]:
    """Every condition and node that does not meet it, DD-X.2 last because it rests on the others."""
    found = {(name, node) for name, condition in CONDITIONS.items() for node in condition(file)}
    violations: dict[str, set[str]] = defaultdict(set)
    for name, node in found:
        if severities[name] == "violation":
            violations[name[3]].add(node)
    absent = {step for step, classes in evidence.items() if not any(file.all(name) for name in classes)}
    return found | {("DD-X.2", claim) for claim in dd_x_2(file, violations, absent)}
