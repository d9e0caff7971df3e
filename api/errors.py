"""What a caller is told when a request cannot be answered: one class, one table of statuses."""

from __future__ import annotations

from dataclasses import dataclass, field

from hefboom.errors import HefboomError

PROBLEM_BASE = "https://w3id.org/hefboom/problem/"


@dataclass
class Problem(HefboomError):
    """A request that gets no answer: HTTP status, short kind, and a sentence that says what to do.

    `kind` becomes the type IRI of an RFC 9457 problem; `extra` holds further members, such as line and column.
    """

    status: int
    kind: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.detail)

    @property
    def title(self) -> str:
        """The kind in words."""
        return self.kind.replace("-", " ").capitalize()

    def members(self) -> dict[str, int | str]:
        """The members of the RFC 9457 problem document."""
        return {
            "type": PROBLEM_BASE + self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }


def refused(kind: str, detail: str) -> Problem:
    """The request is understood and not allowed here."""
    return Problem(403, kind, detail)


def bad_request(kind: str, detail: str) -> Problem:
    """The request itself is wrong."""
    return Problem(400, kind, detail)


def busy(kind: str, detail: str, retry_after: int = 5) -> Problem:
    """No answer now; `retry_after` is in seconds."""
    return Problem(503, kind, detail, {"Retry-After": str(retry_after)})
