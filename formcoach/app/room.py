"""The room of the live session: one at a time, in a thread of its own, with the page that looks on.

The session itself is `run_live` and `Today`, as in the terminal: the page is another front of the
same steps, another player of the same voice, and another way to answer the same questions.
"""

import io
import json
import secrets
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock, Thread, Timer
from typing import Any

from rich.console import Console

from formcoach.app.front import PageFront, PagePlayer
from formcoach.app.mailbox import Mailbox
from formcoach.app.pushed_camera import FIRST_S, PushedCamera
from formcoach.app.settings import app_settings
from formcoach.capture.live.camera import Camera, CameraEvent
from formcoach.capture.live.grabber import MAX_PX
from formcoach.capture.source import LiveSource
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Priority, SetSummary
from formcoach.commands.daily.hand_asker import HandAsker
from formcoach.commands.daily.practice import After, Kept, Practice
from formcoach.commands.daily.today import Today
from formcoach.commands.live import Journal, LiveOptions, LiveResult, OnEvent, Parts, run_live
from formcoach.commands.live.lent import LentCamera, LentEstimator, looked
from formcoach.commands.live.terminal import files_of_result
from formcoach.errors import FormCoachError
from formcoach.exercises.library import load_exercise
from formcoach.exercises.posture import posture_of
from formcoach.history.journal import HistoryJournal
from formcoach.history.notebook import Notebook
from formcoach.history.session_files import keep_files
from formcoach.picture.window import Key
from formcoach.pose.estimator import PoseEstimator
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.model_files import find_model
from formcoach.pose.signals import Signals
from formcoach.programme.profile import Profile
from formcoach.results.report_words import Words
from formcoach.results.verdict import verdict
from formcoach.session.guide import SessionTargets
from formcoach.voice.speech import OnSpoken, OnTrouble, Voice, synthesiser_for
from formcoach.words.phrases import load_phrases
from formcoach.words.titles import title_of

__all__ = ["BROWSER", "PHONE", "LiveRoom", "Wanted"]

BROWSER, PHONE = "browser", "phone"
SENTENCE_S = 8.0
PHONE_FIRST_S = 180.0
"""So long a phone may take: its code may still have to be scanned. Proposal."""
ALONE_S = 60.0
"""So long a session goes on with no page that looks on. Proposal: a page may be loaded again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be practised: an exercise, or what is due today where there is none.

    Attributes:
        source: `BROWSER`, `PHONE`, or what `formcoach live --camera` takes.
        exercise, level: ids; None for what is due today.
        reps, sets: how many.
        lang: the language.
    """

    source: str
    exercise: str | None = None
    level: str | None = None
    reps: int | None = None
    sets: int = 1
    lang: str = "en"


class LiveRoom:
    """Holds the session and the page that looks on.

    Args:
        notebook: where it is kept.
        results: where each session's files get a folder of their own.
        model: lite, full, heavy, or a bundle's path.
        estimator: finds the body; tests put in another.
    """

    def __init__(
        self,
        notebook: Notebook,
        results: Path,
        model: str = "full",
        estimator: Callable[[Path], PoseEstimator] = LandmarkerEstimator,
    ) -> None:
        self.notebook, self.results, self.model = notebook, results, model
        self.estimator = estimator
        self._lock = Lock()
        self._session: _Session | None = None
        self._mailbox: Mailbox | None = None
        self._alone: Timer | None = None
        self.pushed: PushedCamera | None = None

    @property
    def running(self) -> bool:
        """Whether a session is under way."""
        session = self._session
        return session is not None and session.alive

    @property
    def source(self) -> str | None:
        """What the session looks through; None without one."""
        return self._session.wanted.source if self.running and self._session else None

    @property
    def mailbox(self) -> Mailbox | None:
        """The page that looks on; None for nobody."""
        return self._mailbox

    def attach(self, mailbox: Mailbox) -> bool:
        """Let a page look on; return False where another one does."""
        with self._lock:
            if self._mailbox is not None:
                return False
            self._mailbox = mailbox
            if self._alone is not None:
                self._alone.cancel()
            return True

    def detach(self, mailbox: Mailbox) -> None:
        """Let a page go; a session that nobody looks at ends after a while."""
        with self._lock:
            if self._mailbox is not mailbox:
                return
            self._mailbox = None
            if self.running:
                self._alone = Timer(ALONE_S, self.stop)
                self._alone.daemon = True
                self._alone.start()

    def turn_out(self) -> None:
        """End the session, and send the page that looks on away, so that another one can."""
        self.stop()
        with self._lock:
            if self._mailbox is not None:
                self._mailbox.post({"type": "replaced"})
                self._mailbox.close()
                self._mailbox = None

    def begin(self, wanted: Wanted) -> bool:
        """Begin a session; return False where one is under way."""
        with self._lock:
            if self.running:
                return False
            self._session = _Session(self, wanted)
            self._session.start()
            return True

    def stop(self, wait_s: float = 15.0) -> None:
        """End the session in good order."""
        session = self._session
        if session is not None:
            session.stop(wait_s)

    def press(self, key: Key) -> None:
        """Pass a key of the page on."""
        if self._session is not None:
            self._session.press(key)

    def answer(self, value: str) -> None:
        """Pass an answer of the page on."""
        if self._session is not None:
            self._session.ask.give(value)

    def push(self, jpeg: bytes, source: str) -> None:
        """Take in a picture of the page's camera, or the phone's, where it is the one wanted."""
        if self.pushed is not None and self.source == source:
            self.pushed.push(jpeg)

    def sound(self, number: int) -> bytes | None:
        """Return what was said, as a WAV file."""
        return None if self._session is None else self._session.player.sound(number)

    def post(self, message: dict[str, Any]) -> None:
        """Tell the page that looks on."""
        mailbox = self._mailbox
        if mailbox is not None:
            mailbox.post(message)

    def close(self) -> None:
        """End all."""
        if self._alone is not None:
            self._alone.cancel()
        self.stop()


class _Session:
    """One session."""

    def __init__(self, room: LiveRoom, wanted: Wanted) -> None:
        self.wanted = wanted
        self._room = room
        self._phrases = load_phrases(wanted.lang)
        self.player = PagePlayer(room.post)
        self.front = PageFront(self._phrases, lambda: room.mailbox)
        self._settings = app_settings(room.notebook)
        self._stopping, self._seen_in_set = Event(), Event()
        self.ask = HandAsker(
            self._phrases,
            post=room.post,
            look=self._look,
            say=self._say,
            stopped=self._stopping.is_set,
        )
        self._voice: Voice | None = None
        self._camera: LiveSource | None = None
        self._estimator: PoseEstimator | None = None
        self._watcher: Coach | None = None
        self._on_camera: OnEvent | None = None
        self._result_id = f"s{secrets.token_hex(8)}"
        self._thread = Thread(target=self._run, name="formcoach-session", daemon=True)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop(self, wait_s: float) -> None:
        self._stopping.set()
        self.front.press(Key.STOP)
        self._thread.join(wait_s)

    def press(self, key: Key) -> None:
        # In a set it ends the set, and why is asked; before the first picture, between sets, or
        # once more, it ends all.
        if key is Key.STOP and not self._seen_in_set.is_set():
            self._stopping.set()
            pushed = self._room.pushed
            if pushed is not None and not pushed.begun:  # its first picture is not waited for
                pushed.close()
        if key is Key.NEXT:
            self.ask.give("")
        self.front.press(key)

    # --- the thread ---

    def _run(self) -> None:
        over: dict[str, Any] = {"type": "over", "report": None}
        try:
            with ExitStack() as stack:
                self._open(stack)
                if self.wanted.exercise is None:
                    self._today()
                else:
                    self._try(self.wanted.exercise)
        except FormCoachError as error:
            if not self._stopping.is_set():
                over = {"type": "failed", "text": str(error), "report": None}
        except Exception as error:
            over = {"type": "failed", "text": type(error).__name__, "report": None}
            raise
        finally:
            self._room.pushed = None
            over["report"] = self._report()
            over["verdict"] = self._verdict()
            self._room.post(over)

    def _open(self, stack: ExitStack) -> None:
        """Open model, voice and camera, for all of the session."""
        room, source = self._room, self.wanted.source
        room.post({"type": "opening", "text": self._phrases.text("session.opening")})
        model = find_model(room.model)
        self._voice = stack.enter_context(
            self._new_voice(self._settings.speaker, self.wanted.lang, None, None)
        )
        if source in (BROWSER, PHONE):
            of = "app.setup.camera_browser" if source == BROWSER else "app.phone.name"
            name = self._phrases.text(of)
            first_s = FIRST_S if source == BROWSER else PHONE_FIRST_S
            pushed = PushedCamera(name, self._camera_event, first_s=first_s)
            room.pushed, self._camera = pushed, pushed
            stack.enter_context(pushed)
            room.post({"type": "send", "source": source})
        else:
            self._camera = stack.enter_context(
                Camera(source, on_event=self._camera_event, max_px=MAX_PX)
            )
        self._estimator = stack.enter_context(room.estimator(model))
        if source == PHONE:
            room.post({"type": "opening", "text": self._phrases.text("app.phone.awaited")})
        _ = self._camera.size_px
        self._tell_of_phone()

    def _tell_of_phone(self) -> None:
        """Say and show that the phone is the camera, where it is."""
        if self.wanted.source == PHONE:
            text = self._phrases.text("app.phone.here")
            self._room.post({"type": "tell", "text": text})
            self._say(text, False)

    def _today(self) -> None:
        console = Console(file=io.StringIO())
        options = LiveOptions(exercise="", camera=self.wanted.source, lang=self.wanted.lang)
        notebook = self._room.notebook
        today = Today(
            notebook,
            notebook.needed_profile(),
            self.ask,
            self._live(options),
            run=self._run_live,
            console=console,
        )
        today.run()

    def _try(self, exercise: str) -> None:
        """Coach one exercise, then ask what only the person knows, as after a set of the plan."""
        wanted, notebook = self.wanted, self._room.notebook
        spec = load_exercise(exercise)
        level = spec.level(wanted.level)
        ends = notebook.history.personal_ends(spec.id, level.id)
        options = self._live(
            LiveOptions(
                exercise=spec.id,
                level=level.id or None,
                camera=wanted.source,
                targets=SessionTargets(reps=wanted.reps, sets=wanted.sets),
                lang=wanted.lang,
                personal_end_deg={side: deg for side, deg in ends.items() if side is not None},
                goodbye=False,
                howto=True,
            )
        )
        journal = HistoryJournal(
            notebook.history,
            exercise=spec.id,
            level=level.id,
            lang=wanted.lang,
            source=wanted.source,
        )
        try:
            result = self._run_live(options, journal=journal)
            if journal.session_id is not None:
                files = files_of_result(options, result)
                keep_files(notebook.history, journal.session_id, files)
            done = result.sets[-1] if result.sets else SetSummary()
            after = After.GO_ON
            if done.reps or done.holds or result.stopped:
                practice = Practice(
                    history=notebook.history,
                    profile=notebook.profile or Profile(),
                    ask=self.ask,
                    options=options,
                    run_live=self._run_live,
                )
                # Without a session there, too: what hurts is asked, and answered, all the same.
                keep = Kept(notebook.history, journal.session_id, max(1, len(result.sets)))
                if done.reps or done.holds:
                    after = practice.after_set(keep, spec.id, early=result.stopped)
                else:
                    after = practice.after_stop(keep)
            if after is After.GO_ON:
                self.ask.tell("session.goodbye")
        finally:
            journal.close()

    def _live(self, options: LiveOptions) -> LiveOptions:
        out = self._room.results / self._result_id
        return replace(
            options,
            window=False,
            model=self._room.model,
            out=out,
            speaker=self._settings.speaker,
            count_by=self._settings.count_by,
        )

    def _run_live(self, options: LiveOptions, *, journal: Journal | None) -> LiveResult:
        """Coach with the page as front, and camera and model as they are open."""
        spec = load_exercise(options.exercise)
        level = spec.level(options.level)
        title = title_of(spec, level, self._phrases)
        self._watcher = Coach(spec, level.id or None)
        self.front.begin(title, options.targets, options.personal_end_deg)
        assert self._camera is not None
        assert self._estimator is not None
        camera, estimator = self._camera, self._estimator
        self._room.post(
            {
                "type": "practising",
                "title": title,
                "posture": posture_of(level),
                "figure": f"/exercises/{spec.id}/figure.svg?level={level.id}",
            }
        )

        def lend_camera(_: str, on_event: OnEvent) -> LiveSource:
            self._on_camera = on_event
            return LentCamera(camera, self._seen_in_set)

        parts = Parts(
            camera=lend_camera,
            estimator=lambda _: LentEstimator(estimator),
            voice=self._new_voice,
            front=self.front,
        )
        try:
            return run_live(replace(options, window=False), journal=journal, parts=parts)
        finally:
            self._seen_in_set.clear()
            self._on_camera = None

    def _new_voice(
        self,
        speaker: str,
        lang: str,
        on_spoken: OnSpoken | None,
        on_trouble: OnTrouble | None,
    ) -> Voice:
        synthesiser = synthesiser_for(speaker, lang)
        return Voice(
            synthesiser, self.player, lang=lang, on_spoken=on_spoken, on_trouble=on_trouble
        )

    # --- between the sets ---

    def _look(self) -> tuple[float, Signals | None]:
        """Look at the camera once, as long as no set is under way."""
        assert self._camera is not None
        assert self._estimator is not None
        t_s, frame, signals = looked(self._camera, self._estimator, self._watching())
        if frame is not None:
            self.front.looking(frame)
        return t_s, signals

    def _watching(self) -> Coach:
        """Return a coach that only measures; before the first set, of any exercise."""
        if self._watcher is None:
            self._watcher = Coach(load_exercise(self.wanted.exercise or "hip_flexion"))
        return self._watcher

    def _say(self, text: str, wait: bool) -> None:
        if self._voice is None or self._stopping.is_set():
            return
        self._voice.say(text, Priority.VIEW)
        if wait:
            self._voice.finish(SENTENCE_S)

    def _camera_event(self, event: CameraEvent, detail: str) -> None:
        """Pass it on to the set under way; between sets the page alone is told."""
        if self._on_camera is not None:
            self._on_camera(event, detail)
        gone = event is not CameraEvent.BACK
        text = self._phrases.text("app.live.camera_gone") if gone else ""
        self._room.post({"type": "camera", "gone": gone, "text": text})
        if not gone:
            self._tell_of_phone()

    def _sets(self) -> list[Path]:
        """Return the reports of the sets, in order."""
        return sorted((self._room.results / self._result_id).glob("*/set-*/report.html"))

    def _verdict(self) -> str | None:
        """Return the last set in a sentence, as its report says it; None where there is none."""
        for report in self._sets()[-1:]:
            with suppress(OSError, ValueError, KeyError):
                tree = json.loads((report.parent / "summary.json").read_text(encoding="utf-8"))
                return str(verdict(tree, Words(tree, self._phrases))[0])
        return None

    def _report(self) -> str | None:
        """Return the address of the last set's report; None where there is none."""
        sets = self._sets()
        return f"/live/report/{self._result_id}/{len(sets)}/report.html" if sets else None
