"""The closed book: everything that can be said is in it, once, and nothing else."""

from dataclasses import replace

import pytest
from live_parts import Stage, parts_of
from moves import FILM, trace
from reasons import reason

from formcoach.commands.daily.practice import STOPPED
from formcoach.commands.live import LiveOptions, run_live
from formcoach.pose.doubts import DoubtKind, Reason
from formcoach.pose.landmarks import Part, Side
from formcoach.programme.two_weeks import Felt
from formcoach.session.guide import SessionTargets
from formcoach.voice.clauses import clauses
from formcoach.words.book import HEARD_TOO, SHOWN_ONLY, closed_book
from formcoach.words.phrases import LANGUAGES, Phrases, load_phrases

language = pytest.mark.parametrize(
    "phrases", [load_phrases(lang) for lang in LANGUAGES], ids=LANGUAGES
)


def of(texts: dict[str, str], **lists: tuple[str, ...]) -> Phrases:
    return Phrases(lang="en", texts=texts, lists=lists)


@language
def test_every_cue_number_and_step_can_be_said(phrases: Phrases) -> None:
    known = {piece.text for piece in closed_book(phrases)}
    asked = [phrases.counted(n, side) for n in range(1, 31) for side in (None, *Side)]
    asked += [phrases.text(key) for key in phrases.texts if key.startswith(("cue.", "cue_again."))]
    asked += [phrases.reason(reason("left knee hidden"))]
    asked.append(phrases.reason(Reason(DoubtKind.OUT_OF_PICTURE, Part.TOE, Side.RIGHT)))
    asked += [
        step for key in phrases.lists if key.startswith("howto.") for step in phrases.steps(key)
    ]
    asked += [phrases.looks_like("squat", "lunge"), phrases.looks_like("lunge", "dead_bug")]
    asked += [phrases.text("hold.left", n=20), phrases.text("verdict.more_reps", n=12)]
    asked += [". ".join((phrases.text("hold.left", n=10), phrases.text("breath.calm")))]
    assert len(asked) > 200
    assert [text for text in asked if clauses(text, known) is None] == []


@language
def test_no_text_is_there_twice_or_with_an_empty_slot(phrases: Phrases) -> None:
    texts = [piece.text for piece in closed_book(phrases)]
    assert len(texts) == len(set(texts))
    assert not [text for text in texts if "{" in text or text != text.strip() or not text]


@language
def test_what_is_only_read_is_left_out(phrases: Phrases) -> None:
    heard = [piece for piece in closed_book(phrases) if piece.phrase not in HEARD_TOO]
    assert not [piece for piece in heard if piece.phrase.startswith(SHOWN_ONLY)]
    assert [key for key in HEARD_TOO if not phrases.has(key)] == []
    # A misspelt prefix would leave nothing out, and nobody would know.
    ids = [*phrases.texts, *phrases.lists]
    assert [start for start in SHOWN_ONLY if not any(key.startswith(start) for key in ids)] == []


def test_a_slot_that_can_hold_anything_is_for_another_voice() -> None:
    book = closed_book(of({"ask.hello": "Hello {name}", "ask.when": "At {n}, {when}"}))
    assert book == ()


def test_a_sentence_with_two_numbers_is_kept_in_parts_that_are_spoken_as_parts() -> None:
    book = {piece.text: piece for piece in closed_book(of({"ask.both": "{good} good of {total}"}))}
    assert len(book) < 100
    assert (book["5 good of"].before, book["5 good of"].after) == ("", "8")
    assert (book["7"].before, book["7"].after) == ("8 good of ", "")
    assert clauses("5 good of 7", book) == [("5 good of", " "), ("7", "")]


def test_a_comma_is_where_a_sentence_is_parted() -> None:
    book = {p.text for p in closed_book(of({"ask.x": "{sets} times, {seconds} seconds in all"}))}
    assert {"3 times", "45 seconds in all"} <= book


def test_a_number_alone_is_spoken_as_one_that_counts() -> None:
    book = closed_book(of({"ask.both": "{good} of {total}", "rep.counted": "{n}"}))
    seven = next(piece for piece in book if piece.text == "7")
    assert (seven.phrase, seven.before) == ("rep.counted", "")


def test_steps_are_said_one_by_one() -> None:
    book = closed_book(of({}, **{"howto.x": ("First this", "Then that.")}))
    assert [piece.text for piece in book] == ["First this", "Then that"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("exercise", "level", "reps"),
    [("hip_flexion", "bent", 4), ("dead_bug", "hold", 3), ("plank_hold", "floor", 1)],
)
def test_all_that_a_session_says_is_in_the_book(
    exercise: str, level: str, reps: int, lang: str
) -> None:
    known = {piece.text for piece in closed_book(load_phrases(lang))}
    stage = Stage(trace(exercise, level, reps, how=replace(FILM, fps=8.0)).poses)
    targets = SessionTargets(reps=2, sets=2, rest_s=2.0, breath=True)
    options = LiveOptions(
        exercise=exercise, level=level, targets=targets, window=False, howto=True, lang=lang
    )
    run_live(options, parts=parts_of(stage))
    assert len(stage.voice.texts) > 5
    assert [text for text in stage.voice.texts if clauses(text, known) is None] == []
    assert [text for text in stage.voice.prepared if clauses(text, known) is None] == []


@language
def test_all_that_is_said_at_the_end_of_a_set_is_in_it(phrases: Phrases) -> None:
    known = {piece.text for piece in closed_book(phrases)}
    ids = [key for key in phrases.texts if key.startswith("closing.")]
    asked = [phrases.text(key, n=n, total=n) for key in ids for n in (2, 3, 12, 30)]
    assert len(ids) >= 15
    assert [text for text in asked if clauses(text, known) is None] == []


def test_the_clause_with_the_number_serves_all_sentences_that_have_it() -> None:
    texts = {
        "closing.set": "Set done, {total} reps",
        "closing.all": "In all, {total} reps",
        "closing.seen": "{total} reps; seen badly",
        "closing.short": "{n} not counted: too short",
    }
    book = {piece.text: piece for piece in closed_book(of(texts))}
    assert {"Set done", "In all", "7 reps", "seen badly", "not counted: too short"} <= set(book)
    assert len(book) < 50
    assert (book["Set done"].before, book["Set done"].after) == ("", " 8 reps")
    assert book["not counted: too short"].before == "8 "


@language
def test_questions_of_a_page_and_their_answers_are_said_by_one_voice(phrases: Phrases) -> None:
    known = {piece.text for piece in closed_book(phrases)}
    words = [phrases.text(key) for key in ("app.yes", "app.no", "ask.pain_after", "ask.stopped")]
    words += [text for key, text in phrases.texts.items() if key.startswith("sign.")]
    words += [phrases.text(f"ask.option.{name}") for name in (*STOPPED, *Felt)]
    heard = ("7", phrases.text("app.yes"))
    words += [phrases.text("app.live.heard", answer=answer) for answer in heard]
    assert [text for text in words if clauses(text, known) is None] == []
