# SPDX-License-Identifier: Apache-2.0
"""docs/command-line.md says what the command says of itself."""

from pathlib import Path

from matchrunner.cli.reference import page_with_reference, reference

PAGE = Path(__file__).resolve().parents[3] / "docs" / "command-line.md"


def test_page_is_that_of_this_version():
    page = PAGE.read_text()
    assert page_with_reference(page) == page, f"write it anew: python -m matchrunner.cli.reference {PAGE}"


def test_reference_has_every_option():
    text = reference()
    for words in ("### matchrunner game add", "--older-than", "--isolation", "`-f, --follow`", "MATCHRUNNER_STORE"):
        assert words in text
