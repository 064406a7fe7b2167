# SPDX-License-Identifier: Apache-2.0
"""Ports written in Python, as a user would write them, and wrappers around native ones."""

import itertools
import json
import os
import queue
import string
import threading

import matchrunner

ID_LETTERS = set(string.ascii_letters + string.digits + "._-")


def take(items, context):
    """The next of a queue, or None when the context's deadline passed; Cancelled when its caller wants to stop."""
    while not context.stop_requested:
        try:
            return items.get(timeout=min(context.remaining, 0.02))
        except queue.Empty:
            if context.remaining == 0:
                return None
    raise matchrunner.Cancelled("the caller stopped")


class ListSink(matchrunner.EventSink):
    """Keeps the events that it was given."""

    def __init__(self):
        super().__init__()
        self.events = []

    def publish(self, events, context):
        context.check()
        self.events.extend(events)
        return len(events)


def is_bad_path(path):
    """A key is an id and a relative path: no part is empty, dotted, longer than a file name, or has a NUL."""
    parts = path.split("/")
    return any(part in ("", ".", "..") or "\0" in part or len(part.encode()) > 255 for part in parts)


class DictWriter(matchrunner.ArtifactWriter):
    def __init__(self, sink, uri):
        super().__init__()
        self.sink, self.uri, self.parts = sink, uri, []

    def offset(self):
        return sum(map(len, self.parts))

    def write(self, data, context):
        context.check()
        self.parts.append(data)

    def close(self, context):
        context.check()
        self.sink.stored[self.uri] = b"".join(self.parts)
        return self.uri

    def abort(self):
        self.sink.aborted.append(self.uri)


class DictSink(matchrunner.ArtifactSink):
    """Keeps artifacts in a dict, by URI."""

    def __init__(self):
        super().__init__()
        self.stored, self.aborted = {}, []

    def capabilities(self):
        return matchrunner.ArtifactSinkCapabilities(reads=True, removes=True)

    def open(self, key, resume_token, context):
        context.check()
        if key.match[:1] in ("", ".", "-") or not set(key.match) <= ID_LETTERS or is_bad_path(key.name):
            raise matchrunner.InvalidArgument(f"key: {key!r}", "dict")
        if resume_token:
            raise matchrunner.NotFound("resume token", "dict")
        return DictWriter(self, f"dict:{key.match}/{key.epoch}/{key.name}")

    def read(self, uri, offset, size, context):
        if uri not in self.stored:
            raise matchrunner.NotFound(uri, "dict")
        return self.stored[uri][offset : offset + size]

    def remove(self, uri, context):
        self.stored.pop(uri, None)

    def link(self, uri, valid_for, context):
        raise matchrunner.Unsupported("no links", "dict")


class QueueSource(matchrunner.CommandSource):
    """Delivers what is put into its queue, bodies or whole commands."""

    def __init__(self):
        super().__init__()
        self.queue, self.accepted, self.rejected = queue.Queue(), [], []
        self.deliveries = itertools.count(1)

    def poll(self, context):
        got = take(self.queue, context)
        if got is None or isinstance(got, matchrunner.Command):
            return got
        return matchrunner.Command(delivery=str(next(self.deliveries)), body=got)

    def capabilities(self):
        return matchrunner.CommandSourceCapabilities(origin="queue://written")

    def give_back(self, command, context):
        more = {"reply_to": command.reply_to, "correlation_id": command.correlation_id}
        self.queue.put(matchrunner.Command(delivery=str(next(self.deliveries)), body=command.body, **more))

    def accept(self, command, context):
        self.accepted.append(command.body)

    def reject(self, command, reason, context):
        self.rejected.append((command.body, reason))


class DictServer(matchrunner.GameServer):
    """Keeps lobbies in a dict: their players' ids, the creator first."""

    def __init__(self, seats=3):
        super().__init__()
        self.seats, self.lobbies = seats, {}

    def capabilities(self):
        return matchrunner.GameServerCapabilities(removes_players=True)

    def create(self, lobby, creator, context):
        context.check()
        if lobby in self.lobbies:
            raise matchrunner.AlreadyExists(lobby, "dict")
        self.lobbies[lobby] = [creator.id]
        return f"token of {lobby}"

    def members(self, lobby, context):
        context.check()
        if lobby not in self.lobbies:
            raise matchrunner.NotFound(lobby, "dict")
        return self.lobbies[lobby]

    def join(self, lobby, player, context):
        members = self.members(lobby, context)
        if player.id in members:
            raise matchrunner.AlreadyExists(player.id, "dict")
        if len(members) == self.seats:
            raise matchrunner.ResourceExhausted(f"{lobby} is full", "dict")
        members.append(player.id)

    def remove(self, lobby, context):
        context.check()
        self.lobbies.pop(lobby, None)

    def remove_player(self, lobby, player, context):
        members = self.members(lobby, context)
        if player not in members:
            raise matchrunner.NotFound(player, "dict")
        if player == members[0]:
            raise matchrunner.InvalidArgument("the creator stays", "dict")
        members.remove(player)


class StoreAround(matchrunner.StateStore):
    """Hands every call on to another store."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def capabilities(self):
        return self.inner.capabilities()

    def commit(self, batch, context):
        return self.inner.commit(batch, context)

    def find(self, key, context):
        return self.inner.find(key, context)

    def list(self, query, context):
        return self.inner.list(query, context)

    def events(self, query, context):
        return self.inner.events(query, context)

    def trim(self, through, context):
        return self.inner.trim(through, context)


class RunAround(matchrunner.Run):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def endpoints(self):
        return self.inner.endpoints()

    def poll(self, context):
        return self.inner.poll(context)

    def stop(self, grace):
        self.inner.stop(grace)

    def extend_lease(self, deadline):
        self.inner.extend_lease(deadline)

    def close(self):
        self.inner.close()


class ExecutorAround(matchrunner.Executor):
    """Hands every call on to another executor."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def capabilities(self):
        return self.inner.capabilities()

    def prepare(self, plan, context):
        self.inner.prepare(plan, context)

    def start(self, plan, context):
        return RunAround(self.inner.start(plan, context))

    def adopt(self, plan, context):
        return RunAround(self.inner.adopt(plan, context))


class ThreadRun(matchrunner.Run):
    """Plays a match in a Python thread; `until` set lets it end."""

    def __init__(self, plan, until):
        super().__init__()
        self.plan, self.until, self.stopped = plan, until, threading.Event()
        self.reports = queue.Queue()
        self.thread = threading.Thread(target=self.play)
        self.thread.start()

    def play(self):
        while not self.until.wait(0.01) and not self.stopped.is_set():
            pass
        seats = [seat.name for seat in self.plan.game.seats]
        self.reports.put(matchrunner.RunReport.line('{"type": "progress", "done": 1}'))
        self.reports.put(matchrunner.RunReport.dropped(3))
        with open(os.path.join(self.plan.spool_folder, "result.json"), "w") as file:
            json.dump({"scores": {name: index for index, name in enumerate(seats)}}, file)
        for name in seats:
            report = matchrunner.SeatReport(seat=name, verdict="ok", exit_code=0, wall_seconds=0.5)
            self.reports.put(matchrunner.RunReport.seat_ended(report))
        self.reports.put(matchrunner.RunReport.ended())

    def endpoints(self):
        return [matchrunner.SeatEndpoint(seat=seat.name, host="localhost") for seat in self.plan.game.seats]

    def poll(self, context):
        return take(self.reports, context)

    def stop(self, grace):
        self.stopped.set()

    def extend_lease(self, deadline):
        pass

    def close(self):
        self.stopped.set()
        self.thread.join()


class ThreadExecutor(matchrunner.Executor):
    """Runs matches of `custom` seats in Python threads, all waiting for one gate to open."""

    def __init__(self, gate=None):
        super().__init__()
        self.gate = gate or threading.Event()
        self.started = threading.Semaphore(0)
        self.prepared = []

    def capabilities(self):
        return matchrunner.ExecutorCapabilities(wirings=["none", "stdio"], custom=True)

    def prepare(self, plan, context):
        self.prepared.append((plan.match_id, len(plan.unique_id)))
        plan.tell("solo", what="its own words", bytes=1, total_bytes=2)
        self.plan = plan

    def start(self, plan, context):
        self.plan.tell("solo", what="too late")
        plan.tell_start("solo")
        plan.tell_start("solo", ready=True)
        self.started.release()
        return ThreadRun(plan, self.gate)

    def adopt(self, plan, context):
        raise matchrunner.Unsupported("no adopting")
