# SPDX-License-Identifier: Apache-2.0
"""ms of a trivial container, by what one would use instead: containers.py docker-py|keeping|cli SOCKET COUNT [AT_ONCE].

keeping: docker-py that does the same as a match: what the program left in a folder of its own is fetched, though nothing is
there; docker-py: without such a folder.
"""

import subprocess
import sys
import threading
import time

import docker

IMAGE = "matchrunner-test/busybox:1"
WALLS = {
    "cap_drop": ["ALL"],
    "init": True,
    "mem_limit": "512m",
    "network_disabled": True,
    "pids_limit": 65,
    "read_only": True,
    "security_opt": ["no-new-privileges"],
    "user": "65534:65534",
}


def by_docker_py(client: docker.DockerClient) -> None:
    container = client.containers.create(IMAGE, "exit 0", **WALLS)
    container.start()
    assert container.wait()["StatusCode"] == 0
    container.logs()
    container.remove()


def by_docker_py_keeping(client: docker.DockerClient) -> None:
    left = docker.types.Mount("/left", None, type="volume")
    container = client.containers.create(IMAGE, "exit 0", mounts=[left], tmpfs={"/tmp": "size=1g,mode=1777"}, **WALLS)
    container.start()
    assert container.wait()["StatusCode"] == 0
    container.logs()
    for _ in container.get_archive("/left")[0]:
        pass
    container.remove(v=True)


def by_cli(socket: str) -> None:
    walls = "--cap-drop ALL --init --memory 512m --network none --pids-limit 65 --read-only --user 65534:65534"
    more = "--security-opt no-new-privileges"
    command = f"docker --host unix://{socket} run --rm {walls} {more} {IMAGE}"
    subprocess.run([*command.split(), "exit 0"], check=True, capture_output=True)


def main() -> None:
    way, socket, count, at_once = sys.argv[1], sys.argv[2], int(sys.argv[3]), int((*sys.argv[4:], "1")[0])

    ways = {"docker-py": by_docker_py, "keeping": by_docker_py_keeping, "cli": lambda _: by_cli(socket)}

    def work() -> None:
        client = docker.DockerClient(base_url=f"unix://{socket}")
        for _ in range(count // at_once):
            ways[way](client)

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print((time.monotonic() - began) * 1000 / count)


main()
