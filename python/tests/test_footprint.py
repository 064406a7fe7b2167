# SPDX-License-Identifier: Apache-2.0
"""What the package costs a host that embeds it."""


def test_importing_is_light(interpreter):
    out = interpreter.run(
        """
        import sys
        import matchrunner
        heavy = {"click", "json", "urllib.parse", "asyncio", "datetime", "subprocess", "logging", "typing"}
        print(sorted(heavy & set(sys.modules)))
        """
    )
    assert out == "[]\n"


def test_an_idle_runner_is_small(interpreter):
    out = interpreter.run(
        """
        import gc
        import matchrunner

        def resident_kilobytes():
            gc.collect()
            with open("/proc/self/smaps_rollup") as lines:
                return sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Dirty:"))

        before = resident_kilobytes()
        runner = matchrunner.Runner("sqlite:///store.db", "memory://", "memory://", slots=2, spool_folder="spool")
        runner.list_matches()
        print(resident_kilobytes() - before)
        """
    )
    assert 0 < int(out) < 10 * 1024
