"""What is said in a live session: moments put into words, spoken, and shown beside the picture."""

from collections.abc import Iterable, Sequence

from formcoach.coaching.events import Priority
from formcoach.commands.flow import Moment
from formcoach.exercises.spec import ExerciseSpec, Level
from formcoach.picture.window import Key
from formcoach.session.announcer import Say
from formcoach.voice.speech import Chime, Talker
from formcoach.words.narrator import Narrator, joined
from formcoach.words.phrases import Phrases

__all__ = ["LiveVoice"]


class LiveVoice:
    """Says what a session has to say; without a voice it is only shown.

    Args:
        narrator: puts what the coach and the guide say into words.
        phrases: the words for all else.
    """

    def __init__(self, narrator: Narrator, phrases: Phrases) -> None:
        self._narrator = narrator
        self._phrases = phrases
        self._voice: Talker | None = None
        self._shown: str | None = None

    def open(self, voice: Talker, spec: ExerciseSpec, level: Level) -> None:
        """Take the voice, and make ready what may have to be said at once."""
        self._voice = voice
        voice.prepare(self._narrator.all_cues({check.id for check in spec.checks_of(level)}))

    # --- sinks ---

    def tell_line(self, moment: Moment) -> None:
        """Say and show the step of the explanation that a moment brings."""
        if moment.advice.line is not None:
            self.show(moment.advice.line)
            self.speak(moment.advice.line, Priority.VIEW)

    def tell_words(self, moment: Moment) -> None:
        """Say what the coach and the guide have to say of a moment."""
        for utterance in self._narrator.words(moment.step.update, moment.step.says):
            self.speak(utterance.text, utterance.priority, utterance.chime)

    # --- what no frame brought ---

    def say(self, phrase: str, priority: Priority) -> None:
        """Say and show one phrase."""
        self.say_all([Say(phrase=phrase, priority=priority)])

    def say_all(self, says: Sequence[Say]) -> None:
        """Say and show what no frame brought; of one urgency as one utterance."""
        for priority in sorted({say.priority for say in says}):
            text = self.text(say for say in says if say.priority == priority)
            self._shown = self._shown or text
            self.speak(text, priority)

    def text(self, says: Iterable[Say]) -> str:
        """Return what is said in words, one sentence after the other."""
        return joined(map(self._narrator.text, says))

    def speak(self, text: str, priority: Priority, chime: Chime | None = None) -> None:
        """Speak a text, where there is a voice."""
        if self._voice is not None:
            self._voice.say(text, priority, chime=chime)

    def turn(self, key: Key) -> None:
        """Turn the sound off, on, up or down, and show what it is now."""
        voice = self._voice
        if voice is None:
            return
        if key is Key.MUTE:
            voice.muted = not voice.muted
            self.show(self._phrases.text("session.muted" if voice.muted else "session.unmuted"))
            return
        if key is Key.LOUDER:
            voice.louder()
        else:
            voice.quieter()
        self.show(self._phrases.text("session.volume", n=round(10 * voice.volume)))

    def goodbye(self, expires_s: float) -> None:
        """Take leave."""
        if self._voice is not None:
            text = self._phrases.text("session.goodbye")
            self._voice.say(text, Priority.PRAISE, expires_s=expires_s)

    def finish(self, timeout_s: float) -> bool:
        """Wait until all is said; return whether it is."""
        return self._voice is None or self._voice.finish(timeout_s)

    # --- what is shown ---

    def show(self, text: str) -> None:
        """Let a text stand in the next picture."""
        self._shown = text

    def words_for(self, moment: Moment, shown: Sequence[Say]) -> str | None:
        """Return the words for the next picture; what was to be shown goes before the moment's."""
        words, self._shown = self._shown, None
        return words or self._narrator.shown(moment.step.update, shown)
