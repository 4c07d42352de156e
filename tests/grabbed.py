"""Takes pictures from a live source's grabber, as its camera does."""

from formcoach.capture.live.grabber import Grabber, Picture

__all__ = ["pictures"]


def pictures(grabber: Grabber, count: int) -> list[Picture]:
    """Open a grabber, read from it so many times, close it, and return the pictures."""
    grabber.open()
    try:
        found = [grabber.read() for _ in range(count)]
    finally:
        grabber.close()
    return [picture for picture in found if picture is not None]
