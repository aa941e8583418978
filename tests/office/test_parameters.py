"""Figures of law: strict files, dated values, refusals that name what is missing."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from office.parameters import BadLegislation, Confidence, Law, NoValue, Reading, load

ROW = "source: A, confidence: certain, last_checked: 2026-11-23"

RATE = f"""
---
name: rate
meaning: a rate
values:
  - {{from: 2025-01-01, value: "0.10", {ROW}}}
  - {{from: 2026-01-01, value: "0.20", source: B, confidence: inferred, last_checked: 2026-11-23}}
  - {{from: 2027-01-01, value: unknown, {ROW}, note: published in December}}
"""


def written(folder: Path, text: str, *, name: str = "law.yaml") -> Path:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


def law_of(folder: Path, text: str) -> Law:
    return load(written(folder, text))


def test_a_value_holds_from_its_day_until_the_next(tmp_path: Path) -> None:
    law = law_of(tmp_path, RATE)
    assert law.value("rate", date(2025, 12, 31)) == Decimal("0.10")
    found = law.get("rate", date(2026, 1, 1))
    assert (found.value, found.source, found.starts_on) == (Decimal("0.20"), "B", date(2026, 1, 1))
    assert not found.confirmed
    assert law.get("rate", date(2025, 6, 1)).confirmed
    assert law.names() == ["rate"]
    assert [row.known for row in law.history("rate")] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "on"),
    [("rate", date(2024, 12, 31)), ("rate", date(2027, 1, 1)), ("other", date(2026, 1, 1))],
)
def test_a_day_without_value_is_refused_by_name(tmp_path: Path, name: str, on: date) -> None:
    with pytest.raises(NoValue, match=f"{name} on {on.isoformat()}") as refusal:
        law_of(tmp_path, RATE).get(name, on)
    assert (refusal.value.name, refusal.value.on, refusal.value.code) == (name, on, "no_value")


def test_an_estimate_takes_the_last_known_value_and_says_so(tmp_path: Path) -> None:
    law = law_of(tmp_path, RATE)
    estimate = law.estimating()
    assert estimate.value("rate", date(2026, 5, 1)) == Decimal("0.20")
    assert estimate.estimated == set()
    found = estimate.get("rate", date(2027, 5, 1))
    assert (found.value, found.estimated, found.confirmed) == (Decimal("0.20"), True, False)
    assert estimate.estimated == {"rate"}
    assert law.estimated == set()
    with pytest.raises(NoValue):
        estimate.get("rate", date(2024, 1, 1))


DEMO = """
name: rate
values:
  - {from: 2024-01-01, value: last_known, source: demo, confidence: demo, last_checked: 2026-11-23}
  - {from: 2024-06-01, value: "0.05", source: demo, confidence: demo, last_checked: 2026-11-23}
  - {from: 2027-01-01, value: last_known, source: demo, confidence: demo, last_checked: 2026-11-23}
"""


def test_demonstration_rows_fill_what_is_missing_and_only_when_asked(tmp_path: Path) -> None:
    written(tmp_path, DEMO, name="demo/rows.yaml")
    plain, demo = law_of(tmp_path, RATE), load(tmp_path, demo=True)
    assert demo.value("rate", date(2025, 1, 1)) == Decimal("0.10")
    assert demo.value("rate", date(2024, 7, 1)) == Decimal("0.05")
    filled = demo.get("rate", date(2027, 2, 1))
    assert (filled.value, filled.source, filled.confirmed) == (Decimal("0.20"), "demo", False)
    assert filled.starts_on == date(2027, 1, 1)
    for law, on in ((plain, date(2027, 2, 1)), (demo, date(2024, 2, 1))):
        with pytest.raises(NoValue):
            law.get("rate", on)


def test_a_reading_remembers_what_was_used(tmp_path: Path) -> None:
    other = RATE.replace("name: rate", "name: other")
    read = Reading(law_of(tmp_path, RATE + other).estimating())
    read.get("rate", date(2025, 1, 1))
    assert (read.unconfirmed, read.estimated) == ((), ())
    assert read.value("rate", date(2026, 1, 1)) == Decimal("0.20")
    assert (read.unconfirmed, read.estimated) == (("rate",), ())
    read.get("other", date(2027, 1, 1))
    assert (read.unconfirmed, read.estimated) == (("other", "rate"), ("other",))


def test_numbers_become_decimal_at_any_depth(tmp_path: Path) -> None:
    value = '{a: [1, "2.50", word, null, true], b: {c: "-3"}}'
    law = law_of(tmp_path, one(f"{{from: 2025-01-01, value: {value}, {ROW}}}"))
    assert law.value("rate", date(2025, 1, 1)) == {
        "a": (Decimal(1), Decimal("2.50"), "word", None, True),
        "b": {"c": Decimal(-3)},
    }


def one(row: str) -> str:
    return f"name: rate\nvalues:\n  - {row}\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (one(f"{{from: 2025-01-01, value: 0.5, {ROW}}}"), "floats are refused"),
        (one(f"{{from: 2025-01-01, value: 010, {ROW}}}"), "not a plain whole number"),
        (one(f"{{from: 2025-01-01, value: 1, value: 2, {ROW}}}"), "written twice"),
        (one(f"{{value: 1, {ROW}}}"), "from missing"),
        (one(f"{{from: 2025-01-01, value: 1, until: 2026-01-01, {ROW}}}"), "until unknown"),
        (one(f"{{from: always, value: 1, {ROW}}}"), "are days"),
        (one("{from: 2025-01-01, value: 1, source: A}"), "confidence, last_checked missing"),
        (one(f"{{from: 2025-01-01, value: 1, {ROW}}}").replace("certain", "sure"), "sure"),
        (one(f"{{from: 2025-01-01, value: 1, {ROW}}}").replace("certain", "demo"), "demo rows"),
        (one(f"{{from: 2025-01-01, value: 1, {ROW}}}") * 2, "written twice"),
        (RATE + RATE, "already defined"),
        (RATE.replace("2025-01-01", "2026-06-01"), "must follow one another"),
        ("name: rate\nvalues: []\n", "must follow one another"),
        ("values: []\n", "name"),
        ("- rate\n", "law.yaml"),
        ("name: [", "law.yaml"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadLegislation, match=fault) as refusal:
        law_of(tmp_path, text)
    assert str(refusal.value).startswith("law.yaml")


def test_real_rows_may_not_hide_among_demonstration_rows(tmp_path: Path) -> None:
    written(tmp_path, RATE, name="demo/rows.yaml")
    with pytest.raises(BadLegislation, match="demo rows live in demo/"):
        load(tmp_path, demo=True)


def test_a_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(BadLegislation, match="no such folder"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("confidence", Confidence)
def test_only_what_was_read_is_confirmed(tmp_path: Path, confidence: Confidence) -> None:
    row = one(f"{{from: 2025-01-01, value: 1, {ROW}}}").replace("certain", confidence)
    demo = confidence is Confidence.DEMO
    folder = written(tmp_path, row, name="demo/law.yaml" if demo else "law.yaml")
    found = load(folder, demo=demo).get("rate", date(2025, 1, 1))
    assert found.confirmed is (confidence in {"certain", "secondary"})
