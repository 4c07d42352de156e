"""Pictures that a page sends: the newest wins, and what is no picture harms nobody."""

import cv2
import numpy as np
import pytest

from formcoach.app.pushed_camera import MAX_SENT_PX, PushedCamera


def jpeg(width: int = 64, height: int = 48) -> bytes:
    done, packed = cv2.imencode(".jpg", np.full((height, width, 3), 90, np.uint8))
    assert done
    return packed.tobytes()


def claiming(size_px: int) -> bytes:
    """Return a small picture whose header says that it is as large as this."""
    honest = jpeg()
    header = honest.index(b"\xff\xc0")
    side = size_px.to_bytes(2, "big")
    return honest[: header + 5] + side + side + honest[header + 9 :]


BAD = {
    "nothing": b"",
    "no picture": b"GET / HTTP/1.1",
    "only its beginning": b"\xff\xd8\xff\xe0",
    "cut off": jpeg()[:200],
    "as large as a header can say": claiming(65500),
    "larger than is unpacked": claiming(MAX_SENT_PX + 1),
    "without width": claiming(0),
}


@pytest.mark.parametrize("sent", BAD.values(), ids=BAD)
def test_what_is_no_picture_is_passed_over(sent: bytes) -> None:
    camera = PushedCamera("phone", lambda event, text: None)
    camera.push(sent)
    assert camera.read(0.0) is None
    camera.push(jpeg())
    frame = camera.read(0.0)
    assert frame is not None
    assert frame.size_px == (64, 48)


def test_the_newest_picture_wins() -> None:
    camera = PushedCamera("phone", lambda event, text: None)
    camera.push(jpeg(64, 48))
    camera.push(jpeg(32, 24))
    frame = camera.read(0.0)
    assert frame is not None
    assert frame.size_px == (32, 24)
    assert camera.read(0.0) is None
