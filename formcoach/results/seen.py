"""``seen.json``: what was seen in a recording of which it is not sure what exercise it shows."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from formcoach.pose.body import BodyReader
from formcoach.pose.landmarks import Pose
from formcoach.results.summary import SCHEMA, ViewTally

__all__ = ["SEEN", "write_seen"]

SEEN = "seen.json"


def write_seen(folder: Path, header: dict[str, Any], poses: Iterable[Pose]) -> None:
    """Write what was seen, beside the poses that a replay can go on from.

    Args:
        folder: where to.
        header: what is known of the recording, as in a summary.
        poses: all of its poses, for the view.
    """
    reader, views, frames, bodies, others = BodyReader(), ViewTally(), 0, 0, 0
    for pose in poses:
        views.add(reader.read(pose).view)
        frames += 1
        bodies += pose.seen
        others = max(others, pose.others)
    tree = {
        "schema": SCHEMA,
        **header,
        "exercise": None,
        "frames": frames,
        "pose_frames": bodies,
        "others": others,
        "view": views.tree(),
    }
    text = msgspec.json.format(msgspec.json.encode(tree), indent=1)
    (folder / SEEN).write_bytes(text + b"\n")
