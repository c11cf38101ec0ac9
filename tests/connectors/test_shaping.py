"""Decoding from many threads: a type that all of them meet at once."""

from __future__ import annotations

import subprocess
import sys

HAMMER = """
import sys, threading
from connectors.shaping import converted, shaped

sys.setswitchinterval(1e-6)
KIND = '''
class A{n}(msgspec.Struct):
    a: int = 0
    b: {below} | None = None
    c: list[{below}] = []
'''
DATA = b'{"a": 1, "b": {"a": 2, "c": [{"a": 3}]}, "c": [{"a": 4}]}'
found = []


def meet(kind, gate):
    gate.wait()
    found.append(shaped(DATA, kind).c[0].a)
    found.append(converted({"a": 4}, kind).a)


for _ in range(60):
    names = {}
    exec("import msgspec", names)
    for n in range(12):
        exec(KIND.format(n=n, below=f"A{n - 1}" if n else "int"), names)
    gate = threading.Barrier(8)
    threads = [threading.Thread(target=meet, args=(names["A11"], gate)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
assert found == [4] * 960, found
"""


def test_threads_that_meet_a_type_at_once_do_not_crash() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HAMMER], capture_output=True, text=True, timeout=60, check=False
    )

    assert (ended.returncode, ended.stderr) == (0, "")
