# SPDX-License-Identifier: Apache-2.0
"""A real service as a process, and its pages."""

import http.client
import json
import signal

from prometheus_client.parser import text_string_to_metric_families


class Served:
    """A `serve` process on the store of `cli`, and its pages."""

    def __init__(self, cli, *arguments, environment=(), **config):
        self._cli = cli
        self.file = cli.folder / "service.json"
        self.write(**config)
        self.process = cli.start(
            "serve", "--config", self.file, *arguments, environment={"MATCHRUNNER_LOG_LEVEL": "debug", **dict(environment)}
        )
        self.lines = []
        ready = self.line_with("ready")
        self.address = ready.rpartition("http://")[2].strip('/"}')

    def write(self, **config):
        self._cli.folder.joinpath("service.json").write_text(json.dumps({"http": "127.0.0.1:0", "slots": 1, **config}))

    def line_with(self, words):
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))
            if words in line:
                return line.rstrip("\n")
        raise AssertionError(f"no line with {words!r}: {self.lines}")

    def get(self, path, method="GET"):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def status(self):
        code, text = self.get("/status")
        assert code == 200
        return json.loads(text)

    def metric(self, name, **labels):
        code, text = self.get("/metrics")
        assert code == 200
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == name and sample.labels == labels:
                    return sample.value
        raise AssertionError(f"no {name} {labels} in:\n{text}")

    def end(self, number=signal.SIGTERM, code=0):
        self.process.send_signal(number)
        stderr = self.process.communicate(timeout=60)[1]
        self.lines += stderr.splitlines()
        assert self.process.returncode == code, self.lines
        assert "Traceback" not in stderr
