"""A live session with fakes for everything that has a clock or a device."""

import signal
from dataclasses import replace
from pathlib import Path

import av
import pytest
from live_parts import FakeCamera, Kept, Stage, parts_of
from moves import FILM, trace

from formcoach.capture.live.camera import CameraEvent
from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Rep
from formcoach.commands.live import LiveOptions, LiveResult, OnEvent, run_live
from formcoach.errors import FormCoachError, OutputError, SourceError, SpecError
from formcoach.exercises.library import load_exercise
from formcoach.picture.canvas import Image
from formcoach.picture.live_view import LiveView
from formcoach.picture.palette import NIGHT
from formcoach.picture.window import Key
from formcoach.pose.landmarks import Pose, nobody
from formcoach.pose.trace import quantise, read_trace
from formcoach.session.guide import SessionStep, SessionTargets
from formcoach.words.phrases import load_phrases

POSES = trace("hip_flexion", "bent", 4, how=replace(FILM, fps=8.0)).poses
OPTIONS = LiveOptions(exercise="hip_flexion", level="bent", voice=False, window=False)
SEEN = replace(OPTIONS, window=True, linger_s=0.0)


def alone(
    poses: list[Pose], exercise: str = "hip_flexion", level: str | None = "bent"
) -> list[Rep]:
    coach = Coach(load_exercise(exercise), level)
    for pose in poses:
        coach.step(quantise(pose))
    return coach.finish().reps


def play(stage: Stage, options: LiveOptions = OPTIONS, kept: Kept | None = None) -> LiveResult:
    return run_live(options, journal=kept, parts=parts_of(stage))


def when(t_s: float) -> int:
    """Return the number of the first frame from a time on."""
    return next(i for i, pose in enumerate(POSES) if pose.t_s >= t_s)


def test_live_gives_the_reps_of_the_coach_alone() -> None:
    kept = Kept()
    stage = Stage(POSES)
    result = play(stage, SEEN, kept)
    assert [summary.reps for summary in result.sets] == [alone(POSES)]
    assert kept.reps == [(1, rep) for rep in alone(POSES)]
    assert [number for number, _ in kept.sets] == [1]
    assert not result.stopped
    assert stage.screen.shown >= len(POSES)
    assert stage.cameras[0].closed
    assert stage.screen.closed


def test_every_rep_is_kept_at_once() -> None:
    kept, seen = Kept(), []

    def look(camera: FakeCamera) -> None:
        seen.append(len(kept.reps))

    ends = [rep.end_s for rep in alone(POSES)]
    frames = [when(end_s + 0.3) for end_s in ends]
    play(Stage(POSES, at=dict.fromkeys(frames, look)), kept=kept)
    assert seen == [1, 2, 3, 4]


def test_the_stop_key_ends_the_session_and_what_is_done_is_kept() -> None:
    kept, stage = Kept(), Stage(POSES)
    stage.screen.keys = {when(20.0): Key.STOP}
    result = play(stage, SEEN, kept)
    assert result.stopped
    assert len(kept.reps) == 2
    assert [summary.reps for _, summary in kept.sets] == [result.sets[0].reps]
    assert stage.cameras[0].given < len(POSES)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_session_in_good_order(number: signal.Signals) -> None:
    kept = Kept()
    before = signal.getsignal(number)
    result = play(Stage(POSES, at={when(20.0): lambda _: signal.raise_signal(number)}), kept=kept)
    assert result.stopped
    assert len(kept.reps) == 2
    assert [number for number, _ in kept.sets] == [1]
    assert signal.getsignal(number) is before


def test_a_pause_counts_nothing_and_goes_on_after_it() -> None:
    stage = Stage(POSES)
    first, second = alone(POSES)[:2]
    stage.screen.keys = {
        when(first.end_s + 0.5): Key.PAUSE,
        when(second.end_s + 0.3): Key.PAUSE,
    }
    result = play(stage, SEEN)
    assert [rep.side for rep in result.sets[0].reps] == [
        rep.side for rep in alone(POSES) if rep.index != 2
    ]


def last_before_the_card(stage: Stage, options: LiveOptions) -> Image:
    """Play a session; return the picture of its last frame."""
    pictures: list[Image] = []
    frames = len(stage.poses)

    def keep(image: Image) -> None:
        if stage.cameras and stage.cameras[-1].given == frames and len(pictures) < 1:
            pictures.append(image)

    stage.screen.on_show = keep
    play(stage, options)
    assert (pictures[0] != stage.screen.last).any()
    return pictures[0]


def test_help_and_pause_change_the_picture() -> None:
    plain, helped, paused = (Stage(POSES[:10]) for _ in range(3))
    helped.screen.keys = {3: Key.HELP}
    paused.screen.keys = {3: Key.PAUSE}
    pictures = [last_before_the_card(stage, SEEN) for stage in (plain, helped, paused)]
    assert (pictures[0] != pictures[1]).mean() > 0.02
    assert (pictures[0] != pictures[2]).mean() > 0.5


def test_next_ends_the_set_and_then_the_rest() -> None:
    kept, stage = Kept(), Stage(POSES)
    first = alone(POSES)[0]
    stage.screen.keys = {when(first.end_s + 0.2): Key.NEXT, when(first.end_s + 0.4): Key.NEXT}
    options = replace(SEEN, targets=SessionTargets(sets=2, rest_s=600.0))
    result = play(stage, options, kept)
    assert [summary.total for summary in result.sets] == [1, 3]
    assert [number for number, _ in kept.reps] == [1, 2, 2, 2]


def test_sound_keys_reach_the_voice() -> None:
    stage = Stage(POSES[:30])
    stage.screen.keys = {2: Key.LOUDER, 4: Key.QUIETER, 6: Key.MUTE, 8: Key.MUTE}
    play(stage, replace(SEEN, voice=True))
    assert stage.voice.pressed == ["louder", "quieter", "muted", "unmuted"]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ([Key.LOUDER], "Volume 9 of 10"),
        ([Key.QUIETER], "Volume 7 of 10"),
        ([Key.MUTE], "Sound off"),
        ([Key.MUTE, Key.MUTE], "Sound on"),
    ],
)
def test_a_sound_key_shows_what_it_did(
    keys: list[Key], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str | None] = []
    draw = LiveView.draw

    def look(
        view: LiveView, frame: Frame, pose: Pose, step: SessionStep, said: str | None
    ) -> Image:
        shown.append(said)
        return draw(view, frame, pose, step, said)

    monkeypatch.setattr(LiveView, "draw", look)
    stage = Stage(POSES[:20])
    stage.screen.keys = dict(enumerate(keys, start=5))
    play(stage, replace(SEEN, voice=True, setup=False))
    assert words in shown


def test_the_window_shows_something_before_the_first_picture() -> None:
    shown: list[Image] = []
    stage = Stage(POSES[:1])
    stage.screen.on_show = shown.append
    play(stage, SEEN)
    assert shown[0].shape == (720, 1280, 3)
    assert (shown[0] > 200).any()


def test_what_is_said_is_told_with_its_time_and_no_more_than_was_asked() -> None:
    stage = Stage(POSES)
    result = play(stage, replace(OPTIONS, voice=True, howto=False))
    assert result.spoken
    assert result.spoken[0].text.startswith("Put the camera")
    assert result.spoken[-1].text == "Well done, until next time"
    silent = play(Stage(POSES), replace(OPTIONS, voice=False))
    assert silent.spoken == ()


def test_reps_are_counted_aloud_and_cues_are_ready_before_they_are_needed() -> None:
    stage = Stage(POSES)
    play(stage, replace(OPTIONS, voice=True))
    numbers = [text for text in stage.voice.texts if text.startswith(tuple("1234"))]
    assert numbers == ["1, right", "2, left", "3, right", "4, left"]
    assert {"1, right", "Slower, follow your breath", "Ready"} <= set(stage.voice.prepared)


def test_a_voice_without_a_loudspeaker_is_told_of_and_the_session_goes_on() -> None:
    stage = Stage(POSES)

    def trouble(camera: FakeCamera) -> None:
        assert stage.voice.on_trouble is not None
        stage.voice.on_trouble("the loudspeaker is gone")

    stage.at = {30: trouble}
    notes: list[str] = []
    result = run_live(replace(OPTIONS, voice=True), parts=parts_of(stage), on_note=notes.append)
    assert notes == ["the loudspeaker is gone"]
    assert result.sets[0].total == 4


def test_the_howto_is_said_where_it_is_asked_for() -> None:
    waiting = [replace(POSES[0], t_s=i / 15) for i in range(40 * 15)]
    stage = Stage(waiting)
    play(stage, replace(OPTIONS, voice=True, howto=True))
    phrases = load_phrases("en")
    howto = phrases.steps("howto.hip_flexion.bent")
    said = [text for text in stage.voice.texts if text in howto]
    assert tuple(said) == howto
    counted_in = stage.voice.texts.index(phrases.text("session.three"))
    assert counted_in > stage.voice.texts.index(howto[-1])


def test_the_steps_of_the_setup_are_told_one_by_one_and_shown_without_a_voice_too() -> None:
    nobody_yet = [nobody(i / 15, POSES[0].image_size_px) for i in range(30 * 15)]
    stage = Stage(nobody_yet)
    play(stage, replace(OPTIONS, voice=True))
    steps = load_phrases("en").steps("setup.supine")
    texts = stage.voice.texts
    assert tuple(texts[: len(steps)]) == steps
    assert texts[len(steps)] == load_phrases("en").text("unsure.nobody_seen")
    silent = Stage(nobody_yet[:30])
    told = last_before_the_card(silent, replace(OPTIONS, voice=False, window=True))
    plain = Stage(nobody_yet[:30])
    options = replace(OPTIONS, voice=False, window=True, setup=False)
    assert (told != last_before_the_card(plain, options)).any()


def test_a_figure_shows_how_it_goes_while_that_is_told() -> None:
    waiting = [replace(POSES[0], t_s=i / 15) for i in range(3 * 15)]
    told, silent = Stage(waiting), Stage(waiting)
    explained = replace(OPTIONS, voice=False, window=True, setup=False, howto=True)
    figure = last_before_the_card(told, explained)
    plain = last_before_the_card(silent, replace(explained, howto=False))
    assert (figure == NIGHT).all(axis=2).mean() > 0.4
    assert (plain == NIGHT).all(axis=2).mean() < 0.3


def test_a_lost_camera_is_said_and_so_is_its_return() -> None:
    stage = Stage(
        POSES,
        at={
            20: lambda camera: camera.tell(CameraEvent.LOST),
            40: lambda camera: camera.tell(CameraEvent.BACK),
        },
    )
    notes: list[str] = []
    run_live(replace(OPTIONS, voice=True), parts=parts_of(stage), on_note=notes.append)
    said = [text for text in stage.voice.texts if "camera" in text][1:]
    assert said == ["I have lost the camera", "The camera is back"]
    assert notes == ["the camera is lost", "the camera is back"]


def test_a_dark_picture_asks_for_light() -> None:
    size_px = POSES[0].image_size_px
    poses = [nobody(i / 15, size_px) for i in range(40)]
    bright, dark = Stage(poses), Stage(poses, dark=True)
    for stage in (bright, dark):
        play(stage, replace(OPTIONS, voice=True))
    assert "More light, please" in dark.voice.texts
    assert "More light, please" not in bright.voice.texts


def test_the_recording_has_the_picture_and_what_was_said(tmp_path: Path) -> None:
    path = tmp_path / "session.mp4"
    play(Stage(POSES[:60]), replace(OPTIONS, voice=True, record=path))
    with av.open(str(path)) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert sum(1 for _ in container.decode(video=0)) > 10


def test_five_frames_a_second_are_enough() -> None:
    slow = trace("hip_flexion", "bent", 4, how=replace(FILM, fps=5.0)).poses
    result = play(Stage(slow))
    assert [rep.side for rep in result.sets[0].reps] == [rep.side for rep in alone(POSES)]
    assert result.sets[0].faults == []


def test_the_sentence_that_ends_the_session_is_the_last_picture() -> None:
    stopped, done = Stage(POSES), Stage(POSES)
    stopped.screen.keys = {len(POSES) - 2: Key.STOP}
    for stage in (stopped, done):
        play(stage, SEEN)
        assert stage.screen.last is not None
        middle = stage.screen.last[200:280]
        assert (middle > 200).mean() > 0.02, "no words across the picture"
        assert stage.screen.last[150:160].mean() < 80, "not darkened"


def test_the_files_of_a_session_are_those_of_an_analysis(tmp_path: Path) -> None:
    result = play(Stage(POSES), replace(OPTIONS, out=tmp_path))
    assert result.folder is not None
    folder = result.folder / "set-1"
    names = {path.name for path in folder.iterdir()}
    assert names == {"poses.jsonl.gz", "reps.csv", "report.html", "signals.csv", "summary.json"}
    _, poses = read_trace(folder / "poses.jsonl.gz")
    assert alone(list(poses)) == result.sets[0].reps
    assert [path.name for path in tmp_path.iterdir()] == [result.folder.name]


def test_a_source_that_breaks_keeps_what_was_done(tmp_path: Path) -> None:
    def fail(camera: FakeCamera) -> None:
        raise SourceError("the file cannot be read on")

    kept = Kept()
    with pytest.raises(SourceError):
        play(Stage(POSES, at={when(20.0): fail}), replace(OPTIONS, out=tmp_path), kept)
    assert len(kept.reps) == 2
    assert [number for number, _ in kept.sets] == [1]
    assert len(list(tmp_path.glob("*/set-1/summary.json"))) == 1


def test_a_model_that_fails_keeps_what_was_done() -> None:
    kept = Kept()

    def fail(camera: FakeCamera) -> None:
        raise RuntimeError("the graph has stopped")

    with pytest.raises(RuntimeError):
        play(Stage(POSES, at={when(20.0): fail}), kept=kept)
    assert len(kept.sets) == 1


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (replace(OPTIONS, exercise="dead_bgu"), SpecError, "dead_bug"),
        (replace(OPTIONS, level="bend"), SpecError, "bent"),
        (replace(OPTIONS, model="huge"), FormCoachError, "heavy"),
        (replace(OPTIONS, lang="fr"), SpecError, "en"),
        (replace(OPTIONS, record=Path("no/such/folder/x.mp4")), OutputError, "x.mp4"),
        (replace(OPTIONS, out=Path(__file__)), OutputError, "--out"),
    ],
)
def test_what_cannot_begin_says_why(
    options: LiveOptions, error: type[FormCoachError], words: str
) -> None:
    with pytest.raises(error, match=words):
        play(Stage(POSES[:3]), options)


def test_a_camera_that_cannot_be_opened_is_named() -> None:
    def no_camera(source: str, on_event: OnEvent) -> FakeCamera:
        raise SourceError("camera 9: there is none; there is camera 0")

    with pytest.raises(SourceError, match="camera 9"):
        run_live(OPTIONS, parts=replace(parts_of(Stage(POSES)), camera=no_camera))
