"""Runs as a process of its own: writes sessions to a history without end, and tells each rep.

Its parent kills it. A line on stdout, ``session set rep``, says that the rep is finished.
"""

import sys
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from formcoach.coaching.events import Quality, Rep, SetSummary
from formcoach.history.store import History
from formcoach.pose.landmarks import Side

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETS, REPS = 2, 5


def rep_of(session: int, set_index: int, index: int) -> Rep:
    """The rep that is written there; the reader makes it again to compare."""
    seed = session * 100 + set_index * 10 + index
    return Rep(
        index=index,
        side=Side(seed % 2),
        start_s=10.0 * index,
        turn_s=10.0 * index + 4.0,
        end_s=10.0 * index + 8.0,
        peak_deg=90.0 + seed / 8,
        rom_deg=40.0 + seed / 16,
        hold_s=0.0,
        quality=Quality.FAULTY if seed % 3 == 0 else Quality.GOOD,
        faults=("too_fast", "range_short") if seed % 3 == 0 else (),
    )


def write_for_ever(folder: Path) -> None:
    with History.open(folder) as history:
        for number in count():
            at = BEGUN + timedelta(hours=number)
            session = history.begin_session("dead_bug", "hold", started_at=at, lang="nl", source="")
            for set_index in range(1, SETS + 1):
                reps = []
                for index in range(1, REPS + 1):
                    rep = rep_of(session, set_index, index)
                    history.add_rep(session, set_index, rep)
                    sys.stdout.write(f"{session} {set_index} {index}\n")
                    sys.stdout.flush()
                    reps.append(rep)
                history.end_set(session, set_index, SetSummary(reps=reps), effort=3)
            history.end_session(session, at + timedelta(minutes=5))


if __name__ == "__main__":
    write_for_ever(Path(sys.argv[1]))
