"""What the picture says: the count, the phase, the cue, the doubt, and the body in colours.

The layout is made for a person on a mat, three metres away: one large number, one word for the
phase, one sentence at the bottom. Everything scales with the shorter edge of the frame.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from formcoach.coaching.events import Phase, Priority, Quality, Update
from formcoach.picture.canvas import Colour, Image, SpriteCache, share_of_path, stroke
from formcoach.picture.palette import AMBER, CORAL, GREY, LIGHT, TEAL
from formcoach.picture.panels import (
    Layout,
    band_sprite,
    count_box,
    count_sprite,
    layout_for,
    phase_sprite,
    phase_width,
    ring_path,
    rows_sprite,
)
from formcoach.picture.skeleton import SkeletonPainter
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.signals import Signal
from formcoach.words.phrases import Phrases

__all__ = ["Overlay", "Tally"]

CUE_SHOWN_S = 4.0
"""How long a cue stays on the picture; the next may come no sooner (rules C12)."""
CUE_COLOURS = {
    Priority.SAFETY: CORAL,
    Priority.VIEW: AMBER,
    Priority.TEMPO: CORAL,
    Priority.FORM: CORAL,
    Priority.PRAISE: TEAL,
    None: TEAL,
}
SPRITES = 16
"""Kept ready drawn; a picture shows eight. The count's takes half a megabyte."""
HEAD_HIGH_RATIO = 0.12
"""Shoulders above the hips by less than this share of the torso: lying on the back. Proposal."""
QUALITY_COLOURS = {
    Quality.GOOD: TEAL,
    Quality.FAULTY: CORAL,
    Quality.PARTIAL: AMBER,
    Quality.UNSURE: GREY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What has been counted so far, and what is being said.

    Attributes:
        good, total: the good reps and all completed ones.
        left, right: the completed reps of each side; 0 where both work together.
        last_quality: what the last rep was worth.
        hold_s: how long the present hold has lasted.
        hold_target_s: how long it should last; None where nothing is held.
        set_index, sets: the present set and how many there are.
        cue: the words of the cue that is shown.
        cue_s: since when it is shown.
        cue_priority: how urgent it was; None for words that are no cue of the coach.
    """

    good: int = 0
    total: int = 0
    left: int = 0
    right: int = 0
    last_quality: Quality | None = None
    hold_s: float = 0.0
    hold_target_s: float | None = None
    set_index: int = 1
    sets: int = 1
    cue: str | None = None
    cue_s: float = 0.0
    cue_priority: Priority | None = None

    def after(self, update: Update, cue: str | None = None) -> "Tally":
        """Return the tally after one frame; `cue` is in words, given once when it is said."""
        tally = replace(self, hold_s=update.hold_s)
        if cue is not None:
            priority = update.cue.priority if update.cue is not None else None
            tally = replace(tally, cue=cue, cue_s=update.t_s, cue_priority=priority)
        elif self.cue is not None and update.t_s - self.cue_s > CUE_SHOWN_S:
            tally = replace(tally, cue=None)
        rep = update.rep
        if rep is None:
            return tally
        tally = replace(tally, last_quality=rep.quality)
        if not rep.completed:
            return tally
        return replace(
            tally,
            total=tally.total + 1,
            good=tally.good + (rep.quality is Quality.GOOD),
            left=tally.left + (rep.side is Side.LEFT),
            right=tally.right + (rep.side is Side.RIGHT),
        )


class Overlay:
    """Draws on frames what the coach has to say of them.

    Args:
        phrases: the words of the user's language.
        spec_title: the exercise, as the user reads it.
        target: how many reps (seconds, where something is held) the set has; None for no target.
        mirror: show the picture as a mirror does; words are never mirrored.
        live: the count is a third of the frame's shorter edge instead of a quarter.
        isometric: the count is the seconds held, not the reps.
        exercise: ``dead_bug.reach`` or ``squat``, for words that an exercise has of its own.
        angles: the signals shown as arcs on the working side.
        zones: where the far end of a rep should be, in degrees.
    """

    def __init__(
        self,
        phrases: Phrases,
        spec_title: str,
        target: int | None = None,
        mirror: bool = False,
        *,
        live: bool = False,
        isometric: bool = False,
        exercise: str = "",
        angles: Sequence[Signal] = (Signal.HIP_FLEXION, Signal.KNEE_FLEXION),
        zones: Mapping[Signal, tuple[float, float]] | None = None,
    ) -> None:
        """Prepare for frames of any size."""
        self._phrases = phrases
        self._title = spec_title
        self._target = target
        self._mirror = mirror
        self._live = live
        self._isometric = isometric
        self._exercise = exercise
        self._skeleton = SkeletonPainter(angles, zones or {})
        self._sprites = SpriteCache(SPRITES)
        self._count_right = False
        self._lying = False
        self._widest: dict[tuple[Layout, str], int] = {}
        self._settled = False

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
        height, width = image.shape[:2]
        layout = layout_for(width, height, live=self._live)
        self._skeleton.draw(image, pose, update, mirrored=self._mirror)
        self._choose_corner(pose, update.phase)
        title = self._titled(tally)
        taken = self._draw_count(image, layout, tally)
        taken = self._draw_rows(image, layout, tally, taken, title)
        self._draw_phase(image, layout, title, update.phase, taken)
        self._draw_band(image, layout, update, tally)
        return image

    def _choose_corner(self, pose: Pose, phase: Phase) -> None:
        """Put the count where it covers least; once the exercise has begun it stays there.

        Over the head of a person who lies, for the legs will rise; away from one who stands or is
        in a plank.
        """
        if self._settled or not pose.seen:
            return
        shoulder, hip = (
            pose.xy_px[[landmark(part, side) for side in Side]].mean(axis=0)
            for part in (Part.SHOULDER, Part.HIP)
        )
        head_right = shoulder[0] > pose.image_size_px[0] / 2
        torso = float(np.hypot(*(shoulder - hip))) or 1.0
        self._lying = bool((hip[1] - shoulder[1]) / torso < HEAD_HIGH_RATIO)
        self._count_right = bool(head_right == self._lying) != self._mirror
        self._settled = phase is not Phase.SETUP

    def _draw_count(self, image: Image, layout: Layout, tally: Tally) -> tuple[int, int]:
        """Draw the count in its ring and return how wide it is and where it ends below."""
        number = str(int(tally.hold_s) if self._isometric else tally.total)
        box = count_box(number, layout)
        x = self._column_x(layout, box[0])
        good, total = (0, 0) if self._isometric else (tally.good, tally.total)
        key = ("count", layout, number, good, total)
        sprite = self._sprites.get(
            key, lambda: count_sprite(number, box, layout, self._marks(good, total))
        )
        sprite.lay(image, x, layout.margin)
        held = self._held_share(tally)
        if held > 0.0:
            path = share_of_path(ring_path(box, layout), 0.0, min(1.0, held))
            path += np.array([x, layout.margin])
            stroke(image, [path], LIGHT if held < 1.0 else TEAL, round(layout.ring * 1.35))
        return box[0], layout.margin + box[1]

    def _marks(self, good: int, total: int) -> list[Colour | None]:
        """Return the colours of the ring's parts, one a rep of the target; None is one to come."""
        if self._target is None or self._isometric:
            return []
        done: list[Colour | None] = [*[TEAL] * good, *[CORAL] * (total - good)]
        return [*done, *[None] * self._target][: self._target]

    def _held_share(self, tally: Tally) -> float:
        """Return how much of the hold is done."""
        target = tally.hold_target_s
        if target is None and self._isometric:
            target = float(self._target or 60)
        if target is None or tally.hold_s <= 0.0:
            return 0.0
        return tally.hold_s / target

    def _draw_rows(
        self,
        image: Image,
        layout: Layout,
        tally: Tally,
        taken: tuple[int, int],
        title: str,
    ) -> tuple[int, int]:
        """Draw the small tally and return what is taken with it.

        It stands under the count, but beside it where that leaves a lying person's face free;
        `taken` is how wide the count is and where it ends below.
        """
        count_px, top = taken
        rows = self._rows(tally)
        if not rows:
            return taken
        key = ("rows", layout, tuple(rows))
        sprite = self._sprites.get(key, lambda: rows_sprite(rows, layout))
        width, height = sprite.size_px
        room = layout.width - 4 * layout.margin - count_px - width
        if self._lying and 0.75 * self._widest_phase(layout, title) <= room:
            x = self._column_x(layout, count_px)
            x += -layout.margin - width if self._count_right else count_px + layout.margin
            sprite.lay(image, x, layout.margin)
            return count_px + layout.margin + width, top
        top += layout.margin // 2
        sprite.lay(image, self._column_x(layout, width), top)
        return count_px, top + height

    def _rows(self, tally: Tally) -> list[tuple[str, Colour | None]]:
        """Return the lines under the count, each with the colour of its dot."""
        text = self._phrases.text
        of = text("ui.of", n=self._target) if self._target is not None else ""
        if self._isometric:
            return [(f"{text('ui.seconds_long')} {of}".strip(), None)]
        rows: list[tuple[str, Colour | None]] = []
        if tally.total or of:
            words = [f"{tally.good} {text('ui.good')}", of]
            dot = QUALITY_COLOURS[tally.last_quality] if tally.last_quality is not None else None
            rows.append((" · ".join(filter(None, words)), dot))
        if tally.left or tally.right:
            left, right = text("ui.left_short"), text("ui.right_short")
            rows.append((f"{left} {tally.left}   {right} {tally.right}", None))
        return rows

    def _draw_phase(
        self,
        image: Image,
        layout: Layout,
        title: str,
        phase: Phase,
        taken: tuple[int, int],
    ) -> None:
        """Draw the exercise and the phase: in the other corner, or under the count.

        `taken` is how wide the count is and where what belongs to it ends below.
        """
        word = self._phase_word(phase)
        moving = phase not in (Phase.SETUP, Phase.READY)
        beside = layout.width - taken[0] - 3 * layout.margin
        under = layout.width < layout.height and 0.75 * phase_width(title, word, layout) > beside
        room = layout.width - 2 * layout.margin if under else beside
        key = ("phase", layout, word, title, room, moving)
        sprite = self._sprites.get(
            key, lambda: phase_sprite(title, word, layout, room, TEAL if moving else LIGHT)
        )
        if under:
            x, y = self._column_x(layout, sprite.size_px[0]), taken[1] + layout.margin // 2
        else:
            x, y = layout.margin, layout.margin
            if not self._count_right:
                x = layout.width - layout.margin - sprite.size_px[0]
        sprite.lay(image, x, y)

    def _titled(self, tally: Tally) -> str:
        """Return the exercise's title, with its set where there are several."""
        if tally.sets <= 1:
            return self._title
        number = self._phrases.text("ui.set_of", n=tally.set_index, total=tally.sets)
        return f"{self._title} · {number}"

    def _widest_phase(self, layout: Layout, title: str) -> int:
        """Return how wide the phase's panel gets, so that what is beside it need not move."""
        key = (layout, title)
        if key not in self._widest:
            words = [self._phase_word(phase) for phase in Phase if phase is not Phase.SETUP]
            self._widest[key] = max(phase_width(title, word, layout) for word in words)
        return self._widest[key]

    def _phase_word(self, phase: Phase) -> str:
        words = self._phrases.phase(phase, self._exercise)
        return words[:1].upper() + words[1:]

    def _column_x(self, layout: Layout, width: int) -> int:
        """Return where something of `width` stands in the count's column."""
        return layout.width - layout.margin - width if self._count_right else layout.margin

    def _draw_band(self, image: Image, layout: Layout, update: Update, tally: Tally) -> None:
        """Draw the sentence at the bottom: the cue, or why the coach is unsure, or both."""
        doubt = self._phrases.reason(update.unsure) if update.unsure is not None else None
        bottom, size = layout.height, layout.cue
        if tally.cue is not None and tally.cue != doubt:
            accent = CUE_COLOURS[tally.cue_priority]
            bottom = self._lay_band(image, layout, (tally.cue, size, accent), bottom)
            size = round(size * 0.65)
        if doubt is not None:
            self._lay_band(image, layout, (doubt, size, AMBER), bottom)

    def _lay_band(
        self, image: Image, layout: Layout, said: tuple[str, int, Colour], bottom: int
    ) -> int:
        """Lay a band (words, size, colour) above `bottom` and return where it begins."""
        words, size, accent = said
        sprite = self._sprites.get(
            ("band", layout, said), lambda: band_sprite(words, layout, size, accent)
        )
        top = bottom - layout.margin - sprite.size_px[1]
        sprite.lay(image, (layout.width - sprite.size_px[0]) // 2, top)
        return top
