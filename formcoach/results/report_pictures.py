"""Which moments of a set the report shows, and their pictures: photographs, or drawn figures."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import NamedTuple

from formcoach.coaching.events import Quality
from formcoach.exercises.spec import Region
from formcoach.pose.landmarks import SIDES, Side
from formcoach.pose.signals import Signal
from formcoach.results.figures import Figures, marked_regions, read_figures
from formcoach.results.report_words import Tree, Words
from formcoach.results.stills import Clip, Still, cut_clip, grab_stills
from formcoach.results.verdict import completed

__all__ = [
    "Media",
    "Moment",
    "Picture",
    "PictureBook",
    "fault_moment",
    "good_like",
    "key_moments",
    "rep_name",
    "set_window",
]

AROUND_S = 2.0
"""Shown before the first movement of the set and after the last. Proposal."""
MAX_UNSEEN_S = 10.0
"""So much more is shown where the set begins or ends in a stretch that could not be judged."""
WHOLE_REP = 0.9
"""A fault that lasts this share of a rep is shown at the rep's far end, where it says most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What there is of a set beside its numbers.

    Attributes:
        signals: the ``signals.csv``; None for none.
        poses: the recorded poses; None for none.
        video: the annotated video; None for none.
        video_first_s: the time of its first frame; None for that of the first pose.
        mirrored: whether it shows the person as a mirror does.
        private: whether the head's points are to be left out of what is drawn.
        page_folder: where the page will be, to lead to a video that is too large to be in it.
    """

    signals: Path | None = None
    poses: Path | None = None
    video: Path | None = None
    video_first_s: float | None = None
    mirrored: bool = False
    private: bool = False
    page_folder: Path | None = None


class Moment(NamedTuple):
    """One moment to be shown.

    Attributes:
        t_s: when.
        caption: what it shows.
        kind: good, faulty or look.
        signal, side: what a fault is about; None and both elsewhere.
    """

    t_s: float
    caption: str
    kind: str = "look"
    signal: str | None = None
    side: str = "both"


class Picture(NamedTuple):
    """A moment with its picture.

    Attributes:
        moment: what and when.
        still: a photograph; None without.
        svg: a drawing; empty without.
    """

    moment: Moment
    still: Still | None
    svg: str


@dataclass
class PictureBook:
    """The pictures of one set.

    Attributes:
        figures: what is drawn; None where there are no poses.
        clip: the film; None where there is none.
    """

    figures: Figures | None = None
    clip: Clip | None = None
    stills: dict[float, Still] = field(default_factory=dict)
    working: Signal | None = None

    @classmethod
    def of(cls, tree: Tree, media: Media, moments: Iterable[Moment]) -> "PictureBook":
        """Read what the moments need.

        Raises:
            TraceError: the poses cannot be read.
        """
        name = tree.get("signal")
        book = cls(working=Signal(name) if name in set(Signal) else None)
        window, times = set_window(tree), [moment.t_s for moment in moments]
        if media.poses is not None:
            near = SIDES.get(tree["view"]["near_side"])
            span = window or (float("-inf"), float("inf"))
            book.figures = read_figures(media.poses, span, near, times, head=not media.private)
        if media.video is not None:
            with suppress(OSError, ValueError):  # a film that cannot be read: the body is drawn
                book._take_film(media, tree, window, times)
        return book

    def _take_film(
        self,
        media: Media,
        tree: Tree,
        window: tuple[float, float] | None,
        times: Sequence[float],
    ) -> None:
        """Cut the film, and take pictures from it.

        Raises:
            OSError, ValueError: it cannot be read; PyAV raises both.
        """
        assert media.video is not None
        first_s, figures = media.video_first_s, self.figures
        if first_s is None:
            first_s = figures.first_s if figures is not None else float(tree.get("start_s") or 0.0)
        span = window or (first_s, first_s + float(tree["duration_s"] or 0.0))
        self.clip = cut_clip(media.video, first_s, span, media.page_folder)
        if figures is not None and figures.places:
            # Where it is mirrored the body is elsewhere: the whole picture is shown.
            boxes = {t: None if media.mirrored else figures.box_px(t) for t in times}
            self.stills = grab_stills(media.video, first_s, boxes, figures.image_px)

    def pictures(self, moments: Iterable[Moment]) -> list[Picture]:
        """Return the moments that there is a picture of."""
        made = [self._picture(moment) for moment in moments]
        return [picture for picture in made if picture.still or picture.svg]

    def _picture(self, moment: Moment) -> Picture:
        still = self.stills.get(moment.t_s)
        if still or self.figures is None:
            return Picture(moment, still, "")
        marked: Collection[tuple[Region, Side]] = ()
        if moment.kind == Quality.FAULTY.value:
            marked = marked_regions(moment.signal, moment.side, self.working)
        return Picture(moment, None, self.figures.svg(moment.t_s, escape(moment.caption), marked))


def set_window(tree: Tree) -> tuple[float, float] | None:
    """Return from when to when the set goes, in seconds; None where nothing was done."""
    parts: list[Tree] = [*tree["reps"], *tree["holds"], *(tree.get("not_counted") or [])]
    if not parts:
        return None
    begins_s = min(float(part["start_s"]) for part in parts) - AROUND_S
    ends_s = max(float(part["end_s"]) for part in parts) + AROUND_S
    for span in tree["unsure"]:  # a movement that was not seen may be in it
        if span["start_s"] < begins_s < span["end_s"]:
            begins_s = max(float(span["start_s"]), begins_s - MAX_UNSEEN_S)
        if span["start_s"] < ends_s < span["end_s"]:
            ends_s = min(float(span["end_s"]), ends_s + MAX_UNSEEN_S)
    if tree.get("end_s") is not None:  # live sets have no stretch
        ends_s = max(min(ends_s, float(tree["end_s"])), begins_s + 1.0)
    return max(begins_s, float(tree.get("start_s") or 0.0)), ends_s


def key_moments(tree: Tree, words: Words) -> list[Moment]:
    """Return what shows how the set looked: at rest, and the far end of a rep of each side."""
    reps = sorted(completed(tree), key=lambda rep: list(Quality).index(Quality(rep["quality"])))
    if not reps:
        return [
            Moment((hold["start_s"] + hold["end_s"]) / 2, words.tell("held_still"))
            for hold in tree["holds"][:1]
        ]
    moments = [Moment(reps[0]["start_s"], words.tell("at_rest"))]
    for side in ("left", "right", "both"):
        rep = next((rep for rep in reps if rep["side"] == side), None)
        if rep is not None:
            caption = words.tell("far_end", rep=rep_name(rep, words))
            moments.append(Moment(rep["turn_s"], caption))
    return moments


def rep_name(rep: Tree, words: Words) -> str:
    """Return a rep's number, with its side where it has one: "3 (left)"."""
    if rep["side"] == "both":
        return str(rep["index"])
    return words.tell("side_of_rep", n=rep["index"], side=words.word("side", rep["side"]))


def fault_moment(fault: Tree | None, rep: Tree | None) -> float:
    """Return the moment that shows a fault best, in the rep that it was in where it was in one."""
    if rep is None:
        assert fault is not None
        ends_s = fault["start_s"] if fault["end_s"] is None else fault["end_s"]
        return float((fault["start_s"] + ends_s) / 2)
    if fault is None:
        return float(rep["turn_s"])
    ends_s = rep["end_s"] if fault["end_s"] is None else min(fault["end_s"], rep["end_s"])
    starts_s = max(fault["start_s"], rep["start_s"])
    lasts_s = ends_s - starts_s
    if not 0 < lasts_s < WHOLE_REP * (rep["end_s"] - rep["start_s"]):
        return float(rep["turn_s"])
    return float(starts_s + lasts_s / 2)


def good_like(tree: Tree, rep: Tree, t_s: float) -> tuple[Tree, float] | None:
    """Return a good rep of the same person, of the same side if there is one, and when to look.

    It is looked at as far on its way there or back as the other rep was at `t_s`.
    """
    good = [one for one in tree["reps"] if one["quality"] == Quality.GOOD.value]
    if not good:
        return None
    best = min(good, key=lambda one: (one["side"] != rep["side"], abs(one["index"] - rep["index"])))
    return best, _same_part(rep, t_s, best)


def _same_part(rep: Tree, t_s: float, other: Tree) -> float:
    edges: Mapping[bool, tuple[str, str]] = {
        True: ("start_s", "turn_s"),
        False: ("turn_s", "end_s"),
    }
    first, last = edges[t_s <= rep["turn_s"]]
    whole_s = rep[last] - rep[first]
    share = (t_s - rep[first]) / whole_s if whole_s > 0 else 0.0
    share = min(1.0, max(0.0, share))
    return float(other[first] + share * (other[last] - other[first]))
