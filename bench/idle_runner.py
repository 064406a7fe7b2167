# SPDX-License-Identifier: Apache-2.0
"""How many MB an idle Runner adds to its host: SQLite, a folder, two workers, and the launcher that waits for a match."""
import gc
import os
import pathlib

import matchrunner

LAUNCHER = "matchrunner-lau"  # the kernel keeps 15 characters of a name


def own_kilobytes(pid: int | str) -> int:
    """Memory that the process has to itself: what would be free without it."""
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Dirty:"))


def launchers() -> set[int]:
    """Every launcher of this machine that can be seen."""
    found = set()
    for comm in pathlib.Path("/proc").glob("[0-9]*/comm"):
        try:
            if comm.read_text().strip() == LAUNCHER:
                found.add(int(comm.parent.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def main() -> None:
    gc.collect()
    others, before = launchers(), own_kilobytes("self")
    executor = matchrunner.open_executor("sandbox://")  # asks the host once: starts a launcher
    with matchrunner.Runner("sqlite:///store.db", f"file://{os.getcwd()}/artifacts", executor, slots=2,
                            spool_folder="spool") as runner:
        runner.list_matches()
        gc.collect()
        kilobytes = own_kilobytes("self") - before + sum(map(own_kilobytes, launchers() - others))
    print(kilobytes / 1024)


if __name__ == "__main__":
    main()
