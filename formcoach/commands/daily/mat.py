"""Asks from the mat: one window and one camera for all of a sitting, and the questions between.

Questions before the first set are typed: until then nobody lies anywhere. From the first set on
they are spoken, shown large beside the picture, and answered by a raised hand (rules G), by a
line that is typed, or not at all.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from threading import Event
from typing import Any, TextIO

import numpy as np

from formcoach.capture.live.camera import CameraEvent
from formcoach.capture.source import LiveSource
from formcoach.coaching.coach import Coach
from formcoach.commands.daily import asking
from formcoach.commands.daily.asking import Answering, Asker
from formcoach.commands.daily.hand_asker import HandAsker
from formcoach.commands.daily.speaking import Speak
from formcoach.commands.live import Journal, LiveOptions, LiveResult, OnEvent, Parts, run_live
from formcoach.commands.live.lent import LentCamera, LentEstimator, LentScreen, looked
from formcoach.exercises.library import load_exercise
from formcoach.picture.canvas import Image
from formcoach.picture.card import Card, draw_card, put_picture
from formcoach.picture.room import Box
from formcoach.picture.window import Key, Screen
from formcoach.pose.estimator import PoseEstimator
from formcoach.pose.mediapipe.model_files import find_model
from formcoach.pose.signals import Signals
from formcoach.system.closing import Closing
from formcoach.voice.speech import OnTrouble
from formcoach.words.phrases import Phrases

__all__ = ["Mat", "MatAsker"]

TYPED_S = 0.001
"""A line that was typed lies ready; none is waited for, or the camera's pictures would."""
SHOWN_PX = (1280, 720)


class Mat(Closing):
    """Holds window, camera and model from the first set to the end of a sitting.

    Attributes:
        leaving: whether the window was closed, or its key to stop pressed, between sets.
        skipped: whether the key for the next thing was pressed since this was last set to False.

    Args:
        parts: camera, model, window and voice, where they are not the usual ones.
        on_note: told of troubles that do not end the session, a sentence each.
    """

    def __init__(self, parts: Parts | None = None, on_note: OnTrouble | None = None) -> None:
        self.leaving = self.skipped = False
        self._parts = parts or Parts()
        self._on_note = on_note
        self._stack = ExitStack()
        self._camera: LiveSource | None = None
        self._estimator: PoseEstimator | None = None
        self._screen: Screen | None = None
        self._watcher: Coach | None = None
        self._on_camera: OnEvent | None = None
        self._card: Card | None = None
        self._last: Image | None = None
        self._drawn: Image | None = None
        self._place: Box | None = None
        self._mirror = True

    @property
    def sees(self) -> bool:
        """Whether a window is open and a camera gives pictures."""
        return self._camera is not None and not self._camera.ended and not self.leaving

    def run_live(self, options: LiveOptions, *, journal: Journal | None) -> LiveResult:
        """Coach a set in the window, with camera and model as they are open.

        Whoever has closed the window before it wants no other set: it is stopped at once.
        """
        if self.leaving:
            spec = load_exercise(options.exercise)
            level = spec.level(options.level)
            return LiveResult(spec=spec, level=level, sets=(), spoken=(), stopped=True)
        self._mirror, self._card = options.mirror, None
        self._watcher = Coach(load_exercise(options.exercise), options.level)
        usual = self._parts
        parts = Parts(
            camera=self._lend_camera,
            estimator=lambda _: LentEstimator(self._open_estimator(options)),
            window=self._lend_screen,
            voice=usual.voice,
            faces=usual.faces,
            pace=usual.pace,
        )
        try:
            return run_live(options, journal=journal, parts=parts, on_note=self._on_note)
        finally:
            self._on_camera = None

    def look(self) -> tuple[float, Signals | None]:
        """Look at the camera once, and show what stands in the window meanwhile."""
        if self._camera is None or self._estimator is None or self._watcher is None:
            return 0.0, None
        t_s, frame, signals = looked(self._camera, self._estimator, self._watcher)
        if frame is not None:
            self._last = frame.image_bgr
        self._show()
        return t_s, signals

    def put(self, head: str, hint: str = "", value: str = "") -> None:
        """Let the window say something large from now on.

        Args:
            head: the question, or what is told.
            hint: how to answer.
            value: what is counted just now, or was understood.
        """
        lines = (hint,) if hint else ()
        self._card = Card(head=head, lines=lines, remember=value, following="")
        self._drawn = None

    def close(self) -> None:
        """Close camera, model and window; safe to call twice."""
        self._stack.close()
        self._camera = None

    def _show(self) -> None:
        if self._screen is None or self._card is None or self._last is None:
            return
        shown = np.ascontiguousarray(self._last[:, ::-1]) if self._mirror else self._last
        if self._drawn is None:  # the words are drawn once, the picture in them each time
            self._drawn, self._place = draw_card(shown, self._card, SHOWN_PX)
        elif self._place is not None:
            put_picture(self._drawn, self._place, shown)
        key = self._screen.show(self._drawn)
        self.leaving = self.leaving or key is Key.STOP
        self.skipped = self.skipped or key is Key.NEXT

    def _lend_camera(self, source: str, on_event: OnEvent) -> LiveSource:
        self._on_camera = on_event
        if self._camera is None:
            self._camera = self._stack.enter_context(self._parts.camera(source, self._pass_on))
        return LentCamera(self._camera, Event())

    def _open_estimator(self, options: LiveOptions) -> PoseEstimator:
        if self._estimator is None:
            opened = self._parts.estimator(find_model(options.model))
            self._estimator = self._stack.enter_context(opened)
        return self._estimator

    def _lend_screen(self, title: str, fullscreen: bool) -> Screen:
        if self._screen is None:
            self._screen = self._stack.enter_context(self._parts.window("FormCoach", fullscreen))
        return LentScreen(self._screen)

    def _pass_on(self, event: CameraEvent, detail: str) -> None:
        if self._on_camera is not None:
            self._on_camera(event, detail)


class MatAsker(HandAsker):
    """Asks in the window from the first set on; by typed lines before, and where nothing is seen.

    Args:
        phrases: the words.
        mat: window and camera.
        say: speaks a sentence and returns when it was said; None for silence.
        answers: where typed answers come from; the keyboard if not given.
        out: where questions are shown as well; the standard output if not given.
    """

    def __init__(
        self,
        phrases: Phrases,
        mat: Mat,
        *,
        say: Speak | None,
        answers: Answering | None = None,
        out: TextIO | None = None,
    ) -> None:
        super().__init__(
            phrases,
            post=self._put,
            look=mat.look,
            say=self._speak_while_looking,
            stopped=lambda: not mat.sees,
            answers=asking.Keyboard() if answers is None else answers,
            out=out,
        )
        self._mat, self._say, self._say_it = mat, say, say
        self._question = self._hint = ""
        self._options: dict[str, str] = {}

    def yes_no(self, question: str, present: bool | None = None) -> bool | None:
        """Ask for yes or no; None when not answered."""
        if self._by_hand:
            return super().yes_no(question, present)
        return Asker.yes_no(self, question, present)

    def number(
        self, question: str, least: int, most: int, present: int | None = None
    ) -> int | None:
        """Ask for a whole number from `least` to `most`; None when not answered."""
        if self._by_hand:
            return super().number(question, least, most, present)
        return Asker.number(self, question, least, most, present)

    def choice(
        self, question: str, options: Mapping[str, str], present: str | None = None
    ) -> str | None:
        """Ask for one of some; None when not answered."""
        if self._by_hand:
            return super().choice(question, options, present)
        return Asker.choice(self, question, options, present)

    def tell(self, phrase: str, **slots: object) -> None:
        """Say and show something that needs no answer; it stands in the terminal as well."""
        if not self._by_hand:
            Asker.tell(self, phrase, **slots)
            return
        super().tell(phrase, **slots)

    def pause(self, phrase: str, seconds: float) -> None:
        """Wait for so long, or until a key or Enter says to go on."""
        if self._by_hand:
            super().pause(phrase, seconds)
        else:
            Asker.pause(self, phrase, seconds)

    @property
    def _by_hand(self) -> bool:
        """Whether the window asks; what is not spoken is read and typed."""
        return self._mat.sees and self.speaks

    def _put(self, message: dict[str, Any]) -> None:
        """Show in the window what a page would be told, and in the terminal what is said."""
        text = message.get("text", "")
        match message["type"]:
            case "question":
                self._question, self._hint = text, message["hint"]
                self._options = {one["value"]: one["label"] for one in message["options"]}
                self._mat.put(text, self._hint)
                self._show(f"{text} ")
            case "counting":
                self._mat.put(self._question, self._hint, self._options[message["value"]])
            case "taken":
                self.unclear = False
                self._mat.put(self._question, value=text)
            case "taken_back":
                self._mat.put(self._question, self._hint)
            case "answered":
                self._mat.put(self._question, value=text)
                self._show(f"{text}\n")
            case _:
                self._mat.put(text)
                self._show(f"{text}\n")

    def _speak_while_looking(self, text: str, wait: bool) -> None:
        if self._say_it is not None:
            self._say_it(text, wait)

    def _forget(self) -> None:
        self._answers.forget()
        self._mat.skipped = False

    def _next_given(self) -> str | None:
        """Return what was typed, in the values of the question; empty to skip it."""
        if self._mat.skipped:
            self._mat.skipped = False
            return ""
        line = self._answers.line(TYPED_S)
        if not line:
            return line
        found = self._meant(line.strip().lower())
        self.unclear = found is None
        if found is None:
            self._show(f"{self.phrases.text('ask.not_understood')} [{self._hint}] ")
        return found

    def _meant(self, typed: str) -> str | None:
        words = {word: value for value, word in self._options.items()}
        words = {word.lower(): value for word, value in words.items()}
        for value in ("yes", "no"):
            words |= dict.fromkeys(self.phrases.steps(f"ask.{value}"), value)
        if not any(value.isdigit() for value in self._options):
            words |= {str(n): value for n, value in enumerate(self._options, start=1)}
        found = words.get(typed, typed)
        return found if found in self._options else None
