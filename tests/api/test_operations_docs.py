"""The page on operations names every setting with its default."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from hefboom.api.settings import Limits

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text()


def test_every_limit_is_on_the_page_with_its_default() -> None:
    rows = dict(re.findall(r"\| `HEFBOOM_(\w+)` \| ([\d.]+) \|", PAGE))
    defaults = {field.name.upper(): getattr(Limits(), field.name) for field in fields(Limits)}
    assert {name: float(rows[name]) for name in defaults if name in rows} == defaults


def test_every_setting_is_described_and_every_described_one_is_there() -> None:
    told = set(re.findall(r"`HEFBOOM_(\w+)`", (ROOT / "docs" / "settings.md").read_text()))
    kept = set(re.findall(r'"""HEFBOOM_(\w+):', (ROOT / "api" / "settings.py").read_text()))
    assert kept <= told
    assert told - kept <= named_in_code()


def named_in_code() -> set[str]:
    """The settings that the program's own files name, without HEFBOOM_; one of them is for the tests alone."""
    folders = ("api", "graph", "loaders", "queries", "reports", "src")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    files += [ROOT / "hefboom", ROOT / ".ci" / "run"]
    return {name for path in files for name in re.findall(r"HEFBOOM_(\w+)", path.read_text())}
