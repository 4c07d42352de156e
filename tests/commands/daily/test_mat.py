"""Questions after a set, answered from the mat: one window, one camera, frames without a clock."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import overload

import numpy as np
import pytest
from answering import Typed
from chromium import frames_of
from figure import Anchor, Body, Stretch, film
from live_parts import FakeCamera, FakeScreen, Stage, parts_of
from moves import FILM, trace

from formcoach.capture.source import Frame
from formcoach.coaching.events import SetSummary
from formcoach.commands.daily import today
from formcoach.commands.daily.mat import Mat, MatAsker
from formcoach.commands.daily.practice import After, Kept, Practice
from formcoach.commands.live import LiveOptions
from formcoach.history.journal import HistoryJournal
from formcoach.history.notebook import Notebook
from formcoach.history.stored import Answers
from formcoach.picture.canvas import Image
from formcoach.picture.window import Key
from formcoach.pose.landmarks import Pose, Side
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.programme.profile import Profile
from formcoach.programme.screening import QUESTIONS
from formcoach.session.guide import SessionTargets
from formcoach.system.local_time import local_now
from formcoach.words.phrases import load_phrases

FPS = 8.0
PRACTISED = trace("hip_flexion", "bent", 2, how=replace(FILM, fps=FPS)).poses
LOW_FRAMES, RAISED_FRAMES = 8, 22
OPTIONS = LiveOptions(
    exercise="hip_flexion",
    level="bent",
    targets=SessionTargets(reps=2),
    voice=False,
    linger_s=0.0,
    goodbye=False,
)


def lying(**arms: float) -> Pose:
    body = Body(trunk=-90.0, **arms)
    return film([Stretch(keys=[(0.0, body), (1.0, body)], anchor=Anchor.HIPS)], FILM)[0]


LOW = lying(left_shoulder=5.0, right_shoulder=5.0)
UP = {
    Side.RIGHT: lying(left_shoulder=5.0, right_shoulder=170.0),
    Side.LEFT: lying(left_shoulder=170.0, right_shoulder=5.0),
}


@dataclass
class Someone(Sequence[Pose]):
    """Practises, then lies there, and raises a hand as soon as some words are said.

    Attributes:
        raises: which hand, by the words; each once, in order.
    """

    raises: list[tuple[str, Side]]
    lasts: int = 100_000
    said: list[str] = field(default_factory=list)
    _up: Side | None = None
    _until: int = 0
    _at: int = 0

    def say(self, text: str, wait: bool = True) -> None:
        self.said.append(text)
        if self.raises and text == self.raises[0][0]:
            self._up = self.raises.pop(0)[1]
            # Low for a while before: a hand that was up says nothing.
            self._until = self._at + RAISED_FRAMES

    def __len__(self) -> int:
        return self.lasts

    @overload
    def __getitem__(self, index: int) -> Pose: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Pose]: ...
    def __getitem__(self, index: int | slice) -> Pose | Sequence[Pose]:
        assert isinstance(index, int)
        self._at = index
        if index < len(PRACTISED):
            return PRACTISED[index]
        late = index >= self._until - RAISED_FRAMES + LOW_FRAMES
        up = self._up is not None and late and index < self._until
        pose = UP[self._up] if up and self._up is not None else LOW
        return replace(pose, t_s=index / FPS)


@dataclass
class Played:
    """What came of a set and its questions."""

    answers: Answers
    after: After
    stage: Stage
    windows: int
    out: str


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with Notebook.open(tmp_path) as opened:
        yield opened


def play(
    notebook: Notebook,
    someone: Someone,
    *typed: str,
    lang: str = "en",
    screen: FakeScreen | None = None,
) -> Played:
    """Coach a set in the window, and ask what follows it."""
    stage = Stage(someone, screen=screen or FakeScreen())
    usual, opened = parts_of(stage), []

    def window(title: str, fullscreen: bool) -> FakeScreen:
        opened.append(title)
        return stage.screen

    options, out = replace(OPTIONS, lang=lang), StringIO()
    with Mat(replace(usual, window=window)) as mat:
        ask = MatAsker(load_phrases(lang), mat, say=someone.say, answers=Typed(*typed), out=out)
        practice = Practice(
            history=notebook.history,
            profile=Profile(),
            ask=ask,
            options=options,
            run_live=mat.run_live,
        )
        journal = HistoryJournal(
            notebook.history, exercise="hip_flexion", level="bent", lang=lang, source="0"
        )
        result = mat.run_live(options, journal=journal)
        assert len(result.sets[-1].reps) == 2
        assert [stage.screen.closed, stage.cameras[0].closed] == [False, False]
        after = practice.after_set(
            Kept(notebook.history, journal.session_id, 1), "hip_flexion", early=False
        )
        journal.close()
    assert [stage.screen.closed, stage.cameras[0].closed] == [True, True]
    (session,) = notebook.history.sessions()
    return Played(session.sets[0].answers, after, stage, len(opened), out.getvalue())


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize(("hand", "calm"), [(Side.RIGHT, True), (Side.LEFT, False)])
def test_numbers_and_yes_or_no_are_answered_by_a_raised_hand(
    notebook: Notebook, lang: str, hand: Side, calm: bool
) -> None:
    phrases = load_phrases(lang)
    someone = Someone([("1", Side.RIGHT), ("3", Side.RIGHT), (phrases.text("ask.breathing"), hand)])
    played = play(notebook, someone, lang=lang)
    assert played.answers.pain_after == 1
    assert played.answers.effort == 3
    assert played.answers.breathing_normal is calm
    assert someone.raises == []
    assert phrases.text("ask.pain_after") in someone.said
    assert phrases.text("app.live.heard", answer="1") in someone.said
    assert (played.windows, len(played.stage.cameras)) == (1, 1)


def test_the_left_hand_takes_a_number_back(notebook: Notebook) -> None:
    heard = load_phrases("en").text("app.live.heard", answer="1")
    someone = Someone([("1", Side.RIGHT), (heard, Side.LEFT), ("2", Side.RIGHT)])
    played = play(notebook, someone)
    assert played.answers.pain_after == 2


def test_silence_is_no_answer_and_each_question_is_asked_twice(notebook: Notebook) -> None:
    someone = Someone([])
    played = play(notebook, someone)
    answers = played.answers
    assert (answers.pain_after, answers.effort, answers.breathing_normal) == (None, None, None)
    assert someone.said.count(load_phrases("en").text("ask.effort")) == 2
    assert load_phrases("en").text("app.not_answered") in played.out


def test_what_is_typed_answers_as_well(notebook: Notebook) -> None:
    answers = play(notebook, Someone([]), "1", "", "n").answers
    assert (answers.pain_after, answers.effort, answers.breathing_normal) == (1, None, False)


def test_pain_that_was_typed_and_never_understood_ends_the_day(notebook: Notebook) -> None:
    someone = Someone([])
    assert play(notebook, someone, "a lot").after is After.DAY_OVER
    assert load_phrases("en").text("ask.pain_unclear") in someone.said


def test_a_key_skips_a_question_and_closing_the_window_leaves_the_rest_to_the_terminal(
    notebook: Notebook,
) -> None:
    someone = Someone([])
    screen = FakeScreen(keys={})
    skips: list[str] = []
    text = load_phrases("en").text

    def press(image: Image) -> None:
        at, last = screen.shown, someone.said[-1] if someone.said else ""
        if last == "0" and not skips:
            skips.append("next")
            screen.keys = {at: Key.NEXT}
        elif last == "2" and len(skips) == 1:
            skips.append("stop")
            screen.keys = {at: Key.STOP}

    screen.on_show = press
    played = play(notebook, someone, screen=screen)
    assert skips == ["next", "stop"]
    assert someone.said.count(text("ask.pain_after")) == 1
    assert someone.said.count(text("ask.effort")) == 1
    assert f"{text('ask.breathing')} [" in played.out, "typed, as ever"


def test_where_the_camera_ends_the_rest_is_typed(notebook: Notebook) -> None:
    someone = Someone([], lasts=len(PRACTISED) + 30)
    out = play(notebook, someone).out
    assert f"{load_phrases('en').text('ask.breathing')} [" in out


def test_a_question_stands_large_in_the_window(notebook: Notebook) -> None:
    shown: list[Image] = []
    someone = Someone([])
    screen = FakeScreen()
    question = load_phrases("en").text("ask.pain_after")

    def keep(image: Image) -> None:
        if question in someone.said and not shown:
            shown.append(image.copy())

    screen.on_show = keep
    play(notebook, someone, "1", "1", "yes", screen=screen)
    first = shown[0]
    assert first.shape == (720, 1280, 3)
    words = np.any(first[:, : first.shape[1] // 2] > 200, axis=2)
    assert np.flatnonzero(words.any(axis=1)).size > 100, "lines of words, 100 pixels in all"


def test_a_set_after_the_window_was_closed_is_stopped_at_once() -> None:
    mat = Mat(parts_of(Stage(PRACTISED)))
    mat.leaving = True
    result = mat.run_live(OPTIONS, journal=None)
    assert result.stopped
    assert list[SetSummary](result.sets) == []


def test_today_asks_in_its_window_once_a_set_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = load_phrases("en").text
    with Notebook.open(tmp_path) as notebook:
        notebook.put_profile(Profile(screening=dict.fromkeys(QUESTIONS, False)))
        for side in Side:
            notebook.history.put_personal_end("hip_flexion", "bent", side, 95.0, local_now())
    tired = (text("ask.option.tired"), Side.RIGHT)
    someone = Someone([tired, ("0", Side.RIGHT), ("2", Side.RIGHT)])
    stage = Stage(someone, screen=FakeScreen(keys={len(PRACTISED): Key.STOP}))
    monkeypatch.setattr(today, "Mat", lambda on_note: Mat(parts_of(stage), on_note))
    monkeypatch.setattr(today, "check_ready", lambda options: None)
    monkeypatch.setattr(today, "speaking", lambda *_: nullcontext(someone.say))
    today.run_today(replace(OPTIONS, voice=True), tmp_path, lang="en")
    with Notebook.open(tmp_path) as notebook:
        (session,) = notebook.history.sessions()
    assert session.sets[0].answers.stopped_why == "tired"
    assert session.sets[0].answers.pain_after == 0
    assert session.sets[0].answers.effort == 2
    assert len(stage.cameras) == 1
    assert f"{text('ask.pain_before')} [" in capsys.readouterr().out, "typed: nobody lies yet"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "calm"), [("raised_hand", True), ("raised_left", False)])
def test_a_rendered_person_answers_by_hand_in_the_window(name: str, calm: bool) -> None:
    frames = list(frames_of(Path(__file__).resolve().parents[2] / "app" / f"{name}.mp4"))
    poses = [replace(LOW, t_s=t_s) for t_s, _ in frames]

    class Clip(FakeCamera):
        """Gives the pictures of the clip."""

        def read(self, timeout_s: float) -> Frame | None:
            frame = super().read(timeout_s)
            return frame and replace(frame, image_bgr=frames[frame.index][1])

    parts = replace(
        parts_of(Stage(poses, screen=FakeScreen(keys={1: Key.STOP}))),  # the set ends at once
        camera=lambda _, on_event: Clip(poses, on_event),
        estimator=LandmarkerEstimator,
    )
    with Mat(parts) as mat:
        mat.run_live(replace(OPTIONS, exercise="dead_bug", level="hold"), journal=None)
        ask = MatAsker(load_phrases("en"), mat, say=None, answers=Typed(), out=StringIO())
        assert ask.yes_no("ask.breathing") is calm
