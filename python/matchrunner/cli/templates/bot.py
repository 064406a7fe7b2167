"""A bot for Nim. It reads how many sticks are left and answers how many it takes; print flushes, or nobody hears it."""

import random
import sys

careful = sys.argv[1:] == ["careful"]

for line in sys.stdin:
    sticks = int(line)
    take = sticks % 4 if careful else 0
    take = take or random.randint(1, min(3, sticks))
    print(f"{sticks} left, I take {take}", file=sys.stderr)  # kept as the log of this seat
    print(take, flush=True)
