"""Better voices behind the same protocol: a Piper voice file, or the voices of the system."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

import numpy as np

from formcoach.errors import SpeechError
from formcoach.voice.pcm import RATE_HZ, Pcm, read_wav
from formcoach.voice.synthesiser import reason_of

__all__ = ["PiperSynthesiser", "SystemSynthesiser"]

SYSTEM_TIMEOUT_S = 15.0
RATE_WPM = 170
"""Words a minute asked of `say`; its voices drawl less than eSpeak at the same rate."""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


class PiperSynthesiser:
    """A neural voice read from a file; needs the package `piper-tts`. One language a file.

    Args:
        path: the voice, ``NAME.onnx``, with ``NAME.onnx.json`` beside it.

    Raises:
        SpeechError: Piper is not installed, or the file is not a voice.
    """

    def __init__(self, path: Path) -> None:
        config = path.with_name(path.name + ".json")
        for file in (path, config):
            if not file.is_file():
                raise SpeechError(
                    f"no Piper voice at {file}: give the path of a NAME.onnx file with its "
                    "NAME.onnx.json beside it"
                )
        try:
            piper = import_module("piper")
        except ImportError as error:
            raise SpeechError(
                f"{path.name} needs Piper ({error}): pip install piper-tts, or leave the choice "
                "of the voice out"
            ) from error
        self._path = path
        self._lock = Lock()
        try:
            self._voice: Any = piper.PiperVoice.load(path)
        # What goes wrong in a foreign model file has no common error class.
        except Exception as error:
            reason = reason_of(error)
            raise SpeechError(
                f"{path} is not a Piper voice ({reason}): download it again, with its .json"
            ) from error

    def synthesise(self, text: str, lang: str) -> Pcm:
        """Return the sound of a text.

        Raises:
            SpeechError: the voice speaks another language, or nothing came of the text.
        """
        spoken = str(self._voice.config.espeak_voice)
        if spoken.split("-")[0] != lang:
            raise SpeechError(
                f"the voice {self._path.name} speaks {spoken!r}, not {lang!r}: choose a voice of "
                "that language"
            )
        with self._lock:
            chunks = list(self._voice.synthesize(text))
        if not chunks:
            raise SpeechError(f"there is nothing to say in {text!r}: give it words")
        samples = np.concatenate([chunk.audio_int16_array for chunk in chunks])
        return Pcm(samples=samples, rate_hz=int(chunks[0].sample_rate)).levelled()


class SystemSynthesiser:
    """The voices of macOS (``say``) or Windows (SAPI); some tenths of a second a cue.

    Args:
        run: runs a command; `subprocess.run` unless a test brings its own.
        platform: `sys.platform` unless a test brings another.

    Raises:
        SpeechError: this system has none.
    """

    def __init__(self, run: Run = subprocess.run, platform: str = sys.platform) -> None:
        if platform not in ("darwin", "win32"):
            raise SpeechError(
                f"there is no system voice on {platform!r}: use the built-in one or a Piper voice"
            )
        self._run = run
        self._speak = self._speak_macos if platform == "darwin" else self._speak_windows
        self._voices: dict[str, str] = {}

    def synthesise(self, text: str, lang: str) -> Pcm:
        """Return the sound of a text.

        Raises:
            SpeechError: the system has no voice for the language, or its command failed.
        """
        with TemporaryDirectory(prefix="formcoach-voice-") as folder:
            path = Path(folder) / "speech.wav"
            self._speak(text, lang, path)
            return read_wav(path).levelled()

    def _speak_macos(self, text: str, lang: str, path: Path) -> None:
        if lang not in self._voices:
            listing = self._command(["say", "-v", "?"])
            self._voices[lang] = _macos_voice(listing, lang)
        # The words go in by standard input, so that none can be taken for an option.
        options = ["--file-format=WAVE", f"--data-format=LEI16@{RATE_HZ}", "-r", str(RATE_WPM)]
        self._command(
            ["say", "-v", self._voices[lang], *options, "-o", str(path), "-f", "-"], text=text
        )

    def _speak_windows(self, text: str, lang: str, path: Path) -> None:
        # The words go in by the environment, so that none can be taken for PowerShell.
        extra = {"FORMCOACH_TEXT": text, "FORMCOACH_LANG": lang, "FORMCOACH_WAV": str(path)}
        self._command(
            ["powershell", "-NoProfile", "-NonInteractive", "-Command", _SAPI_SCRIPT], extra=extra
        )

    def _command(
        self, command: list[str], text: str = "", extra: dict[str, str] | None = None
    ) -> str:
        try:
            done = self._run(
                command,
                input=text,
                env={**os.environ, **(extra or {})},
                capture_output=True,
                check=True,
                encoding="utf-8",
                errors="replace",
                timeout=SYSTEM_TIMEOUT_S,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise SpeechError(
                f"the system voice failed ({reason_of(error)}): "
                "use the built-in one or a Piper voice"
            ) from error
        return done.stdout


def _macos_voice(listing: str, lang: str) -> str:
    """The first voice of a language in the list of ``say -v ?``: ``Name  nl_NL  # words``."""
    for line in listing.splitlines():
        words = line.split("#")[0].split()
        if len(words) >= 2 and words[-1].replace("-", "_").split("_")[0] == lang:
            return " ".join(words[:-1])
    raise SpeechError(
        f"macOS has no voice for {lang!r}: add one in System Settings > Accessibility > Spoken "
        "Content, or use the built-in voice"
    )


_SAPI_SCRIPT = """
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Speech
$speaker = New-Object System.Speech.Synthesis.SpeechSynthesizer
$voice = $speaker.GetInstalledVoices() | Where-Object {
  $_.Enabled -and $_.VoiceInfo.Culture.TwoLetterISOLanguageName -eq $env:FORMCOACH_LANG
} | Select-Object -First 1
if (-not $voice) {
  [Console]::Error.WriteLine("Windows has no voice for '$env:FORMCOACH_LANG': add one in Settings")
  exit 3
}
$speaker.SelectVoice($voice.VoiceInfo.Name)
$format = New-Object System.Speech.AudioFormat.SpeechAudioFormatInfo(22050, 'Sixteen', 'Mono')
$speaker.SetOutputToWaveFile($env:FORMCOACH_WAV, $format)
$speaker.Speak($env:FORMCOACH_TEXT)
$speaker.Dispose()
"""
