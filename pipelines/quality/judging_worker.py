"""The process in which Great Expectations judges: a suite's counts per line in, verdicts out.

Why it is so: importing Great Expectations takes four to seven seconds of one core. In a process of
its own, started when dbt is, that costs a night no time, and the night none of its memory later. It
ends when its standard input does, so also with the run that started it.
"""

from __future__ import annotations

import os
import sys

import msgspec

from pipelines.quality.judging import Judge
from pipelines.quality.rules import Count


def main() -> None:
    """Judge each suite that stands on standard input, in order."""
    # Standard output is for verdicts alone, whatever a library prints.
    verdicts = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    judge = Judge()
    for line in sys.stdin.buffer:
        suite, counts = msgspec.json.decode(line, type=tuple[str, list[Count]])
        verdicts.write(msgspec.json.encode(judge.judge(suite, counts)) + b"\n")


if __name__ == "__main__":
    main()
