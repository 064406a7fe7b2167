# SPDX-License-Identifier: Apache-2.0
"""A match whose artifacts go into a bucket of a real server."""

import hashlib
import uuid

import matchrunner

PLAYER = """
print("a line of the player", flush=True)
end("")
"""


def read(sink, uri):
    context = matchrunner.Context()
    return sink.read(uri, 0, 1 << 20, context)


def test_a_match_leaves_its_artifacts_in_the_bucket(cli, solo, bucket_url):
    url = bucket_url("cup", "&encoding=gzip")
    cli("run", "--artifacts", url, solo(PLAYER, id="first"))
    shown = cli.json("show", "first")
    artifacts = {artifact["name"]: artifact for artifact in shown["artifacts"]}
    log = artifacts["logs/solo.stdout"]
    assert log["uri"].startswith("s3://matches/cup/first/")
    sink = matchrunner.open_artifact_sink(url)
    for artifact in artifacts.values():
        stored = read(sink, artifact["uri"])
        assert (len(stored), hashlib.sha256(stored).hexdigest()) == (artifact["bytes"], artifact["sha256"])
    assert read(sink, log["uri"]) == b"a line of the player\n"
    assert cli("logs", "--artifacts", url, "first", "solo.stdout").stdout == "a line of the player\n"


def test_a_wrong_secret_is_said_before_anything_runs_and_is_not_shown(cli, solo, bucket_url):
    url = bucket_url("cup").replace("testing-secret", "hush-hush")
    refused = cli("run", "--artifacts", url, solo(PLAYER, id="refused"), code=3)
    assert "403 SignatureDoesNotMatch" in refused.stderr
    assert "hush" not in refused.stderr + refused.stdout


def test_a_file_of_any_name_is_stored(cli, solo, bucket_url):
    body = "open(os.environ['MATCHRUNNER_OUTPUT'].encode() + b'/\\xff%2E.txt', 'w').write('x')\nend('')"
    url = bucket_url("cup")
    done = cli.json("run", "--artifacts", url, solo(body, id="odd"))
    (uri,) = (artifact["uri"] for artifact in done["artifacts"] if artifact["name"].startswith("output/"))
    assert uri.endswith("/output/%25FF%25252E.txt")
    assert read(matchrunner.open_artifact_sink(url), uri) == b"x"


def test_an_upload_whose_runner_was_killed_is_gone_on_with(cli, solo, bucket_url):
    body = "open(os.environ['MATCHRUNNER_OUTPUT'] + '/replay', 'wb').write(os.urandom(60_000_000))\nend('')"
    url = bucket_url("cup")
    cli("submit", solo(body, id="long"))
    doomed = cli.start("work", "--lease", "1", "--artifacts", url)
    cli.wait_for_event("long", "collected")
    doomed.kill()
    doomed.wait()
    assert cli.json("show", "long")["state"] == "finished"
    cli.start("work", "--lease", "1", "--artifacts", url)
    cli("wait", "long")
    shown = cli.json("show", "long")
    assert shown["stored_at"] and shown["attempt"] == 1
    (replay,) = (artifact for artifact in shown["artifacts"] if artifact["name"] == "output/replay")
    sink, context, digest = matchrunner.open_artifact_sink(url), matchrunner.Context(), hashlib.sha256()
    for offset in range(0, replay["bytes"], 1 << 20):
        digest.update(sink.read(replay["uri"], offset, 1 << 20, context))
    assert digest.hexdigest() == replay["sha256"]


def test_a_missing_bucket_is_made_when_that_is_asked_for(cli, solo, bucket_url):
    url = bucket_url("cup").replace("@matches/", f"@new-{uuid.uuid4().hex}/")
    refused = cli("run", "--artifacts", url, solo(PLAYER, id="refused"), code=3)
    assert "404 NoSuchBucket" in refused.stderr
    wrong = cli("run", "--artifacts", f"{url}&create=yes", solo(PLAYER, id="wrong"), code=2)
    assert "option create is 0 or 1, not 'yes'" in wrong.stderr
    done = cli.json("run", "--artifacts", f"{url}&create=1", solo(PLAYER, id="first"))
    (uri,) = (artifact["uri"] for artifact in done["artifacts"] if artifact["name"] == "logs/solo.stdout")
    assert read(matchrunner.open_artifact_sink(url), uri) == b"a line of the player\n"
