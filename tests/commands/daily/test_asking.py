import os
from collections.abc import Iterable
from io import StringIO

import pytest
from answering import Typed

from formcoach.commands.daily.asking import TRIES, Asker, Keyboard
from formcoach.words.phrases import load_phrases

ENGLISH, DUTCH = load_phrases("en"), load_phrases("nl")
SOON_S = 60.0
"""Long enough that a test that hangs is a test that fails."""


def asker(*lines: str, dutch: bool = False) -> tuple[Asker, Typed, StringIO, list[str]]:
    typed, out, said = Typed(*lines), StringIO(), list[str]()
    phrases = DUTCH if dutch else ENGLISH
    ask = Asker(phrases, answers=typed, say=said.append, out=out, timeout_s=7.0)
    return ask, typed, out, said


@pytest.mark.parametrize(
    ("line", "dutch", "answer"),
    [("yes", False, True), ("N", False, False), ("ja", True, True), ("nee", True, False)],
)
def test_yes_and_no_in_the_users_language(line: str, dutch: bool, answer: bool) -> None:
    ask, *_ = asker(line, dutch=dutch)
    assert ask.yes_no("ask.breathing") is answer


def test_a_question_is_spoken_and_shown_with_the_ways_to_answer() -> None:
    ask, typed, out, said = asker("4")
    assert ask.scale("ask.effort") == 4
    assert said == [ENGLISH.text("ask.effort")]
    assert out.getvalue() == f"{ENGLISH.text('ask.effort')} [0-10] "
    assert typed.waited_s == [7.0]
    assert typed.forgotten == 1


def test_nobody_answers() -> None:
    ask, typed, *_ = asker()
    assert ask.scale("ask.effort") is None
    assert ask.yes_no("ask.breathing") is None
    assert len(typed.waited_s) == 2


def test_what_no_terminal_shows_is_shown() -> None:
    ask, typed, out, _ = asker("4")
    typed.echoes = False
    ask.scale("ask.effort")
    assert out.getvalue().endswith("[0-10] 4\n")


def test_capital_letters_stay_where_they_mean_something_and_no_password_is_shown() -> None:
    ask, typed, out, _ = asker("rtsp://me:Secret@phone/Live")
    typed.echoes = False
    found = ask.answer("ask.camera", "0", str, as_typed=True)
    assert found == "rtsp://me:Secret@phone/Live"
    assert out.getvalue().endswith("[0] rtsp://phone/Live\n")


def test_when_no_answer_can_come_nothing_is_asked() -> None:
    ask, typed, out, said = asker()
    typed.ended = True
    assert ask.scale("ask.effort") is None
    assert (out.getvalue(), said, typed.waited_s) == ("", [], [])


def test_enter_alone_is_no_answer_and_asks_no_more() -> None:
    ask, typed, *_ = asker("", "3")
    assert ask.scale("ask.effort") is None
    assert typed.lines == ["3"]


@pytest.mark.parametrize("wrong", ["11", "-1", "4.5", "much", "²", "٣"])
def test_what_is_not_understood_is_asked_again(wrong: str) -> None:
    ask, _, out, said = asker(wrong, "0")
    assert ask.scale("ask.pain_before") == 0
    assert ENGLISH.text("ask.not_understood") in out.getvalue()
    assert len(said) == 1


@pytest.mark.parametrize("line", ["9/10", "9 / 10", "9 of 10", "9"])
def test_a_number_may_be_told_out_of_ten(line: str) -> None:
    ask, *_ = asker(line)
    assert ask.scale("ask.pain_before") == 9
    ask, *_ = asker(line.replace("of", "van"), dutch=True)
    assert ask.scale("ask.pain_before") == 9


def test_who_was_not_understood_is_told_what_is_wanted() -> None:
    ask, _, out, _ = asker("much", "11/10", "10/10")
    assert ask.scale("ask.pain_before") == 10
    assert out.getvalue().count(ENGLISH.text("ask.whole_number", least=0, most=10)) == 2


def test_an_answer_that_is_never_understood_is_not_no_answer() -> None:
    ask, *_ = asker("what", "what", "what", "", "what", "4")
    found = [(ask.scale("ask.effort"), ask.unclear) for _ in range(4)]
    assert found == [(None, True), (None, False), (4, False), (None, False)]
    unclear, typed, *_ = asker("what", "what", "what")
    assert unclear.scale("ask.effort") is None
    typed.ended = True
    assert (unclear.yes_no("ask.breathing"), unclear.unclear) == (None, False)


def test_after_some_tries_it_goes_on_without_an_answer() -> None:
    ask, typed, *_ = asker(*["what"] * (TRIES + 1))
    assert ask.scale("ask.effort") is None
    assert typed.lines == ["what"]


@pytest.mark.parametrize("line", ["2", "tired", "TIRED"])
def test_a_choice_by_number_or_by_word(line: str) -> None:
    ask, _, out, _ = asker(line)
    assert ask.choice("ask.stopped", {"enough": "it was enough", "tired": "tired"}) == "tired"
    assert "1 it was enough, 2 tired" in out.getvalue()


def test_the_present_answer_is_shown() -> None:
    ask, _, out, _ = asker()
    ask.yes_no("ask.wall", present=False)
    ask.number("ask.effort", 0, 10, present=0)
    ask.choice("ask.sitting", {"little": "little bits"}, present="little")
    assert "now no]" in out.getvalue()
    assert "now 0]" in out.getvalue()
    assert "now little bits]" in out.getvalue()


def keyboard(text: bytes, *, close: bool = True) -> Keyboard:
    read, write = os.pipe()
    os.write(write, text)
    if close:
        os.close(write)
    return Keyboard(read)


def lines_of(keys: Keyboard, count: int) -> Iterable[str | None]:
    return [keys.line(SOON_S) for _ in range(count)]


def test_piped_lines_come_one_by_one_and_then_nobody_answers() -> None:
    keys = keyboard(b"3\r\n ja \nlast")
    keys.forget()
    assert lines_of(keys, 5) == ["3", "ja", "last", None, None]


def test_a_closed_input_answers_nothing_at_once() -> None:
    read, write = os.pipe()
    os.close(write)
    os.close(read)
    assert Keyboard(read).line(SOON_S) is None


def test_an_open_line_without_words_ends_in_time() -> None:
    assert keyboard(b"half a line", close=False).line(0.01) is None


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are of POSIX")
def test_at_a_terminal_what_was_typed_before_the_question_does_not_answer_it() -> None:
    controller, terminal = os.openpty()
    keys = Keyboard(terminal)
    os.write(controller, b"early\n")
    assert keys.line(SOON_S) == "early"
    os.write(controller, b"stale\nstale too\n")
    while keys.waiting < 2:
        pass
    keys.forget()
    os.write(controller, b"fresh\n")
    assert keys.line(SOON_S) == "fresh"
    os.close(controller)
