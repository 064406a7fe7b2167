# SPDX-License-Identifier: Apache-2.0
"""Matches in the browser: starts them in this process, shows them live, and never runs more than two at once.

Start it with: gunicorn --workers 4 --threads 8 app:app
"""

import json
import os
from pathlib import Path

from flask import Flask, Response, abort, render_template, request

import matchrunner

MATCH = Path(os.environ.get("MATCH_FILE", Path(__file__).parent.parent / "chess" / "match.json")).resolve()

app = Flask(__name__)
# One Runner for each process of gunicorn; the pool "web" has two slots over all of them together.
runner = matchrunner.per_process(lambda: matchrunner.open_runner(pool="web", slots=2))


@app.get("/")
def page():
    return render_template("page.html")


@app.get("/matches")
def list_matches():
    return [json.loads(match.to_json()) for match in runner().list_matches(limit=50).matches]


@app.post("/matches")
def submit_match():
    return json.loads(runner().submit_match(MATCH.read_text(), str(MATCH.parent)).to_json()), 201


@app.post("/matches/<match_id>/stop")
def stop_match(match_id):
    try:
        return json.loads(runner().stop_match(match_id, "stopped in the browser").to_json())
    except (matchrunner.NotFound, matchrunner.Conflict) as error:
        abort(404 if isinstance(error, matchrunner.NotFound) else 409, str(error))


@app.get("/events")
def events():
    seen = request.headers.get("Last-Event-ID")  # a browser that comes back tells where it was
    stream = runner().events(after=int(seen or 0), from_now=seen is None)

    def lines():
        yield ": here they come\n\n"  # the browser is connected from here on
        while True:
            event = stream.next(timeout=2)
            # A comment from time to time finds out whether the browser is still there.
            yield f"id: {event.sequence}\ndata: {event.to_json()}\n\n" if event else ": waiting\n\n"

    return Response(lines(), mimetype="text/event-stream", headers={"Cache-Control": "no-store"})
