"""The proof that the ontology holds together: owlready2 hands it to the reasoner HermiT, hygiene checks do the rest."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from hefboom.errors import HefboomError, SourceError
from hefboom.ontology.explain import explain
from hefboom.ontology.hygiene import defined_terms, load, short
from hefboom.ontology.terms import PREFIXES, turtle_files

_OWL: Final = PREFIXES["owl"]
_RDF: Final = PREFIXES["rdf"]
_TYPE: Final = ox.NamedNode(_RDF + "type")
_IN_SCHEME: Final = ox.NamedNode(PREFIXES["skos"] + "inScheme")


@dataclass(frozen=True)
class CheckResult:
    """What the reasoner found.

    `unsatisfiable` are classes that nothing can belong to; `problems` say in words what is wrong, the unsatisfiable
    classes included; `terms` counts classes and properties, `statements` all triples, `seconds` is wall time.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    terms: int = 0
    statements: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def ok(self) -> bool:
        """Whether the ontology is consistent and every class can have members."""
        return self.consistent and not self.unsatisfiable


def _reasoner() -> Any:
    """The owlready2 module; HefboomError, saying what to install, when it or Java is missing."""
    try:
        owlready2 = import_module("owlready2")
    except ImportError as error:
        raise HefboomError(
            "the ontology check needs owlready2, which is not installed; run: pip install 'hefboom[test]'"
        ) from error
    if shutil.which(owlready2.JAVA_EXE) is None:
        raise HefboomError(
            f"the ontology check needs Java, and '{owlready2.JAVA_EXE}' is not on the path;"
            " on Debian or Ubuntu run: apt-get install default-jre-headless"
        )
    return owlready2


def _concepts_differ(store: ox.Store) -> None:
    """State that the concepts of one scheme are different things, which OWL does not assume of itself."""
    schemes: dict[str, list[ox.NamedNode]] = {}
    for quad in store.quads_for_pattern(None, _IN_SCHEME, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            schemes.setdefault(quad.object.value, []).append(quad.subject)
    nil = ox.NamedNode(_RDF + "nil")
    quads: list[ox.Quad] = []
    for concepts in schemes.values():
        rest: ox.NamedNode | ox.BlankNode = nil
        for concept in concepts:
            node = ox.BlankNode()
            quads.append(ox.Quad(node, ox.NamedNode(_RDF + "first"), concept))
            quads.append(ox.Quad(node, ox.NamedNode(_RDF + "rest"), rest))
            rest = node
        different = ox.BlankNode()
        quads.append(ox.Quad(different, _TYPE, ox.NamedNode(_OWL + "AllDifferent")))
        quads.append(ox.Quad(different, ox.NamedNode(_OWL + "distinctMembers"), rest))
    store.extend(quads)


def _reason(owlready2: Any, store: ox.Store) -> tuple[bool, list[str]]:
    """Whether the statements are consistent, and the classes that can have no members."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ontology.nt"
        store.dump(path, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        world = owlready2.World()
        try:
            world.get_ontology(path.as_uri()).load()
            owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
            unsatisfiable = [found.iri for found in world.inconsistent_classes()]
        except owlready2.OwlReadyInconsistentOntologyError:
            return False, []
        except owlready2.OwlReadyJavaError as error:
            raise HefboomError(f"the reasoner HermiT stopped: {error}") from error
        finally:
            world.close()
    return True, sorted(iri for iri in unsatisfiable if iri != f"{_OWL}Nothing")


def check_ontology(extra: Sequence[Path] = ()) -> CheckResult:
    """Whether modules, schemes and the Turtle files of `extra` are consistent, and every class can have members.

    Takes about three seconds. Raises SourceError for a file that is no Turtle, HefboomError when Java or owlready2 is
    missing.
    """
    started = time.perf_counter()
    owlready2 = _reasoner()
    files = [*turtle_files(), *extra]
    try:
        store = load(files)
    except (OSError, SyntaxError) as error:
        names = ", ".join(str(file) for file in extra) or "ontology/*.ttl"
        raise SourceError(f"cannot read {names} as Turtle: {error}") from error
    statements, terms = len(store), len(defined_terms(store))
    _concepts_differ(store)
    consistent, unsatisfiable = _reason(owlready2, store)
    problems = [] if consistent else explain(store)
    problems += [f"nothing can be a {short(iri)}: its definition contradicts itself" for iri in unsatisfiable]
    return CheckResult(
        consistent=consistent,
        unsatisfiable=tuple(unsatisfiable),
        problems=tuple(problems),
        terms=terms,
        statements=statements,
        seconds=time.perf_counter() - started,
    )
