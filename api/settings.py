"""All settings of the server, from variables that begin with HEFBOOM_; a bad value stops the start with its name."""

from __future__ import annotations

import ipaddress
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from hefboom.api.tokens import ROLES
from hefboom.errors import UsageError

T = TypeVar("T")
AUDIENCES = ("public", "members", "secretariat")


@dataclass(frozen=True)
class Limits:
    """What one query, one client and all together may take; times in seconds, sizes in bytes unless said otherwise."""

    timeout: float = 10.0
    """HEFBOOM_TIMEOUT: a query still running after this is ended."""
    light: float = 0.25
    """HEFBOOM_LIGHT: a query running longer than this is a long one and needs one of the few places for those."""
    workers: int = 6
    """HEFBOOM_WORKERS: engine processes for each publication served."""
    long_queries: int = 2
    """HEFBOOM_LONG_QUERIES: how many engine processes long queries may hold; fewer than the processes."""
    long_queries_per_client: int = 1
    """HEFBOOM_LONG_QUERIES_PER_CLIENT: how many of these one client may hold."""
    waiting: int = 256
    """HEFBOOM_WAITING: how many queries may wait for an engine process."""
    long_waiting: int = 16
    """HEFBOOM_LONG_WAITING: how many long queries may wait for a place."""
    long_waiting_per_client: int = 4
    """HEFBOOM_LONG_WAITING_PER_CLIENT: how many of these may be one client's."""
    wait: float = 5.0
    """HEFBOOM_WAIT: a query that has waited this long is answered 503."""
    per_client: int = 100
    """HEFBOOM_PER_CLIENT: requests of one client under way at the same time."""
    rate: float = 50.0
    """HEFBOOM_RATE: requests per second of one client, on average."""
    burst: int = 200
    """HEFBOOM_BURST: requests that one client may send at once before the rate counts."""
    rows: int = 100_000
    """HEFBOOM_ROWS: an answer is cut after this many rows or triples, and says so."""
    answer_bytes: int = 67_108_864
    """HEFBOOM_ANSWER_BYTES: an answer longer than this is refused."""
    remembered_bytes: int = 33_554_432
    """HEFBOOM_REMEMBERED_BYTES: memory for small answers that are asked for again; 1 keeps none."""
    body_bytes: int = 524_288
    """HEFBOOM_BODY_BYTES: a request body longer than this is refused."""
    query_characters: int = 262_144
    """HEFBOOM_QUERY_CHARACTERS: the longest query."""
    query_depth: int = 100
    """HEFBOOM_QUERY_DEPTH: the deepest nesting of a query."""
    query_operators: int = 2_000
    """HEFBOOM_QUERY_OPERATORS: the most groups and operators in a query."""
    merged: int = 200_000
    """HEFBOOM_MERGED: how many statements are merged for a query over graphs that have statements in common."""
    memory_mb: int = 512
    """HEFBOOM_MEMORY_MB: what an engine process may use for its queries, in MiB."""
    in_memory: int = 1_000_000
    """HEFBOOM_IN_MEMORY: a publication of at most so many statements is held in memory, where a quarter of what is free
    holds it; 1 holds none there."""
    in_memory_at_once: int = 100_000
    """HEFBOOM_IN_MEMORY_AT_ONCE: a publication of more statements is served from the disk until memory has it."""


@dataclass(frozen=True)
class UploadLimits:
    """What one upload may take; times in seconds, sizes in bytes unless said otherwise."""

    bytes: int = 52_428_800
    """HEFBOOM_UPLOAD_BYTES: a file larger than this is refused."""
    columns: int = 500
    """HEFBOOM_UPLOAD_COLUMNS: a table with more columns than this is refused."""
    timeout: float = 600.0
    """HEFBOOM_UPLOAD_TIMEOUT: a check or a load still running after this is ended."""
    memory_mb: int = 4_096
    """HEFBOOM_UPLOAD_MEMORY_MB: what the process that reads an upload may use, in MiB."""
    days: int = 30
    """HEFBOOM_UPLOAD_DAYS: uploads and what was found in them are kept for so many days."""


@dataclass(frozen=True)
class OidcSettings:
    """A provider of OpenID Connect at which people may sign in; none unless `issuer` is set."""

    issuer: str = ""
    """HEFBOOM_OIDC_ISSUER: the provider, as its tokens name it; empty: no such sign-in."""
    client_id: str = ""
    """HEFBOOM_OIDC_CLIENT_ID: the name by which the provider knows this server."""
    client_secret: str = field(default="", repr=False)
    """HEFBOOM_OIDC_SECRET_FILE: a file with the secret of this client; none for a public client."""
    scopes: str = "openid profile"
    """HEFBOOM_OIDC_SCOPES: what is asked for."""
    role_claim: str = "roles"
    """HEFBOOM_OIDC_ROLE_CLAIM: the claim with the roles or groups of a person."""
    roles: tuple[tuple[str, str], ...] = ()
    """HEFBOOM_OIDC_ROLES: which of its values gives which role, such as staff=secretariat,brand=member."""
    company_claim: str = "company"
    """HEFBOOM_OIDC_COMPANY_CLAIM: the claim with the slug of a member's company."""
    name_claim: str = "name"
    """HEFBOOM_OIDC_NAME_CLAIM: the claim with the name that the audit log keeps."""


@dataclass(frozen=True)
class Settings:
    """Everything `hefboom serve` can be told."""

    data: Path = Path("hefboom-data")
    """HEFBOOM_DATA: the data folder."""
    audience: str = "public"
    """HEFBOOM_AUDIENCE: the publication that callers without a token get; public, members or secretariat."""
    closed: bool = False
    """HEFBOOM_CLOSED: 1 to serve the closed publications to holders of a token."""
    updates: bool = False
    """HEFBOOM_UPDATES: 1 to take SPARQL updates of the live store from holders of a writer's or an admin's token."""
    update_timeout: float = 300.0
    """HEFBOOM_UPDATE_TIMEOUT: seconds after which an update is ended."""
    take_uploads: bool = False
    """HEFBOOM_UPLOADS: 1 to take lists from holders of a token; needs HEFBOOM_CLOSED."""
    base: str = "https://w3id.org/hefboom/id"
    """HEFBOOM_BASE: what the IRIs of the data begin with."""
    root_path: str = ""
    """HEFBOOM_ROOT_PATH: the path under which a proxy shows the server, such as /hefboom."""
    public_url: str = ""
    """HEFBOOM_PUBLIC_URL: the address of the server as others see it; empty: as each request names it."""
    services: frozenset[str] = frozenset()
    """HEFBOOM_SERVICES: IRIs that SERVICE may ask, separated by commas; none unless told."""
    own_networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """HEFBOOM_OWN_NETWORKS: networks to which the request rate does not apply, and that may read /metrics."""
    spool: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))
    """HEFBOOM_SPOOL: folder for answers too large for memory."""
    limits: Limits = Limits()
    uploads: UploadLimits = UploadLimits()
    oidc: OidcSettings = OidcSettings()


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises UsageError naming the variable, its value and what it may be."""
    env = os.environ if environment is None else environment
    defaults = Settings()
    checked = Limits(**_amounts(env, "", Limits()))  # type: ignore[arg-type]
    if checked.long_queries >= checked.workers:
        raise UsageError(
            f"HEFBOOM_LONG_QUERIES is {checked.long_queries}; it must be less than HEFBOOM_WORKERS ({checked.workers}),"
            " so that long queries never hold every engine process."
        )
    made = Settings(
        data=_read(env, "data", Path, defaults.data, "a folder"),
        audience=_read(env, "audience", _audience, defaults.audience, f"one of {', '.join(AUDIENCES)}"),
        closed=_read(env, "closed", _switch, defaults.closed, "0 or 1"),
        updates=_read(env, "updates", _switch, defaults.updates, "0 or 1"),
        update_timeout=_read(env, "update_timeout", _seconds, defaults.update_timeout, "a number above 0"),
        take_uploads=_read(env, "uploads", _switch, defaults.take_uploads, "0 or 1"),
        base=_read(env, "base", _iri, defaults.base, "an IRI without a slash at its end"),
        root_path=_read(env, "root_path", _path, defaults.root_path, "a path such as /hefboom"),
        public_url=_read(env, "public_url", _iri, defaults.public_url, "an address such as https://example.org"),
        services=frozenset(_listed(env.get("HEFBOOM_SERVICES", ""))),
        own_networks=_read(env, "own_networks", _networks, defaults.own_networks, "networks such as 10.0.0.0/8"),
        spool=_read(env, "spool", Path, defaults.spool, "a folder"),
        limits=checked,
        uploads=UploadLimits(**_amounts(env, "upload_", UploadLimits())),  # type: ignore[arg-type]
        oidc=_oidc(env),
    )
    if made.oidc.issuer and not made.public_url:
        raise UsageError("HEFBOOM_OIDC_ISSUER needs HEFBOOM_PUBLIC_URL: the provider sends people back there.")
    return made


def _oidc(env: Mapping[str, str]) -> OidcSettings:
    defaults = OidcSettings()
    if not env.get("HEFBOOM_OIDC_ISSUER"):
        return defaults
    made = OidcSettings(
        issuer=_read(env, "oidc_issuer", _provider, "", "an https address"),
        client_id=env.get("HEFBOOM_OIDC_CLIENT_ID", ""),
        client_secret=_read(env, "oidc_secret_file", _secret, "", "a file that can be read"),
        scopes=env.get("HEFBOOM_OIDC_SCOPES", defaults.scopes),
        role_claim=env.get("HEFBOOM_OIDC_ROLE_CLAIM", defaults.role_claim),
        roles=_read(env, "oidc_roles", _roles, (), "pairs such as staff=secretariat,brand=member"),
        company_claim=env.get("HEFBOOM_OIDC_COMPANY_CLAIM", defaults.company_claim),
        name_claim=env.get("HEFBOOM_OIDC_NAME_CLAIM", defaults.name_claim),
    )
    if not made.client_id or not made.roles:
        missing = "HEFBOOM_OIDC_CLIENT_ID" if not made.client_id else "HEFBOOM_OIDC_ROLES"
        raise UsageError(f"HEFBOOM_OIDC_ISSUER is set, and so must be {missing}.")
    return made


def _provider(text: str) -> str:
    parts = urlsplit(text)
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1")):
        raise ValueError(text)
    return text


def _secret(text: str) -> str:
    try:
        return Path(text).read_text().strip()
    except OSError as error:
        raise ValueError(text) from error


def _roles(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.rpartition("=") for part in _listed(text)]
    if not all(value and role in ROLES for value, _, role in pairs):
        raise ValueError(text)
    return tuple((value.strip(), role) for value, _, role in pairs)


def _amounts(env: Mapping[str, str], prefix: str, defaults: object) -> dict[str, float | int]:
    """Numbers above 0, one for each member of a class of limits."""
    amounts: dict[str, float | int] = {}
    for name, default in vars(defaults).items():
        kind: Callable[[str], float | int] = float if isinstance(default, float) else int
        amounts[name] = _read(env, prefix + name, kind, default, "a number above 0")
        if not amounts[name] > 0:
            raise UsageError(f"HEFBOOM_{(prefix + name).upper()} is '{amounts[name]}'; it must be a number above 0.")
    return amounts


def _read(env: Mapping[str, str], name: str, kind: Callable[[str], T], default: T, allowed: str) -> T:
    name = name.upper()
    text = env.get(f"HEFBOOM_{name}")
    if text is None:
        return default
    try:
        return kind(text)
    except ValueError as error:
        raise UsageError(f"HEFBOOM_{name} is '{text}'; it must be {allowed}.") from error


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _audience(text: str) -> str:
    if text not in AUDIENCES:
        raise ValueError(text)
    return text


def _seconds(text: str) -> float:
    if not float(text) > 0:
        raise ValueError(text)
    return float(text)


def _switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(text)
    return text == "1"


def _iri(text: str) -> str:
    if text and ("://" not in text or any(character.isspace() for character in text)):
        raise ValueError(text)
    return text.rstrip("/")


def _path(text: str) -> str:
    if text and not text.startswith("/"):
        raise ValueError(text)
    return text.rstrip("/")


def _networks(text: str) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_network(part)) for part in _listed(text))
