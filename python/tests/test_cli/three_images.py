# SPDX-License-Identifier: Apache-2.0
"""A match of three images: two teams that come to a server, which goes by a script of the test then."""

from soccer_match import make_image
from whole_service import WIN, match

TEAMS = ("red", "blue")
COMPLETE = "all are here\n"
# $0 is the script.
SERVER = f"""
touch /tmp/here
until [ $(sort -u /tmp/here | wc -l) = 2 ]; do
  nc -l -p 6000 -e /bin/sh -c 'read team && echo "$team" >> /tmp/here && echo welcome'
done
echo {COMPLETE.strip()}
eval "$0"
"""
# $0 is the name of the team. What it prints it has printed before the server goes on.
TEAM = """
echo $0 comes
until echo "$0" | nc -w 5 $host 6000 | grep -q welcome; do sleep 0.1; done
trap 'exit 0' TERM
sleep 3600 & wait
"""


def make_images(engine):
    make_image(engine, "cup-server", SERVER)
    for team in TEAMS:
        make_image(engine, f"cup-{team}", TEAM, team)


def cup(match_id, script=WIN, red=(), **game):
    """The match, with more of its first team and of its game."""
    server = {"name": "host", "image": "matchrunner-test/cup-server:1", "role": "server", "arguments": [script]}
    teams = [{"name": team, "image": f"matchrunner-test/cup-{team}:1", "addresses": {"host": "host"}} for team in TEAMS]
    teams[0].update(red)
    return match(match_id, server, *teams, **game)


def logs(said):
    """Of all seats, when the server's script has said this."""
    of_teams = {f"logs/{team}.stdout": f"{team} comes\n" for team in TEAMS}
    return {"logs/host.stdout": COMPLETE + said, "logs/host.stderr": "", **of_teams}
