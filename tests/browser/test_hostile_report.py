"""A report in which every text and address is an attack, opened in a real browser."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from pipelines.report.page import page
from tests.browser.chromium import run
from tests.figures import IS_DRILL, Figure
from tests.pipelines.report.test_hostile_texts import CALM_URL, PAYLOADS, hostile_world

pytestmark = pytest.mark.needs_program("chromium")

POLICY = re.compile(r"<meta http-equiv[^>]*default-src 'none'[^>]*>")
HOST = "evil.example"
AT_ONCE, AS_WRITTEN = 24, 4
RAN = "parent.postMessage('ran','*')"
TELL = """<script>addEventListener("load", () => parent.postMessage({
  loaded: performance.getEntriesByType("resource").map((entry) => entry.name),
  scripts: document.scripts.length}, "*"));</script>"""
FRAME = """<!doctype html><pre id="found"></pre><script>
const told = {ran: 0, pages: []};
onmessage = ({data}) => {
  if (data === "ran") told.ran += 1; else told.pages.push(data);
  document.getElementById("found").textContent = JSON.stringify(told);
};</script>"""


def opened(pages: list[str], folder: Path) -> tuple[dict[str, Any], str]:
    """What pages in frames of one page tell, and the browser's log of its network."""
    frame, log = [FRAME], folder / "net.json"
    for number, text in enumerate(pages):
        (folder / f"{number}.html").write_text(text, encoding="utf-8")
        frame.append(f'<iframe src="{number}.html"></iframe>')
    (folder / "frame.html").write_text("".join(frame), encoding="utf-8")
    wait = ["--virtual-time-budget=20000", "--dump-dom", f"--log-net-log={log}"]
    dumped = run([*wait, (folder / "frame.html").as_uri()], folder)
    found = re.search(r'<pre id="found">(.*?)</pre>', dumped, re.DOTALL)
    assert found, dumped[-500:]
    return json.loads(unescape(found[1]) or "{}"), log.read_text(errors="replace")


if IS_DRILL:

    @pytest.mark.requirement("S08", "150 payloads in a browser: 0 scripts, 0 requests")
    @pytest.mark.timeout(900)
    def test_no_script_of_a_hostile_report_runs_and_nothing_is_fetched(
        tmp_path: Path, figure: Figure
    ) -> None:
        payloads = [each.replace("alert(1)", RAN) for each in PAYLOADS]
        starts = (f"{CALM_URL}?", "javascript:")
        pages = [
            page(*hostile_world(each, f"{starts[number % 2]}{each}"))
            for number, each in enumerate(payloads)
        ]
        assert all(len(POLICY.findall(each)) == 1 for each in pages)
        # without their policy too nothing runs: what the texts are is not left to the policy
        bare = [POLICY.sub("", each).replace("</body>", f"{TELL}</body>") for each in pages]
        for begin in range(0, len(pages), AT_ONCE):
            some, as_written = bare[begin : begin + AT_ONCE], pages[begin : begin + AS_WRITTEN]
            folder = tmp_path / str(begin)
            folder.mkdir()

            told, log = opened([*as_written, *some], folder)

            assert told == {"ran": 0, "pages": [{"loaded": [], "scripts": 1}] * len(some)}
            assert HOST not in log
        figure.reached(f"{len(pages)} of {len(pages)} payloads: 0 scripts, 0 requests")

    @pytest.mark.requirement("S08", "what would run or be fetched in the browser is seen")
    def test_a_script_that_runs_and_a_request_are_seen(tmp_path: Path) -> None:
        spoilt = f"<!doctype html><body><img src=x onerror={RAN}>{TELL}"
        asking = f"<!doctype html><body><img src=https://{HOST}/x.png>{TELL}"

        told, log = opened([spoilt, asking], tmp_path)

        assert told["ran"] == 1
        assert len(told["pages"]) == 2
        assert f"https://{HOST}/x.png" in [each for one in told["pages"] for each in one["loaded"]]
        assert HOST in log
