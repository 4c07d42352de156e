"""The report: what it says, that nothing in it runs or is fetched, and that it stays small."""

import csv
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from importlib import resources
from math import sin
from pathlib import Path
from typing import Any

import pytest
from clips import grey, write_video
from commands import run
from figure import Hidden, leg
from flaws import FLAWS
from markup import Page
from moves import FILM, MOVES, Tempo, trace
from recorded import Recorded, record

from formcoach.capture.source import Frame
from formcoach.commands.analyze import AnalyzeOptions, analyze_video
from formcoach.pose.landmarks import Pose, Side, nobody
from formcoach.pose.trace import POSES, TraceWriter
from formcoach.results.chart import LEFT, RIGHT, WIDTH
from formcoach.results.report import write_report
from formcoach.results.report_words import DASH
from formcoach.words.phrases import LANGUAGES, load_phrases

HASTE = Tempo(lift_s=0.9, hold_s=0.2, lower_s=0.9, rest_s=1.0)
SAG = ("hips_sag", "body_line_deg")


def page(written: Recorded) -> Page:
    return Page(written.page)


def hasty(folder: Path, lang: str = "en", **header: Any) -> Recorded:
    """Four reps; the third is too fast."""
    poses = trace("hip_flexion", "free", 4, tempos={3: HASTE}).poses
    return record(folder, poses, "hip_flexion", "free", lang=lang, **header)


def sagging(folder: Path, exercise: str = "plank_hip_flexion") -> Recorded:
    flaw = FLAWS[exercise, "floor"][SAG]
    poses = trace(exercise, "floor", far=dict.fromkeys(flaw.reps, flaw.far)).poses
    return record(folder, poses, exercise, "floor")


def test_the_page_in_english(tmp_path: Path) -> None:
    read = page(hasty(tmp_path))
    assert read.all("html")[0].attributes["lang"] == "en"
    assert read.texts("title") == ["Knee to chest: standing free, clip.mp4"]
    assert read.texts("h1") == ["Knee to chest: standing free"]
    tiles = read.texts("li", within="tiles")
    assert tiles[:3] == ["4reps", "3good", "1could be better"]
    assert re.fullmatch(r"\d\d°usual range", tiles[3])
    assert re.fullmatch(r"\d\.\d susual time", tiles[4])
    assert read.texts("b", within="said") == ["Slower, follow your breath"]
    (change,) = read.texts("span", within="said")[:1]
    assert re.fullmatch(
        r"too fast, in 1 of 4 repetitions; at worst [12]\.\d s, limit 6\.0 s", change
    )
    assert read.texts("p", "verdict") == [
        "3 of 4 repetitions were good. First thing to change: Slower, follow your breath."
    ]
    assert read.texts("h3") == ["Hip bend, left", "Hip bend, right"]
    assert "It is not a medical device" in read.texts("footer")[0]


def test_the_page_in_dutch(tmp_path: Path) -> None:
    written = hasty(tmp_path, "nl")
    read = page(written)
    assert read.all("html")[0].attributes["lang"] == "nl"
    assert read.texts("h2")[:2] == ["Wat er anders kan", "De beweging in de tijd"]
    (change,) = read.texts("li", within="change")
    assert re.search(r"te snel, in 1 van de 4 herhalingen; grootste afwijking [12],\d s ", change)
    english = {load_phrases("en").text(f"report.{name}") for name in ("each_rep", "cues", "seen")}
    assert not english & {*read.texts("h2"), *read.texts("th")}


def test_a_row_for_each_rep_with_what_was_seen(tmp_path: Path) -> None:
    written = hasty(tmp_path)
    rows = page(written).rows()
    assert rows[0] == (
        "# | result | side | from (s) | lasts (s) | peak (°) | range (°) | still (s) | "
        "what was seen"
    )
    for row, rep in zip(rows[1:5], written.tree["reps"], strict=True):
        cells = row.split(" | ")
        assert cells[0] == str(rep["index"])
        assert cells[2:4] == [rep["side"], f"{rep['start_s']:.1f}"]
        assert float(cells[4]) == pytest.approx(rep["end_s"] - rep["start_s"], abs=0.051)
        assert cells[5:7] == [f"{rep['peak_deg']:.0f}", f"{rep['rom_deg']:.0f}"]
        said = ["could be better", "too fast"] if rep["index"] == 3 else ["good", ""]
        assert [cells[1], cells[8]] == said
    assert rows[5] == "side | reps | good | usual range (°) | usual time (s)"
    assert [row.split(" | ")[:3] for row in rows[6:8]] == [["left", "2", "2"], ["right", "2", "1"]]


def test_columns_that_say_nothing_are_left_out(tmp_path: Path) -> None:
    read = page(record(tmp_path, trace("squat", reps=2).poses, "squat"))
    assert "side" not in read.texts("th")
    assert "what was seen" not in read.texts("th")
    assert read.texts("b", within="none") == ["No faults seen"]


def test_sagging_hips_are_shown_on_the_body_line_with_its_limit(tmp_path: Path) -> None:
    read = page(sagging(tmp_path))
    assert read.texts("h3") == ["Hip bend, left", "Hip bend, right", "Body line"]
    assert len(read.all("line", "limit")) == 1
    assert read.texts("text", "lane") == ["! hips sag"]
    assert "dashed: the limit" in read.texts("li", within="legend")
    (change,) = read.texts("li", within="change")
    assert re.search(r"hips sag, in 1 of 4 repetitions; at worst 2\d°, limit 15°", change)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("exercise", "level"), MOVES)
def test_every_exercise_has_a_whole_page(
    exercise: str, level: str | None, lang: str, tmp_path: Path
) -> None:
    written = record(tmp_path, trace(exercise, level, 2).poses, exercise, level, lang=lang)
    read = page(written)
    assert load_phrases(lang).text(f"exercise.{exercise}") in read.texts("h1")[0]
    assert read.all("polyline", "line"), "no picture"
    assert "nan" not in re.split(r"\W+", read.texts("body")[0].casefold())


def test_only_a_hold(tmp_path: Path) -> None:
    written = sagging(tmp_path, "plank_hold")
    read = page(written)
    (tile,) = read.texts("li", "faulty", within="tiles")
    assert tile == f"{written.tree['holds'][0]['duration_s']:.1f} sheld"
    assert read.texts("li", within="tiles") == [tile]
    assert read.texts("h2")[2] == "Holds"
    assert len(read.all("rect", "band faulty")) == 1
    assert read.texts("b", within="said") == ["Lift your hips slightly"]
    assert re.search(r"^hips sag, for \d\.\d s; at worst", read.texts("span", within="said")[0])


def test_many_holds_are_summed_up_in_one_tile(tmp_path: Path) -> None:
    written = sagging(tmp_path, "plank_hold")
    (hold,) = written.tree["holds"]
    tree = written.tree | {"holds": [hold | {"duration_s": 10.0}] * 5}
    write_report(tmp_path / "x.html", tree, tmp_path / "signals.csv", load_phrases("en"))
    read = Page((tmp_path / "x.html").read_text(encoding="utf-8"))
    assert read.texts("li", within="tiles") == ["50.0 sheld"]


def test_only_partial_reps(tmp_path: Path) -> None:
    shallow = dict.fromkeys((1, 2), lambda body, side: body.on(None, hip=42, knee=38))
    written = record(tmp_path, trace("squat", reps=2, far=shallow).poses, "squat")
    assert [rep["quality"] for rep in written.tree["reps"]] == ["partial", "partial"]
    read = page(written)
    assert read.texts("li", within="tiles") == ["0reps", "2not complete"]
    assert read.texts("b", within="change") == ["A little further, if it feels fine"]
    assert read.texts("text", "rep") == ["(1)", "(2)"], "a partial rep is told without colour too"


@pytest.mark.parametrize(
    ("start_s", "end_s", "shown"), [(0.0, 9.0, "9.0 s"), (2.0, 9.0, f"2.0{DASH}9.0 s of 9.0 s")]
)
def test_the_part_of_the_recording_that_it_is_about(
    start_s: float, end_s: float, shown: str, tmp_path: Path
) -> None:
    poses = trace("squat", reps=1).poses
    read = page(record(tmp_path, poses, "squat", duration_s=9.0, start_s=start_s, end_s=end_s))
    assert f" {shown} " in read.texts("p", "meta")[0]


def test_an_empty_set(tmp_path: Path) -> None:
    poses = [nobody(i / 15, (640, 480)) for i in range(60)]
    read = page(record(tmp_path, poses, "dead_bug", "hold"))
    assert read.texts("li", within="tiles") == ["0reps"]
    assert read.texts("b", within="change") == ["No repetitions were counted"]
    assert read.all("svg") == []
    assert "I can't see anybody" in read.rows()[-1]


def test_no_frame_at_all(tmp_path: Path) -> None:
    read = page(record(tmp_path, [], "squat", duration_s=0.0))
    assert read.texts("b", within="change") == ["No repetitions were counted"]


def test_one_second(tmp_path: Path) -> None:
    poses = [pose for pose in trace("squat", reps=1).poses if 2.0 <= pose.t_s <= 3.0]
    read = page(record(tmp_path, poses, "squat"))
    assert len(read.all("svg")) == 1
    assert read.texts("text", "tick")[-2:] == ["2 s", "3 s"]


def test_time_that_could_not_be_judged_is_hatched_and_told(tmp_path: Path) -> None:
    hidden = Hidden(landmarks=leg(Side.RIGHT) + leg(Side.LEFT), from_s=4.0, to_s=8.0)
    film = replace(FILM, hidden=(hidden,))
    written = record(tmp_path, trace("squat", reps=4, how=film).poses, "squat")
    (span,) = written.tree["unsure"]
    read = page(written)
    (pattern,) = (e.attributes["id"] for e in read.all("pattern"))
    (hatched,) = (e for e in read.all("rect") if e.attributes.get("fill") == f"url(#{pattern})")
    (plot,) = read.all("svg", "plot")
    begins_s, ends_s = (float(plot.attributes[name]) for name in ("data-t0", "data-t1"))
    assert begins_s <= span["start_s"], "where a movement was not seen is shown too"
    share = (span["end_s"] - span["start_s"]) / (ends_s - begins_s)
    assert float(hatched.attributes["width"]) == pytest.approx(
        share * (WIDTH - LEFT - RIGHT), abs=2
    )
    assert "/// could not be judged" in read.texts("li", within="legend")
    assert read.rows()[-1].startswith(f"{span['start_s']:.1f}{DASH}{span['end_s']:.1f} | ")


def unsure(folder: Path, *at: int) -> Page:
    """Four reps of which some are unsure, the last of them for no known reason."""
    written = record(folder, trace("squat", reps=4).poses, "squat")
    reps = [
        rep | {"quality": "unsure"} if rep["index"] in at else rep for rep in written.tree["reps"]
    ]
    first, second = reps[at[0] - 1], reps[at[1] - 1]
    spans = [
        {"start_s": first["turn_s"], "end_s": second["turn_s"], "reason": "left knee hidden"},
        {"start_s": second["turn_s"], "end_s": second["end_s"], "reason": "turn sideways"},
    ]
    tree = written.tree | {"reps": reps, "unsure": spans}
    write_report(folder / "x.html", tree, folder / "signals.csv", load_phrases("en"))
    return Page((folder / "x.html").read_text(encoding="utf-8"))


def test_a_rep_that_could_not_be_judged_says_why(tmp_path: Path) -> None:
    read = unsure(tmp_path, 1, 3, 4)
    seen = [row.split(" | ")[-1] for row in read.rows()[:5]]
    knee = "I can't see your left knee"
    assert seen == ["what was seen", knee, "", f"{knee}; Turn your side to the camera", ""]
    assert read.texts("b", within="change") == ["No faults seen"]


def test_where_no_rep_could_be_judged_it_does_not_say_that_nothing_was_wrong(
    tmp_path: Path,
) -> None:
    read = unsure(tmp_path, 1, 2, 3, 4)
    assert read.texts("b", within="change") == ["Not seen well enough to judge"]


def test_a_fault_that_still_lasts_and_one_without_a_number(tmp_path: Path) -> None:
    """The page can be made again from any summary."""
    written = hasty(tmp_path)
    lasting = written.tree["faults"][0] | {"end_s": None, "measured": None}
    tree = written.tree | {"faults": [lasting]}
    write_report(tmp_path / "x.html", tree, tmp_path / "signals.csv", load_phrases("en"))
    read = Page((tmp_path / "x.html").read_text(encoding="utf-8"))
    assert "at worst" not in read.texts("li", within="change")[0]


def test_a_fault_of_ones_own_has_the_unit_of_its_check(tmp_path: Path) -> None:
    shipped = resources.files("formcoach.exercises.catalogue") / "plank_hip_flexion.toml"
    text = shipped.read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(text.replace("hips_sag", "low_hips").replace("too_fast", "hurried"))
    flaw = FLAWS["plank_hip_flexion", "floor"][SAG]
    poses = trace(
        "plank_hip_flexion", "floor", far=dict.fromkeys(flaw.reps, flaw.far), tempos={4: HASTE}
    ).poses
    written = record(tmp_path, poses, str(own), "floor")
    assert {f["id"]: f["unit"] for f in written.tree["faults"]} == {
        "low_hips": "deg",
        "hurried": "s",
    }
    change = "\n".join(page(written).texts("li", within="change"))
    assert re.search(r"low_hips, .*; at worst 2\d°, limit 15°", change)
    assert re.search(r"hurried, .*; at worst [12]\.\d s, limit 6\.0 s", change)


STRANGE = [
    "<script>alert(1)</script>.mp4",
    "\"><img src=x onerror='alert(1)'>.mp4",
    "a & b; &lt;i&gt;.mp4",
    "]]><!--.mp4",
    "Übung 深蹲 🏋️.mp4",
]


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_name_is_text_and_nothing_else(name: str, tmp_path: Path) -> None:
    read = page(hasty(tmp_path, video=name, notes=[f"{name} was cut short"]))
    assert read.texts("title")[0].endswith(f", {name}")
    assert read.texts("p", "meta")[0].startswith(name)
    assert read.texts("li")[-1] == f"{name} was cut short"
    assert not {"img", "i"} & {element.name for element in read.elements}
    assert "alert(1)" not in "".join(read.texts("script"))


def test_words_of_an_exercise_of_ones_own_are_text_too(tmp_path: Path) -> None:
    written = hasty(tmp_path)
    tree = written.tree | {"exercise": "<b>my own</b>", "level": "<i>"}
    tree["cues"] = [{"t_s": 1.0, "id": "x", "text": "<u>go</u>"}]
    tree["faults"] = [tree["faults"][0] | {"id": "<s>fault</s>"}]
    write_report(tmp_path / "x.html", tree, tmp_path / "signals.csv", load_phrases("en"))
    read = Page((tmp_path / "x.html").read_text(encoding="utf-8"))
    assert read.texts("h1") == ["<b>my own</b>: <i>"]
    assert "! <s>fault</s>" in read.texts("text", "lane")
    assert not {"i", "u", "s"} & {element.name for element in read.elements}


def outside(read: Page) -> Iterator[str]:
    """Give what a page would fetch or run, but for the styles and scripts that its policy names."""
    (policy,) = (e for e in read.all("meta") if "http-equiv" in e.attributes)
    for element in read.elements:
        if element.name in {"link", "iframe", "object", "embed", "use", "a", "base", "form"}:
            yield element.name
        if element.name == "script" and element.attributes.get("type") not in {
            "application/json",
            "text/plain",
        }:
            digest = b64encode(sha256(element.text.encode()).digest()).decode()
            if f"'sha256-{digest}'" not in policy.attributes["content"]:
                yield "script"
        for name, value in element.attributes.items():
            if name == "src" and value.startswith("data:image/jpeg;base64,"):
                continue
            if name in {"src", "href", "style", "xlink:href", "srcset"} or name.startswith("on"):
                yield name
            if "url(" in value and not re.fullmatch(r"url\(#hatch\d\)", value):
                yield value
    for style in read.texts("style"):
        yield from re.findall(r"@import|url\(|https?:|expression", style)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_fetched_and_nothing_strange_runs(lang: str, tmp_path: Path) -> None:
    read = page(hasty(tmp_path, lang))
    assert list(outside(read)) == []
    (policy,) = (e for e in read.all("meta") if "http-equiv" in e.attributes)
    rules = dict(rule.split(" ", 1) for rule in policy.attributes["content"].split("; "))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/=]+'", rules["script-src"])
    assert re.fullmatch(r"'sha256-[\w+/=]+'", rules["style-src"])
    assert (rules["img-src"], rules["media-src"]) == ("data:", "blob:")
    assert "http:" not in read.source
    assert "https:" not in read.source


POLICY = '<meta http-equiv="x" content="script-src">'


def test_what_would_be_fetched_or_run_is_found() -> None:
    """The test above would notice."""
    bad = (
        f'{POLICY}<div style="x" onclick="y"><a href="z"></a></div>'
        '<script>go()</script><style>@import "q";</style>'
    )
    assert list(outside(Page(bad))) == ["style", "onclick", "a", "href", "script", "@import"]


def test_twenty_minutes_stay_small(tmp_path: Path) -> None:
    """36,000 frames, a rep every five seconds, each with a fault, a cue and a doubt."""
    written = hasty(tmp_path)
    rep, fault = written.tree["reps"][2], written.tree["faults"][0]
    times = [{"start_s": 5.0 * i, "turn_s": 5.0 * i + 2, "end_s": 5.0 * i + 4} for i in range(240)]
    tree = written.tree | {
        "duration_s": 1200.0,
        "counts": written.tree["counts"] | {"total": 240, "faulty": 240, "good": 0},
        "reps": [rep | at | {"index": i} for i, at in enumerate(times, start=1)],
        "faults": [fault | at for at in times],
        "cues": [{"t_s": at["end_s"], "id": "too_fast", "text": "Slower"} for at in times],
        "unsure": [at | {"reason": "left knee hidden"} for at in times],
    }
    with (tmp_path / "long.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["t_s", "left_hip_flexion_deg", "right_hip_flexion_deg"])
        rows = ([f"{i / 30:.4f}", 45.0, f"{45 + 45 * sin(i / 25):.2f}"] for i in range(36_000))
        table.writerows(rows)
    write_report(tmp_path / "x.html", tree, tmp_path / "long.csv", load_phrases("en"))
    text = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert len(text) < 500_000
    read = Page(text)
    assert "20:00.0" in read.texts("p", "meta")[0]
    assert "19:55.0" in read.rows()[240]
    (line,) = read.all("polyline", "line")
    heights = [float(point.split(",")[1]) for point in line.attributes["points"].split()]
    assert max(heights) - min(heights) == pytest.approx(180, abs=1), "no peak is lost"


class Watching:
    """Stands in for the landmarker: sees the poses it was given, one a frame."""

    def __init__(self, poses: list[Pose]) -> None:
        self._poses = iter(poses)

    def __enter__(self) -> "Watching":
        return self

    def __exit__(self, *_: object) -> None: ...

    def estimate(self, frame: Frame) -> Pose:
        return replace(next(self._poses), t_s=frame.t_s)


def test_analyze_and_replay_write_the_same_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poses = trace("squat", reps=2).poses
    video = write_video(tmp_path / "set.mp4", [grey(640, 480)] * len(poses))
    monkeypatch.setattr(
        "formcoach.commands.watching.LandmarkerEstimator", lambda _: Watching(poses)
    )
    options = AnalyzeOptions(exercise="squat", out=tmp_path / "out", lang="nl", video=False)
    watched = analyze_video(video, options).folder
    read = Page((watched / "report.html").read_text(encoding="utf-8"))
    assert read.texts("li", within="tiles")[:2] == ["2herhalingen", "2goed"]
    again = tmp_path / "again"
    trace_file = watched / "poses.jsonl.gz"
    ran = run("replay", trace_file, "--exercise", "squat", "--lang", "nl", "--out", again)
    assert ran.status == 0
    assert (again / "set" / "report.html").read_bytes() == (watched / "report.html").read_bytes()


def test_a_page_made_again_from_the_files_is_the_same(tmp_path: Path) -> None:
    written = hasty(tmp_path)
    tree = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    write_report(tmp_path / "x.html", tree, tmp_path / "signals.csv", load_phrases("en"))
    assert (tmp_path / "x.html").read_text(encoding="utf-8") == written.page


def test_a_minute_s_page_is_small(tmp_path: Path) -> None:
    """A set of 60 s with its poses, a fault and its pictures, without film."""
    poses = trace("hip_flexion", "free", 8, tempos={3: HASTE}).poses
    assert poses[-1].t_s >= 55
    with TraceWriter(tmp_path / POSES, {"image_size_px": poses[0].image_size_px}) as written:
        for pose in poses:
            written.write(pose)
    text = record(tmp_path, poses, "hip_flexion", "free").page
    assert len(text.encode()) <= 1_500_000
    read = Page(text)
    assert len(read.all("svg", "figure")) >= 4, "moving, at rest, far ends, fault beside good"
    (motion,) = (e.text for e in read.all("script") if e.attributes.get("id") == "s1-motion")
    body = json.loads(motion)
    assert len(body["t"]) == len(body["p"]) >= 500
