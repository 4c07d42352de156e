"""Runs as a process of its own: plays live sessions into a history, each in a child to be killed.

A line on stdin begins one; the answer is the child's number, then what its voice says, line by
line, ``over`` when it is over and only waits, and ``gone`` when it was killed.
"""

import os
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from live_parts import FakeVoice, Stage, parts_of
from moves import FILM, trace

from formcoach.coaching.events import Priority
from formcoach.commands.live import LiveOptions, run_live
from formcoach.history.journal import HistoryJournal
from formcoach.history.store import History
from formcoach.session.guide import SessionTargets
from formcoach.voice.speech import EXPIRES_S, Chime


@dataclass
class Heard(FakeVoice):
    """Tells what is said, at once."""

    def say(
        self,
        text: str,
        priority: Priority,
        t_s: float | None = None,
        expires_s: float = EXPIRES_S,
        chime: Chime | None = None,
    ) -> None:
        tell(text)


def tell(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def play(folder: Path, stage: Stage) -> None:
    options = LiveOptions(
        exercise="hip_flexion",
        level="bent",
        window=False,
        targets=SessionTargets(reps=2, sets=2, rest_s=1.0),
    )
    with History.open(folder) as history:
        journal = HistoryJournal(
            history, exercise="hip_flexion", level="bent", lang="en", source="played"
        )
        run_live(options, journal=journal, parts=parts_of(stage))
        journal.close()


def main() -> None:
    poses = trace("hip_flexion", "bent", 6, how=replace(FILM, fps=8.0)).poses
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            tell(str(os.getpid()))
            play(Path(sys.argv[1]), Stage(poses, voice=Heard()))
            tell("over")
            signal.pause()
        os.waitpid(child, 0)
        tell("gone")


if __name__ == "__main__":
    main()
