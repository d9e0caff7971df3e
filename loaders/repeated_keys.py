"""Keys that stand twice in one object of a YAML or JSON file: a plain reader keeps the last and drops the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ijson  # type: ignore[import-untyped]
import yaml  # type: ignore[import-untyped]

from hefboom.errors import SourceError


def read_yaml(path: Path, text: str) -> Any:
    """The content of a YAML file, every value as it stands. Raises SourceError where a key stands twice."""
    loader = _Yaml(text)
    loader.path = path
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def read_json(path: Path, text: str) -> Any:
    """The content of a JSON file. Raises SourceError where a key stands twice."""
    content = json.loads(text)
    keys = _Keys(path)
    parser = ijson.basic_parse_coro(keys)
    for line in text.encode().splitlines(keepends=True):
        keys.line += 1
        parser.send(line)
    return content


class _Yaml(yaml.BaseLoader):  # type: ignore[misc]
    """The loader that keeps every value as it stands: a plain one takes the country code NO for "false"."""

    path: Path

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                line = key.start_mark.line + 1
                if key.value in lines:
                    raise _twice(self.path, key.value, lines[key.value], line)
                lines[key.value] = line
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


class _Keys:
    """A target of the events of a JSON parser that knows the keys of the objects that are open."""

    def __init__(self, path: Path) -> None:
        self.line = 0
        self._path = path
        self._open: list[dict[str, int]] = []

    def send(self, event: tuple[str, Any]) -> None:
        """Take an event."""
        kind, value = event
        if kind == "start_map":
            self._open.append({})
        elif kind == "end_map":
            self._open.pop()
        elif kind == "map_key":
            if value in self._open[-1]:
                raise _twice(self._path, value, self._open[-1][value], self.line)
            self._open[-1][value] = self.line


def _twice(path: Path, key: str, first: int, line: int) -> SourceError:
    return SourceError(
        f"{path}, line {line}: '{key}' stands there again after line {first}; only one of them would be read, so put"
        " what belongs together under one of them"
    )
