"""Hear the voices that are here; make a pack of a Piper voice."""

import sys
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.markup import escape

from formcoach.commands.console import FAILED, guarded, say, terminal
from formcoach.errors import OutputError, SpeechError, UsageError
from formcoach.voice.best import Offer, own_pack_path, voices_here
from formcoach.voice.clauses import PACK_SUFFIX
from formcoach.voice.pcm import Pcm
from formcoach.voice.synthesiser import Synthesiser
from formcoach.words.book import Piece, closed_book
from formcoach.words.phrases import load_phrases

__all__ = ["render_pack", "render_sounds", "try_voices"]

PAUSE_S = 0.5
"""Between one voice and the next."""

OnSound = Callable[[int, int], None]
"""Called with how many sounds are done, and how many there are."""


def try_voices(text: str, lang: str, out: Path | None) -> int:
    """Speak a sentence by each voice that is here; return 0 where at least one spoke.

    Args:
        text: what to say; a cue of the book if empty.
        lang: the language.
        out: a folder for a WAV file of each; None to play them.
    """
    with guarded():
        text = text or load_phrases(lang).text("cue.hips_sag")
        heard = [_try_one(offer, text, lang) for offer in voices_here(lang)]
        sounds = [(name, pcm) for name, pcm in heard if pcm is not None]
        if out is None:
            _play([pcm for _, pcm in sounds])
        else:
            _write(out, sounds)
    return 0 if sounds else FAILED


def _try_one(offer: Offer, text: str, lang: str) -> tuple[str, Pcm | None]:
    """Let one voice speak and say in a line how it went."""
    console = terminal()
    try:
        pcm = offer.make().synthesise(text, lang)
    except SpeechError as error:
        line = f"[dark_orange]--  [/dark_orange][bold]{escape(offer.name)}[/bold]: "
        console.print(line + escape(str(error)), highlight=False, soft_wrap=True)
        return offer.name, None
    line = f"[green]ok  [/green][bold]{escape(offer.name)}[/bold]: {pcm.duration_s:.1f} s"
    console.print(line, highlight=False, soft_wrap=True)
    return offer.name, pcm


def _play(sounds: Sequence[Pcm]) -> None:
    from time import sleep

    from formcoach.system.quiet import quiet_native_stderr
    from formcoach.voice.speech import MiniaudioPlayer

    player = MiniaudioPlayer()
    try:
        with quiet_native_stderr():
            player.start()
    except SpeechError as error:
        player.close()
        say(f"{error}; or write files instead: --out FOLDER")
        return
    try:
        for pcm in sounds:
            player.play(pcm)
            sleep(pcm.duration_s + PAUSE_S)
    finally:
        player.close()


def _write(folder: Path, sounds: Sequence[tuple[str, Pcm]]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, (name, pcm) in enumerate(sounds, start=1):
            path = folder / f"{number}-{name.replace(' ', '-')}.wav"
            with path.open("wb") as stream, wave.open(stream, "wb") as file:
                file.setparams((1, 2, pcm.rate_hz, 0, "NONE", ""))
                file.writeframes(pcm.samples.astype("<i2").tobytes())
    except OSError as error:
        raise OutputError(f"cannot write to {folder} ({error}): choose another --out") from error


def render_pack(piper: Path, lang: str, out: Path | None) -> int:
    """Make a pack of a Piper voice; return the exit status.

    Args:
        piper: the voice.
        lang: the language it speaks.
        out: the pack; None for the one that `voices_here` looks for.
    """
    with guarded():
        path = own_pack_path(lang) if out is None else out
        if not path.name.endswith(PACK_SUFFIX):
            raise UsageError(
                f"{path.name} is no name for a voice pack: it must end in {PACK_SUFFIX}, as in "
                f"{lang}{PACK_SUFFIX}"
            )
        from formcoach.voice.other_voices import PiperSynthesiser
        from formcoach.voice.pack import PackHeader, write_pack

        sounds = render_sounds(
            PiperSynthesiser(piper), lang, closed_book(load_phrases(lang)), _show_progress
        )
        header = PackHeader(
            lang=lang, voice=f"Piper, {piper.stem}", licence="as of the Piper voice"
        )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_pack(path, header, sounds)
        except OSError as error:
            raise OutputError(f"cannot write {path} ({error}): choose another --out") from error
        terminal().print(
            f"{len(sounds)} sounds: {escape(str(path))}", highlight=False, soft_wrap=True
        )
    return 0


def render_sounds(
    voice: Synthesiser, lang: str, book: Sequence[Piece], progress: OnSound | None = None
) -> dict[str, bytes]:
    """Return a file of each sound of a book, spoken by a voice.

    Raises:
        SpeechError: the voice cannot speak.
    """
    from formcoach.voice.opus import encode_opus

    sounds = {}
    for done, piece in enumerate(book, start=1):
        sounds[piece.text] = encode_opus(voice.synthesise(piece.text, lang))
        if progress is not None:
            progress(done, len(book))
    return sounds


def _show_progress(done: int, total: int) -> None:
    """Show how far it is where somebody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {total}" + ("\n" if done == total else ""))
        sys.stderr.flush()
