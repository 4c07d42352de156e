"""Asks aloud and large, in the page or the window: answered by hand, click, key, or not at all."""

import time
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Any, TextIO

from formcoach.commands.daily.asking import Answering, Asker
from formcoach.pose.signals import Signals
from formcoach.session.answers import Answered, HandCount, HandYesNo
from formcoach.words.phrases import Phrases

__all__ = ["HandAsker"]

TIMES = 2
"""A question without an answer is asked once more (rules G)."""
CHOICE_S = 3.2
"""How long one choice of words takes to be said and thought about. Proposal."""
READ_S = 8.0

Look = Callable[[], tuple[float, Signals | None]]
"""Looks at the camera once: the time now, and what was measured of the body."""
Say = Callable[[str, bool], None]
"""Says a sentence; waits until it is said where that is asked for."""


class _NoKeyboard:
    """The terminal of the server answers nothing."""

    ended = True
    echoes = False

    def forget(self) -> None:
        """Nothing was typed."""

    def line(self, timeout_s: float) -> str | None:
        """Nothing is typed."""
        return None


class HandAsker(Asker):
    """Asks one thing after the other, and looks at the camera for a raised hand meanwhile.

    Args:
        phrases: the words.
        post: shows a message, in the page or the window.
        look: looks at the camera once.
        say: speaks.
        stopped: whether the session is to end.
        answers: where typed answers come from; nowhere if not given.
        out: where typed questions are shown; the standard output if not given.
    """

    def __init__(
        self,
        phrases: Phrases,
        *,
        post: Callable[[dict[str, Any]], None],
        look: Look,
        say: Say,
        stopped: Callable[[], bool],
        answers: Answering | None = None,
        out: TextIO | None = None,
    ) -> None:
        super().__init__(phrases, answers=_NoKeyboard() if answers is None else answers, out=out)
        self._post, self._look, self._speak, self._stopped = post, look, say, stopped
        self._given: SimpleQueue[str] = SimpleQueue()

    def give(self, value: str) -> None:
        """Take in an answer of the page; an empty one skips the question."""
        self._given.put(value)

    def yes_no(self, question: str, present: bool | None = None) -> bool | None:
        """Ask for yes or no; None when not answered."""
        words = {"yes": self.phrases.text("app.yes"), "no": self.phrases.text("app.no")}
        found = self._ask(question, words, counted=False)
        return None if found is None else found == "yes"

    def number(
        self, question: str, least: int, most: int, present: int | None = None
    ) -> int | None:
        """Ask for a whole number from `least` to `most`; None when not answered."""
        numbers = {str(n): str(n) for n in range(least, most + 1)}
        found = self._ask(question, numbers, counted=True)
        return None if found is None else int(found)

    def choice(
        self, question: str, options: Mapping[str, str], present: str | None = None
    ) -> str | None:
        """Ask for one of some; None when not answered."""
        return self._ask(question, options, counted=True, every_s=CHOICE_S)

    def tell(self, phrase: str, **slots: object) -> None:
        """Say and show something that needs no answer.

        It is shown also where the session is to end: it may be to call for help.
        """
        listed = phrase in self.phrases.lists
        texts = self.phrases.steps(phrase) if listed else (self.phrases.text(phrase, **slots),)
        for text in texts:
            self._post({"type": "tell", "text": text})
            if not self._stopped():
                self._speak(text, True)

    def pause(self, phrase: str, seconds: float) -> None:
        """Wait for so long, or until the page says to go on."""
        text = self.phrases.text("session.rest")
        self._forget()
        self._post({"type": "resting", "text": text, "seconds": round(seconds)})
        self._speak(text, False)
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s and not self._stopped() and self._next_given() is None:
            self._look()

    def _ask(
        self, question: str, options: Mapping[str, str], *, counted: bool, every_s: float = 0.0
    ) -> str | None:
        """Ask, and once more where no answer came."""
        self.unclear = False
        if self._stopped():
            return None
        text, values = self.phrases.text(question), list(options)
        hint = self.phrases.text("app.live.hand_scale" if counted else "app.live.hand_yes_no")
        shown = [{"value": value, "label": label} for value, label in options.items()]
        self._forget()
        self._post({"type": "question", "text": text, "options": shown, "hint": hint})
        answer: str | None = None
        for _ in range(TIMES):
            self._speak(text, True)
            now_s, _ = self._look()
            hands: HandCount | HandYesNo = HandYesNo(now_s)
            if counted:
                hands = HandCount(now_s, len(values), *((every_s,) if every_s else ()))
            over, answer = self._answer_to(hands, values, options)
            if over:
                break
        words = self.phrases.text("app.not_answered") if answer is None else options[answer]
        self._post({"type": "answered", "text": words})
        return answer

    def _answer_to(
        self, hands: HandCount | HandYesNo, values: list[str], options: Mapping[str, str]
    ) -> tuple[bool, str | None]:
        """Wait for an answer; return whether no other try is wanted, and the answer."""
        while not self._stopped():
            given = self._next_given()
            if given is not None:
                return True, given if given in options else None
            now_s, signals = self._look()
            brought = hands.step(now_s, signals)
            self._tell_of(brought, values, options)
            if brought.over:
                found = None if brought.answer is None else values[brought.answer]
                if found is not None and isinstance(hands, HandYesNo):
                    self._repeat(found, options[found])
                return found is not None, found
        return True, None

    def _tell_of(self, brought: Answered, values: list[str], options: Mapping[str, str]) -> None:
        """Count aloud, repeat what was understood, and take back what was wrong."""
        if brought.say is not None:
            self._post({"type": "counting", "value": values[brought.say]})
            self._speak(options[values[brought.say]], False)
        if brought.taken is not None:
            label = options[values[brought.taken]]
            text = self.phrases.text("app.live.heard", answer=label)
            self._post({"type": "taken", "value": values[brought.taken], "text": text})
            self._speak(text, False)
        if brought.taken_back:
            self._post({"type": "taken_back"})

    def _repeat(self, value: str, label: str) -> None:
        """Show and say what a hand was understood to mean, before the next question comes."""
        self._post({"type": "taken", "value": value, "text": label})
        self._speak(label, True)

    def _next_given(self) -> str | None:
        try:
            return self._given.get_nowait()
        except Empty:
            return None

    def _forget(self) -> None:
        while self._next_given() is not None:
            pass
