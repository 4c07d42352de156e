"""A live session, wired up: camera -> pose -> session guide -> voice, window, files, history.

One thread does what belongs to a frame, from the camera's newest picture to the window; capture,
the voice, the encoder and the look at the face have threads of their own, so that none of them
holds the picture up.
"""

import signal
from contextlib import ExitStack

from formcoach.commands.choosing import load_exercise
from formcoach.commands.live.live_session import LiveSession
from formcoach.commands.live.options import (
    Front,
    Journal,
    LiveOptions,
    LiveResult,
    OnEvent,
    Parts,
    Spoken,
)
from formcoach.pose.mediapipe.model_files import find_face_model, find_model
from formcoach.system.stopping import counting_interrupts
from formcoach.voice.speech import OnTrouble
from formcoach.words.phrases import load_phrases

__all__ = [
    "Front",
    "Journal",
    "LiveOptions",
    "LiveResult",
    "OnEvent",
    "Parts",
    "Spoken",
    "run_live",
]


ENDING = [
    signal.Signals[name]
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK")
    if name in signal.Signals.__members__
]
"""What ends a session besides Ctrl-C; not every system has each."""


def run_live(
    options: LiveOptions,
    *,
    journal: Journal | None = None,
    parts: Parts | None = None,
    on_note: OnTrouble | None = None,
) -> LiveResult:
    """Coach one exercise live until its sets are done, the person stops, or the source ends.

    SIGINT, SIGTERM and the closing of the terminal end it in good order when called from the main
    thread; a second one cuts the farewell short.

    Args:
        options: how.
        journal: where reps, holds and sets are kept as they happen.
        parts: camera, model, window and voice, where they are not the usual ones.
        on_note: told of troubles that do not end the session, a sentence each.

    Raises:
        FormCoachError: it cannot begin, or its source cannot be read any more; what was finished
            is kept. What cannot be written ends nothing; `LiveResult.troubles` has it.
    """
    spec = load_exercise(options.exercise)
    level = spec.level(options.level)
    phrases = load_phrases(options.lang)
    model_path = find_model(options.model)
    face_path = find_face_model() if options.face else None
    parts = parts or Parts()
    with ExitStack() as stack:
        asked = stack.enter_context(counting_interrupts(*ENDING))
        session = LiveSession(options, spec, level, phrases, journal, asked, on_note)
        session.open(parts, model_path, face_path, stack)
        try:
            session.run()
        finally:
            session.save()
        session.farewell()
    return session.result()
