# SPDX-License-Identifier: Apache-2.0
"""How many milliseconds longer `import matchrunner` takes than importing an empty pybind11 module: the median of pairs.

Usage: import_time.py FOLDER   (where the empty module is built, once)
"""
import pathlib
import shlex
import statistics
import subprocess
import sys
import sysconfig

PAIRS = 11
EMPTY = "#include <pybind11/pybind11.h>\nPYBIND11_MODULE(bench_empty, module) { (void)module; }\n"
TIMED = "import time; start = time.perf_counter(); import {}; print((time.perf_counter() - start) * 1000)"


def build_empty(folder: pathlib.Path) -> None:
    target = folder / f"bench_empty{sysconfig.get_config_var('EXT_SUFFIX')}"
    if target.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "bench_empty.cpp"
    source.write_text(EMPTY)
    includes = subprocess.run([sys.executable, "-m", "pybind11", "--includes"], check=True, capture_output=True, text=True)
    flags = ["-O2", "-std=c++17", "-shared", "-fPIC", "-fvisibility=hidden", *shlex.split(includes.stdout)]
    subprocess.run(["c++", *flags, str(source), "-o", str(target)], check=True)


def milliseconds(module: str, folder: pathlib.Path) -> float:
    command = [sys.executable, "-c", TIMED.format(module)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout)


def main() -> None:
    folder = pathlib.Path(sys.argv[1], "bench_empty")
    build_empty(folder)
    for module in ("bench_empty", "matchrunner"):  # into the page cache
        milliseconds(module, folder)
    pairs = [(milliseconds("bench_empty", folder), milliseconds("matchrunner", folder)) for _ in range(PAIRS)]
    print(statistics.median(ours - empty for empty, ours in pairs))


if __name__ == "__main__":
    main()
