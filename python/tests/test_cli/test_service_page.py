# SPDX-License-Identifier: Apache-2.0
"""The configuration that the page of the service shows first can be used, and what it leads to there is there."""

import json
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "service.md"
MOVED = ("/var/lib/matchrunner", "/var/log/matchrunner")  # folders that are of a host that is set up for it


def section():
    return PAGE.read_text().partition("\n## In five minutes\n")[2].partition("\n## ")[0]


def test_its_configuration_can_be_used(cli):
    (text,) = re.findall(r"^```json\n(.*?)^```$", section(), re.DOTALL | re.MULTILINE)
    assert "`matchrunner serve --config FILE --check`" in section()
    for place in MOVED:
        assert place in text
        text = text.replace(place, str(cli.folder))
    file = cli.folder / "service.json"
    file.write_text(text)
    assert cli("serve", "--config", file, "--check").stdout == "the configuration can be used\n"
    for wrong, words in (({"slots": -1}, "slots: expected"), ({"slot": 1}, "slot: expected a known field")):
        file.write_text(json.dumps(json.loads(text) | wrong))
        assert words in cli("serve", "--config", file, "--check", code=2).stderr


def test_what_it_leads_to_is_there():
    links = re.findall(r"\]\(([^)#]+)\)", section())
    assert links and all((PAGE.parent / link).exists() for link in links)
