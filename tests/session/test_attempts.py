"""Every attempt is answered: short ones kindly and not every time, both limbs at once by a word."""

from dataclasses import replace

import pytest
from moves import MOVES, Tempo, perform, trace

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import (
    Cue,
    NotCounted,
    Phase,
    Priority,
    Quality,
    Rep,
    SetSummary,
    Uncounted,
)
from formcoach.exercises.library import load_exercise
from formcoach.pose.landmarks import Pose, Side
from formcoach.session.attempts import Attempts, tried
from formcoach.session.closing import closing
from formcoach.session.guide import SessionGuide, SessionStep, SessionTargets
from formcoach.voice.chimes import Chime
from formcoach.words.narrator import Narrator
from formcoach.words.phrases import load_phrases


def steps_of(
    poses: list[Pose], exercise: str, level: str | None = None
) -> tuple[SessionGuide, list[SessionStep]]:
    spec = load_exercise(exercise)
    guide = SessionGuide(lambda: Coach(spec, level), SessionTargets())
    return guide, [guide.step(pose) for pose in poses]


def answers(steps: list[SessionStep]) -> list[str]:
    return [say.phrase for step in steps for say in step.says if say.phrase.startswith("attempt.")]


def with_far(numbers: range, deg: float) -> list[Pose]:
    """Knee to chest, standing; some of six do not get that far."""
    far = {n: lambda body, side: body.on(side, hip=deg, knee=deg) for n in numbers}
    return trace("hip_flexion", "free", 6, far=far).poses


def test_the_first_short_one_is_answered_with_a_soft_sound_and_kind_words() -> None:
    _, steps = steps_of(with_far(range(3, 4), 45.0), "hip_flexion", "free")
    assert answers(steps) == ["attempt.short"]
    step = next(step for step in steps if any(s.phrase == "attempt.short" for s in step.says))
    assert step.update.rep is not None
    assert step.update.rep.quality is Quality.PARTIAL
    narrator = Narrator(load_phrases("en"), "hip_flexion.free")
    said = narrator.words(step.update, step.says)
    assert [one.chime for one in said if one.chime] == [Chime.NOT_COUNTED]
    assert "Not counted: a little further, if it feels fine" in [one.text for one in said]


def test_two_in_a_row_bring_an_offer_and_then_there_is_silence() -> None:
    _, steps = steps_of(with_far(range(1, 7), 45.0), "hip_flexion", "free")
    assert answers(steps) == ["attempt.short", "attempt.easier"]
    sounds = [step for step in steps if step.update.rep is not None]
    assert len(sounds) == 6, "each has its sound"


def test_where_there_is_no_easier_level_a_nearer_end_point_is_offered() -> None:
    shallow = dict.fromkeys(range(1, 4), lambda body, side: body.on(None, hip=45, knee=40))
    _, steps = steps_of(trace("squat", reps=3, far=shallow).poses, "squat")
    assert answers(steps) == ["attempt.short", "attempt.smaller"]


def test_whoever_gets_there_between_is_told_again_but_not_soon() -> None:
    quick = Tempo(lift_s=1.2, hold_s=0.3, lower_s=1.2, rest_s=0.7)
    far = {n: lambda body, side: body.on(side, hip=45, knee=45) for n in (1, 3, 5, 9)}
    poses = trace("hip_flexion", "free", 10, far=far, tempo=quick).poses
    _, steps = steps_of(poses, "hip_flexion", "free")
    said = [step.update.t_s for step in steps for say in step.says if say.phrase == "attempt.short"]
    assert len(said) == 2
    assert said[1] - said[0] >= 20.0


def test_both_legs_at_once_where_one_was_asked_are_counted_and_told() -> None:
    move = MOVES["hip_flexion", "straight"]
    both = replace(move, far=lambda _: move.far(None), sides=(None,))
    guide, steps = steps_of(perform(both, 3).poses, "hip_flexion", "straight")
    assert answers(steps) == ["attempt.legs_as_one"]
    assert [rep.side for rep in guide.coach.finish().completed] == [None, None, None]


@pytest.mark.parametrize(("exercise", "level"), [("squat", None), ("hip_flexion", "bent")])
def test_whoever_does_it_as_it_should_be_hears_none_of_it(exercise: str, level: str | None) -> None:
    _, steps = steps_of(trace(exercise, level).poses, exercise, level)
    assert answers(steps) == []


def test_a_cue_goes_first_and_the_answer_is_left_to_the_sound() -> None:
    attempts = Attempts(Coach(load_exercise("squat")))
    cue = Cue(t_s=1.0, id="trunk_leans", side=None, priority=Priority.FORM)
    view = steps_of(trace("squat", reps=1).poses[:1], "squat")[1][0].update
    update = replace(view, t_s=1.0, phase=Phase.READY, rep=rep(Quality.PARTIAL), cue=cue)
    assert attempts.step(update) == []
    assert [say.phrase for say in attempts.step(replace(update, t_s=5.0, cue=None))] == [
        "attempt.smaller"
    ]


# --- what is said at the end ---


def rep(quality: Quality) -> Rep:
    return Rep(
        index=1,
        side=Side.LEFT,
        start_s=0.0,
        turn_s=1.0,
        end_s=2.0,
        peak_deg=80.0,
        rom_deg=60.0,
        hold_s=0.0,
        quality=quality,
    )


def a_set(
    good: int = 0, faulty: int = 0, unsure: int = 0, partial: int = 0, **uncounted: int
) -> SetSummary:
    qualities = [Quality.GOOD] * good + [Quality.FAULTY] * faulty
    qualities += [Quality.UNSURE] * unsure + [Quality.PARTIAL] * partial
    movements = [
        Uncounted(
            start_s=0.0,
            end_s=1.0,
            side=None,
            reason=NotCounted(reason),
            peak_deg=20.0,
            rom_deg=10.0,
        )
        for reason, n in uncounted.items()
        for _ in range(n)
    ]
    return SetSummary(reps=[rep(quality) for quality in qualities], not_counted=movements)


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        ([a_set(good=3, faulty=1)], "Set done, 3 good of 4"),
        ([a_set(faulty=3)], "Set done, 3 reps"),
        ([a_set(faulty=1)], "Set done, 1 rep"),
        ([a_set(unsure=1)], "1 rep; I could not see it well enough"),
        ([a_set(unsure=4)], "4 reps; I could not see them well enough"),
        ([a_set(good=2, unsure=1)], "Set done, 2 good of 3. 1 I could not see well enough"),
        ([a_set(good=5, partial=1)], "Set done, 5 good of 5. 1 not counted: not far enough yet"),
        (
            [a_set(good=2, too_small=1, partial=1)],
            "Set done, 2 good of 2. 2 not counted: not far enough yet",
        ),
        (
            [a_set(good=1, not_seen=2)],
            "Set done, 1 good of 1. 2 not counted: I could not see them whole",
        ),
        ([a_set(good=1, moves_along=2, slip=1)], "Set done, 1 good of 1"),
        ([a_set(partial=3)], "3 tries, not far enough yet; all fine"),
        ([a_set(too_small=1)], "1 try, not far enough yet; all fine"),
        ([a_set(not_seen=1)], "I could not see you well enough to count"),
        ([a_set(other_movement=4)], "That was another movement, so I counted nothing"),
        ([a_set()], "Nothing was counted, and that is fine"),
        ([], "Nothing was counted, and that is fine"),
        ([a_set(faulty=2), a_set(faulty=1)], "In all, 3 reps"),
        ([a_set(good=2), a_set(faulty=1)], "In all, 2 good of 3"),
    ],
)
def test_the_end_says_what_was_done_and_what_was_not_counted(
    sets: list[SetSummary], words: str
) -> None:
    narrator = Narrator(load_phrases("en"), "squat")
    assert ". ".join(map(narrator.text, closing(sets))) == words


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_end_never_begins_with_no_good_ones_nor_calls_unsure_a_failing(lang: str) -> None:
    narrator = Narrator(load_phrases(lang), "squat")
    for faulty in range(3):
        for unsure in range(3):
            for partial in range(3):
                done = a_set(faulty=faulty, unsure=unsure, partial=partial)
                text = narrator.text(closing([done])[0])
                assert not text.startswith("0"), text
                assert "0 goed" not in text
                assert "0 good" not in text


def test_shadows_slips_and_the_way_into_position_are_nobodys_tries() -> None:
    found = tried([a_set(partial=1, too_small=2, moves_along=3, slip=1, getting_ready=2)])
    assert (found.short, found.unseen, found.other) == (3, 0, 0)
