"""The picture of a live session: what the overlay shows, the rest, the pause, the keys."""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

import cv2
import numpy as np

from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.picture.canvas import Image, Sprite
from formcoach.picture.overlay import Overlay, Tally
from formcoach.picture.palette import TEAL
from formcoach.picture.panels import band_sprite, layout_for, rows_sprite
from formcoach.picture.studio import hold_target_s, overlay_for
from formcoach.pose.landmarks import Pose, Side
from formcoach.session.guide import SessionStep, SessionTargets, Stage
from formcoach.words.phrases import Phrases

__all__ = ["LiveView"]

MIN_EDGE_PX = 360
"""A smaller picture is enlarged before anything is drawn on it, or the words were coarse."""

OPENING_SHAPE = (720, 1280, 3)

RESULT_S = 4.0
"""So long what the set came to is shown before the rest is counted down. Proposal."""


class LiveView:
    """Draws the frames of a session.

    Attributes:
        helping: whether the keys are shown.
        max_edge_px: the long side of what is drawn at most; None for that of the frames.

    Args:
        phrases: the words of the user's language.
        coach: a coach of the exercise.
        targets: what is to be done.
        mirror: show the picture as a mirror does.
        personal_end_deg: the end point the person has set, by side, where one was set.
    """

    def __init__(
        self,
        phrases: Phrases,
        coach: Coach,
        targets: SessionTargets,
        *,
        mirror: bool,
        personal_end_deg: Mapping[Side, float],
    ) -> None:
        self._phrases = phrases
        self._mirror = mirror
        self._rest_s = targets.rest_s
        self._overlay: Overlay = overlay_for(
            coach,
            phrases,
            target=targets.reps,
            mirror=mirror,
            live=True,
            personal_end_deg=personal_end_deg,
        )
        self._fresh = Tally(hold_target_s=hold_target_s(coach), sets=targets.sets)
        self._tally = self._fresh
        self.helping = False
        self.max_edge_px: int | None = None

    @staticmethod
    def size_px(frame_px: tuple[int, int]) -> tuple[int, int]:
        """Return width and height of what is drawn for frames of a size."""
        scale = max(1.0, MIN_EDGE_PX / min(frame_px))
        return round(frame_px[0] * scale), round(frame_px[1] * scale)

    def draw(self, frame: Frame, pose: Pose, step: SessionStep, words: str | None) -> Image:
        """Return a frame with everything on it.

        Args:
            frame: the frame.
            pose: the body in it.
            step: what the session has to say of it.
            words: the words to show from now on; None for no new ones.
        """
        self.follow(step, words)
        image = _reduced(self._enlarged(frame.image_bgr), self.max_edge_px)
        image = self._overlay.draw(image, pose, step.update, self._tally)
        return self._with_help(image) if self.helping else image

    def follow(self, step: SessionStep, words: str | None) -> None:
        """Take what a frame brings without drawing it, where there is no time to draw them all."""
        if step.set_index != self._tally.set_index:
            cue, cue_s = self._tally.cue, self._tally.cue_s
            self._tally = replace(self._fresh, set_index=step.set_index, cue=cue, cue_s=cue_s)
        rested_s = self._rest_s - step.rest_left_s
        if step.stage is Stage.REST and rested_s >= min(RESULT_S, self._rest_s / 2):
            words = f"{self._phrases.text('session.rest')} {ceil(step.rest_left_s)}"
        self._tally = self._tally.after(step.update, words)

    def opening(self) -> Image:
        """Return what is shown until the camera's first picture: loading takes some seconds."""
        return self.closing(
            np.zeros(OPENING_SHAPE, np.uint8), self._phrases.text("session.opening")
        )

    def paused(self, image: Image) -> Image:
        """Return a camera's picture with the word for a pause across it."""
        shown = self._enlarged(image[:, ::-1] if self._mirror else image)
        shown = self.closing(shown, self._phrases.text("session.paused"))
        return self._with_help(shown) if self.helping else shown

    def closing(self, image: Image, words: str) -> Image:
        """Return a darkened picture with a sentence across it."""
        layout = layout_for(image.shape[1], image.shape[0], live=True)
        return _centred(image // 2, band_sprite(words, layout, layout.phase, TEAL))

    def _enlarged(self, image: Image) -> Image:
        size = self.size_px((image.shape[1], image.shape[0]))
        if size == (image.shape[1], image.shape[0]):
            return image
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)

    def _with_help(self, image: Image) -> Image:
        lines = self._phrases.steps("help.keys")
        layout = layout_for(image.shape[1], image.shape[0], live=True)
        return _centred(image, rows_sprite([(line, None) for line in lines], layout))


def _reduced(image: Image, max_edge_px: int | None) -> Image:
    """Return a picture made so small that its long side fits; never enlarged."""
    height, width = image.shape[:2]
    if max_edge_px is None or max(width, height) <= max_edge_px:
        return image
    scale = max_edge_px / max(width, height)
    size = round(width * scale), round(height * scale)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _centred(image: Image, sprite: Sprite) -> Image:
    """Return a picture with a sprite in its middle."""
    drawn: Image = image.copy()
    height, width = drawn.shape[:2]
    x, y = (width - sprite.size_px[0]) // 2, (height - sprite.size_px[1]) // 2
    sprite.lay(drawn, max(0, x), max(0, y))
    return drawn
