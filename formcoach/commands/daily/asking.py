"""Asks the person: a question is spoken and shown, and answered by keyboard or not at all.

    ask = Asker(phrases, say=say)
    pain = ask.scale("ask.pain_before")     # 0-10, None when not answered
    calm = ask.yes_no("ask.breathing")

Whoever lies on a mat may not answer, and a program that is piped into may have nobody to answer:
every question has an end in time, and no answer is an answer of its own.
"""

import os
import sys
from collections.abc import Callable, Collection, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from time import sleep
from typing import Protocol, TextIO, TypeVar

from formcoach.capture.live.address import shown_source
from formcoach.words.phrases import Phrases

__all__ = ["Answering", "Asker", "Interruptible", "Keyboard"]

T = TypeVar("T")

ANSWER_S = 30.0
"""How long a question stays open for somebody who gets up from a mat. Proposal."""
TRIES = 3
"""So often an answer that is not understood is asked for again."""
_SLICE_S = 0.1
_CHUNK = 4096


class Answering(Protocol):
    """Where answers come from."""

    @property
    def ended(self) -> bool:
        """Whether no answer can come any more."""
        ...

    @property
    def echoes(self) -> bool:
        """Whether what is typed is seen."""
        ...

    def forget(self) -> None:
        """Leave out what was typed before the question."""
        ...

    def line(self, timeout_s: float) -> str | None:
        """Return the next line without its end; None when none came in time or none will come."""
        ...


class Keyboard:
    """Lines of a file descriptor, read by a thread of its own, so that waiting can end.

    Attributes:
        ended: whether the end of the input was read.

    Args:
        fd: the descriptor; that of the standard input if not given.
    """

    def __init__(self, fd: int | None = None) -> None:
        self._fd = _stdin_fd() if fd is None else fd
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self.ended = False
        # os.read and not sys.stdin: a thread that waits in there blocks no exit of the program.
        self._thread = Thread(target=self._read, name="formcoach-keyboard", daemon=True)
        self._thread.start()

    @property
    def echoes(self) -> bool:
        """Whether it is a terminal, which shows what is typed."""
        try:
            return self._fd is not None and os.isatty(self._fd)
        except OSError:
            return False

    def forget(self) -> None:
        """Leave out what was typed before; what is piped in was written ahead and stays."""
        if not self.echoes:
            return
        while not self._lines.empty():
            self.ended = self._lines.get() is None or self.ended

    @property
    def waiting(self) -> int:
        """How many lines were typed and not yet read; an end of the input counts as one."""
        return self._lines.qsize()

    def line(self, timeout_s: float) -> str | None:
        """Return the next line, or None."""
        left_s = timeout_s
        while not self.ended and left_s > 0:
            try:  # in slices: a wait without end cannot be interrupted everywhere
                line = self._lines.get(timeout=min(_SLICE_S, left_s))
            except Empty:
                left_s -= _SLICE_S
                continue
            self.ended = line is None
            return line
        return None

    def _read(self) -> None:
        rest = b""
        while chunk := self._chunk():
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                self._lines.put(line.decode(errors="replace").strip())
        if rest:
            self._lines.put(rest.decode(errors="replace").strip())
        self._lines.put(None)

    def _chunk(self) -> bytes:
        if self._fd is None:
            return b""
        try:
            return os.read(self._fd, _CHUNK)
        except OSError:  # closed, or the terminal has gone
            return b""


class Interruptible:
    """Answers, of which Ctrl-C is the end, as the end of the input is.

    Attributes:
        interrupted: whether Ctrl-C was pressed.

    Args:
        answers: where the answers come from; the keyboard if not given.
    """

    def __init__(self, answers: Answering | None = None) -> None:
        self._answers = Keyboard() if answers is None else answers
        self.interrupted = False

    @property
    def ended(self) -> bool:
        """Whether no answer can come any more, or is wanted."""
        return self.interrupted or self._answers.ended

    @property
    def echoes(self) -> bool:
        """Whether what is typed is seen."""
        return self._answers.echoes

    def forget(self) -> None:
        """Leave out what was typed before the question."""
        self._answers.forget()

    def line(self, timeout_s: float) -> str | None:
        """Return the next line, or None."""
        try:
            return self._answers.line(timeout_s)
        except KeyboardInterrupt:
            self.interrupted = True
            return None

    @property
    def source(self) -> Answering:
        """Where the answers come from, for what Ctrl-C is to end as ever."""
        return self._answers

    def wait(self, seconds: float) -> None:
        """Wait, unless Ctrl-C is pressed."""
        try:
            sleep(seconds)
        except KeyboardInterrupt:
            self.interrupted = True


def _stdin_fd() -> int | None:
    try:
        return None if sys.stdin is None else sys.stdin.fileno()
    except (OSError, ValueError):  # closed, or no file at all
        return None


class Asker:
    """Asks one thing after the other.

    Attributes:
        phrases: the words; questions are phrases by id.
        unclear: whether the last question was answered, and the answer never understood.
        step: which of how many questions this is, to be shown before it; None where nobody counts.
        speaks: whether what is shown is also said.
        may_go_back: whether the question before can be asked for again.
        went_back: whether the last answer was to go back.

    Args:
        phrases: the words.
        answers: where the answers come from; the keyboard if not given.
        say: speaks a sentence and returns when it was said; None for silence.
        out: where the questions are shown; the standard output if not given.
        timeout_s: how long each question stays open.
        wait: waits for so many seconds, where nobody can press a key.
    """

    def __init__(
        self,
        phrases: Phrases,
        *,
        answers: Answering | None = None,
        say: Callable[[str], None] | None = None,
        out: TextIO | None = None,
        timeout_s: float = ANSWER_S,
        wait: Callable[[float], None] = sleep,
    ) -> None:
        self.phrases = phrases
        self.unclear = False
        self.step: tuple[int, int] | None = None
        self.speaks = True
        self.may_go_back = False
        self.went_back = False
        self._answers = Keyboard() if answers is None else answers
        self._say = say
        self._out = sys.stdout if out is None else out
        self._timeout_s = timeout_s
        self._wait = wait

    def yes_no(self, question: str, present: bool | None = None) -> bool | None:
        """Ask for yes or no; None when not answered.

        Args:
            question: id of the question.
            present: the answer so far, to be shown.
        """
        said = {True: self.phrases.steps("ask.yes"), False: self.phrases.steps("ask.no")}
        words = {word: answer for answer, ways in said.items() for word in ways}
        shown = None if present is None else said[present][0]
        return self.answer(question, f"{said[True][0]}/{said[False][0]}", words.get, shown)

    def number(
        self, question: str, least: int, most: int, present: int | None = None
    ) -> int | None:
        """Ask for a whole number from `least` to `most`; None when not answered.

        ``9/10`` and ``9 of 10`` are understood where `most` is 10.
        """
        of_most = self.phrases.text("ui.of", n=most)

        def understand(answer: str) -> int | None:
            answer = answer.replace(" ", "").removesuffix(f"/{most}")
            answer = answer.removesuffix(of_most.replace(" ", ""))
            number = int(answer) if answer.isascii() and answer.isdigit() else None
            return number if number is not None and least <= number <= most else None

        wanted = self.phrases.text("ask.whole_number", least=least, most=most)
        return self.answer(question, f"{least}-{most}", understand, present, wanted=wanted)

    def scale(self, question: str) -> int | None:
        """Ask for a number from 0 to 10; None when not answered."""
        return self.number(question, 0, 10)

    def choice(
        self, question: str, options: Mapping[str, str], present: str | None = None
    ) -> str | None:
        """Ask for one of some, by its number or its words; None when not answered.

        Args:
            question: id of the question.
            options: what may be returned, with the words for each.
            present: the answer so far, to be shown.
        """
        names = {str(n): option for n, option in enumerate(options, start=1)}
        names |= {option.lower(): option for option in options}
        names |= {words.lower(): option for option, words in options.items()}
        hint = ", ".join(f"{n} {words}" for n, words in enumerate(options.values(), start=1))
        shown = None if present is None else options[present]
        return self.answer(question, hint, names.get, shown)

    def several(
        self, question: str, options: Mapping[str, str], present: Collection[str] | None = None
    ) -> frozenset[str] | None:
        """Ask which of some apply, by their numbers, or none; None when not answered.

        Args:
            question: id of the question.
            options: what may be returned, with the words for each, shown one a line.
            present: the answer so far, to be shown.
        """
        if self.ended:
            return None
        none = (*self.phrases.steps("set_up.none_words"), *self.phrases.steps("ask.no"), "0")
        numbers = {str(n): option for n, option in enumerate(options, start=1)}

        def understand(answer: str) -> frozenset[str] | None:
            if answer in none:
                return frozenset()
            given = answer.replace(",", " ").replace("+", " ").split()
            found = [numbers.get(one) for one in given]
            return None if None in found else frozenset(one for one in found if one is not None)

        self._show(f"{self._count()}{self.phrases.text(question)}\n")
        for number, words in enumerate(options.values(), start=1):
            self._show(f"  {number}  {words}\n")
        shown = None
        if present is not None:
            chosen = [number for number, option in numbers.items() if option in present]
            shown = " ".join(chosen) or none[0]
        hint, self.step = self.phrases.text("set_up.which_hint", none=none[0]), None
        return self.answer("set_up.which", hint, understand, shown)

    @property
    def ended(self) -> bool:
        """Whether no answer can come any more."""
        return self._answers.ended

    def _count(self) -> str:
        if self.step is None:
            return ""
        number, total = self.step
        return f"{self.phrases.text('app.setup.n_of', n=number, total=total)}: "

    def answer(
        self,
        question: str,
        hint: str,
        understand: Callable[[str], T | None],
        present: object = None,
        *,
        wanted: str | None = None,
        as_typed: bool = False,
    ) -> T | None:
        """Ask a question; return what was understood, None when it was not answered.

        Where there was an answer and it was not understood, `unclear` is set.

        Args:
            question: id of the question.
            hint: how it may be answered.
            understand: turns an answer, in small letters, into its value; None for what it does
                not understand.
            present: the answer so far, to be shown.
            wanted: what is wanted, told to who was not understood.
            as_typed: whether capital letters mean something in the answer.
        """
        self.unclear = self.went_back = False
        if self._answers.ended:
            return None
        if present is not None:
            hint = f"{hint}; {self.phrases.text('ask.present', answer=present)}"
        text = self.phrases.text(question)
        self._answers.forget()
        self._show(f"{self._count()}{text} [{hint}] ")
        if self._say is not None and self.speaks:
            self._say(text)
        for _ in range(TRIES):
            answer = self._answers.line(self._timeout_s)
            if answer is None or not self._answers.echoes:
                self._show(f"{shown_source(answer or '')}\n")
            if not answer:
                return None
            if self.may_go_back and answer.lower() in self.phrases.steps("set_up.back_words"):
                self.went_back = True
                return None
            self.unclear = True
            understood = understand(answer if as_typed else answer.lower())
            if understood is not None:
                self.unclear = False
                return understood
            sorry = ": ".join(filter(None, (self.phrases.text("ask.not_understood"), wanted)))
            self._show(f"{sorry} [{hint}] ")
        self._show("\n")
        return None

    def tell(self, phrase: str, **slots: object) -> None:
        """Say and show something that needs no answer: a sentence, or a list step by step.

        It is said also where it cannot be shown any more, whose error is raised then.
        """
        steps = phrase in self.phrases.lists
        texts = self.phrases.steps(phrase) if steps else (self.phrases.text(phrase, **slots),)
        failed: Exception | None = None
        for text in texts:
            try:
                self._show(f"{text}\n")
            except (OSError, ValueError) as error:  # the terminal is gone, or was closed
                failed = error
            if self._say is not None and self.speaks:
                self._say(text)
        if failed is not None:
            raise failed

    def tell_text(self, text: str) -> None:
        """Show words that are no phrase, such as what an error says."""
        self._show(f"{text}\n")

    def pause(self, phrase: str, seconds: float) -> None:
        """Say something and wait for so long, or until Enter is pressed."""
        self._answers.forget()
        self.tell(phrase, seconds=round(seconds))
        if self._answers.ended:
            self._wait(seconds)
        else:
            self._answers.line(seconds)

    def _show(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
