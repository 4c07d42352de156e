"""The built-in voice: eSpeak NG in this process, some milliseconds a cue.

The library is one per process: its voice and its settings are shared, so every call goes through
one lock.
"""

import ctypes
import os
import sys
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any

import numpy as np

from formcoach.errors import SpeechError
from formcoach.voice.pcm import Pcm

__all__ = ["RATE_WPM", "EspeakSynthesiser"]

RATE_WPM = 160
"""Between the 150 and 165 words a minute at which short commands stay clear. Proposal."""
VOICES = {"en": "en", "nl": "nl"}
"""eSpeak's voice of each language: British English, Dutch."""

_lock = Lock()
# Constants of espeak-ng's speak_lib.h.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3
_CHARS_UTF8 = 1
_POS_CHARACTER = 1
_SYNTH_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class EspeakSynthesiser:
    """The voice that is always there.

    Args:
        rate_wpm: words a minute.
        pitch: 0 to 100; 50 is the voice's own.
    """

    def __init__(self, rate_wpm: int = RATE_WPM, pitch: int = 50) -> None:
        self._rate_wpm = rate_wpm
        self._pitch = pitch

    def synthesise(self, text: str, lang: str) -> Pcm:
        """Return the sound of a text.

        Raises:
            SpeechError: no such language, nothing audible in the text, or no eSpeak here.
        """
        voice = VOICES.get(lang)
        if voice is None:
            known = " or ".join(VOICES)
            raise SpeechError(f"the voice does not speak {lang!r}: choose {known}")
        with _lock:
            speech = _library().speak(text, voice, self._rate_wpm, self._pitch)
        pcm = speech.levelled()
        if not len(pcm.samples):
            raise SpeechError(f"there is nothing to say in {text!r}: give it words")
        return pcm


class _Espeak:
    """The initialised library."""

    def __init__(self, lib: Any, rate_hz: int) -> None:
        self._lib = lib
        self._rate_hz = rate_hz
        self._chunks: list[bytes] = []
        # Kept here: the library calls it for as long as the process lives.
        self._callback = _SYNTH_CALLBACK(self._take)
        lib.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, voice: str, rate_wpm: int, pitch: int) -> Pcm:
        """Synthesise at once; the sound comes in through the callback."""
        if self._lib.espeak_SetVoiceByName(voice.encode()):
            raise SpeechError(f"eSpeak lacks its voice {voice!r}: reinstall espeakng-loader")
        self._lib.espeak_SetParameter(_PARAMETER_RATE, rate_wpm, 0)
        self._lib.espeak_SetParameter(_PARAMETER_PITCH, pitch, 0)
        self._chunks.clear()
        data = text.replace("\0", " ").encode()
        status = self._lib.espeak_Synth(
            data, len(data) + 1, 0, _POS_CHARACTER, 0, _CHARS_UTF8, None, None
        )
        if status:
            raise SpeechError(f"eSpeak cannot say {text!r}: status {status}; use --no-voice")
        samples = np.frombuffer(b"".join(self._chunks), np.int16)
        self._chunks.clear()
        return Pcm(samples=samples, rate_hz=self._rate_hz)

    def _take(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._chunks.append(ctypes.string_at(samples, 2 * count))
        return 0


@cache
def _library() -> _Espeak:
    """Load and initialise eSpeak, once in a process."""
    try:
        import espeakng_loader

        path, data = espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
        lib = ctypes.CDLL(path)
    except (ImportError, OSError, RuntimeError) as error:
        raise SpeechError(
            f"eSpeak cannot be loaded ({error}): reinstall espeakng-loader or use --no-voice"
        ) from error
    _declare(lib)
    # Without "don't exit" a missing file would end the whole process.
    rate_hz = lib.espeak_Initialize(
        _AUDIO_OUTPUT_SYNCHRONOUS, 0, _file_name(data), _INITIALIZE_DONT_EXIT
    )
    if rate_hz <= 0:
        raise SpeechError(
            f"eSpeak cannot read its data in {data} ({len(data)} letters): reinstall "
            "espeakng-loader, in a shorter path if this one is long, or use --no-voice"
        )
    return _Espeak(lib, rate_hz)


def _declare(lib: Any) -> None:
    """Tell ctypes the types of what is called."""
    integer, text = ctypes.c_int, ctypes.c_char_p
    signatures: dict[str, list[Any]] = {
        "espeak_Initialize": [integer, integer, text, integer],
        "espeak_SetSynthCallback": [_SYNTH_CALLBACK],
        "espeak_SetVoiceByName": [text],
        "espeak_SetParameter": [integer, integer, integer],
        "espeak_Synth": [
            text,
            ctypes.c_size_t,
            ctypes.c_uint,
            integer,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ],
    }
    for name, types in signatures.items():
        function: Callable[..., int] = getattr(lib, name)
        function.argtypes = types  # type: ignore[attr-defined]
        function.restype = None if name == "espeak_SetSynthCallback" else integer  # type: ignore[attr-defined]


def _file_name(path: str, platform: str = sys.platform) -> bytes:
    """A path as the C library's fopen wants it: on Windows in the system's code page."""
    if platform != "win32":
        return os.fsencode(path)
    try:
        return path.encode("mbcs", "strict")
    except UnicodeEncodeError as error:
        raise SpeechError(
            f"eSpeak cannot open {path}: its letters are not in the system's code page; "
            "install FormCoach in a folder with plain letters, or use --no-voice"
        ) from error
