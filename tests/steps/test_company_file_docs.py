from __future__ import annotations

from pathlib import Path

from hefboom.loaders.company_schema import sheets

PAGE = Path(__file__).parents[2] / "docs" / "company-file.md"


def test_page_names_every_sheet_and_field_in_both_languages() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for sheet in sheets().values():
        assert f"### `{sheet.name}`: {sheet.label_en} / {sheet.label_nl}" in text
        for field in sheet.fields:
            assert f"| `{field.name}` |" in text
            assert f"**{field.label_nl}**. {field.help_nl}" in text
