"""Contrast and colours, measured: on light and dark pictures, and as others see them."""

from collections.abc import Callable
from itertools import combinations

import cv2
import numpy as np
import pytest

from formcoach.coaching.events import Quality
from formcoach.picture.canvas import Colour, Image, Sprite
from formcoach.picture.palette import AMBER, CORAL, GREY, LIGHT, NIGHT, RED, TEAL
from formcoach.picture.panels import band_sprite, count_sprite, info_sprite, layout_for

MIN_CONTRAST = 4.5
RING = {"good": TEAL, "faulty": CORAL, "unsure": GREY, "words": LIGHT}


def linear(colour: Colour) -> np.ndarray:
    """Return a colour as linear red, green, blue."""
    share = np.array(colour[::-1]) / 255
    return np.asarray(np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4))


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours as WCAG defines it."""
    bright = sorted(float(linear(c) @ (0.2126, 0.7152, 0.0722)) for c in (one, other))
    return (bright[1] + 0.05) / (bright[0] + 0.05)


LAYOUT = layout_for(640, 360, live=True)
SPRITES: dict[str, Callable[[], Sprite]] = {
    "count": lambda: count_sprite("8", (160, 160), LAYOUT, (Quality.GOOD, None)),
    "info": lambda: info_sprite(["of 5"], "Lift", TEAL, LAYOUT, (200, 90)),
    "band": lambda: band_sprite("Lift your hips", 30, CORAL, (400, 80)),
}


@pytest.mark.parametrize("name", list(SPRITES))
@pytest.mark.parametrize("level", [0, 90, 200, 255])
def test_words_have_contrast_on_light_and_dark_pictures(name: str, level: int) -> None:
    sprite = SPRITES[name]()
    width, height = sprite.size_px
    image: Image = np.full((height, width, 3), level, np.uint8)
    sprite.lay(image, 0, 0)
    # The ground under the words is what most of the panel's middle is.
    middle = image[height // 4 : -height // 4, width // 6 : -width // 6].reshape(-1, 3)
    values, counts = np.unique(middle // 4, axis=0, return_counts=True)
    ground = tuple(int(v) * 4 + 2 for v in values[counts.argmax()])
    brightest = middle[middle.sum(axis=1).argmax()]
    words = (int(brightest[0]), int(brightest[1]), int(brightest[2]))
    if words == ground:
        pytest.fail("no words found")
    dark = (ground[0], ground[1], ground[2])
    assert contrast(words, dark) >= MIN_CONTRAST
    if name == "info":
        assert contrast(TEAL, dark) >= MIN_CONTRAST


@pytest.mark.parametrize("colour", [LIGHT, TEAL, GREY])
def test_the_words_of_the_card_have_contrast(colour: Colour) -> None:
    assert contrast(colour, NIGHT) >= MIN_CONTRAST


# Viénot, Brettel and Mollon 1999, on linear red, green, blue.
SEEN_BY = {
    "protan": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    "deutan": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}


def lab(colour: Colour, seen_by: str) -> np.ndarray:
    """Return a colour in CIELAB as somebody sees it."""
    rgb = np.clip(SEEN_BY[seen_by] @ linear(colour), 0, 1)
    coded = np.where(rgb <= 0.0031308, 12.92 * rgb, 1.055 * rgb ** (1 / 2.4) - 0.055)
    pixel = coded.astype(np.float32).reshape(1, 1, 3)
    return np.asarray(cv2.cvtColor(pixel, cv2.COLOR_RGB2Lab)).reshape(3)


@pytest.mark.parametrize("seen_by", list(SEEN_BY))
def test_good_faulty_and_unsure_are_told_apart_without_red_and_green(seen_by: str) -> None:
    least = 7.0 if seen_by == "grey" else 15.0
    for one, other in combinations(RING, 2):
        apart = float(np.linalg.norm(lab(RING[one], seen_by) - lab(RING[other], seen_by)))
        assert apart >= least, (one, other, apart)


def test_every_colour_shows_on_a_panel() -> None:
    for colour in (LIGHT, GREY, TEAL, AMBER, CORAL):
        assert contrast(colour, NIGHT) >= 4.5
    assert contrast(RED, NIGHT) >= 3.0  # it is no words
