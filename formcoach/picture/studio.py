"""The annotated copy of a recording: what the coach sees and says, drawn on every frame."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Update
from formcoach.exercises.spec import HoldTime
from formcoach.picture.annotated import AnnotatedVideo, fitted
from formcoach.picture.overlay import Overlay
from formcoach.picture.shown import shown_of
from formcoach.picture.tally import Tally
from formcoach.picture.zones import zones_of
from formcoach.pose.landmarks import Pose, Side
from formcoach.session.announcer import Announcer
from formcoach.session.attempts import Attempts
from formcoach.voice.chimes import CountBy
from formcoach.voice.policy import Utterance, schedule
from formcoach.voice.synthesiser import Synthesiser
from formcoach.words.narrator import Narrator
from formcoach.words.phrases import Phrases
from formcoach.words.titles import shown_name, title_of

__all__ = ["Studio", "hold_target_s", "overlay_for"]


def hold_target_s(coach: Coach) -> float | None:
    """Return how long the coach wants a hold to last at the far end of a rep, where it does."""
    checks = coach.spec.checks_of(coach.level)
    return next((check.min_s for check in checks if isinstance(check, HoldTime)), None)


def overlay_for(
    coach: Coach,
    phrases: Phrases,
    *,
    target: int | None = None,
    mirror: bool = False,
    live: bool = False,
    personal_end_deg: Mapping[Side, float] | None = None,
    degrees: bool = False,
) -> Overlay:
    """Return the overlay that suits an exercise: its title, its joints, reps or seconds."""
    shown = shown_of(coach.spec, coach.level)
    signals = shown.angles if shown.goal is None else (*shown.angles, shown.goal)
    return Overlay(
        phrases,
        title_of(coach.spec, coach.level, phrases),
        target,
        mirror,
        live=live,
        isometric=coach.spec.movement_of(coach.level) is None,
        exercise=shown_name(coach.spec, coach.level),
        shown=shown,
        zones=zones_of(coach, signals, personal_end_deg or {}),
        degrees=degrees,
    )


class Studio:
    """Draws and writes the annotated copy; a context manager.

    Args:
        path: the file.
        coach: the coach whose updates are shown.
        phrases: the words of the user's language.
        fps: about how many frames a second will come; None when not known.
        size_px: width and height of the frames.
        synthesiser: a voice for the sound track: what a live session would have said; None for
            no sound.
        count_by: how reps are counted aloud.
        degrees: whether angles are drawn in degrees.
    """

    def __init__(
        self,
        path: Path,
        coach: Coach,
        phrases: Phrases,
        *,
        fps: float | None,
        size_px: tuple[int, int],
        synthesiser: Synthesiser | None = None,
        count_by: CountBy = CountBy.VOICE,
        degrees: bool = False,
    ) -> None:
        """Open the copy; raise OutputError where it cannot be written."""
        self._phrases = phrases
        self._narrator = Narrator(phrases, shown_name(coach.spec, coach.level), count_by)
        self._announcer = Announcer(coach)
        self._attempts = Attempts(coach)
        self._synthesiser = synthesiser
        self._utterances: list[Utterance] = []
        self._overlay = overlay_for(coach, phrases, degrees=degrees)
        self._tally = Tally(hold_target_s=hold_target_s(coach))
        self._size_px = fitted(size_px)
        self._video = AnnotatedVideo(path, fps, self._size_px)

    def __enter__(self) -> Self:
        """Return the studio itself."""
        self._video.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the copy, whatever happened."""
        try:
            if error is None:
                self._add_sound()
        finally:
            self._video.__exit__(kind, error, trace)

    def show(self, frame: Frame, pose: Pose, update: Update) -> None:
        """Draw one frame and write it."""
        if self._synthesiser is not None:
            says = [*self._announcer.step(update), *self._attempts.step(update)]
            self._utterances += self._narrator.words(update, says)
        self._tally = self._tally.after(update, self._narrator.shown(update))
        image = frame.image_bgr
        if frame.size_px[0] * frame.size_px[1] > self._size_px[0] * self._size_px[1]:
            image = np.asarray(
                cv2.resize(image, self._size_px, interpolation=cv2.INTER_AREA), np.uint8
            )
        image = self._overlay.draw(image, pose, update, self._tally)
        self._video.write(frame.t_s, image)

    def _add_sound(self) -> None:
        """Let everything be said in the video's own time."""
        if self._synthesiser is None:
            return
        for spoken in schedule(self._utterances, self._synthesiser, self._phrases.lang):
            self._video.add_audio(spoken.started_s, spoken.pcm.samples, spoken.pcm.rate_hz)
