"""What the repository holds, what pyproject.toml says and what a wheel brings are the same thing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
SETUPTOOLS: dict[str, Any] = PYPROJECT["tool"]["setuptools"]
FOLDERS: dict[str, str] = SETUPTOOLS["package-dir"]
ROOMS = sorted(set(FOLDERS) - {"hefboom"})
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def _tracked() -> list[PurePosixPath]:
    git = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if git.returncode:
        pytest.skip("the files of the repository are known only in a git checkout")
    return [PurePosixPath(name) for name in git.stdout.split("\0") if name]


def _packaged_files() -> set[PurePosixPath]:
    """Tracked files inside the package folders, as paths inside the wheel."""
    found = set()
    for path in _tracked():
        for package, folder in FOLDERS.items():
            if path.is_relative_to(folder) and (ROOT / path).is_file() and not (ROOT / path).is_symlink():
                found.add(PurePosixPath(package.replace(".", "/")) / path.relative_to(folder))
    return found


def test_every_folder_with_modules_is_a_declared_package() -> None:
    folders = {path.parent for path in _tracked() if path.suffix == ".py"}
    packaged = {folder for folder in folders if any(folder.is_relative_to(known) for known in FOLDERS.values())}
    assert {str(folder) for folder in packaged} == set(FOLDERS.values())
    assert set(SETUPTOOLS["packages"]) == set(FOLDERS)


@pytest.mark.parametrize("package", ROOMS)
def test_link_leads_from_the_root_package_to_the_room(package: str) -> None:
    link = ROOT / "src" / package.replace(".", "/")
    assert link.is_symlink()
    assert not os.path.isabs(os.readlink(link))
    assert link.resolve() == ROOT / FOLDERS[package]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel of the tracked files, built without a network from a copy, so that no stale build folder takes part."""
    copy = tmp_path_factory.mktemp("source")
    for path in _tracked():
        if (ROOT / path).exists():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, copy / path, follow_symlinks=False)
    built = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-c",
        "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])",
    ]
    subprocess.run([*command, str(built)], cwd=copy, check=True, capture_output=True)
    return zipfile.ZipFile(next(built.glob("*.whl")))


def test_wheel_holds_every_module_and_data_file(wheel: zipfile.ZipFile) -> None:
    inside = {PurePosixPath(name) for name in wheel.namelist()}
    assert not {str(path) for path in _packaged_files() - inside}


def test_wheel_holds_nothing_but_the_package_and_its_description(wheel: zipfile.ZipFile) -> None:
    tops = {PurePosixPath(name).parts[0] for name in wheel.namelist()}
    assert tops == {"hefboom", f"hefboom-{PYPROJECT['project']['version']}.dist-info"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_names_packages_and_hashes_only(lock: Path) -> None:
    package = re.compile(r"[a-z0-9][a-z0-9.-]*(\[[a-z,]+\])?==[^\s/@]+( ; [^/@]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    odd = [line for line in lock.read_text().splitlines() if not package.fullmatch(line) and not digest.fullmatch(line)]
    assert not odd


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_holds_every_direct_dependency(lock: Path) -> None:
    wanted = list(PYPROJECT["project"]["dependencies"])
    for extra in {"test.txt": ("test",), "ci.txt": ("spark", "clients")}.get(lock.name, ()):
        wanted += PYPROJECT["project"]["optional-dependencies"][extra]
    assert {_name(text) for text in wanted} | {"setuptools"} <= _locked(lock).keys()


def test_tests_run_on_the_versions_that_users_get() -> None:
    run, test, more = (_locked(ROOT / f"requirements/{name}.txt") for name in ("run", "test", "ci"))
    assert run.items() <= test.items()
    assert run.items() <= more.items()


def test_what_only_tests_or_clusters_need_stays_out_of_the_run_lock() -> None:
    assert not {"owlready2", "pyspark", "pyshacl", "pytest", "dedupe"} & _locked(ROOT / "requirements/run.txt").keys()
    assert "pyspark" not in _locked(ROOT / "requirements/test.txt")


def test_installed_environment_is_the_locked_one() -> None:
    """What the tests find holds for the locked versions, as long as they run on these."""
    if not (ROOT / ".venv/ready-test").is_file() or not sys.prefix.startswith(str(ROOT)):
        pytest.skip("this environment was not made by ./hefboom test")
    from importlib.metadata import version

    for name, versions in _locked(ROOT / "requirements/run.txt").items():
        if name != "colorama":
            assert version(name) in versions


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _locked(lock: Path) -> dict[str, tuple[str, ...]]:
    """Name to its versions; one that depends on the version of Python has several."""
    found: dict[str, tuple[str, ...]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", lock.read_text(), re.MULTILINE):
        found[name] = (*found.get(name, ()), version)
    return found
