# SPDX-License-Identifier: Apache-2.0
"""doctor: what the host offers, as text, as JSON and as an exit code."""

import json
import re

import matchrunner
import pytest


def test_doctor_names_the_tier_and_what_would_be_mended(cli):
    out = cli("doctor").stdout
    diagnosis = matchrunner.diagnose("sandbox://")
    assert f"tier {diagnosis.isolation.tier} (" in out
    for finding in diagnosis.findings:
        assert finding.name in out
        assert finding.found or f"to mend it: {finding.remedy}" in out
    assert "matches run, by --isolation prefer" in out


def without_lanes(diagnosis):
    """Which of the cgroups that runners share a probe finds free depends on who else runs now."""
    return json.loads(re.sub(r"matchrunner-\d+", "matchrunner-N", json.dumps(diagnosis)))


def test_doctor_prints_json(cli):
    told = cli.json("doctor")
    assert without_lanes(told) == without_lanes(json.loads(matchrunner.diagnose("sandbox://").to_json()))
    assert told["refusal"] == ""
    assert {"name", "found", "value", "cost", "remedy"} == told["findings"][0].keys()


def test_a_host_that_is_too_weak_for_the_policy_is_an_exit_code(cli):
    diagnosis = matchrunner.diagnose("sandbox://?isolation=require")
    told = cli("doctor", "--isolation", "require", code=1 if diagnosis.refusal else 0).stdout
    assert ("matches are refused" in told) == bool(diagnosis.refusal)


def test_what_holds_nothing_has_no_diagnosis():
    assert "allow-none" in matchrunner.diagnose("sandbox://?tier=none").refusal
    with pytest.raises(matchrunner.Unsupported):
        matchrunner.diagnose("memory://")
