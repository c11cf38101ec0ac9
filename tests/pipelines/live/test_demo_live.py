"""``throughline demo --live``: simulated trackers, read night after night."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.commands import demo_live
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records


@pytest.fixture
def any_source(toy_project: Path) -> None:
    """The project of three models without its test of the sources' names."""
    schema = toy_project / "models" / "schema.yml"
    schema.write_text(schema.read_text().split("    columns:")[0])


def test_each_night_says_what_it_found(call, tmp_path, any_source, monkeypatch) -> None:
    monkeypatch.setattr(demo_live, "NIGHTS", 1)
    before = dict(os.environ)

    called = call("demo", "--live", tmp_path / "demo")

    assert called.code == 0, called.err
    first, _, later = called.out.partition("Night 1 (2026-03-08):")
    assert "The first night (2026-03-07), all is new:" in first
    for source in ("eng", "mkt", "ops"):
        assert f"  {source}: " in first
        assert f"  {source}: " in later
    assert ", 0 new and 0 changed" not in first
    assert [each["state"] for each in read_records(Places(tmp_path / "demo"), 5)] == [
        "published",
        "published",
    ]
    assert {name for name in os.environ if name.startswith("DEMO_")} <= set(before)


def test_outside_a_checkout_the_demo_says_what_it_needs(call, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(demo_live, "CHECKOUT", tmp_path)

    called = call("demo", "--live", tmp_path / "demo")

    assert called.code == 2
    assert "Get a checkout" in called.err
    assert not (tmp_path / "demo").exists()


def test_the_live_demo_overwrites_no_other_home(call, tmp_path) -> None:
    (tmp_path / "throughline.yml").write_text("organisation: {name: Mine}")

    called = call("demo", "--live", tmp_path)

    assert called.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["throughline.yml"]
