"""Options that are wrong: status 2 and one line, before any video is looked at."""

import os
import shutil
import zipfile
from importlib import resources
from pathlib import Path

import pytest
from commands import Ran, run, tree

from formcoach.voice.speech import EspeakSynthesiser
from formcoach.words.phrases import load_phrases

MODELS = Path(__file__).resolve().parents[2] / "models"
LITE = "pose_landmarker_lite.task"


def analyse(*arguments: object) -> Ran:
    return run("analyze", *arguments, "--no-video")


@pytest.mark.parametrize(
    ("asked", "seen", "offered"),
    [
        (("--exercise", "squatt"), "'squatt'", "squat"),
        (("--exercise", "deadbug"), "'deadbug'", "dead_bug"),
        (("--exercise", "dead_bug", "--level", "reech"), "'reech'", "reach"),
        (("--exercise", "hip_flexion", "--level", "stair"), "'stair'", "straight"),
        (("--exercise", "squat", "--level", "bent"), "'bent'", "squat"),
        (("--level", "bent"), "'bent'", "--exercise"),
    ],
)
def test_unknown_exercises_and_levels_get_the_nearest_names(
    asked: tuple[str, ...], seen: str, offered: str, tmp_path: Path, squat: Path
) -> None:
    ran = analyse(squat, *asked, "--out", tmp_path / "out")
    assert ran.status == 2
    assert seen in ran.error
    assert offered in ran.error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["analyze", "replay"])
def test_an_unknown_exercise_is_told_once_for_all_recordings(
    command: str, tmp_path: Path, squat: Path
) -> None:
    ran = run(command, squat, squat, "--exercise", "squatt", "--out", tmp_path / "out")
    assert ran.status == 2
    assert "'squatt'" in ran.error


@pytest.mark.parametrize(
    ("span", "seen"),
    [
        (("--start", "nan"), "--start is nan"),
        (("--start", "-1"), "--start is -1"),
        (("--start", "inf"), "--start is inf"),
        (("--end", "nan"), "--end is nan"),
        (("--end", "inf"), "--end is inf; give seconds, or leave it out"),
        (("--end", "-0.5"), "--end is -0.5"),
        (("--end", "0"), "--end is 0"),
        (("--start", "2", "--end", "1"), "--end is 1"),
        (("--start", "2", "--end", "2"), "--end is 2"),
    ],
)
def test_stretches_that_no_video_has(
    span: tuple[str, ...], seen: str, tmp_path: Path, squat: Path
) -> None:
    ran = analyse(squat, *span, "--exercise", "squat", "--out", tmp_path / "out")
    assert ran.status == 2
    assert seen in ran.error
    assert "give seconds" in ran.error
    assert not (tmp_path / "out").exists()


def test_a_voice_without_the_copy_that_would_speak(tmp_path: Path, squat: Path) -> None:
    ran = analyse(squat, "--voice", "--no-video", "--exercise", "squat", "--out", tmp_path / "out")
    said = "--voice speaks in the annotated copy; leave out --no-video"
    assert (ran.status, ran.error) == (2, said)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("speaker", "said"),
    [
        ("gone.onnx", "no Piper voice at gone.onnx"),
        ("gone.voice.zip", "gone.voice.zip is not a voice pack"),
        ("Wilhelmina", "no Piper voice at Wilhelmina"),
    ],
)
def test_a_speaker_that_is_not_here_is_told_before_anything_is_done(
    speaker: str, said: str, tmp_path: Path, squat: Path
) -> None:
    asked = ("--voice", "--speaker", speaker, "--exercise", "squat", "--out", tmp_path / "out")
    ran = run("analyze", squat, *asked)
    assert ran.status == 1
    assert said in ran.error
    assert not (tmp_path / "out").exists()


def test_the_copy_speaks_with_the_voice_that_was_asked_for(
    tmp_path: Path, squat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def noted(speaker: str, lang: str) -> EspeakSynthesiser:
        asked.append((speaker, lang))
        return EspeakSynthesiser()

    monkeypatch.setattr("formcoach.voice.speech.synthesiser_for", noted)
    options = ("--voice", "--speaker", "pack", "--count", "both", "--model", "lite")
    ran = run("analyze", squat, *options, "--exercise", "squat", "--out", tmp_path / "out")
    assert ran.status == 0
    assert asked == [("pack", "en")]
    assert (tmp_path / "out" / "squat" / "annotated.mp4").is_file()
    assert tree(tmp_path / "out" / "squat")["notes"] == [
        load_phrases("en").text("recording.lite_model")
    ]


@pytest.mark.parametrize("start", ["3.2", "99", "1e300"])
def test_a_start_beyond_the_end_of_a_video(start: str, tmp_path: Path, squat: Path) -> None:
    ran = analyse(squat, "--start", start, "--exercise", "squat", "--out", tmp_path / "out")
    assert ran.status == 1
    assert "its length is 3.20 s; give an earlier start" in ran.error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("span", "seen"),
    [
        (("--start", "2", "--end", "2.01"), "the stretch from 2 s to 2.01 s has 1 frame"),
        (("--end", "0.03"), "the stretch from 0 s to 0.03 s has 1 frame"),
        (("--start", "2.01", "--end", "2.02"), "from 2.01 s to 2.02 s: no frame there"),
    ],
)
def test_a_stretch_too_short_to_show_anything(
    span: tuple[str, ...], seen: str, tmp_path: Path, squat: Path
) -> None:
    ran = analyse(squat, *span, "--exercise", "squat", "--out", tmp_path / "out")
    assert ran.status == 1
    assert f"{seen}" in ran.error
    assert ran.error.endswith("; give a longer stretch")


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze",),
        ("analyze", "x.mp4", "--bogus"),
        ("analyze", "x.mp4", "--jobs", "0"),
        ("analyze", "x.mp4", "--jobs", "two"),
        ("analyze", "x.mp4", "--lang", "de"),
        ("analyze", "x.mp4", "--start", "soon"),
        ("replay",),
        ("exercises", "squat", "dead_bug"),
        ("exercises", "squatt"),
        ("analyse", "x.mp4"),
    ],
)
def test_wrong_usage_is_status_2(arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.status == 2
    assert ran.err
    assert "Traceback" not in ran.err


def altered(folder: Path) -> Path:
    """A copy of the lite model with one byte changed."""
    data = bytearray((MODELS / LITE).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / LITE).write_bytes(bytes(data))
    return folder


def test_an_altered_model_file_is_refused(
    tmp_path: Path, squat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMCOACH_MODELS", str(altered(tmp_path)))
    ran = analyse(squat, "--model", "lite", "--out", tmp_path / "out")
    assert ran.status == 1
    assert f"{tmp_path / LITE} is altered" in ran.error
    assert "install FormCoach again" in ran.error
    assert not (tmp_path / "out").exists()


def test_a_folder_of_models_goes_before_the_shipped_ones(
    tmp_path: Path, squat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The folder has an altered lite model and no full one: full is taken from the shipped ones.
    monkeypatch.setenv("FORMCOACH_MODELS", str(altered(tmp_path)))
    end = ("--end", "0.3", "--exercise", "squat", "--out", tmp_path / "out")
    assert analyse(squat, "--model", "full", *end).status == 0
    assert analyse(squat, "--model", "lite", *end).status == 1
    (tmp_path / LITE).unlink()
    shutil.copy(MODELS / LITE, tmp_path)
    assert analyse(squat, "--model", "lite", *end).status == 0
    # A path goes before both.
    assert analyse(squat, "--model", MODELS / LITE, *end).status == 0


@pytest.mark.parametrize(
    ("model", "status", "seen", "way_out"),
    [
        ("ful", 2, "no model 'ful'", "did you mean full"),
        ("gone.task", 1, "gone.task is missing", "give lite, full"),
        ("notes.task", 1, "notes.task is not a .task bundle", "give one, or lite"),
        ("folder", 1, "folder is missing", "give lite, full"),
    ],
)
def test_model_files_that_are_none(
    model: str,
    status: int,
    seen: str,
    way_out: str,
    tmp_path: Path,
    squat: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.task").write_text("notes", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    ran = analyse(squat, "--model", model, "--out", tmp_path / "out")
    assert ran.status == status
    assert seen in ran.error
    assert way_out in ran.error


def test_a_bundle_that_mediapipe_cannot_load(tmp_path: Path, squat: Path) -> None:
    broken = tmp_path / "broken.task"
    with zipfile.ZipFile(MODELS / LITE) as whole, zipfile.ZipFile(broken, "w") as bundle:
        for name in whole.namelist():
            bundle.writestr(name, whole.read(name)[:5000])
    ran = analyse(squat, "--model", broken, "--exercise", "squat", "--out", tmp_path / "out")
    assert ran.status == 1
    assert str(broken) in ran.error
    assert "give lite, full or heavy" in ran.error
    assert not (tmp_path / "out").exists()


SPECS = {
    "unknown key": ("min_share = 0.75", "min_shore = 0.75", "min_shore", "correct it"),
    "unknown signal": ('signal = "knee_', 'signal = "elbo_', "elbo_flexion_deg", "correct it"),
    "crossed band": ("[-45, 40]", "[40, -45]", "got 40.0 and -45.0", "from low to high"),
    "missing phrase": ('id = "too_fast"', 'id = "too_hasty"', "cue.too_hasty", "too_fast"),
    "missing key": ('signal = "knee_flexion_deg"\n', "", "signal", "correct it"),
    "no TOML": ("[movement]", "[movement", "line 4", "correct it"),
    "no text": ("squat", "squat\x00", "Illegal character", "correct it"),
}


@pytest.mark.parametrize("case", SPECS)
def test_a_spec_of_ones_own_that_is_wrong(case: str, tmp_path: Path, squat: Path) -> None:
    old, new, seen, way_out = SPECS[case]
    path = tmp_path / "mine.toml"
    text = (resources.files("formcoach.exercises.catalogue") / "squat.toml").read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    ran = analyse(squat, "--exercise", path, "--out", tmp_path / "out")
    assert ran.status == 2
    assert str(path) in ran.error
    assert seen in ran.error
    assert way_out in ran.error


def test_a_spec_that_is_no_utf_8(tmp_path: Path, squat: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b'id = "caf\xe9"\n')
    ran = analyse(squat, "--exercise", path, "--out", tmp_path / "out")
    assert ran.status == 2
    assert f"{path}: " in ran.error


def test_crossed_thresholds_in_a_spec_of_ones_own(tmp_path: Path, squat: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (resources.files("formcoach.exercises.catalogue") / "plank_hold.toml").read_text("utf-8")
    path.write_text(text.replace("off = 8", "off = 18", 1), encoding="utf-8")
    ran = analyse(squat, "--exercise", path, "--out", tmp_path / "out")
    assert ran.status == 2
    assert f"{path}: check hips_sag: off must be below on, got 18 and 15" in ran.error


def test_a_spec_of_ones_own_that_is_right(tmp_path: Path, squat: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (resources.files("formcoach.exercises.catalogue") / "squat.toml").read_text("utf-8")
    path.write_text(text.replace('id = "squat"', 'id = "my_squat"'), encoding="utf-8")
    ran = analyse(squat, "--exercise", path, "--model", "lite", "--out", tmp_path / "out")
    assert ran.status == 0
    assert "my_squat" in ran.out
    found = tree(tmp_path / "out" / "squat")
    assert (found["exercise"], found["counts"]["total"]) == ("my_squat", 1)


def test_an_unreadable_spec(tmp_path: Path, squat: Path) -> None:
    ran = analyse(squat, "--exercise", tmp_path / "gone.toml", "--out", tmp_path / "out")
    assert ran.status == 2
    assert f"{tmp_path / 'gone.toml'}: cannot be read (No such file" in ran.error


def test_a_source_of_ones_own_is_shown_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (resources.files("formcoach.exercises.catalogue") / "squat.toml").read_text("utf-8")
    path.write_text(text.replace('source = "proposal', 'source = "[bold]mine'), encoding="utf-8")
    ran = run("exercises", path, "--details")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("[bold]mine") >= 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    for name in ("pipe.jsonl", "pipe.toml"):
        os.mkfifo(tmp_path / name)
    pipe, spec = tmp_path / "pipe.jsonl", tmp_path / "pipe.toml"
    ran = run("replay", pipe, "--exercise", "squat", "--out", tmp_path / "out")
    assert (ran.status, "it is no file" in ran.error) == (1, True)
    ran = run("replay", pipe, "--exercise", spec, "--out", tmp_path / "out")
    assert (ran.status, f"{spec}: cannot be read (it is not a file)" in ran.error) == (2, True)
    ran = run("exercises", spec)
    assert (ran.status, f"{spec}: cannot be read (it is not a file)" in ran.error) == (2, True)
