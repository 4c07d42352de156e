"""A live session that looks at the face: what is asked, when, and that nothing else changes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from commands import run
from faces import STRAINED, Face
from live_parts import FakeFaces, Kept, Stage, parts_of
from moves import FILM, trace

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Phase, Priority
from formcoach.commands.live import LiveOptions, LiveResult, run_live
from formcoach.errors import ModelError
from formcoach.exercises.library import load_exercise
from formcoach.pose.trace import quantise
from formcoach.session.guide import SessionTargets
from formcoach.words.phrases import LANGUAGES, load_phrases

POSES = trace("hip_flexion", "bent", 4, how=replace(FILM, fps=8.0)).poses
OPTIONS = LiveOptions(exercise="hip_flexion", level="bent", voice=True, window=False, face=True)
QUESTION = "Is this too hard?"
SECOND_REP_S = 12.0
END_S = 1000.0


def strained_from(start_s: float, end_s: float = END_S) -> Callable[[float], Face | None]:
    return lambda t_s: STRAINED if start_s <= t_s < end_s else Face()


def play(
    face_at: Callable[[float], Face | None], options: LiveOptions = OPTIONS
) -> tuple[Stage, LiveResult, Kept]:
    stage, kept = Stage(POSES, faces=FakeFaces(face_at)), Kept()
    return stage, run_live(options, journal=kept, parts=parts_of(stage)), kept


def asked(result: LiveResult) -> list[float]:
    return [spoken.t_s for spoken in result.spoken if QUESTION in spoken.text]


def phase_at(t_s: float) -> Phase:
    coach = Coach(load_exercise("hip_flexion"), "bent")
    phases = [coach.step(quantise(pose)).phase for pose in POSES if pose.t_s <= t_s]
    return phases[-1]


def test_it_asks_once_and_in_the_rest_between_two_reps() -> None:
    _, result, _ = play(strained_from(SECOND_REP_S))
    (t_s,) = asked(result)
    assert phase_at(t_s) is Phase.READY
    assert SECOND_REP_S < t_s < 25.0, "in the first rest after it"


def test_nothing_but_the_question_changes() -> None:
    with_face = play(strained_from(SECOND_REP_S))
    without = play(strained_from(SECOND_REP_S), replace(OPTIONS, face=False))
    assert with_face[1].sets == without[1].sets
    assert with_face[2] == without[2]
    said = [text for text in with_face[0].voice.texts if text != QUESTION]
    assert said == without[0].voice.texts


def test_the_question_is_the_least_urgent_thing_and_goes_alone() -> None:
    stage, _, _ = play(strained_from(SECOND_REP_S))
    assert [one for one in stage.voice.said if QUESTION in one[0]] == [(QUESTION, Priority.PRAISE)]


def test_a_calm_face_is_not_asked_about() -> None:
    stage, result, _ = play(strained_from(END_S))
    assert stage.faces.offered > 100
    assert asked(result) == []


def test_without_a_face_it_asks_nothing() -> None:
    assert asked(play(lambda t_s: None)[1]) == []


def test_it_is_off_by_default_and_then_no_face_is_looked_for() -> None:
    assert not LiveOptions(exercise="squat").face
    stage, result, _ = play(strained_from(SECOND_REP_S), replace(OPTIONS, face=False))
    assert stage.faces.offered == 0
    assert asked(result) == []


def test_strain_of_the_last_rep_is_asked_about_with_the_end_of_the_set() -> None:
    targets = SessionTargets(reps=2)
    stage, result, _ = play(strained_from(SECOND_REP_S), replace(OPTIONS, targets=targets))
    assert len(asked(result)) == 1
    (said,) = (text for text in stage.voice.texts if QUESTION in text)
    assert said.startswith("2, left. Set done, 2 good of 2")


def test_it_may_ask_again_in_the_next_set_and_looks_away_in_the_rest() -> None:
    targets = SessionTargets(reps=2, sets=2, rest_s=2.0)
    stage, result, _ = play(strained_from(SECOND_REP_S), replace(OPTIONS, targets=targets))
    assert len(result.sets) == 2
    assert len(asked(result)) == 2
    assert stage.faces.offered < len(POSES) - 10


def test_the_window_shows_the_question_at_the_end_too() -> None:
    options = replace(OPTIONS, window=True, linger_s=0.0, targets=SessionTargets(reps=2))
    strained, calm = (play(strained_from(t_s), options)[0] for t_s in (SECOND_REP_S, END_S))
    assert strained.screen.last is not None
    assert calm.screen.last is not None
    assert (strained.screen.last != calm.screen.last).mean() > 0.005


def test_the_faces_are_closed() -> None:
    assert play(strained_from(END_S))[0].faces.closed


@pytest.mark.parametrize("name", ["live", "today"])
@pytest.mark.parametrize("face", [False, True])
def test_the_option_reaches_the_session(
    name: str, face: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[LiveOptions] = []

    def coach(options: LiveOptions, *rest: object, **more: object) -> int:
        seen.append(options)
        return 0

    monkeypatch.setattr("formcoach.commands.live.terminal.coach_live", coach)
    monkeypatch.setattr("formcoach.commands.daily.today.run_today", coach)
    assert run(name, *(["--face"] if face else [])).status == 0
    assert [options.face for options in seen] == [face]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_question_is_in_both_languages(lang: str) -> None:
    _, result, _ = play(strained_from(SECOND_REP_S), replace(OPTIONS, lang=lang))
    question = load_phrases(lang).text("ask.too_hard")
    assert sum(question in spoken.text for spoken in result.spoken) == 1


def test_a_missing_bundle_is_told_of_before_anything_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Path:
        raise ModelError("model file face_landmarker.task is missing")

    monkeypatch.setattr("formcoach.commands.live.find_face_model", missing)
    stage = Stage(POSES)
    with pytest.raises(ModelError, match="face_landmarker"):
        run_live(OPTIONS, parts=parts_of(stage))
    assert stage.cameras == []
    run_live(replace(OPTIONS, face=False), parts=parts_of(stage))
