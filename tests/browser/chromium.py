"""One page in a real browser, at a width and in a colour scheme, measured by a script from outside.

The report itself runs no script. A copy without its policy gets one that measures the page and
tells the frame around it, whose text the browser then prints.
"""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.programs import PROGRAMS

_MEASURE = """
const channels = (text) => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
  .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
const behind = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const rgb = channels(getComputedStyle(e).backgroundColor);
    if (rgb.length < 4 || rgb[3] > 0) return rgb;
  }
  return [255, 255, 255];
};
const contrast = (one, other) => {
  const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
};
const faint = [], outside = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const words = walker.currentNode.data.trim();
  const box = element.getBoundingClientRect();
  const silent = ["SCRIPT", "STYLE", "title", "desc"].includes(element.nodeName);
  if (!words || !box.width || silent) continue;
  const style = getComputedStyle(element);
  const ink = channels(element.namespaceURI.endsWith("svg") ? style.fill : style.color);
  const ratio = contrast(ink, behind(element));
  if (ratio < 4.5) faint.push([words.slice(0, 40), Math.round(ratio * 100) / 100]);
  const scrolls = element.closest(".scroll, .skip");
  if (!scrolls && box.right > innerWidth + 1) outside.push(words.slice(0, 40));
}
const root = getComputedStyle(document.documentElement);
const marks = {};
for (const name of ["outcome", "enabling", "purpose", "untraced", "unanchored", "retired",
                    "unknown_id", "unobserved", "tick"]) {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = root.getPropertyValue("--" + name);
  const ink = channels(getComputedStyle(probe).color);
  marks[name] = Math.min(...["--paper", "--card", "--rail"].map((ground) => {
    probe.style.color = root.getPropertyValue(ground);
    return contrast(ink, channels(getComputedStyle(probe).color));
  }));
}
parent.postMessage({
  faint, outside, marks, width: document.documentElement.scrollWidth, seen: innerWidth,
  loaded: performance.getEntriesByType("resource").map((entry) => entry.name),
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
}, "*");
"""

_FRAME = """<!doctype html>
<iframe src="measured.html" style="width:{width}px;height:900px"></iframe>
<pre id="found"></pre><script>onmessage = (message) => {{
document.getElementById("found").textContent = JSON.stringify(message.data); }};</script>"""


_AUDIT = """
document.querySelectorAll("details").forEach((each) => { each.open = true; });
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).then((found) => {
  const told = (rules) => rules.map((rule) =>
    [rule.id, rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]);
  parent.postMessage({
    violations: told(found.violations), passes: found.passes.map((rule) => rule.id),
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
  }, "*");
});
"""


def audited(page: Path, folder: Path, is_dark: bool = False) -> dict[str, Any]:
    """Let axe-core look for violations of WCAG 2.1, levels A and AA, with all details open.

    Args:
        page: An HTML file without scripts.
        folder: A folder for what the browser needs.
        is_dark: Whether the reader prefers a dark scheme.

    Returns:
        ``violations`` (rule, and the first elements that break it), ``passes`` (rules that some
        element was held to and kept), ``dark``.
    """
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    (folder / "axe.js").write_text(f"{axe}\n{_AUDIT}", encoding="utf-8")
    return _told(page, folder, '<script src="axe.js"></script>', 1280, is_dark)


def measured(page: Path, folder: Path, width: int, is_dark: bool = False) -> dict[str, Any]:
    """Open a page and measure it.

    Args:
        page: An HTML file without scripts.
        folder: An empty folder for what the browser needs.
        width: The width of the page in CSS pixels.
        is_dark: Whether the reader prefers a dark scheme.

    Returns:
        ``faint`` (texts with a contrast under 4.5), ``outside`` (texts beyond the right edge),
        ``marks`` (least contrast of each colour of marks), ``width`` and ``seen`` (of the content
        and of the window), ``loaded`` (what was fetched), ``dark``.
    """
    return _told(page, folder, f"<script>{_MEASURE}</script>", width, is_dark)


def _told(page: Path, folder: Path, script: str, width: int, is_dark: bool) -> dict[str, Any]:
    """What a script says of a copy of a page."""
    copy = re.sub(r"<meta http-equiv[^>]*>", "", page.read_text(encoding="utf-8"))
    copy = copy.replace("</body>", f"{script}</body>")
    (folder / "measured.html").write_text(copy, encoding="utf-8")
    (folder / "frame.html").write_text(_FRAME.format(width=width), encoding="utf-8")
    dark = ["--force-dark-mode"] if is_dark else []
    wait = ["--virtual-time-budget=4000", "--dump-dom"]
    dumped = run([*dark, *wait, (folder / "frame.html").as_uri()], folder)
    found = re.search(r'<pre id="found">(.*?)</pre>', dumped, re.DOTALL)
    assert found and found.group(1), dumped[-500:]
    return json.loads(unescape(found.group(1)))


def run(arguments: list[str], folder: Path) -> str:
    """Let the browser do one thing and give what it prints."""
    command = [
        str(PROGRAMS["chromium"].path()),
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--window-size=1400,1000", f"--user-data-dir={folder / 'profile'}"),
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout
