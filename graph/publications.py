"""Publications: read-only stores that hold what one audience may see, and nothing else.

    hefboom-data/publications/public/
      CURRENT                 name of the version in use; replaced atomically
      versions/000003/
        store/                Oxigraph
        manifest.json         audience, date, checksum, counts
        overlaps.json         which graphs have statements in common

A publication is written from nothing, so nothing closed is left in its files; it is then read back quad by quad and
checked against what the lists say about themselves, and only then named by `CURRENT`.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from filelock import FileLock, Timeout

from hefboom.errors import StoreError, UsageError
from hefboom.graph import visibility
from hefboom.graph.aggregates import covenants_of
from hefboom.graph.iris import HEF
from hefboom.graph.overlaps import find_overlaps
from hefboom.graph.publication_check import check_publication
from hefboom.graph.publication_description import describe
from hefboom.graph.publication_index import write_index
from hefboom.graph.union import with_union

_KEEP: Final = 3
_BATCH: Final = 1 << 24
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True)
class Publication:
    """One version of what an audience sees.

    `graphs` has the number of statements per graph, `classes` and `properties` how often each is used; `checksum` is
    the SHA-256 of the data as N-Quads in the order of the graphs' names, without the description of the publication.
    `triples` is how many different statements there are, `quads` counts them for each graph that states them.
    """

    audience: str
    version: str
    created: str
    base: str
    source: str
    checksum: str
    quads: int
    left_out_graphs: int
    graphs: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    properties: Mapping[str, int] = field(default_factory=dict)
    triples: int = 0
    folder: Path = Path()
    in_use: bool = False

    @property
    def store(self) -> Path:
        """The folder of the read-only store."""
        return self.folder / "store"

    def withdrawn(self) -> frozenset[str]:
        """What earlier versions described and this one does not: lists, sites, companies, covenants."""
        file = self.folder / "withdrawn.txt"
        return frozenset(file.read_text().split("\n")) - {""} if file.is_file() else frozenset()

    @property
    def lists(self) -> list[str]:
        """The IRIs of the lists that have listings of their own here, sorted."""
        return sorted(name for name in self.graphs if name.startswith(f"{self.base}/list/"))

    @property
    def sites(self) -> Path:
        """The file of the index of sites."""
        return self.folder / "sites.sqlite"

    @cached_property
    def tag(self) -> str:
        """A short name of exactly this content, for ETags."""
        return f"{self.version}-{self.checksum[:12]}"


class Publications:
    """The publications of a data folder."""

    def __init__(self, data: Path) -> None:
        self.path = data / "publications"

    def current(self, audience: str) -> Publication | None:
        """The publication in use for an audience, or None before the first.

        Raises StoreError when `CURRENT` names a version that is not there.
        """
        pointer = self._folder(audience) / "CURRENT"
        if not pointer.is_file():
            return None
        version = pointer.read_text().strip()
        folder = self._folder(audience) / "versions" / version
        if not (folder / "manifest.json").is_file():
            raise StoreError(f"{pointer}: version '{version}' is missing; run 'hefboom publish {audience}'")
        return _read(folder, in_use=True)

    def all(self) -> list[Publication]:
        """Every version that is kept, by audience, oldest first."""
        found = []
        for audience in self.audiences():
            current = self.current(audience)
            for folder in sorted((self._folder(audience) / "versions").glob("[0-9]*")):
                if (folder / "manifest.json").is_file():
                    found.append(_read(folder, in_use=current is not None and folder.name == current.version))
        return found

    def audiences(self) -> list[str]:
        """Every audience that something was published for: the three, then single companies (`owner/<slug>`)."""
        owners = sorted(f"owner/{folder.name}" for folder in (self.path / "owner").glob("*") if folder.is_dir())
        return [*visibility.AUDIENCES, *filter(visibility.company_of, owners)]

    def in_use(self) -> list[str]:
        """Every audience that has a publication in use, be it damaged."""
        return [audience for audience in self.audiences() if (self._folder(audience) / "CURRENT").is_file()]

    def publish(
        self, source: ox.Store, audience: str, base: str, generation: str = "", aggregates: Sequence[Path] = ()
    ) -> Publication:
        """Build, check and swap in a publication of `source` for an audience.

        `generation` names what it was made from; `aggregates` are the files of the covenants' aggregated
        lists. Raises StoreError when the check finds anything that the audience may not see; the publication in use
        then stays.
        """
        visibility.may_see(audience, "public")
        folder = self._folder(audience)
        with self._lock(folder):
            versions = folder / "versions"
            versions.mkdir(parents=True, exist_ok=True)
            last = max((int(path.name) for path in versions.glob("[0-9]*") if path.name.isdigit()), default=0)
            target = versions / f"{last + 1:06d}"
            staging = target.with_name(target.name + ".staging")
            shutil.rmtree(staging, ignore_errors=True)
            try:
                publication = _build(source, audience, base, generation, staging, target.name, aggregates)
                _note_withdrawn(self._previous(audience), staging)
                staging.rename(target)
            except BaseException:
                shutil.rmtree(staging, ignore_errors=True)
                raise
            self._switch(folder, target.name)
            self._sweep(folder, target.name)
        return replace(publication, folder=target, in_use=True)

    def rollback(self, audience: str, version: str | None = None) -> Publication:
        """Put an older version back in use: the one named, or the one before the current.

        Raises UsageError when there is none.
        """
        folder = self._folder(audience)
        with self._lock(folder):
            kept = [publication for publication in self.all() if publication.audience == audience]
            current = next((p.version for p in kept if p.in_use), "")
            older = [p for p in kept if (p.version == version if version else p.version < current)]
            if not older:
                names = ", ".join(p.version for p in kept) or "none"
                raise UsageError(f"there is no older version of '{audience}' to go back to; kept are: {names}")
            self._switch(folder, older[-1].version)
        return _read(older[-1].folder, in_use=True)

    def _previous(self, audience: str) -> Publication | None:
        """The publication in use where it can be read: one of another version must not stop the next."""
        try:
            return self.current(audience)
        except StoreError:
            return None

    def _folder(self, audience: str) -> Path:
        return self.path / audience

    @contextmanager
    def _lock(self, folder: Path) -> Iterator[None]:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock")
        try:
            lock.acquire(timeout=60)
        except Timeout as error:
            raise StoreError(f"{folder}: another process is publishing here; try again later") from error
        try:
            yield
        finally:
            lock.release()

    def _switch(self, folder: Path, version: str) -> None:
        pointer = folder / "CURRENT.new"
        with pointer.open("w") as file:
            file.write(version + "\n")
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(folder / "CURRENT")

    def _sweep(self, folder: Path, current: str) -> None:
        """Remove what a killed publisher left, and versions too old to go back to."""
        kept = sorted(path for path in (folder / "versions").iterdir() if path.name.isdigit())
        for path in (folder / "versions").iterdir():
            if not path.name.isdigit() or (path in kept[:-_KEEP] and path.name != current):
                shutil.rmtree(path)


def _read(folder: Path, in_use: bool) -> Publication:
    try:
        members = json.loads((folder / "manifest.json").read_text())
        return Publication(**members, folder=folder, in_use=in_use)
    except (ValueError, TypeError) as error:
        audience = "/".join(folder.parts[:-2]).rpartition("/publications/")[2]
        raise StoreError(
            f"{folder}: this publication was made by another version of Hefboom, or is damaged; run 'hefboom publish "
            f"{audience}' to make it anew"
        ) from error


def _build(
    source: ox.Store, audience: str, base: str, generation: str, staging: Path, version: str, aggregates: Sequence[Path]
) -> Publication:
    """Write store and manifest of one version into a staging folder."""
    staging.mkdir(parents=True)
    scopes = visibility.graph_scopes(source, base)
    visible = sorted(graph for graph, scope in scopes.items() if visibility.may_see(audience, scope))
    text = staging / "quads.nq"
    checksum = _export(source, visible, aggregates, text)
    store = ox.Store(str(staging / "store"))
    store.bulk_load(path=str(text), format=ox.RdfFormat.N_QUADS)
    text.unlink()
    store.optimize()  # before it is read: the check and the index are several times quicker then
    figures = check_publication(source, store, audience, base, covenants_of(aggregates))
    write_index(store, base, staging / "sites.sqlite")
    created = datetime.datetime.now(datetime.UTC).replace(microsecond=0).isoformat()
    store.extend(with_union(describe(figures, audience, base, created, checksum)))
    store.flush()
    find_overlaps(store).write(staging)
    del store
    hidden = sum(1 for _ in source.named_graphs()) - len(figures.graphs) + len(aggregates)
    publication = Publication(
        audience, version, created, base, generation, checksum, figures.quads, max(hidden, 0),
        figures.graphs, figures.classes, figures.properties, triples=figures.triples,
    )  # fmt: skip
    members = {key: value for key, value in asdict(publication).items() if key not in ("folder", "in_use")}
    (staging / "manifest.json").write_text(json.dumps(members, indent=1) + "\n")
    return publication


def _note_withdrawn(previous: Publication | None, staging: Path) -> None:
    """Keep the names of what was published before and is no longer, so that their addresses can say so."""
    if previous is None:
        return
    before = _described(ox.Store.read_only(str(previous.store))) | previous.withdrawn()
    gone = before - _described(ox.Store.read_only(str(staging / "store")))
    (staging / "withdrawn.txt").write_text("".join(f"{name}\n" for name in sorted(gone)))


def _described(store: ox.Store) -> frozenset[str]:
    names: set[str] = set()
    for kind in ("List", "CompanyFile", "Site", "Company", "Covenant"):
        quads = store.quads_for_pattern(None, _TYPE, ox.NamedNode(HEF + kind), None)
        names.update(quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))
    return frozenset(names)


def _export(source: ox.Store, graphs: Sequence[str], aggregates: Sequence[Path], file: Path) -> str:
    """Write the quads of the graphs as N-Quads, in the order given, then the aggregated lists; the SHA-256 of these.

    An aggregated list describes sites for those who know them from nothing else: who does keeps one description.

    Each statement is written once more without its graph, in the same file: only there is a blank node the same one.
    The engine writes triples; a line ends in " ." and a newline, which stands nowhere else, so the graph is put there.
    """
    digest = hashlib.sha256()
    sites = (
        {
            quad.subject
            for graph in graphs
            for quad in source.quads_for_pattern(None, _TYPE, ox.NamedNode(HEF + "Site"), ox.NamedNode(graph))
        }
        if aggregates
        else set()
    )
    dumped = file.with_suffix(".nt")
    with file.open("wb") as quads:

        def write(block: bytes) -> None:
            digest.update(block)
            quads.write(block)

        def new(quad: ox.Quad) -> bool:
            return quad.subject not in sites

        for graph in graphs:
            source.dump(str(dumped), ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))
            with dumped.open("rb") as lines:
                while batch := lines.readlines(_BATCH):
                    triples = b"".join(batch)
                    write(triples.replace(b" .\n", b" <" + graph.encode() + b"> .\n"))
                    quads.write(triples)
            dumped.unlink()
        for aggregate in aggregates:
            listed = [quad for quad in ox.parse(path=str(aggregate), format=ox.RdfFormat.N_QUADS) if new(quad)]
            write(ox.serialize(listed, format=ox.RdfFormat.N_QUADS) or b"")
            quads.write(ox.serialize((quad.triple for quad in listed), format=ox.RdfFormat.N_TRIPLES) or b"")
    return digest.hexdigest()
