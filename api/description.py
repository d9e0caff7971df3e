"""The OpenAPI description of the JSON API, with what FastAPI cannot know: tokens, and how a problem is told."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
_NEVER_SENT: Final = ("HTTPValidationError", "ValidationError")
_TOKEN: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of `hefboom access grant`, for closed parts where the server has them; without one the "
    "answer is of the public part.",
}


class DescribedApi(FastAPI):
    """An API whose description tells its security and its problems as they are."""

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        made_before = self.openapi_schema is not None
        made = super().openapi()
        if not made_before:
            _complete(made)
        return made


def _complete(description: dict[str, Any]) -> None:
    components = description["components"]
    components["securitySchemes"] = {"token": _TOKEN}
    for name in _NEVER_SENT:
        components["schemas"].pop(name, None)
    description["security"] = [{}, {"token": []}]
    for path, methods in description["paths"].items():
        for operation in methods.values():
            if path.startswith("/uploads"):
                operation["security"] = [{"token": []}]
            operation["responses"].pop("422", None)  # a value that does not fit is a problem 400
            for status, response in operation["responses"].items():
                if status >= "400":
                    response["content"] = _PROBLEM
