"""A recording that is not recognised leaves its poses and what was seen, to go on from."""

import json
import shlex
from pathlib import Path

import pytest
from commands import names_in, run, tree

from formcoach.coaching.recognition import Recogniser
from formcoach.errors import NotRecognisedError


def unsure(recogniser: Recogniser, *_: object, **__: object) -> None:
    recogniser.finish()
    raise NotRecognisedError("squat.mp4: not sure which exercise this is")


@pytest.fixture
def unsure_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formcoach.commands.recorded.choose", unsure)


@pytest.mark.usefixtures("unsure_of_all")
def test_its_poses_can_be_replayed_as_the_exercise_that_it_is(tmp_path: Path, squat: Path) -> None:
    ran = run("analyze", squat, "--model", "lite", "--out", tmp_path)
    poses = tmp_path / "squat" / "poses.jsonl.gz"
    assert ran.status == 1
    assert ran.error.endswith(f"go on from its poses: formcoach replay {poses} --exercise ID")
    assert names_in(tmp_path / "squat") == ["poses.jsonl.gz", "seen.json"]
    seen = json.loads((tmp_path / "squat" / "seen.json").read_text(encoding="utf-8"))
    assert (seen["schema"], seen["video"], seen["exercise"]) == (1, "squat.mp4", None)
    assert seen["frames"] == seen["pose_frames"] == 48
    assert (seen["view"]["kind"], seen["recognised"], seen["nearest"]) == ("side", False, "squat")
    command = shlex.split(ran.error.rpartition("formcoach ")[2].replace(" ID", " squat"))
    assert run(*command, "--out", tmp_path).status == 0
    assert tree(tmp_path / "squat")["counts"]["total"] == 1
    assert "seen.json" not in names_in(tmp_path / "squat"), "it would contradict the summary"


def test_nothing_stays_of_a_replay_that_is_not_sure(
    tmp_path: Path, squat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("analyze", squat, "--model", "lite", "--out", tmp_path / "a").status == 0
    monkeypatch.setattr("formcoach.commands.recorded.choose", unsure)
    poses = tmp_path / "a" / "squat" / "poses.jsonl.gz"
    ran = run("replay", poses, "--out", tmp_path / "b")
    assert (ran.status, names_in(tmp_path / "b")) == (1, [])
