"""What the coach and the session have to say, in words: for the voice, and for the screen.

A frame brings at most one utterance of each urgency, so that nothing pushes its fellow aside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from formcoach.coaching.events import Priority, Update
from formcoach.exercises.posture import posture_of
from formcoach.exercises.spec import Level
from formcoach.pose.landmarks import Side
from formcoach.session.announcer import Say
from formcoach.session.attempts import fell_short
from formcoach.session.why_nothing import WHY_LIMB, WHY_OTHER
from formcoach.voice.chimes import Chime, CountBy
from formcoach.voice.policy import Utterance
from formcoach.words.book import SHOWN_ONLY
from formcoach.words.keys import owners_of
from formcoach.words.phrases import Phrases
from formcoach.words.titles import level_title

__all__ = ["ANOTHER_LEVEL", "LOOKS_LIKE", "Narrator", "joined"]

COUNTED = "rep.counted"
LOOKS_LIKE = "note.looks_like"
"""Its slots are ids of exercises, seen and asked."""
ANOTHER_LEVEL = "note.another_level"
"""Its slots are the ids of the exercise and of the level that is seen."""
HEARD_ONLY = ("rep.", "hold.", "breath.")
"""What the picture shows in its own way: the count, the time, the phase."""


class Narrator:
    """Puts a session into words.

    Args:
        phrases: the words of the user's language.
        exercise: ``dead_bug.hold`` or ``squat``, for words that an exercise has of its own.
        count_by: how reps are counted aloud.
    """

    def __init__(self, phrases: Phrases, exercise: str, count_by: CountBy = CountBy.VOICE) -> None:
        self._phrases = phrases
        self._exercise = exercise
        self._count_by = count_by

    def words(self, update: Update, says: Sequence[Say] = ()) -> list[Utterance]:
        """Return what is to be said of one frame, most urgent first."""
        chime = self._chime(update)
        mute = chime is Chime.COUNTED and self._count_by is CountBy.SOUND
        spoken = [
            (say.priority, self.text(say)) for say in says if not (mute and say.phrase == COUNTED)
        ]
        if update.cue is not None:
            spoken.append((update.cue.priority, self._phrases.cue(update.cue, self._exercise)))
        spoken.sort(key=lambda one: one[0])
        utterances = [
            Utterance(t_s=update.t_s, text=joined(text for _, text in texts), priority=priority)
            for priority, texts in groupby(spoken, key=lambda one: one[0])
        ]
        if chime is None:
            return utterances
        # With the first words, where they do not wait for it: alone it would wait for its turn.
        if not utterances or utterances[0].priority > Priority.TEMPO:
            alone = Utterance(t_s=update.t_s, text="", priority=Priority.TEMPO)
            utterances.insert(0, alone)
        first, *rest = utterances
        return [replace(first, chime=chime), *rest]

    def _chime(self, update: Update) -> Chime | None:
        """Return the sound that a frame brings: of a movement that was counted, or was not."""
        if fell_short(update):
            return Chime.NOT_COUNTED
        if update.rep is None:
            return None
        return None if self._count_by is CountBy.VOICE else Chime.COUNTED

    def shown(self, update: Update, says: Sequence[Say] = ()) -> str | None:
        """Return the words to show: the cue, or else the most urgent thing that is said."""
        if update.cue is not None:
            return self._phrases.cue(update.cue, self._exercise)
        for say in says:
            if not say.phrase.startswith(HEARD_ONLY):
                return self.text(say)
        return None

    def text(self, say: Say) -> str:
        """Return one thing to say in words."""
        if say.phrase == COUNTED:
            return self._phrases.counted(int(str(say.slots["n"])), say.side)
        if say.phrase == LOOKS_LIKE:
            return self._phrases.looks_like(str(say.slots["seen"]), str(say.slots["asked"]))
        if say.phrase == ANOTHER_LEVEL:
            exercise_id, level_id = str(say.slots["exercise"]), str(say.slots["level"])
            seen = level_title(exercise_id, level_id, self._phrases)
            return self._phrases.text(say.phrase, seen=seen)
        if say.phrase == WHY_OTHER:
            asked = str(say.slots["asked"])
            return self._phrases.text(
                say.phrase, asked=self._phrases.text_or(f"one.{asked}", asked)
            )
        if say.phrase == WHY_LIMB:
            return self._phrases.text(
                say.phrase, part=self._phrases.text(f"part.{say.slots['part']}")
            )
        return self._phrases.said(say.phrase, self._exercise, **say.slots)

    def setup(self, level: Level) -> tuple[str, ...]:
        """Return where the camera goes for a level and what to show it, a step each."""
        return self._phrases.steps(f"setup.{posture_of(level)}")

    def howto(self) -> tuple[str, ...]:
        """Return how the exercise goes, a step each; nothing where it has no words for it."""
        howto_id = f"howto.{self._exercise}"
        return self._phrases.steps(howto_id) if self._phrases.has(howto_id) else ()

    def all_cues(self, ids: Iterable[str]) -> list[str]:
        """Return the words that may have to be said at once, to be synthesised ahead.

        Args:
            ids: the faults that the exercise is judged by.
        """
        keys = ["session", "praise", "unsure", "hold", "breath", "attempt", "closing", "why"]
        texts = [self._phrases.counted(n, side) for n in range(1, 11) for side in (None, *Side)]
        for fault in ids:
            own = [f"cue.{fault}", f"cue_again.{fault}"]
            own += [f"cue_side.{fault}.{side.word}" for side in Side]
            for owner in owners_of(self._exercise):
                own += [f"{table}_for.{owner}.{fault}" for table in ("cue", "cue_again")]
            texts += [self._phrases.text(key) for key in own if self._phrases.has(key)]
        for key, text in self._phrases.texts.items():
            silent = "{" in text or key.startswith(SHOWN_ONLY)
            if key.partition(".")[0] in keys and not silent:
                texts.append(self._phrases.said(key, self._exercise))
        return texts


def joined(texts: Iterable[str]) -> str:
    """Return phrases as sentences that follow each other."""
    return ". ".join(texts)
