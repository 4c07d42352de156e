"""One live session: what is opened, what is done with each frame, what is saved and said."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from formcoach.capture.live.camera import CameraEvent, is_dark
from formcoach.capture.source import Frame, LiveSource
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Phase, Priority, SetSummary
from formcoach.commands.choosing import candidates, recogniser_of
from formcoach.commands.flow import Flow, Moment
from formcoach.commands.live.keeping import SessionStore
from formcoach.commands.live.live_voice import LiveVoice
from formcoach.commands.live.mismatch import MismatchWatch
from formcoach.commands.live.options import Front, Journal, LiveOptions, LiveResult, Parts, Spoken
from formcoach.commands.live.soft_question import TOO_HARD, SoftQuestion
from formcoach.exercises.spec import ExerciseSpec, Level
from formcoach.notes import Note
from formcoach.picture.annotated import AnnotatedVideo
from formcoach.picture.canvas import Image
from formcoach.picture.live_view import LiveView
from formcoach.picture.window import Key, Screen
from formcoach.pose.mediapipe.model_files import is_lite
from formcoach.pose.trace import quantise
from formcoach.results.live_sets import LiveRecords
from formcoach.session.advice import Advice
from formcoach.session.announcer import Say
from formcoach.session.closing import closing
from formcoach.session.guide import SessionGuide, Stage
from formcoach.session.lesson import Lesson
from formcoach.system.local_time import local_now
from formcoach.system.stopping import StopRequests
from formcoach.voice.speech import OnTrouble, Pcm
from formcoach.words.narrator import Narrator
from formcoach.words.phrases import Phrases
from formcoach.words.titles import shown_name, title_of

__all__ = ["LiveSession"]

READ_TIMEOUT_S = 0.1
"""How long keys and signals may have to wait while the camera gives no picture."""
ON_CARD = ("session.", "closing.")
"""What the card says in its own way."""
FAREWELL_S = 8.0
"""How long the last words may take."""


class LiveSession:
    """The state of one session, and what is done with each frame."""

    def __init__(
        self,
        options: LiveOptions,
        spec: ExerciseSpec,
        level: Level,
        phrases: Phrases,
        journal: Journal | None,
        asked: StopRequests,
        on_note: OnTrouble | None,
    ) -> None:
        self._options = options
        self._spec, self._level = spec, level
        self._phrases = phrases
        self._asked = asked
        self._told_to_stop = False
        self._on_note = on_note
        self._guide = SessionGuide(partial(_coach_of, spec, level, options), options.targets)
        narrator = Narrator(phrases, shown_name(spec, level), options.count_by)
        self._says = LiveVoice(narrator, phrases)
        self._mismatch = MismatchWatch(spec, level, recogniser_of(candidates(None, None)))
        self._lesson = Lesson(
            narrator.setup(level) if options.setup else (),
            narrator.howto() if options.howto else (),
        )
        self._view = LiveView(
            phrases,
            self._guide.coach,
            options.targets,
            mirror=options.mirror,
            personal_end_deg=options.personal_end_deg,
            degrees=options.angles,
        )
        self._events: SimpleQueue[tuple[CameraEvent, str] | str] = SimpleQueue()
        self._screen: Screen | None = None
        self._front: Front | None = None
        self._keeping = SessionStore(journal, self._on_trouble)
        self._folder: Path | None = None
        self._shown: Image | None = None
        self._last_words: str | None = None
        self._asked_at_end: str | None = None
        self._paused = False
        self._saved = self._stopped = False
        self._spoken: list[Spoken] = []

    def open(
        self, parts: Parts, model_path: Path, face_path: Path | None, stack: ExitStack
    ) -> None:
        """Open window, models, voice, camera and files; what is open is closed by `stack`.

        The camera comes late, so that no picture waits for what takes time to open.
        """
        options = self._options
        self._front = parts.front
        if options.window:
            title = f"FormCoach: {title_of(self._spec, self._level, self._phrases)}"
            self._screen = stack.enter_context(parts.window(title, options.fullscreen))
            self._screen.show(self._view.opening())
        if is_lite(model_path):
            self._says.show(self._phrases.text("pace.lite"))
            self._note(self._phrases.note(Note("lite_model")))
        self._estimator = stack.enter_context(parts.estimator(model_path))
        question = None
        if face_path is not None:
            question = SoftQuestion(stack.enter_context(parts.faces(face_path)))
        self._pace = parts.pace()
        self._flow = self._make_flow(question)
        if options.voice:
            voice = parts.voice(options.speaker, options.lang, self._on_spoken, self._events.put)
            self._says.open(stack.enter_context(voice), self._spec, self._level)
        self._camera = stack.enter_context(parts.camera(options.camera, self._on_camera))
        size_px = self._camera.size_px
        if options.out is not None:
            header = _header_of(self._spec, self._level, options, self._camera)
            records = LiveRecords(options.out, self._phrases, header)
            self._keeping.write_files(stack.enter_context(records))
            self._folder = records.folder
        if options.record is not None:
            shown_px = self._view.size_px(size_px)
            video = AnnotatedVideo(options.record, self._camera.fps, shown_px)
            self._keeping.record(stack.enter_context(video))

    def run(self) -> None:
        """Take frames until the session is over."""
        while self._guide.stage is not Stage.DONE and not self._stopping:
            self._tell_events()
            self._heed_front()
            frame = self._camera.read(READ_TIMEOUT_S)
            if frame is not None:
                self._take(frame)
            elif self._camera.ended:
                return
            elif self._shown is not None:
                self._show(self._shown)

    def save(self) -> None:
        """Close the set under way and write what is still to be written; once is enough."""
        if self._saved:
            return
        self._saved = True
        self._stopped = self._stopping
        summary, says = self._guide.finish(self._camera.now_s())
        if summary is not None:
            self._close_set(summary)
        if says:
            self._last_words = self._says.text(says)
            self._says.say_all(says)
        self._keeping.complete()

    def farewell(self) -> None:
        """Let the last words be heard and the last picture be seen, until someone ends it.

        The recording ends with them.
        """
        if self._options.goodbye:
            self._says.goodbye(FAREWELL_S)
        if self._shown is not None and self._last_words is not None:
            self._shown = self._view.ending(self._shown, self._guide.sets, self._asked_at_end)
        linger_s = 0.0 if self._stopped or self._screen is None else self._options.linger_s
        start_s = time.monotonic()
        while (lasted_s := time.monotonic() - start_s) < FAREWELL_S and self._asked() < 2:
            if self._ended_on_screen():
                linger_s = 0.0
            if self._says.finish(READ_TIMEOUT_S) and lasted_s >= linger_s:
                break
        self._keeping.close()

    def _ended_on_screen(self) -> bool:
        if self._screen is None or self._shown is None:
            return False
        return self._screen.show(self._shown) is Key.STOP

    def result(self) -> LiveResult:
        """Return what came of it."""
        return LiveResult(
            spec=self._spec,
            level=self._level,
            sets=tuple(self._guide.sets),
            spoken=tuple(self._spoken),
            stopped=self._stopped,
            folder=self._folder,
            film_first_s=self._keeping.film_first_s,
            troubles=tuple(self._keeping.troubles),
        )

    @property
    def _stopping(self) -> bool:
        return self._told_to_stop or self._asked() > 0

    def _heed_front(self) -> None:
        """Do what was asked for in the browser."""
        key = None if self._front is None else self._front.key()
        if key is not None:
            self._press(key)

    # --- a frame ---

    def _take(self, frame: Frame) -> None:
        if self._paused:
            self._pace.forget()
            self._show(self._view.paused(frame.image_bgr))
            if self._front is not None:
                self._front.waiting(frame, self._phrases.text("session.paused"))
            return
        with self._pace.working(frame.t_s):
            self._coach(frame)

    def _coach(self, frame: Frame) -> None:
        """Do all that is done with a frame."""
        pose = quantise(self._estimator.estimate(frame))
        dark = not pose.seen and is_dark(frame.image_bgr)
        self._flow.step(frame, pose, dark=dark, teaching=self._lesson.teaching)

    def _make_flow(self, question: SoftQuestion | None) -> Flow:
        """Return what each frame goes through: who adds to what is said, and where it all goes."""
        asking = [] if question is None else [question]
        return Flow(
            self._guide,
            stages=[self._mismatch, *asking, self._teach, self._pace],
            sinks=[
                self._says.tell_line,
                self._keeping.frame,  # a rep is kept before it is counted aloud
                self._says.tell_words,
                self._end_set,
                self._draw,
            ],
        )

    def _teach(self, moment: Moment) -> Advice:
        """Tell the next step of how it goes; meanwhile nothing else asks for another view."""
        update = moment.step.update
        ready, reps = update.phase is Phase.READY, len(moment.coach.summary.completed)
        line = self._lesson.step(update.t_s, moment.step.stage, ready=ready, reps=reps)
        self._view.demonstrating = self._lesson.explaining(update.t_s)
        return Advice(line=line, explaining=self._lesson.under_way(update.t_s))

    def _end_set(self, moment: Moment) -> None:
        step = moment.step
        if step.set_over is not None:
            self._close_set(step.set_over, [say for say in step.says if say.phrase == TOO_HARD])

    def _draw(self, moment: Moment) -> None:
        frame, step = moment.frame, moment.step
        # At the end of a set the card says what the session says, and the ring counts the rest.
        carded = step.set_over is not None or step.stage is Stage.REST
        shown = [s for s in step.says if not (carded and s.phrase.startswith(ON_CARD))]
        words = self._says.words_for(moment, shown)
        if frame is not None and self._front is not None:
            self._front.frame(frame, moment.pose, moment.coach, step, words)
        if frame is None or (self._screen is None and not self._keeping.recording):
            return
        if not self._pace.draws(frame.t_s):
            self._view.follow(step, words)
            return
        # All pictures of a recording are of one size.
        self._view.max_edge_px = None if self._keeping.recording else self._pace.max_edge_px
        image = self._view.draw(frame, moment.pose, step, words)
        self._keeping.picture(frame.t_s, image)
        self._show(image)

    def _close_set(self, summary: SetSummary, asked: Sequence[Say] = ()) -> None:
        sets = self._guide.sets if self._guide.stage is Stage.DONE else [summary]
        self._last_words = self._says.text((*closing(sets), *asked))
        self._asked_at_end = self._says.text(asked) or None
        self._keeping.end_set(summary)

    def _show(self, image: Image) -> None:
        self._shown = image
        if self._screen is None:
            return
        key = self._screen.show(image)
        if key is not None:
            self._press(key)

    def _press(self, key: Key) -> None:
        if key is Key.STOP:
            self._told_to_stop = True
        elif key is Key.PAUSE:
            self._paused = not self._paused
            if self._paused:
                self._guide.pause(self._camera.now_s(), self._camera.size_px)
            self._says.say("session.paused" if self._paused else "session.resumed", Priority.VIEW)
        elif key is Key.NEXT:
            summary, says = self._guide.skip(self._camera.now_s())
            if summary is not None:
                self._close_set(summary)
            self._says.say_all(says)
        elif key is Key.HELP:
            self._view.helping = not self._view.helping
        else:
            self._says.turn(key)

    # --- told by other threads ---

    def _tell_events(self) -> None:
        """Say what camera and voice have told from their threads."""
        while not self._events.empty():
            event = self._events.get()
            if isinstance(event, str):
                self._note(event)
                self._says.show(self._phrases.text("session.no_audio"))
                continue
            kind, detail = event
            self._pace.forget()
            back = kind is CameraEvent.BACK
            self._note(detail)
            text = self._phrases.text("session.camera_back" if back else "session.camera_lost")
            self._says.show(text)
            self._says.speak(text, Priority.VIEW)
            if not back and self._front is not None:
                self._front.waiting(None, text)
            if not back and self._shown is not None:
                self._shown = self._view.closing(self._shown, text)

    def _on_trouble(self, text: str) -> None:
        """Tell that something cannot be kept; the session goes on."""
        self._note(text)
        self._says.show(self._phrases.text("session.not_kept"))

    def _note(self, text: str) -> None:
        if self._on_note is not None:
            self._on_note(text)

    def _on_camera(self, event: CameraEvent, detail: str) -> None:
        self._events.put((event, detail))

    def _on_spoken(self, text: str, started_s: float, pcm: Pcm) -> None:
        t_s = self._camera.now_s() - (time.monotonic() - started_s)
        if text:
            self._spoken.append(Spoken(t_s=t_s, text=text))
        self._keeping.sound(t_s, pcm)


def _coach_of(spec: ExerciseSpec, level: Level, options: LiveOptions) -> Coach:
    """Return a coach for one set."""
    return Coach(
        spec,
        level.id or None,
        personal_end_deg=options.personal_end_deg,
        breath_s=options.breath_s,
    )


def _header_of(
    spec: ExerciseSpec, level: Level, options: LiveOptions, camera: LiveSource
) -> dict[str, Any]:
    """Return what the files of the sets tell of the session."""
    now = local_now()
    return {
        "video": f"{shown_name(spec, level)} {now:%Y-%m-%d %H%M%S}",
        "recorded_at": now.isoformat(timespec="seconds"),
        "asked": {"reps": options.targets.reps, "sets": options.targets.sets},
        "source": camera.name,
        "image_size_px": camera.size_px,
        "model": options.model,
        "lang": options.lang,
    }
