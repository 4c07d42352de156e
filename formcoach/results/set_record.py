"""One coached set on disk: what the coach says in, files out, and the summary at the end."""

from pathlib import Path
from typing import Any

import msgspec

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import SetSummary, Update
from formcoach.pose.landmarks import Pose
from formcoach.pose.trace import POSES
from formcoach.results.folder import ANNOTATED
from formcoach.results.report import write_report
from formcoach.results.summary import ViewTally, summary_tree
from formcoach.results.tables import SignalsTable, write_reps
from formcoach.results.targets import target_tree
from formcoach.words.phrases import Phrases

__all__ = ["SetRecord"]


class SetRecord:
    """Writes what a coach says of a set into a folder.

    Args:
        coach: a fresh coach; it is stepped elsewhere (`commands/flow.py`).
        folder: an existing folder; `signals.csv`, `reps.csv`, `summary.json` and `report.html` go
            there.
        phrases: the language of the cues.
    """

    def __init__(self, coach: Coach, folder: Path, phrases: Phrases) -> None:
        """Open the tables; raise OSError where they cannot be written."""
        self.coach = coach
        self._folder = folder
        self._phrases = phrases
        self._signals = SignalsTable(folder / "signals.csv")
        self._views = ViewTally()
        self._frames = self._pose_frames = 0
        self._others = 0

    def note(self, pose: Pose, update: Update) -> None:
        """Take down what the coach said of one frame's pose."""
        self._signals.write(update)
        self._views.add(update.view)
        self._frames += 1
        self._pose_frames += pose.seen
        self._others = max(self._others, pose.others)

    def finish(
        self,
        header: dict[str, Any],
        summary: SetSummary | None = None,
        *,
        poses: Path | None = None,
    ) -> tuple[SetSummary, dict[str, Any]]:
        """Close the tables, write the summary, and return it with its tree.

        Args:
            header: what is known of the recording beside the frames: video, duration_s, notes ...
            summary: the set, where the coach has finished it already.
            poses: the recorded poses, where they are not in the folder; they are closed by now, and
                so is the annotated video where there is one in it.
        """
        if summary is None:
            summary = self.coach.finish()
        self._signals.close()
        write_reps(self._folder / "reps.csv", summary.reps)
        tree = summary_tree(
            summary,
            self._phrases,
            header
            | {
                "frames": self._frames,
                "pose_frames": self._pose_frames,
                "others": self._others,
                "exercise": self.coach.spec.id,
                "level": self.coach.level.id or None,
                "signal": _signal(self.coach),
                "target": target_tree(self.coach),
            },
            self._views.tree(),
            self.coach.spec.checks_of(self.coach.level),
        )
        text = msgspec.json.format(msgspec.json.encode(tree), indent=1)
        (self._folder / "summary.json").write_bytes(text + b"\n")
        self._report(tree, poses)
        return summary, tree

    def _report(self, tree: dict[str, Any], poses: Path | None) -> None:
        poses, video = poses or self._folder / POSES, self._folder / ANNOTATED
        write_report(
            self._folder / "report.html",
            tree,
            self._folder / "signals.csv",
            self._phrases,
            poses=poses if poses.exists() else None,
            video=video if video.exists() else None,
        )

    def close(self) -> None:
        """Let go of the files without a summary."""
        self._signals.close()


def _signal(coach: Coach) -> str | None:
    """Return the name of what is counted, or of what is looked at first in a hold."""
    movement, isometric = coach.spec.movement_of(coach.level), coach.spec.isometric
    if movement is not None:
        return movement.signal.value
    return None if isometric is None else next(iter(isometric.inside)).value
