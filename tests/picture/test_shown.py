"""What is coloured and drawn follows from the exercise's file, also for one of the user's own."""

import re
from pathlib import Path

import numpy as np
import pytest
from figure import Anchor, Body, Film
from moves import Move, Tempo, perform

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Phase
from formcoach.errors import SpecError
from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.exercises.parsing import parse_spec
from formcoach.exercises.spec import Region
from formcoach.picture.palette import LIGHT, TEAL
from formcoach.picture.shown import shown_of
from formcoach.picture.studio import overlay_for
from formcoach.picture.tally import Tally
from formcoach.pose.landmarks import Part, Side, landmark
from formcoach.pose.signals import Signal
from formcoach.words.phrases import load_phrases

STANDING = Body().on(None, knee=2, elbow=10)
CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"


def arm_raise() -> str:
    found = re.search(r'```toml\n(id = "arm_raise".*?)```', CONTRIBUTING.read_text("utf-8"), re.S)
    assert found is not None
    return found[1]


def raised_arms() -> Move:
    far: Body = STANDING.on(None, shoulder=160)
    return Move(
        rest=STANDING,
        far=lambda _: far,
        tempo=Tempo(lift_s=1.5, hold_s=0.3, lower_s=1.5, rest_s=0.7),
        sides=(None,),
        anchor=Anchor.LOWER_FOOT,
        getting_in=(),
    )


def test_an_arm_exercise_shows_arms_and_the_arc_of_the_shoulder() -> None:
    spec = parse_spec(arm_raise(), "arm_raise.toml")
    shown = shown_of(spec, spec.levels[0])
    assert shown.limbs == (Region.ARM,)
    assert shown.angles == (Signal.SHOULDER_FLEXION,)
    assert shown.goal is Signal.SHOULDER_FLEXION
    coach = Coach(spec)
    plain, measured = (
        overlay_for(coach, load_phrases("en"), degrees=degrees) for degrees in (False, True)
    )
    image = np.full((480, 640, 3), 90, np.uint8)
    coloured, seen, shares = 0, 0, np.linspace(0.2, 0.8, 9)[:, None]
    for pose in perform(raised_arms(), 2, how=Film(fps=10.0)).poses:
        update = coach.step(pose)
        drawn = plain.draw(image, pose, update, Tally())
        degrees = measured.draw(image, pose, update, Tally())
        if update.phase is not Phase.LIFT or plain.picture.width != 640:
            continue
        shoulder, elbow, hip, knee = (
            pose.xy_px[landmark(part, Side.RIGHT)]
            for part in (Part.SHOULDER, Part.ELBOW, Part.HIP, Part.KNEE)
        )
        # The goal's arc crosses the arm somewhere; where the arm passes the head it is covered.
        arm, thigh = (
            [drawn[round(y), round(x)] for x, y in start + shares * (end - start)]
            for start, end in ((shoulder, elbow), (hip, knee))
        )
        coloured += sum(np.abs(pixel.astype(int) - TEAL).max() < 40 for pixel in arm) >= 5
        assert sum(np.abs(pixel.astype(int) - LIGHT).max() < 40 for pixel in thigh) >= 5
        x, y = round(shoulder[0]), round(shoulder[1])
        near = (slice(max(0, y - 60), y + 60), slice(x - 60, x + 60))
        assert (drawn[near] != degrees[near]).any(axis=2).sum() > 100
        seen += 1
    assert seen > 5
    assert coloured >= 0.8 * seen


@pytest.mark.parametrize("exercise", exercise_ids())
def test_every_exercise_shows_what_works(exercise: str) -> None:
    spec = load_exercise(exercise)
    for level in spec.levels:
        shown = shown_of(spec, level)
        assert shown.limbs
        assert shown.angles
        assert (shown.goal is None) == (spec.movement_of(level) is None)


def test_an_exercise_may_say_itself_what_is_shown() -> None:
    table = '\npicture = { limbs = ["arm", "trunk"], angles = ["elbow_flexion_deg"] }\n[movement]'
    spec = parse_spec(arm_raise().replace("\n[movement]", table), "arm_raise.toml")
    shown = shown_of(spec, spec.levels[0])
    assert shown.limbs == (Region.ARM, Region.TRUNK)
    assert shown.angles == (Signal.ELBOW_FLEXION,)
    for wrong, right in (("arms", "arm"), ("elbow_deg", "elbow_flexion_deg")):
        text = arm_raise().replace("\n[movement]", table.replace(f'"{right}"', f'"{wrong}"'))
        with pytest.raises(SpecError, match=r"arm_raise\.toml: Invalid enum value"):
            parse_spec(text, "arm_raise.toml")


@pytest.mark.parametrize("exercise", exercise_ids())
def test_the_article_decides_nothing(exercise: str) -> None:
    spec = load_exercise(exercise)
    assert (spec.turns, spec.breath) == (
        exercise in ("hip_flexion", "plank_hip_flexion", "dead_bug"),
        exercise in ("hip_flexion", "plank_hip_flexion", "dead_bug", "plank_hold") or spec.stretch,
    )
    code = Path(__file__).parents[2] / "formcoach"
    users = [path for path in code.rglob("*.py") if ".article" in path.read_text("utf-8")]
    assert users == []
