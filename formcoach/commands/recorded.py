"""What `analyze` and `replay` share: a recorded set is recognised, coached and written.

Where the exercise and the level are known, the coach goes along while the recording is watched;
where not, every candidate is coached at once, and the recording is then watched again by the coach
of the one that was recognised.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any, Protocol

from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import SetSummary
from formcoach.coaching.recognition import Recogniser
from formcoach.commands.choosing import (
    choose,
    find_mismatch,
    mismatch_notes,
    mismatch_tree,
    recogniser_of,
)
from formcoach.commands.flow import CoachAlone, Flow, Moment
from formcoach.commands.recording_stats import RecordingStats
from formcoach.errors import NotRecognisedError
from formcoach.exercises.choice import Choice
from formcoach.exercises.untimed import without_tempo
from formcoach.notes import Note
from formcoach.pose.landmarks import Pose
from formcoach.results.seen import write_seen
from formcoach.results.set_record import SetRecord
from formcoach.results.summary import stretch_tree
from formcoach.words.phrases import Phrases

__all__ = ["Analysis", "MomentSink", "Recording", "SinkMaker", "Watched", "coach_recording"]

Watched = Generator[tuple[Frame | None, Pose], None, None]
"""A recording's poses, with their pictures where those are wanted."""


class MomentSink(AbstractContextManager["MomentSink"], Protocol):
    """Takes each moment of a set, and is closed at its end."""

    def take(self, moment: Moment) -> None:
        """Take one moment in."""
        ...


SinkMaker = Callable[[Coach], MomentSink]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What came of one recording.

    Attributes:
        folder: where the files are.
        summary: what happened in the set.
        tree: the same, as in ``summary.json``.
    """

    folder: Path
    summary: SetSummary
    tree: dict[str, Any]


class Recording(Protocol):
    """A recorded set; it may be watched twice.

    Attributes:
        name: what it is called.
        asked: whether the exercise is known.
        stretch: the part to look at, in seconds; None for its beginning and its end.
        notes: what the user is to know; more is added.
        trace: the file of its poses, where that is not in the folder of results.
    """

    name: str
    asked: bool
    stretch: tuple[float | None, float | None]
    notes: list[Note]
    trace: Path | None

    @property
    def tempo_known(self) -> bool:
        """Whether its times are those of the movement."""
        ...

    def watch(self) -> Watched:
        """Give its poses for the first time."""
        ...

    def watch_again(self) -> Watched:
        """Give its poses once more, after `watch`."""
        ...

    def poses(self) -> Iterable[Pose]:
        """Give the poses alone, as they were written down."""
        ...

    def check(self, stats: RecordingStats) -> None:
        """Raise a FormCoachError where nothing can be judged in it."""
        ...

    def duration_s(self) -> float | None:
        """Return how long it lasts, where it says so."""
        ...

    def losses(self, stats: RecordingStats, end_s: float) -> list[Note]:
        """Return what could not be read of it; complete once it has been watched."""
        ...

    def header(self) -> dict[str, Any]:
        """Return what else its summary tells of it."""
        ...


def coach_recording(
    recording: Recording,
    choices: Sequence[Choice],
    folder: Path,
    phrases: Phrases,
    *,
    breath_s: float = nan,
    more_sinks: Sequence[SinkMaker] = (),
) -> tuple[SetSummary, dict[str, Any]]:
    """Coach a recording and write its files; return the set, and its tree as in the summary.

    Args:
        recording: the recording.
        choices: what it may show; more than one, and it is recognised.
        folder: an existing folder for the files.
        phrases: the language of the cues.
        breath_s: how long one breath of this person takes; NaN when not known.
        more_sinks: what else takes each moment.

    Raises:
        FormCoachError: nothing can be judged in it, or it is not sure which exercise it shows.
    """
    stats, choice = RecordingStats(), choices[0]
    watched = _counted(recording.watch(), stats)
    if len(choices) > 1:
        choice = _recognised(recording, choices, folder, phrases, watched, stats)
        watched = recording.watch_again()
    spec = choice.spec if recording.tempo_known else without_tempo(choice.spec)
    coach = Coach(spec, choice.level_id, breath_s=breath_s)
    record = SetRecord(coach, folder, phrases)
    with closing(record):
        with ExitStack() as stack:  # the report shows what is written and drawn until here
            stack.enter_context(closing(watched))
            more = [stack.enter_context(make(coach)) for make in more_sinks]
            flow = Flow(CoachAlone(coach), sinks=[_noting(record), *(sink.take for sink in more)])
            for frame, pose in watched:
                flow.step(frame, pose)
        recording.check(stats)
        summary = coach.finish()
        header = _header(recording, choice, summary, stats, phrases)
        return record.finish(header, summary, poses=recording.trace)


def _recognised(
    recording: Recording,
    choices: Sequence[Choice],
    folder: Path,
    phrases: Phrases,
    watched: Watched,
    stats: RecordingStats,
) -> Choice:
    """Watch a recording and return what it shows.

    Raises:
        NotRecognisedError: it is not sure; what was seen is written into the folder.
    """
    recogniser = recogniser_of(choices)
    with closing(watched):
        for _, pose in watched:
            recogniser.step(pose)
    recording.check(stats)
    try:
        return _chosen(recording, recogniser, choices, stats)
    except NotRecognisedError:
        found = {"recognised": False, "nearest": recogniser.so_far().best_guess}
        write_seen(folder, _about(recording, stats, phrases) | found, recording.poses())
        raise


def _counted(watched: Watched, stats: RecordingStats) -> Watched:
    with closing(watched):
        for frame, pose in watched:
            stats.add(pose)
            yield frame, pose


def _noting(record: SetRecord) -> Callable[[Moment], None]:
    return lambda moment: record.note(moment.pose, moment.step.update)


def _chosen(
    recording: Recording,
    recogniser: Recogniser,
    choices: Sequence[Choice],
    stats: RecordingStats,
) -> Choice:
    return choose(
        recogniser,
        choices,
        recording.name,
        recording.notes,
        asked=recording.asked,
        why=stats.why_nothing(),
    )


def _header(
    recording: Recording,
    choice: Choice,
    summary: SetSummary,
    stats: RecordingStats,
    phrases: Phrases,
) -> dict[str, Any]:
    """Return what the summary begins with."""
    instead, told = None, []
    if recording.asked:
        instead = find_mismatch(summary, choice, recording.poses)
        told = mismatch_notes(instead, choice, phrases)
    counted = bool(summary.reps or summary.holds)
    about = _about(recording, stats, phrases, told, counted=counted)
    return about | mismatch_tree(instead, choice)


def _about(
    recording: Recording,
    stats: RecordingStats,
    phrases: Phrases,
    told: Sequence[str] = (),
    *,
    counted: bool = False,
) -> dict[str, Any]:
    """Return what is known of a recording that has been watched."""
    lasts_s = round(recording.duration_s() or stats.last_s, 3)
    stretch = stretch_tree(*recording.stretch, lasts_s)
    losses = recording.losses(stats, stretch["end_s"])
    notes = [*recording.notes, *stats.notes(counted=counted), *losses]
    return {
        "video": recording.name,
        "duration_s": lasts_s,
        **stretch,
        "recognised": not recording.asked,
        **recording.header(),
        "lang": phrases.lang,
        "notes": [*told, *map(phrases.note, notes)],
    }
