"""Which of a container's pictures is the film, and not its cover, thumbnail or second track."""

from fractions import Fraction
from typing import Any

import cv2  # noqa: F401 (before PyAV: their X libraries clash, see picture/window.py)
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

__all__ = ["film_of", "pixel_ratio"]

STILLS = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
ASIDE = Disposition.dependent | Disposition.visual_impaired
STILL_CODECS = {"png", "bmp", "gif", "webp", "mjpeg", "jpeg2000", "tiff"}
"""What covers are stored as, where the container does not say that they are covers."""


def film_of(container: InputContainer) -> VideoStream | None:
    """Return the stream to watch; None where there is no moving picture.

    The one that the container calls its default, else the largest; what cannot be decoded here
    and what has a single picture come last.
    """
    films = [one for one in container.streams.video if not one.disposition & STILLS]
    return max(films, key=_rank, default=None)


def _rank(stream: VideoStream) -> tuple[bool, bool, bool, bool, int, int]:
    context: Any = getattr(stream, "codec_context", None)
    decoded = context is not None
    still = decoded and stream.frames == 1
    cover = still and context.name in STILL_CODECS
    pixels = context.width * context.height if decoded else 0
    default = bool(stream.disposition & Disposition.default)
    aside = bool(stream.disposition & ASIDE)
    return decoded, not (cover or still), not aside, default, pixels, -stream.index


def pixel_ratio(stream: VideoStream, *, changed: bool = False) -> Fraction | None:
    """Return how many times wider than high a pixel is; None where nobody says.

    Args:
        stream: one that has given a picture already.
        changed: whether the picture is not what the container announced any more, so that the
            codec's own word counts first.
    """
    own = stream.codec_context.sample_aspect_ratio
    stated = stream.sample_aspect_ratio
    return (own or stated) if changed else (stated or own)
