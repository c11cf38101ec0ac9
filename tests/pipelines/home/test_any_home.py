"""Whatever stands in the files: the home is valid, or its faults are told."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.home.home import check_home, load_home
from pipelines.home.problems import HomeError
from pipelines.home.tables import home_tables

SIGNS = list("{}[]'\"#,~%|?-: \n\t\0\u2028é")
WORDS = ["&a ", "*a", "!x ", "<<: ", "- id: G-9", "nodes:", "to: G-1", "KR-1.2", "null", "true"]
NUMBERS = ["-1", "0", "1e999", "nan", "2026-01-01", "9999-12-31"]
PIECES = st.sampled_from([*SIGNS, *WORDS, *NUMBERS])


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_home_with_anything_written_over_it_is_loaded_or_refused(make_home, data):
    folder = make_home()
    names = sorted(path for path in folder.rglob("*") if path.suffix in (".yml", ".csv"))
    path = data.draw(st.sampled_from(names))
    text = path.read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    piece = "".join(data.draw(st.lists(PIECES, max_size=3)))
    path.write_text(text[:start] + piece + text[end:], encoding="utf-8")

    try:
        home = load_home(folder)
    except HomeError as fault:
        assert any(each.severity == "error" for each in fault.problems)
    else:
        assert not any(
            each.severity == "error" and "environment" not in each.found
            for each in check_home(folder)
        )
        assert home_tables(home, [], [])
