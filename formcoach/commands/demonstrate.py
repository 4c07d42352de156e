"""Plays how an exercise is done in the window, level after level."""

import time
from collections.abc import Callable
from itertools import count

from formcoach.commands.choosing import load_exercise
from formcoach.errors import OutputError
from formcoach.exercises.library import load_demonstration
from formcoach.picture.figure_view import draw_demonstration
from formcoach.picture.window import Key, Screen, Window, display_works
from formcoach.words.phrases import load_phrases
from formcoach.words.titles import title_of

__all__ = ["play_demonstrations"]

SIZE_PX = (960, 540)
FRAME_S = 1 / 30
NO_DISPLAY = (
    "no display here to show the exercise on: run it where a desktop is, or leave --show out, the "
    "steps are told in words"
)


def play_demonstrations(
    name: str,
    lang: str,
    level: str | None = None,
    *,
    open_screen: Callable[[str], Screen] | None = None,
    now_s: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Show each level of an exercise, or one, again and again until the window is closed.

    N goes on to the next level, Q ends it.

    Raises:
        SpecError: no such exercise or level, or an exercise of one's own, which has no figure.
        OutputError: there is no display.
    """
    spec, phrases = load_exercise(name), load_phrases(lang)
    levels = [spec.level(level)] if level is not None else list(spec.levels)
    figures = [(one, load_demonstration(spec.id, one.id or None)) for one in levels]
    shown = [(title_of(spec, one, phrases), figure) for one, figure in figures if figure]
    if not shown:
        raise OutputError(f"{spec.id} has no figure to show; `formcoach exercises` lists those")
    if open_screen is None:
        if not display_works():
            raise OutputError(NO_DISPLAY)
        open_screen = Window
    with open_screen(f"FormCoach: {shown[0][0]}") as screen:
        start_s = now_s()
        for number in count():
            title, figure = shown[number % len(shown)]
            while (t_s := now_s() - start_s) < max(figure.duration_s, FRAME_S):
                key = screen.show(draw_demonstration(figure, t_s, SIZE_PX, words=title))
                if key is Key.STOP:
                    return
                if key is Key.NEXT:
                    break
                wait(FRAME_S)
            start_s = now_s()
