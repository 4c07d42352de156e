"""In the page, too, what must be said is said, whatever was stopped or cannot be kept."""

from collections.abc import Iterator
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from answering import Typed
from history_writer import rep_of

from formcoach.app import room
from formcoach.app.room import BROWSER, LiveRoom, Wanted, _Session
from formcoach.coaching.events import SetSummary
from formcoach.commands.daily.asking import Asker
from formcoach.commands.daily.hand_asker import HandAsker
from formcoach.commands.live import Journal, LiveOptions, LiveResult
from formcoach.errors import SpeechError, StoreError
from formcoach.exercises.library import load_exercise
from formcoach.history.notebook import Notebook
from formcoach.picture.window import Key
from formcoach.voice.synthesiser import Synthesiser
from formcoach.words.phrases import load_phrases

ENGLISH = load_phrases("en")


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with Notebook.open(tmp_path) as opened:
        yield opened


def session(notebook: Notebook, folder: Path) -> _Session:
    return _Session(LiveRoom(notebook, folder), Wanted(source=BROWSER, exercise="squat"))


def tried(
    notebook: Notebook,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *answers: str,
    reps: int = 3,
    stopped: bool = False,
    fails: bool = False,
) -> list[str]:
    """Return what is said after an exercise that was tried in the page."""
    one = session(notebook, folder)
    said: list[str] = []
    spec = load_exercise("squat")

    def coached(options: LiveOptions, *, journal: Journal | None) -> LiveResult:
        done = SetSummary(reps=[rep_of(1, 1, n) for n in range(1, reps + 1)])
        if journal is not None and not fails:
            for rep in done.reps:
                journal.rep(1, rep)
        return LiveResult(
            spec=spec,
            level=spec.level(None),
            sets=(done,) if reps else (),
            spoken=(),
            stopped=stopped,
            folder=None,
        )

    monkeypatch.setattr(one, "_run_live", coached)
    typed = Asker(ENGLISH, answers=Typed(*answers), say=said.append, out=StringIO())
    monkeypatch.setattr(one, "ask", typed)
    one._try("squat")
    return said


def test_much_pain_is_asked_and_answered_though_nothing_could_be_kept(
    notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*args: object, **kwargs: object) -> None:
        raise StoreError("history.sqlite3: cannot be written")

    monkeypatch.setattr(notebook.history, "answer", cannot)
    said = tried(notebook, tmp_path, monkeypatch, "9", fails=True)
    assert ENGLISH.text("react.stop_pain") in said
    assert said[-1] == ENGLISH.steps("advice.rest")[-1], "and nobody is told 'well done'"


@pytest.mark.parametrize("reps", [0, 2])
def test_whoever_stops_is_asked_why_and_told_what_to_do(
    notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reps: int
) -> None:
    said = tried(notebook, tmp_path, monkeypatch, "other", "chest_pain", reps=reps, stopped=True)
    assert ENGLISH.text("react.emergency") in said
    assert said[-1] == ENGLISH.steps("advice.emergency")[-1]


def test_whoever_is_well_is_told_well_done(
    notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tried(notebook, tmp_path, monkeypatch, "0", "3", "yes")
    assert said[-1] == ENGLISH.text("session.goodbye")


def test_stop_in_a_set_ends_the_set_and_once_more_ends_all(
    notebook: Notebook, tmp_path: Path
) -> None:
    one = session(notebook, tmp_path)
    one._seen_in_set.set()
    one.press(Key.STOP)
    assert one.front.key() is Key.STOP
    assert not one._stopping.is_set(), "why is still to be asked"
    one._seen_in_set.clear()
    one.press(Key.STOP)
    assert one._stopping.is_set()


def test_what_to_do_is_shown_though_the_session_is_to_end() -> None:
    posted: list[dict[str, Any]] = []
    said: list[str] = []
    ask = HandAsker(
        ENGLISH,
        post=posted.append,
        look=lambda: (0.0, None),
        say=lambda text, wait: said.append(text),
        stopped=lambda: True,
    )
    ask.tell("advice.emergency")
    assert [one["text"] for one in posted] == list(ENGLISH.steps("advice.emergency"))
    assert said == [], "whoever ends it has silence"


def test_questions_are_asked_by_the_best_voice_that_is_here(
    notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def chosen(speaker: str, lang: str) -> Synthesiser:
        asked.append(speaker)
        raise SpeechError("no voice here")

    monkeypatch.setattr(room, "synthesiser_for", chosen)
    monkeypatch.setattr(room, "find_model", Path)
    with pytest.raises(SpeechError), ExitStack() as stack:
        session(notebook, tmp_path)._open(stack)
    assert asked == ["auto"]
