"""The command `hefboom report`, from loaded lists to a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from hefboom.cli import app
from hefboom.errors import UsageError

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden") / "data"
    dated = ["--date", "2024-01-01", "--data", str(folder)]
    desk = ["--contributor", "Golden Secretariat", "--contributor-kind", "initiative"]
    invoke("load", str(GOLDEN / "members.csv"), *desk, "--visibility", "public", *dated)
    for letter in "ad":
        who = ["--contributor", f"Company {letter.upper()}", "--contributor-kind", "brand"]
        invoke("load", str(GOLDEN / f"company-{letter}.csv"), *who, "--visibility", "public", *dated)
    return folder


def invoke(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_report_goes_to_the_screen_as_markdown_or_into_a_file_by_its_suffix(data: Path, tmp_path: Path) -> None:
    asked = ["report", "company", "Company A", "--at", "2024-06-01", "--data", str(data)]
    printed = invoke(*asked, "--lang", "nl")
    assert printed.startswith("# Company A\n\nGepaste zorgvuldigheid van één bedrijf\n")
    assert "Niets vastgelegd betekent niet dat er niets mis is." in printed
    page = tmp_path / "a.html"
    invoke(*asked, "-o", str(page))
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    invoke(*asked, "-o", str(tmp_path / "a.pdf"))
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_company_without_a_file_is_absent_on_every_step(data: Path) -> None:
    printed = invoke("report", "company", "Company A", "--at", "2024-06-01", "--data", str(data))
    assert "| Company A | absent | absent | absent | absent | absent | absent | none on file |" in printed
    assert "severe-none" not in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "pdf"], "needs --output"),
        (["-o", "a.docx"], "names no format"),
        (["--as", "owner"], "is for a report on the company itself"),
    ],
)
def test_wrong_use_is_told(data: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        invoke("report", "covenant", "Golden Covenant", *arguments, "--data", str(data))
