"""What the picture says: the count, the phase, the cue, the doubt, and the body in colours.

The layout is made for a person on a mat, three metres away: one large number, one word for the
phase, one sentence. Everything scales with the shorter edge of the frame. No panel lies on the
body: they stand in the room that it leaves, or the picture is made smaller and they stand beside.
"""

from collections.abc import Mapping

import cv2
import numpy as np

from formcoach.coaching.events import Phase, Priority, Quality, Update
from formcoach.picture.arrangement import SCALES, Arrangement, PanelSizes, Placer
from formcoach.picture.canvas import Image, Points, SpriteCache, share_of_path, stroke
from formcoach.picture.palette import AMBER, CORAL, LIGHT, NIGHT, TEAL
from formcoach.picture.panels import (
    COUNT_ROOM,
    Layout,
    band_sprite,
    count_box,
    count_sprite,
    info_size,
    info_sprite,
    layout_for,
    ring_path,
)
from formcoach.picture.room import BodyBox, Box, box_of
from formcoach.picture.shown import Shown
from formcoach.picture.skeleton import SkeletonPainter, points_in_picture
from formcoach.picture.tally import Tally
from formcoach.pose.landmarks import Pose
from formcoach.pose.signals import Signal
from formcoach.pose.trust import MIN_PRESENCE, landmark_order
from formcoach.words.phrases import Phrases

__all__ = ["Overlay"]

CUE_COLOURS = {
    Priority.SAFETY: CORAL,
    Priority.VIEW: AMBER,
    Priority.TEMPO: CORAL,
    Priority.FORM: CORAL,
    Priority.PRAISE: TEAL,
    None: TEAL,
}
SPRITES = 16
"""Kept ready drawn; a picture shows four. The count's takes half a megabyte."""
BAND_LINES = 2.9
"""Height of the room for a sentence, in sizes of its font: two lines and a margin."""
DEFAULT_SHOWN_REPS = 10
"""Without a target the ring has room for so many reps, and for more once they are done."""
HELD_S = 60.0
"""What the ring of a hold without a target is worth. Proposal."""
WAITING = (Phase.SETUP, Phase.READY)


class Overlay:
    """Draws on frames what the coach has to say of them.

    Args:
        phrases: the words of the user's language.
        spec_title: the exercise, as the user reads it; it leaves once the exercise has begun.
        target: how many reps (seconds, where something is held) the set has; None for no target.
        mirror: show the picture as a mirror does; words are never mirrored.
        live: the count is a third of the frame's shorter edge instead of a quarter.
        isometric: the count is the seconds held, not the reps.
        exercise: ``dead_bug.reach`` or ``squat``, for words that an exercise has of its own.
        shown: which limbs work and which angles are drawn.
        zones: where the far end of a rep should be, in degrees.
        degrees: whether the angles are drawn in degrees.
    """

    def __init__(
        self,
        phrases: Phrases,
        spec_title: str,
        target: int | None = None,
        mirror: bool = False,
        *,
        shown: Shown,
        live: bool = False,
        isometric: bool = False,
        exercise: str = "",
        zones: Mapping[Signal, tuple[float, float]] | None = None,
        degrees: bool = False,
    ) -> None:
        """Prepare for frames of any size."""
        self._phrases = phrases
        self._title = spec_title
        self._target = target
        self._mirror = mirror
        self._live = live
        self._isometric = isometric
        self._exercise = exercise
        self._skeleton = SkeletonPainter(shown, zones or {}, degrees=degrees)
        self._sprites = SpriteCache(SPRITES)
        self._body = BodyBox()
        self._placer = Placer()
        self._begun = False
        self.panels: tuple[Box, ...] = ()
        """Where the panels of the last picture are."""
        self.picture = Box(0, 0, 0, 0)
        """Where the frame itself is on the last picture: beside a rail it is smaller."""
        self.body: Box | None = None
        """Where the body of the last picture is, to be kept free."""

    def draw(self, image_bgr: Image, pose: Pose, update: Update, tally: Tally) -> Image:
        """Return a new picture with everything on it; the frame itself is left as it is.

        Args:
            image_bgr: shape (height, width, 3); it may be smaller or larger than the frame the
                pose was found in.
            pose: the body in the pixels of its own frame.
            update: what the coach says of this frame.
            tally: what has been counted up to it.
        """
        flipped = cv2.flip(image_bgr, 1) if self._mirror else image_bgr.copy()
        image: Image = np.asarray(flipped, np.uint8)
        size_px = (image.shape[1], image.shape[0])
        self._skeleton.draw(image, pose, update, mirrored=self._mirror)
        self._begun = bool(tally.marks) or tally.hold_s > 0.0 or update.phase not in WAITING
        now = self._box(pose, update, size_px)
        settled = update.phase is not Phase.SETUP
        body = self._body.step(update.t_s, now, quick=not settled)
        number, rows = self._number(tally), self._rows(tally)
        sizes = {scale: self._sizes(size_px, scale, number, rows) for scale in SCALES}
        places = self._placer.step(size_px, body, sizes, settled=settled)
        image = _on_canvas(image, places)
        self.picture = places.picture
        self.body = None if body is None else _moved(body, places.picture, size_px)
        layout = layout_for(*size_px, live=self._live, scale=places.scale)
        self.panels = (
            self._draw_count(image, layout, tally, number, places),
            self._draw_info(image, layout, update.phase, rows, places.info),
            *self._draw_band(image, layout, update, tally, places.band),
        )
        return image

    def _box(self, pose: Pose, update: Update, size_px: tuple[int, int]) -> Box | None:
        """Return the box around the body in this frame."""
        if not pose.seen:
            return None
        xy: Points = points_in_picture(
            pose, size_px, exchanged=update.exchanged, mirrored=self._mirror
        )
        present = pose.presence[landmark_order(exchanged=update.exchanged)] >= MIN_PRESENCE
        return box_of(xy, list(present), size_px)

    def _sizes(
        self, size_px: tuple[int, int], scale: float, number: str, rows: list[str]
    ) -> PanelSizes:
        layout = layout_for(*size_px, live=self._live, scale=scale)
        words = [self._phase_word(phase) for phase in Phase]
        return PanelSizes(
            count=count_box(number, layout),
            info=info_size(rows, words, layout),
            band=round(BAND_LINES * layout.cue),
            margin=layout.margin,
        )

    def _number(self, tally: Tally) -> str:
        return str(int(tally.hold_s) if self._isometric else tally.total)

    def _draw_count(
        self, image: Image, layout: Layout, tally: Tally, number: str, places: Arrangement
    ) -> Box:
        """Draw the count in its ring, and of a hold how much of it is done."""
        room, layout = places.count, _in_rail(layout, places)
        box = count_box(number, layout)
        shrink = min(1.0, room.width / box[0], room.height / box[1])
        box = (round(box[0] * shrink), round(box[1] * shrink))
        marks = self._marks(tally)
        key = ("count", layout, number, marks, box)
        sprite = self._sprites.get(key, lambda: count_sprite(number, box, layout, marks))
        drawn = _lay(image, sprite.size_px, room)
        x, y = round(drawn.left), round(drawn.top)
        sprite.lay(image, x, y)
        held = self._held_share(tally)
        if held > 0.0:
            path = share_of_path(ring_path(box, layout), 0.0, min(1.0, held))
            path += np.array([x, y])
            stroke(image, [path], LIGHT if held < 1.0 else TEAL, round(layout.ring * 1.2))
        return drawn

    def _marks(self, tally: Tally) -> tuple[Quality | None, ...]:
        """Return the ring's parts, a rep each in order of time; None is one to come."""
        if self._isometric:
            return ()
        to_come = (self._target or DEFAULT_SHOWN_REPS) - tally.total
        return (*tally.marks, *[None] * to_come)

    def _held_share(self, tally: Tally) -> float:
        """Return how much of the hold is done."""
        target_s = tally.hold_target_s
        if target_s is None and self._isometric:
            target_s = float(self._target or HELD_S)
        if target_s is None or tally.hold_s <= 0.0:
            return 0.0
        return tally.hold_s / target_s

    def _rows(self, tally: Tally) -> list[str]:
        """Return the small lines: the exercise until it begins, then the target and the sides."""
        text = self._phrases.text
        rows = [] if self._begun or not self._title else [self._title]
        parts: list[str] = []
        of = text("ui.of", n=self._target) if self._target is not None else ""
        if self._isometric:
            parts.append(f"{text('ui.seconds_long')} {of}".strip())
        elif of:
            parts.append(of)
        if tally.sets > 1:
            parts.append(text("ui.set_of", n=tally.set_index, total=tally.sets))
        if parts:
            rows.append(" · ".join(parts))
        if tally.left or tally.right:
            left, right = text("ui.left_short"), text("ui.right_short")
            rows.append(f"{left} {tally.left}   {right} {tally.right}")
        return rows

    def _draw_info(
        self, image: Image, layout: Layout, phase: Phase, rows: list[str], room: Box
    ) -> Box:
        """Draw the word for the phase and the small lines."""
        word = self._phase_word(phase)
        colour = LIGHT if phase in WAITING else TEAL
        size = (int(room.width), int(room.height))
        key = ("info", layout, word, tuple(rows), colour, size)
        sprite = self._sprites.get(key, lambda: info_sprite(rows, word, colour, layout, size))
        drawn = _lay(image, sprite.size_px, room)
        sprite.lay(image, round(drawn.left), round(drawn.top))
        return drawn

    def _phase_word(self, phase: Phase) -> str:
        words = self._phrases.phase(phase, self._exercise)
        return words[:1].upper() + words[1:]

    def _draw_band(
        self, image: Image, layout: Layout, update: Update, tally: Tally, room: Box
    ) -> list[Box]:
        """Draw the sentence: the cue, or else why the coach is unsure."""
        doubt = self._phrases.reason(update.unsure) if update.unsure is not None else None
        said, accent = tally.cue, CUE_COLOURS[tally.cue_priority]
        if said is None or said == doubt:
            said, accent = doubt, AMBER
        if said is None:
            return []
        words, size = said, (int(room.width), int(room.height))
        key = ("band", layout, words, accent, size)
        sprite = self._sprites.get(key, lambda: band_sprite(words, layout.cue, accent, size))
        drawn = _lay(image, sprite.size_px, room)
        sprite.lay(image, round(drawn.left), round(drawn.top))
        return [drawn]


def _in_rail(layout: Layout, places: Arrangement) -> Layout:
    """Return the sizes of a count that fills its room on a rail, and is never smaller elsewhere."""
    if not places.rail:
        return layout
    count = min(layout.count, round(min(places.count.width, places.count.height) / COUNT_ROOM))
    return Layout(
        width=layout.width,
        height=layout.height,
        margin=layout.margin,
        count=count,
        text=layout.text,
        phase=layout.phase,
        cue=layout.cue,
    )


def _on_canvas(image: Image, places: Arrangement) -> Image:
    """Return the picture as it is, or made smaller on a canvas of its own size with a rail."""
    if not places.rail:
        return image
    canvas = np.empty_like(image)
    canvas[:] = NIGHT
    at = places.picture
    left, top, right, bottom = (round(v) for v in (at.left, at.top, at.right, at.bottom))
    size = (right - left, bottom - top)
    canvas[top:bottom, left:right] = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return canvas


def _moved(box: Box, picture: Box, size_px: tuple[int, int]) -> Box:
    """Return where a box of the picture is on the canvas."""
    across, down = picture.width / size_px[0], picture.height / size_px[1]
    return Box(
        picture.left + across * box.left,
        picture.top + down * box.top,
        picture.left + across * box.right,
        picture.top + down * box.bottom,
    )


def _lay(image: Image, size_px: tuple[int, int], room: Box) -> Box:
    """Return where something of a size goes in its room: toward the nearest edges of the canvas."""
    height, width = image.shape[:2]
    spare_x, spare_y = room.width - size_px[0], room.height - size_px[1]
    middle_x, middle_y = (room.left + room.right) / 2 / width, (room.top + room.bottom) / 2 / height
    share_x = 0.5 if 0.4 < middle_x < 0.6 else float(middle_x > 0.5)
    left = room.left + max(0.0, spare_x) * share_x
    top = room.top + max(0.0, spare_y) * float(middle_y > 0.5)
    return Box(left, top, left + size_px[0], top + size_px[1])
