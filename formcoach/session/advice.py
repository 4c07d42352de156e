"""What stands around a session adds to a step: each stage gives its advice, one step is made."""

from dataclasses import dataclass, replace

from formcoach.coaching.events import Cue, Priority
from formcoach.pose.doubts import MORE_LIGHT, NO_PICTURE
from formcoach.session.announcer import Say
from formcoach.session.guide import SessionStep

__all__ = ["Advice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is to be said beside what the guide says.

    Attributes:
        first: said before what the guide says.
        last: said after it.
        line: a step of the explanation, in words; None for none.
        explaining: whether the person is being told how it goes, so that nothing else asks for
            another view meanwhile.
        slow: whether the computer leaves frames out, so that the camera is not blamed for it.
    """

    first: tuple[Say, ...] = ()
    last: tuple[Say, ...] = ()
    line: str | None = None
    explaining: bool = False
    slow: bool = False

    def then(self, more: "Advice") -> "Advice":
        """Return this advice and what a later stage adds to it."""
        return Advice(
            first=(*more.first, *self.first),
            last=(*self.last, *more.last),
            line=self.line if more.line is None else more.line,
            explaining=self.explaining or more.explaining,
            slow=self.slow or more.slow,
        )

    def applied(self, step: SessionStep) -> SessionStep:
        """Return the step with all that was advised."""
        says = (*self.first, *step.says, *self.last)
        update = step.update
        if self.explaining:
            if _asks_for_another_view(update.cue):
                update = replace(update, cue=None)
            says = tuple(say for say in says if not say.phrase.startswith(("unsure.", "why.")))
        if self.slow:
            if update.cue is not None and update.cue.reason == NO_PICTURE:
                update = replace(update, cue=None)
            says = tuple(say for say in says if not say.phrase.endswith("no_picture"))
        return replace(step, update=update, says=says)


def _asks_for_another_view(cue: Cue | None) -> bool:
    return cue is not None and cue.priority is Priority.VIEW and cue.reason != MORE_LIGHT
