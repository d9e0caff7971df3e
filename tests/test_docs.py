"""What the documents say can be done: commands, options, questions, settings and links are all there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from hefboom.cli import app

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
GUIDES = (ROOT / "docs/guide.md", ROOT / "docs/gids.md")
PAGES = (README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
SOURCES = [
    path
    for room in ("src", "graph", "loaders", "queries", "reports", "api", "ontology")
    for path in (ROOT / room).glob("**/*.py")
]


def _commands() -> dict[str, Any]:
    """Every command by its words, such as `ontology check`."""
    top = typer.main.get_command(app)
    return dict(_leaves("", top))


def _leaves(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for word, child in inner.items():
        yield from _leaves(f"{name} {word}".strip(), child)


COMMANDS = _commands()


def _shell_lines(page: Path) -> list[list[str]]:
    """The calls of Hefboom in a page's shell blocks and inline code, as words, without redirections."""
    text = page.read_text()
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).replace("\\\n", " ").splitlines()
    inline = re.findall(r"`((?:\./)?hefboom [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    calls = [shlex.split(line.split(" > ")[0], comments=True) for line in [*blocks, *inline]]
    return [words[1:] for words in calls if words and words[0] in ("./hefboom", "hefboom")]


CALLS = [(page, words) for page in PAGES for words in _shell_lines(page) if words[:1] != ["test"]]


@pytest.mark.parametrize(
    ("page", "words"), CALLS, ids=lambda value: value.stem if isinstance(value, Path) else " ".join(value)
)
def test_command_in_a_page_exists_with_its_options(page: Path, words: list[str]) -> None:
    name = next((name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS), None)
    assert name, f"{page.name}: no command {words[0]}"
    known = {option for parameter in COMMANDS[name].params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


def test_questions_in_the_pages_exist() -> None:
    asked = {words[1] for _, words in CALLS if words[0] == "ask" and len(words) > 1 and words[1].islower()}
    assert asked
    assert asked <= {path.stem for path in (ROOT / "queries").glob("*/*.rq")}


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_with_an_example(name: str) -> None:
    said = COMMANDS[name].help or ""
    assert re.search(rf"Example: hefboom .*{name.split()[-1]}", said)
    assert all(getattr(parameter, "help", None) for parameter in COMMANDS[name].params)


def test_readme_gives_the_two_commands_and_stays_short() -> None:
    text = README.read_text()
    assert text.index("```sh\n./hefboom demo\n```") < text.index("```sh\n./hefboom test\n```")
    assert text.count("\n") < 150


def test_output_in_the_readme_is_what_the_demo_prints(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hefboom", "demo", "--data", str(tmp_path / "demo")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    block = re.findall(r"```text\n(.*?)```", README.read_text(), re.DOTALL)[0]
    told = [line.split("   ")[:2] for line in map(str.strip, block.splitlines()) if re.match(r"\d   ", line)]
    assert told
    ranked = [line.strip() for line in printed if re.match(r" +\d   ", line)]
    assert told == [line.split("   ")[:2] for line in ranked[: len(told)]]
    assert " ".join(block.split()).rpartition("... ")[2] in " ".join(" ".join(printed).split())


def test_readme_says_why_each_dependency_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    table = README.read_text().split("## Dependencies")[1]
    names = [re.match(r"[A-Za-z0-9-]+", text) for text in project["dependencies"]]
    assert not [name[0] for name in names if name and name[0] not in table]


def test_every_setting_is_described() -> None:
    pages = "".join(page.read_text() for page in PAGES)
    settings = {name for path in SOURCES for name in re.findall(r"\bHEFBOOM_[A-Z_]+\b", path.read_text())}
    assert not {name for name in settings if name not in pages}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


def test_guides_in_both_languages_have_the_same_steps() -> None:
    english, dutch = (_shell_lines(page) for page in GUIDES)
    assert [words[0] for words in english] == [words[0] for words in dutch]
    headings = [re.findall(r"^(## \d+)?", page.read_text(), re.MULTILINE) for page in GUIDES]
    assert headings[0].count("## 1") == headings[1].count("## 1") == 1
    assert [found for found in headings[0] if found] == [found for found in headings[1] if found]
