#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Asks a service for a match over RabbitMQ, and prints each reply, a line of JSON, until the match is over.
#
#     sh run-match.sh amqp://USER:PASSWORD@HOST/%2F QUEUE MATCH.json
#
# Needs amqp-tools, and nothing of matchrunner. Exits 0 when the match was played to its end, 1 when not, 3 when nobody
# has answered for a minute: the broker does not tell these tools that there is no such queue.
set -eu
[ $# = 3 ] || { echo "usage: $0 URL QUEUE MATCH.json" >&2; exit 2; }
url=$1
queue=$2
match=$(cat "$3")

replies=$(amqp-declare-queue --url="$url" --queue="")
trap 'amqp-delete-queue --url="$url" --queue="$replies" >/dev/null' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
printf '{"command": "run", "data": %s}' "$match" |
  amqp-publish --url="$url" --routing-key="$queue" --reply-to="$replies" --persistent --content-type=application/json

silent=0
while [ $silent -lt 60 ]; do
  if reply=$(amqp-get --url="$url" --queue="$replies"); then
    silent=0
    printf '%s\n' "$reply"
    case $reply in
      *'"error":'* | *'"missing":['*) exit 1 ;; # refused; its state is that of the match that has its id
      *'"state":"finished"'*) exit 0 ;;
      *'"state":"failed"'* | *'"state":"stopped"'*) exit 1 ;;
    esac
  else
    [ $? = 2 ] || exit 3 # 2: none is there; else amqp-get has said what is wrong
    sleep 1
    silent=$((silent + 1))
  fi
done
echo "no answer from the queue $queue for a minute: is a service running?" >&2
exit 3
