"""What a person reads of a set in the terminal."""

import re
from dataclasses import replace
from math import nan

import pytest
from coached import coached
from flaws import FLAWS
from moves import MOVES, perform, trace
from reasons import reason
from rich.console import Console

from formcoach.coaching.events import (
    Fault,
    Hold,
    NotCounted,
    Quality,
    SetSummary,
    Uncounted,
    UnsureSpan,
)
from formcoach.commands.console import show_set
from formcoach.pose.landmarks import Side
from formcoach.words.phrases import LANGUAGES, load_phrases


def shown(summary: SetSummary, exercise: str = "", lang: str = "en") -> list[str]:
    console = Console(width=160)
    with console.capture() as capture:
        show_set(console, summary, load_phrases(lang), exercise)
    return [line.rstrip() for line in capture.get().splitlines()]


def sagging(start_s: float, end_s: float | None, side: Side | None = Side.RIGHT) -> Fault:
    return Fault(id="hips_sag", side=side, start_s=start_s, end_s=end_s, measured=25.0, limit=15.0)


def test_a_fault_between_reps_or_without_any_is_told_with_its_time() -> None:
    faults = [sagging(1.46, 9.93), sagging(12.0, None, None)]
    assert shown(SetSummary(faults=faults)) == [
        "0 reps",
        "1.5-9.9 s, 12.0-to the end: Lift your hips slightly",
    ]


def test_a_fault_that_stands_at_its_rep_is_not_told_again() -> None:
    flaw = FLAWS["squat", None]["too_fast", ""]
    poses = trace("squat", far=dict.fromkeys(flaw.reps, flaw.far), tempo=flaw.tempo).poses
    summary = coached(poses, "squat")
    assert any("too_fast" in rep.faults for rep in summary.reps)
    lines = shown(summary, "squat")
    assert [line for line in lines if line[:1].isdigit() and "-" in line.split(":")[0]] == []


def test_a_fault_in_a_hold_has_its_time_too() -> None:
    flaw = FLAWS["plank_hold", "floor"]["hips_sag", "body_line_deg"]
    poses = trace("plank_hold", "floor", far=dict.fromkeys(flaw.reps, flaw.far)).poses
    summary = coached(poses, "plank_hold", "floor")
    (fault,) = [one for one in summary.faults if one.id == "hips_sag"]
    until = "to the end" if fault.end_s is None else f"{fault.end_s:.1f} s"
    assert f"{fault.start_s:.1f}-{until}: Lift your hips slightly" in shown(summary)


def test_an_exercise_has_its_own_words() -> None:
    fault = Fault(id="range_short", side=None, start_s=1.0, end_s=2.0, measured=1.0, limit=2.0)
    general, own = (shown(SetSummary(faults=[fault]), name)[-1] for name in ("", "squat"))
    assert general == "1.0-2.0 s: Bring your knee closer"
    assert own != general


def test_the_table_is_in_the_language_that_was_asked_for() -> None:
    flaw = FLAWS["squat", None]["too_fast", ""]
    poses = trace("hip_flexion", "bent", 3, tempo=flaw.tempo).poses
    summary = coached(poses, "hip_flexion", "bent")
    english, dutch = (shown(summary, "hip_flexion.bent", lang) for lang in ("en", "nl"))
    assert english[0].split()[:3] == ["rep", "side", "from"]
    assert dutch[0].split()[:3] == ["nr", "kant", "van"]
    assert "left" in english[2]
    assert "links" in dutch[2]
    assert english[-1].startswith("3 reps: ")
    assert dutch[-1].startswith("3 herhalingen: ")
    assert re.match(r" +1 +\w+ +\d+\.\d +\d+\.\d ", english[1])
    assert re.match(r" +1 +\w+ +\d+,\d +\d+,\d ", dutch[1])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rep_is_called_what_the_report_calls_it(lang: str) -> None:
    (rep,) = coached(trace("squat", reps=1).poses, "squat").reps
    summary = SetSummary(reps=[replace(rep, quality=quality) for quality in Quality])
    lines = shown(summary, "squat", lang)
    words = [load_phrases(lang).text(f"quality.{quality.value}") for quality in Quality]
    for word, line in zip(words, lines[1:5], strict=True):
        assert f" {word}" in line
    assert all(f"1 {word}" in lines[5] for word in words)


def test_times_are_written_as_the_language_writes_them() -> None:
    summary = SetSummary(
        holds=[Hold(side=None, start_s=2.0, end_s=21.5)],
        faults=[sagging(1.46, 9.93)],
        unsure=[UnsureSpan(start_s=3.0, end_s=4.25, reason=reason("left knee hidden"))],
    )
    assert shown(summary, lang="nl") == [
        "19,5 s vastgehouden",
        "1,5-9,9 s: Til je heupen iets op",
        "3,0-4,2 s: Ik zie je linkerknie niet",
    ]


def test_what_did_not_go_far_enough_stands_with_its_reason() -> None:
    shallow = dict.fromkeys((2, 3), lambda body, side: body.on(None, hip=45, knee=40))
    summary = coached(trace("squat", reps=4, far=shallow).poses, "squat")
    lines = shown(summary, "squat")
    assert "2 reps: 2 good; 2 not complete" in lines
    short = [line for line in lines if line.endswith("It did not go far enough.")]
    assert [line.split()[0] for line in short] == ["2", "3"], "in its row"


def test_a_rep_that_could_not_be_judged_says_why_and_has_no_false_numbers() -> None:
    (rep,) = coached(trace("squat", reps=1).poses, "squat").reps
    why = reason("turn sideways")
    unsure = replace(rep, quality=Quality.UNSURE, why=why, peak_deg=nan, rom_deg=nan, faults=())
    lines = shown(SetSummary(reps=[unsure]), "squat")
    assert lines[1].endswith("Turn your side to the camera")
    assert "nan" not in lines[1]
    assert lines[2] == "1 rep: 1 not sure"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_for_not_counting_has_words(lang: str) -> None:
    phrases, words = load_phrases(lang), set()
    for why in NotCounted:
        one = Uncounted(start_s=1.0, end_s=2.0, side=None, reason=why, peak_deg=nan, rom_deg=nan)
        words.add(shown(SetSummary(not_counted=[one]), "squat", lang)[-1])
    assert len(words) == len(NotCounted)
    assert not any(phrases.text("sheet.uncounted.other") in line for line in words)


def test_both_legs_at_once_where_one_was_asked_is_told_and_no_failing() -> None:
    move = MOVES["hip_flexion", "straight"]
    both = replace(move, far=lambda _: move.far(None), sides=(None,))
    summary = coached(perform(both, 3).poses, "hip_flexion", "straight")
    assert summary.as_one == 3
    assert "reps with both at once; one at a time was asked: 3" in shown(summary)
