"""Where the panels stand: in room that the body leaves free, or on a rail beside the picture."""

from collections.abc import Iterator
from dataclasses import dataclass

from formcoach.picture.room import Box

__all__ = ["SCALES", "Arrangement", "PanelSizes", "Placer", "free_arrangement", "rail_arrangement"]

SCALES = (1.0, 0.85, 0.7)
"""Panels are made smaller, this far, before the picture is."""
MIN_COLUMN_SHARE = 0.24
"""A sentence beside the body needs this share of the picture's width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSizes:
    """Width and height of each panel, in pixels; `band` is the height of a sentence of two lines.

    The band takes the width there is.
    """

    count: tuple[int, int]
    info: tuple[int, int]
    band: int
    margin: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Where everything goes on a canvas of the picture's size.

    Attributes:
        picture: where the picture itself is; the whole canvas unless there is a rail.
        count, info, band: the rooms of the panels.
        scale: by which the panels are smaller than usual.
        rail: whether the picture was made smaller for them.
    """

    picture: Box
    count: Box
    info: Box
    band: Box
    scale: float = 1.0
    rail: bool = False

    @property
    def panels(self) -> tuple[Box, Box, Box]:
        """The rooms of all panels."""
        return self.count, self.info, self.band


class Placer:
    """Keeps the panels where they are as long as the body leaves them free."""

    def __init__(self) -> None:
        """Begin with no panel placed."""
        self._kept: Arrangement | None = None
        self._canvas = (0, 0)

    def step(
        self,
        canvas_px: tuple[int, int],
        body: Box | None,
        sizes: dict[float, PanelSizes],
        *,
        settled: bool,
    ) -> Arrangement:
        """Return where the panels go now.

        Args:
            canvas_px: width and height.
            body: the box around the body on a canvas without a rail; None for nobody.
            sizes: the panels' sizes, by scale.
            settled: whether the exercise has begun: a rail then stays where it is.
        """
        kept = self._kept if canvas_px == self._canvas else None
        self._canvas = canvas_px
        if kept is not None and (settled if kept.rail else _still_fits(kept, body, sizes)):
            return kept
        found = free_arrangement(canvas_px, body, sizes)
        self._kept = found if found is not None else rail_arrangement(canvas_px, sizes[1.0].margin)
        return self._kept


def _still_fits(kept: Arrangement, body: Box | None, sizes: dict[float, PanelSizes]) -> bool:
    now = sizes[kept.scale]
    roomy = now.count[0] <= kept.count.width + 1 and now.info[0] <= kept.info.width + 1
    return roomy and (body is None or not any(panel.touches(body) for panel in kept.panels))


def free_arrangement(
    canvas_px: tuple[int, int], body: Box | None, sizes: dict[float, PanelSizes]
) -> Arrangement | None:
    """Return the first arrangement in which no panel touches the body; None where there is none."""
    canvas = Box(0, 0, *canvas_px)
    for scale, size in sizes.items():
        for band in _bands(canvas, body, size):
            if body is not None and band.touches(body):
                continue
            taken = [band] if body is None else [band, body]
            for count in _corners(canvas, size.count, size.margin):
                if any(count.touches(other) for other in taken):
                    continue
                for info in _infos(canvas, count, size):
                    inside = info.within(canvas)
                    if inside and not any(info.touches(other) for other in (*taken, count)):
                        return Arrangement(
                            picture=canvas, count=count, info=info, band=band, scale=scale
                        )
    return None


def _corners(canvas: Box, size_px: tuple[int, int], margin: int) -> Iterator[Box]:
    width, height = size_px
    for top in (margin, canvas.height - margin - height):
        for left in (margin, canvas.width - margin - width):
            yield Box(left, top, left + width, top + height)


def _infos(canvas: Box, count: Box, size: PanelSizes) -> Iterator[Box]:
    """Yield places for the phase: the other corners, beside the count, under and over it."""
    yield from _corners(canvas, size.info, size.margin)
    width, height = size.info
    for left in (count.right + size.margin, count.left - size.margin - width):
        yield Box(left, count.top, left + width, count.top + height)
    for left in (count.left, count.right - width):
        for top in (count.bottom + size.margin, count.top - size.margin - height):
            yield Box(left, top, left + width, top + height)


def _bands(canvas: Box, body: Box | None, size: PanelSizes) -> Iterator[Box]:
    """Yield places for the sentence: below, above, or in a column beside the body."""
    margin, right = size.margin, canvas.width - size.margin
    bottom = canvas.height - margin
    yield Box(margin, bottom - size.band, right, bottom)
    yield Box(margin, margin, right, margin + size.band)
    if body is None:
        return
    least = MIN_COLUMN_SHARE * canvas.width
    height = 2.2 * size.band
    columns = [(margin, body.left - margin), (body.right + margin, right)]
    for left, end in sorted(columns, key=lambda column: column[0] - column[1]):
        if end - left >= least:
            yield Box(left, bottom - height, end, bottom)
            yield Box(left, margin, end, margin + height)


def rail_arrangement(canvas_px: tuple[int, int], margin: int) -> Arrangement:
    """Return the arrangement that always works: a smaller picture, the panels beside and below."""
    width, height = canvas_px
    if width >= height:
        share = 0.72 if width > 1.5 * height else 0.68
        picture = Box(0, 0, share * width, share * height)
        left, right = picture.right + margin, width - margin
        below = picture.bottom - margin
        side = min(right - left, 0.6 * below)
        count = Box(left, margin, right, margin + side)
        info = Box(left, count.bottom + margin, right, below)
        band = Box(margin, picture.bottom + margin, right, height - margin)
    else:
        share = 0.7
        left = (1 - share) / 2 * width
        picture = Box(left, 0, left + share * width, share * height)
        top, middle = picture.bottom + margin, picture.bottom + 0.55 * (height - picture.bottom)
        side = middle - top
        count = Box(margin, top, margin + 1.3 * side, middle)
        info = Box(count.right + margin, top, width - margin, middle)
        band = Box(margin, middle + margin, width - margin, height - margin)
    return Arrangement(picture=picture, count=count, info=info, band=band, rail=True)
