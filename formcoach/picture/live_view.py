"""The picture of a live session: what the overlay shows, the rest, the pause, the keys."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np

from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import SetSummary
from formcoach.exercises.library import load_demonstration
from formcoach.picture.canvas import Image, Sprite
from formcoach.picture.card import Card, card_of, draw_card
from formcoach.picture.figure_view import draw_demonstration
from formcoach.picture.overlay import Overlay
from formcoach.picture.palette import TEAL
from formcoach.picture.panels import band_sprite, layout_for, rows_sprite
from formcoach.picture.studio import hold_target_s, overlay_for
from formcoach.picture.tally import Tally
from formcoach.pose.landmarks import Pose, Side
from formcoach.session.guide import SessionStep, SessionTargets, Stage
from formcoach.words.phrases import Phrases
from formcoach.words.titles import shown_name

__all__ = ["LiveView"]

MIN_EDGE_PX = 360
"""A smaller picture is enlarged before anything is drawn on it, or the words were coarse."""

OPENING_SHAPE = (720, 1280, 3)


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
        degrees: whether angles are drawn in degrees.
    """

    def __init__(
        self,
        phrases: Phrases,
        coach: Coach,
        targets: SessionTargets,
        *,
        mirror: bool,
        personal_end_deg: Mapping[Side, float],
        degrees: bool = False,
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
            degrees=degrees,
        )
        self._exercise = shown_name(coach.spec, coach.level)
        self._isometric = coach.spec.movement_of(coach.level) is None
        self._sets = targets.sets
        self._card: Card | None = None
        self._fresh = Tally(hold_target_s=hold_target_s(coach), sets=targets.sets)
        self._tally = self._fresh
        self._demonstration = load_demonstration(coach.spec.id, coach.level.id or None)
        self.helping = False
        """Whether the keys are shown."""
        self.demonstrating = False
        """Whether a figure shows how it goes, where there is one."""
        self.max_edge_px: int | None = None
        """The long side of what is drawn at most; None for no limit."""

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
        frame_bgr = _reduced(self._enlarged(frame.image_bgr), self.max_edge_px)
        if step.stage is Stage.REST and self._card is not None:
            image = self._resting(frame_bgr, self._card, step)
        elif self.demonstrating and self._demonstration is not None:
            image = draw_demonstration(
                self._demonstration,
                step.update.t_s,
                (frame_bgr.shape[1], frame_bgr.shape[0]),
                words=self._tally.cue,
                image_bgr=self._mirrored(frame_bgr),
            )
        else:
            image = self._overlay.draw(frame_bgr, pose, step.update, self._tally)
        return self._with_help(image) if self.helping else image

    def follow(self, step: SessionStep, words: str | None) -> None:
        """Take what a frame brings without drawing it, where there is no time to draw them all."""
        if step.set_index != self._tally.set_index:
            cue, cue_s = self._tally.cue, self._tally.cue_s
            self._tally = replace(self._fresh, set_index=step.set_index, cue=cue, cue_s=cue_s)
        if step.set_over is not None:
            self._tally = replace(self._tally, cue=None)
            self._card = self._card_of([step.set_over], self._following(step.set_index))
        self._tally = self._tally.after(step.update, words)

    def _resting(self, frame_bgr: Image, card: Card, step: SessionStep) -> Image:
        """Return the card of the set before, the rest counted down in its ring."""
        size_px = (frame_bgr.shape[1], frame_bgr.shape[0])
        rest_s = (step.rest_left_s, self._rest_s)
        image, _ = draw_card(
            self._mirrored(frame_bgr), card, size_px, rest_s=rest_s, note=self._tally.cue
        )
        return image

    def _mirrored(self, image: Image) -> Image:
        return np.ascontiguousarray(image[:, ::-1]) if self._mirror else image

    def ending(self, image: Image, sets: Sequence[SetSummary], note: str | None = None) -> Image:
        """Return the last picture of a session: the card of all that was done.

        Args:
            image: the last picture; the card takes its size.
            sets: what was done.
            note: something else to read, in words.
        """
        card = self._card_of(sets, self._phrases.text("session.goodbye"))
        drawn, _ = draw_card(None, card, (image.shape[1], image.shape[0]), note=note)
        return drawn

    def _card_of(self, sets: Sequence[SetSummary], following: str) -> Card:
        return card_of(
            sets, self._phrases, self._exercise, isometric=self._isometric, following=following
        )

    def _following(self, set_index: int) -> str:
        if set_index >= self._sets:
            return self._phrases.text("session.goodbye")
        return self._phrases.text("card.next_set", n=set_index + 1, total=self._sets)

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
        room = (layout.width - 2 * layout.margin, layout.height // 2)
        return _centred(image // 2, band_sprite(words, layout.phase, TEAL, room))

    def _enlarged(self, image: Image) -> Image:
        size = self.size_px((image.shape[1], image.shape[0]))
        if size == (image.shape[1], image.shape[0]):
            return image
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)

    def _with_help(self, image: Image) -> Image:
        lines = self._phrases.steps("help.keys")
        layout = layout_for(image.shape[1], image.shape[0], live=True)
        return _centred(image, rows_sprite(lines, layout, alpha=1.0))


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
