"""Pictures of signals over time: nothing is lost by thinning out, everything is where it was."""

from math import sin
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup import Element, Page

from formcoach.results.chart import (
    LEFT,
    MAX_POINTS,
    RIGHT,
    WIDTH,
    Band,
    Chart,
    Clock,
    Lane,
    Series,
    draw,
    read_series,
    sign,
)

CLOCK = Clock(10.0, ".")


def series(*values: float, every_s: float = 0.1) -> Series:
    line = Series()
    for i, value in enumerate(values):
        line.add(i * every_s, value)
    return line


def drawn(chart: Chart) -> Page:
    return Page(draw(chart, 1, CLOCK))


def number(element: Element, name: str) -> float:
    return float(element.attributes[name])


def points(page: Page) -> list[list[tuple[float, float]]]:
    """Return the places of each line that is drawn."""
    lines = []
    for line in page.all("polyline"):
        places = (place.split(",") for place in line.attributes["points"].split())
        lines.append([(float(x), float(y)) for x, y in places])
    return lines


def test_few_values_are_all_kept() -> None:
    assert [p.value for p in series(1, 5, 2, 8).points] == [1, 5, 2, 8]


@given(
    st.lists(st.floats(-180, 180), min_size=1, max_size=4 * MAX_POINTS),
    st.integers(0, 4 * MAX_POINTS),
)
def test_however_many_values_the_peaks_stay_and_the_points_are_few(
    values: list[float], at: int
) -> None:
    values.insert(min(at, len(values)), 999.0)
    line = series(*values, every_s=0.01).points
    assert len(line) <= MAX_POINTS
    assert (min(p.value for p in line), max(p.value for p in line)) == (min(values), 999.0)
    assert [p.t_s for p in line] == sorted({p.t_s for p in line})


def test_points_are_values_that_were_measured() -> None:
    values = {round(i * 0.02, 6): sin(i / 7) for i in range(5 * MAX_POINTS)}
    line = Series()
    for t_s, value in values.items():
        line.add(t_s, value)
    assert all(values[p.t_s] == p.value for p in line.points)


def test_the_line_is_broken_where_nothing_was_seen() -> None:
    line = Series()
    for t_s in (0.0, 0.1, 0.2, 1.0, 1.1):
        line.add(t_s, 30.0)
    assert [[p.t_s for p in run] for run in line.runs()] == [[0.0, 0.1, 0.2], [1.0, 1.1]]
    assert len(points(drawn(Chart(title="x", series=line)))) == 2


def test_a_table_is_read_by_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    path.write_text("t_s,b,a\n0.0,1,10\n0.1,,20\n0.2,3,30\n", encoding="utf-8")
    found = read_series(path, ["a", "b", "gone"])
    assert found["a"].points == [(0.0, 10.0), (0.1, 20.0), (0.2, 30.0)]
    assert found["b"].points == [(0.0, 1.0), (0.2, 3.0)]
    assert found["gone"].points == []


def test_an_empty_table_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    path.write_text("", encoding="utf-8")
    assert draw(Chart(title="x", series=read_series(path, ["a"])["a"]), 1, CLOCK) == ""


def test_more_is_higher_and_later_is_further_right() -> None:
    ((first, middle, last),) = points(drawn(Chart(title="x", series=series(0, 90, 30))))
    assert first[0] < middle[0] < last[0]
    assert middle[1] < last[1] < first[1]


def test_a_rep_stands_behind_its_stretch_of_the_line() -> None:
    band = Band(start_s=2.0, end_s=4.0, label="7", kind="faulty")
    page = drawn(Chart(title="x", series=series(*range(21), every_s=0.5), bands=[band]))
    (line,) = points(page)
    (behind,) = page.all("rect", "band faulty")
    assert number(behind, "x") == pytest.approx(line[4][0], abs=0.1)
    assert number(behind, "x") + number(behind, "width") == pytest.approx(line[8][0], abs=0.2)
    assert page.texts("text", "rep faulty") == ["7 !"]


def test_labels_do_not_run_into_each_other_and_the_good_ones_give_way() -> None:
    """A rep of a second in ten minutes is narrower than its number, and has it all the same."""
    kinds = {10.0: "good", 200.0: "good", 201.0: "faulty", 202.0: "good", 400.0: "partial"}
    bands = [
        Band(start_s=start_s, end_s=start_s + 1, label=str(i), kind=kind)
        for i, (start_s, kind) in enumerate(kinds.items(), start=8)
    ]
    page = drawn(Chart(title="x", series=series(0, 1), hatched=[(0.0, 600.0)], bands=bands))
    assert sorted(page.texts("text", "rep")) == ["(12)", "10 !", "8"]
    assert len(page.all("rect", "bar")) == 5


def test_lanes_show_when_each_fault_was() -> None:
    lanes = [
        Lane(label="hips sag", spans=[(1.0, 2.0), (5.0, 6.0)]),
        Lane(label="<too fast>", spans=[(3.0, 3.0)]),
    ]
    page = drawn(Chart(title="x", series=series(*range(11), every_s=1.0), lanes=lanes))
    assert page.texts("text", "lane") == ["! hips sag", "! <too fast>"]
    bars = page.all("rect", "fault")
    assert number(bars[0], "y") == number(bars[1], "y") < number(bars[2], "y")
    assert number(bars[2], "width") == 4.0, "a moment is seen too"
    height = float(page.all("svg")[0].attributes["viewbox"].split()[3])
    assert all(number(bar, "y") + number(bar, "height") <= height for bar in bars)


def test_a_limit_is_in_the_picture_though_the_line_is_far_from_it() -> None:
    page = drawn(Chart(title="x", series=series(1, 2, 1), limits=[-15.0]))
    (limit,) = page.all("line", "limit")
    (low,) = (y for text, y in ticks(page) if text == "-15")
    assert number(limit, "y1") == number(limit, "y2") == pytest.approx(low - 4, abs=0.1)


def ticks(page: Page) -> list[tuple[str, float]]:
    return [(element.text, number(element, "y")) for element in page.all("text", "tick")]


def test_pictures_beside_each_other_have_one_scale() -> None:
    small, large = series(0, 10, 0), series(0, 95, 0)
    (alone,) = points(drawn(Chart(title="x", series=small)))
    (beside,) = points(drawn(Chart(title="x", series=small, beside=[small, large])))
    (other,) = points(drawn(Chart(title="x", series=large, beside=[small, large])))
    assert alone[1][1] < beside[1][1], "it is not blown up"
    assert beside[0][1] == other[0][1]
    assert other[1][1] < beside[1][1]


def test_what_lies_outside_of_the_line_widens_the_picture() -> None:
    """Somebody hidden for the first seconds is hatched there, at a scale that holds both."""
    late = Series()
    late.add(8.0, 1.0)
    late.add(9.0, 2.0)
    page = drawn(Chart(title="x", series=late, hatched=[(0.0, 8.0)]))
    (hatched,) = (e for e in page.all("rect") if "fill" in e.attributes)
    assert number(hatched, "width") == pytest.approx((WIDTH - LEFT - RIGHT) * 8 / 9, abs=0.2)


@given(
    st.lists(st.floats(-180, 180), min_size=1, max_size=30),
    st.floats(0, 5),
    st.floats(0, 100),
)
def test_all_of_it_is_inside_the_picture(
    values: list[float], start_s: float, lasts_s: float
) -> None:
    chart = Chart(
        title="x",
        series=series(*values),
        bands=[Band(start_s=start_s, end_s=start_s + lasts_s, label="1", kind="good")],
        lanes=[Lane(label="y", spans=[(start_s, start_s + lasts_s)])],
        hatched=[(start_s, start_s)],
    )
    page = drawn(chart)
    width, height = map(float, page.all("svg")[0].attributes["viewbox"].split()[2:])
    for line in points(page):
        assert all(0 <= x <= width and 0 <= y <= height for x, y in line)
    for rect in page.all("rect"):
        assert 0 <= number(rect, "x") <= width
        assert number(rect, "x") + number(rect, "width") <= width
    assert 2 <= len([text for text, _ in ticks(page) if not text.endswith("s")]) <= 7


@pytest.mark.parametrize(
    ("max_s", "t_s", "digits", "text"),
    [
        (30.0, 12.34, 1, "12,3"),
        (30.0, 12.34, 0, "12"),
        (119.9, 119.9, 1, "119,9"),
        (120.0, 62.3, 1, "1:02,3"),
        (120.0, 59.96, 1, "1:00,0"),
        (7200.0, 3661.0, 0, "61:01"),
    ],
)
def test_times_as_people_read_them(max_s: float, t_s: float, digits: int, text: str) -> None:
    assert Clock(max_s, ",")(t_s, digits) == text


def test_an_axis_of_seconds_says_so() -> None:
    assert Clock(30.0, ".").tick(5.0) == "5 s"
    assert Clock(300.0, ".").tick(65.0) == "1:05"


def test_a_quality_is_told_without_colour() -> None:
    kinds = ("good", "faulty", "partial", "unsure")
    assert [sign("3", kind) for kind in kinds] == ["3", "3 !", "(3)", "3 ?"]
