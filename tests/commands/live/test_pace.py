"""A computer that is too slow: what gives way, in which order, and what is said."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import av
import pytest
from live_parts import Stage, parts_of
from moves import FILM, trace

from formcoach.capture.live.camera import CameraEvent
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Cue, Priority
from formcoach.commands.live import LiveOptions, LiveResult, run_live
from formcoach.commands.live.pace import AGAIN_S, MIN_HZ, SMALL_EDGE_PX, TOO_SLOW, Pace
from formcoach.exercises.library import load_exercise
from formcoach.picture.canvas import Image
from formcoach.pose.doubts import NO_PICTURE
from formcoach.session.announcer import Say
from formcoach.session.guide import SessionGuide, SessionStep, SessionTargets
from formcoach.words.phrases import LANGUAGES, load_phrases

SLOW_HZ = 8.0
POSES = trace("hip_flexion", "bent", 4, how=replace(FILM, fps=SLOW_HZ)).poses
ENGLISH = load_phrases("en")


class Clock:
    """A clock that goes on by itself each time it is asked."""

    def __init__(self) -> None:
        self.now_s, self.step_s = 0.0, 0.0

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


def fed(hz: float, busy: float, seconds: float, pace: Pace | None = None) -> Pace:
    """Return a pace that has seen so many frames a second, each with its share of work."""
    clock = Clock()
    pace = Pace(clock) if pace is None else pace
    pace._clock = clock
    clock.step_s = busy / hz
    begin_s = 1000.0 if pace._frames else 0.0
    for index in range(round(seconds * hz)):
        with pace.working(begin_s + index / hz):
            pass
    return pace


NO_PICTURE_CUE = Cue(
    t_s=0.0, id=NO_PICTURE.id, side=None, priority=Priority.VIEW, reason=NO_PICTURE
)
SAG_CUE = Cue(t_s=0.0, id="hips_sag", side=None, priority=Priority.VIEW)


def step_of(says: tuple[Say, ...] = (), cue: Cue | None = None) -> SessionStep:
    coach = Coach(load_exercise("hip_flexion"), "bent")
    guide = SessionGuide(lambda: coach, SessionTargets())
    step = guide.step(POSES[0])
    return replace(step, says=says, update=replace(step.update, cue=cue))


def test_a_quick_computer_draws_everything_and_says_nothing() -> None:
    pace = fed(30.0, 0.95, 30.0)
    assert not pace.too_slow
    assert pace.max_edge_px is None
    assert [pace.draws(index / 30) for index in range(10)] == [True] * 10


def test_a_slow_camera_is_no_slow_computer() -> None:
    pace = fed(5.0, 0.3, 30.0)
    assert pace.max_edge_px is None
    assert not pace.too_slow


def test_the_size_gives_way_first_then_the_drawing_then_it_is_told() -> None:
    small = fed(SLOW_HZ, 0.97, 4.0)
    assert small.max_edge_px == SMALL_EDGE_PX
    assert all(small.draws(index / SLOW_HZ) for index in range(8))
    assert not small.too_slow
    seldom = fed(SLOW_HZ, 0.97, 7.0)
    assert sum(seldom.draws(index / SLOW_HZ) for index in range(80)) <= 50
    assert not seldom.too_slow
    assert fed(SLOW_HZ, 0.97, 11.0).too_slow


def test_what_gave_way_comes_back_where_there_is_time_again() -> None:
    pace = fed(SLOW_HZ, 0.97, 20.0)
    before = pace.too_slow
    pace.forget()
    fed(30.0, 0.5, 80.0, pace)
    assert (before, pace.too_slow) == (True, False)
    assert pace.max_edge_px is None


def test_a_camera_that_was_gone_is_measured_anew() -> None:
    pace = fed(SLOW_HZ, 0.97, 2.9)
    pace.forget()
    fed(SLOW_HZ, 0.97, 2.9, pace)
    assert pace.max_edge_px is None


def test_the_computer_is_named_and_the_picture_is_not_blamed() -> None:
    pace = fed(SLOW_HZ, 0.97, 20.0)
    blaming = Say(phrase="unsure.no_picture", priority=Priority.VIEW)
    other = Say(phrase="rep.counted", priority=Priority.TEMPO, slots={"n": 1})
    step = pace.advise(100.0).applied(step_of((blaming, other), cue=NO_PICTURE_CUE))
    assert [say.phrase for say in step.says] == [TOO_SLOW, "rep.counted"]
    assert step.update.cue is None
    again = pace.advise(101.0).applied(step_of((other,), cue=SAG_CUE))
    assert [say.phrase for say in again.says] == ["rep.counted"]
    assert again.update.cue is not None
    later = pace.advise(100.0 + AGAIN_S).applied(step_of())
    assert [say.phrase for say in later.says] == [TOO_SLOW]


def test_a_quick_computer_changes_nothing_of_what_is_said() -> None:
    step = step_of((Say(phrase="unsure.no_picture", priority=Priority.VIEW),), cue=NO_PICTURE_CUE)
    assert fed(30.0, 0.5, 20.0).advise(100.0).applied(step) == step


class Slow(Pace):
    """Works nearly all of the time, whatever the clock of the machine says."""

    @contextmanager
    def working(self, t_s: float) -> Iterator[None]:
        yield
        self._add(t_s, 0.97 / SLOW_HZ)


def play(stage: Stage, slow: bool, **options: object) -> LiveResult:
    parts = parts_of(stage)
    if slow:
        parts = replace(parts, pace=Slow)
    asked = LiveOptions(exercise="hip_flexion", level="bent", linger_s=0.0)
    return run_live(replace(asked, **options), parts=parts)  # type: ignore[arg-type]  # of any field


def test_a_slow_session_counts_the_same_and_says_what_it_is() -> None:
    quick, slow = Stage(POSES), Stage(POSES)
    sizes: list[int] = []

    def look(image: Image) -> None:
        sizes.append(max(image.shape[:2]))

    slow.screen.on_show = look
    told = ENGLISH.text(TOO_SLOW)
    assert play(quick, slow=False).sets[0].reps == play(slow, slow=True).sets[0].reps
    assert told in slow.voice.texts
    assert slow.voice.texts.count(told) == 1
    assert told not in quick.voice.texts
    assert slow.screen.shown < 0.8 * quick.screen.shown
    assert min(sizes) <= SMALL_EDGE_PX
    assert [text for text in quick.voice.texts if text[0].isdigit()] == [
        text for text in slow.voice.texts if text[0].isdigit()
    ]


def test_a_recording_of_a_slow_session_keeps_its_size(tmp_path: Path) -> None:
    path = tmp_path / "session.mp4"
    play(Stage(POSES), slow=True, record=path)
    with av.open(str(path)) as video:
        sizes = {(frame.width, frame.height) for frame in video.decode(video=0)}
    assert len(sizes) == 1


def test_a_lost_camera_is_not_a_slow_computer() -> None:
    stage = Stage(POSES, at={20: lambda camera: camera.tell(CameraEvent.LOST)})
    play(stage, slow=False)
    assert ENGLISH.text("session.camera_lost") in stage.voice.texts
    assert ENGLISH.text(TOO_SLOW) not in stage.voice.texts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_can_be_said(lang: str) -> None:
    assert len(load_phrases(lang).text(TOO_SLOW)) <= 52
    assert MIN_HZ == 10.0  # README and the note on recordings say so


def test_the_quick_model_warns() -> None:
    notes: list[str] = []
    for model in ("lite", "full"):
        options = LiveOptions(
            exercise="hip_flexion", level="bent", voice=False, window=False, model=model
        )
        run_live(options, parts=parts_of(Stage(POSES)), on_note=notes.append)
    assert notes == [ENGLISH.text("recording.lite_model")]
