# SPDX-License-Identifier: Apache-2.0
"""Links to artifacts in a bucket of a real server, opened by somebody who has no keys."""

import gzip
import hashlib
import subprocess
import urllib.error
import urllib.request

import matchrunner
import pytest
from whole_service import until

BODY = """
print("a line of the player", flush=True)
for name in ("game.html", "game.pgn", "frame.png", "odd name+%41.bin"):
    with open(os.environ["MATCHRUNNER_OUTPUT"] + "/" + name, "w") as file:
        file.write("<b>" + name + "</b>" * 100)
end("")
"""
PLAIN = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
TYPES = {
    "logs/solo.stdout": PLAIN,
    "result.json": "application/json",
    "output/game.html": PLAIN,
    "output/game.pgn": PLAIN,
    "output/frame.png": "image/png",
    "output/odd name+%41.bin": BYTES,
}
CODED = {
    "identity": lambda body: body,
    "gzip": gzip.decompress,
    "zstd": lambda body: subprocess.run(["zstd", "-dc"], input=body, stdout=subprocess.PIPE, check=True).stdout,
}


def fetch(url, method="GET", data=None):
    """Status, headers and body of what is there."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, method=method), timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


@pytest.fixture
def played(cli, solo, bucket_url):
    """A match whose artifacts are in the bucket, with this encoding; the sink, and the artifacts by their names."""

    def play(encoding="identity"):
        url = bucket_url(f"links-{encoding}", f"&encoding={encoding}")
        cli("run", "--artifacts", url, solo(BODY, id=encoding))
        artifacts = cli.json("show", encoding)["artifacts"]
        return matchrunner.open_artifact_sink(url), {artifact["name"]: artifact for artifact in artifacts}

    return play


def link(sink, artifact, seconds):
    return sink.link(artifact["uri"], seconds, matchrunner.Context())


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_each_artifact_is_opened_by_its_link(played, encoding):
    sink, artifacts = played(encoding)
    assert artifacts.keys() >= TYPES.keys()
    for name, artifact in artifacts.items():
        url = link(sink, artifact, 600)
        assert "testing-secret" not in url
        status, headers, body = fetch(url)
        assert status == 200, body
        assert headers["Content-Type"] == TYPES.get(name, headers["Content-Type"]), name
        assert headers["Content-Encoding"] == (None if encoding == "identity" else encoding)
        assert len(body) == int(headers["Content-Length"])
        plain = CODED[encoding](body)
        assert (len(plain), hashlib.sha256(plain).hexdigest()) == (artifact["bytes"], artifact["sha256"])
    long = artifacts["output/game.pgn"]
    sent = len(fetch(link(sink, long, 600))[2])
    assert sent == long["bytes"] if encoding == "identity" else sent < long["bytes"]


def test_the_command_prints_links(cli, played, bucket_url):
    _, artifacts = played()
    place = ("--artifacts", bucket_url("links-identity"))
    lines = cli("link", *place, "identity", "solo").stdout.splitlines()
    assert [fetch(url)[0::2] for url in lines] == [(200, b"a line of the player\n"), (200, b"")]
    [url] = cli("link", *place, "--valid", "60", "identity", "output/game.pgn").stdout.splitlines()
    assert "X-Amz-Expires=60&" in url and len(fetch(url)[2]) == artifacts["output/game.pgn"]["bytes"]
    nothing = cli("link", *place, "identity", "output/nothing", code=2).stderr
    assert 'match identity has no artifact named "output/nothing"' in nothing
    week = cli("link", *place, "--valid", 7 * 24 * 3600 + 1, "identity", "result.json", code=2).stderr
    assert "at most 7 days" in week
    assert "a folder has no address" in cli("link", "identity", "result.json", code=3).stderr  # without `place`


def test_a_link_ends_after_its_time(played):
    sink, artifacts = played()
    log = artifacts["logs/solo.stdout"]
    short, long = link(sink, log, 1), link(sink, log, 600)
    until(lambda: fetch(short)[0], lambda status: status == 403)
    assert fetch(short)[2] != b"a line of the player\n"
    assert fetch(long)[0::2] == (200, b"a line of the player\n")


def test_a_link_is_for_one_artifact_and_for_reading(played):
    sink, artifacts = played()
    url = link(sink, artifacts["logs/solo.stdout"], 600)
    place, _, query = url.partition("?")
    assert fetch(place)[0] == 403
    for other in (
        f"{place.replace('solo.stdout', 'solo.stderr')}?{query}",
        f"{place.rpartition('/identity/')[0]}/?{query}",
        url.replace("X-Amz-Expires=600", "X-Amz-Expires=6000"),
        url[:-1] + ("0" if url[-1] != "0" else "1"),
    ):
        assert other != url and fetch(other)[0] == 403, other
    for method, data in (("PUT", b"changed"), ("DELETE", None), ("POST", b"changed")):
        assert fetch(url, method, data)[0] in (403, 405), method
    assert fetch(url)[0::2] == (200, b"a line of the player\n")


@pytest.mark.parametrize("seconds", [0, -1, 7 * 24 * 3600 + 1, float("nan"), float("inf")])
def test_a_time_that_no_link_can_have_is_refused(played, seconds):
    sink, artifacts = played()
    assert link(sink, artifacts["result.json"], 7 * 24 * 3600)
    with pytest.raises(ValueError):
        link(sink, artifacts["result.json"], seconds)


def test_of_what_is_elsewhere_there_is_no_link(played):
    sink, _ = played()
    for uri in ("s3://other/links-identity/x", "file:///etc/passwd", "s3://matches/", ""):
        with pytest.raises(matchrunner.NotFound):
            sink.link(uri, 60, matchrunner.Context())
