"""Listen to the English voice pack: says which sounds are suspicious, and how many.

Usage, from the top of the project (needs `voices/requirements.txt` installed):

    python voices/check.py [--every N] [--pictures FOLDER]

Each sound is held against what is known of it: how long eSpeak takes for the same words, how loud
every voice is, where its energy lies, whether it begins or ends in the middle of a sound, and what
an offline recogniser (PocketSphinx, whose model comes in its package) hears. The recogniser chooses
among all sentences of the pack, so a sound that is heard as another sentence is mumbled or cut.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pocketsphinx import Config, Decoder

from formcoach.voice.espeak import EspeakSynthesiser
from formcoach.voice.loudness import SPEECH_LUFS, loudness_lufs
from formcoach.voice.opus import decode_opus
from formcoach.voice.pack import VoicePack
from formcoach.voice.pcm import FULL_SCALE, Pcm

PACK = Path(__file__).resolve().parent / "en.voice.zip"
MAX_SUSPICIOUS = 0.02

LENGTH_RATIO = (0.55, 1.8)
"""To eSpeak's, which speaks at 160 words a minute and drawls single words."""
LOUDNESS_LU = 1.0
CENTROID_HZ = (250.0, 3500.0)
"""Where the middle of the energy of speech lies; hiss and hum are outside. Proposal."""
ABRUPT = 0.35
"""A sound whose first or last 3 ms are so near to its peak was cut in its middle."""
EDGE_S = 0.003
RECOGNISER_HZ = 16_000
SILENCE_S = 0.3
ADDED_WORDS = {
    "flattens": "F L AE T AH N Z",
    "formcoach": "F AO R M K OW CH",
    "physiotherapist": "F IH Z IY OW TH EH R AH P IH S T",
    "shins": "SH IH N Z",
}
"""Words of the book that the recogniser's dictionary lacks."""
ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What is odd about one sound."""

    text: str
    why: str


def words_of(text: str) -> list[str]:
    """Return the words of a sentence as they are spoken."""
    spoken = re.sub(r"\d+", lambda found: f" {number_words(found[0])} ", text.lower())
    return re.findall(r"[a-z']+", spoken.replace("-", " "))


def number_words(digits: str) -> str:
    """Return a number up to 199 in words; 112 digit by digit, as it is dialled."""
    number = int(digits)
    if digits == "112":
        return "one one two"
    if number >= 100:
        rest = number_words(str(number - 100)) if number > 100 else ""
        return f"one hundred {rest}".strip()
    if number < len(ONES):
        return ONES[number]
    tens, ones = divmod(number, 10)
    return f"{TENS[tens]} {ONES[ones] if ones else ''}".strip()


class Recogniser:
    """Hears which sentence of a book is said."""

    def __init__(self, texts: Sequence[str]) -> None:
        config = Config()
        config["loglevel"] = "FATAL"
        self._decoder = Decoder(config)
        words = {word for text in texts for word in words_of(text)}
        for word in sorted(words):
            if self._decoder.lookup_word(word) is None:
                if word not in ADDED_WORDS:
                    raise SystemExit(f"the recogniser does not know {word!r}: add it")
                self._decoder.add_word(word, ADDED_WORDS[word], True)
        sentences = sorted({" ".join(words_of(text)) for text in texts})
        rule = "\n | ".join(sentences)
        self._decoder.add_jsgf_string("book", f"#JSGF V1.0;\ngrammar book;\npublic <s> = {rule};\n")
        self._decoder.activate_search("book")

    def hear(self, pcm: Pcm) -> list[str]:
        """Return the words that were heard."""
        silence = np.zeros(round(SILENCE_S * RECOGNISER_HZ), np.int16)
        samples = np.concatenate([silence, pcm.at_rate(RECOGNISER_HZ).samples, silence])
        self._decoder.start_utt()
        self._decoder.process_raw(samples.tobytes(), full_utt=True)
        self._decoder.end_utt()
        heard = self._decoder.hyp()
        return heard.hypstr.split() if heard else []


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Return how many words were lost, added or taken for others."""
    row = list(range(len(heard) + 1))
    for count, word in enumerate(said, start=1):
        above, row = row, [count]
        for at, other in enumerate(heard, start=1):
            row.append(min(above[at] + 1, row[-1] + 1, above[at - 1] + (word != other)))
    return row[-1]


def odd_about(text: str, pcm: Pcm, espeak: EspeakSynthesiser) -> Iterator[str]:
    """Yield what is odd about a sound, without listening to the words."""
    samples = pcm.samples / FULL_SCALE
    ratio = pcm.duration_s / espeak.synthesise(text, "en").duration_s
    if not LENGTH_RATIO[0] <= ratio <= LENGTH_RATIO[1]:
        yield f"{pcm.duration_s:.2f} s, {ratio:.2f} of eSpeak's"
    lufs = loudness_lufs(samples, pcm.rate_hz)
    if abs(lufs - SPEECH_LUFS) > LOUDNESS_LU:
        yield f"{lufs:.1f} LUFS"
    power = np.abs(np.fft.rfft(samples)) ** 2
    centroid_hz = float(
        (np.fft.rfftfreq(len(samples), 1 / pcm.rate_hz) * power).sum() / power.sum()
    )
    if not CENTROID_HZ[0] <= centroid_hz <= CENTROID_HZ[1]:
        yield f"energy around {centroid_hz:.0f} Hz"
    edge = round(EDGE_S * pcm.rate_hz)
    for name, part in (("begins", samples[:edge]), ("ends", samples[-edge:])):
        if np.abs(part).max() > ABRUPT * np.abs(samples).max():
            yield f"{name} in the middle of a sound"


def check(pack: VoicePack, every: int) -> tuple[list[Suspicion], int, int, int]:
    """Return what is suspicious; how many sounds and words were heard, and words heard wrong."""
    espeak, recogniser = EspeakSynthesiser(), Recogniser(pack.texts)
    found, words, errors = [], 0, 0
    texts = sorted(pack.texts)[::every]
    for text in texts:
        pcm = decode_opus(pack.data(text)).levelled()
        why = list(odd_about(text, pcm, espeak))
        said, heard = words_of(text), recogniser.hear(pcm)
        missed = word_errors(said, heard)
        words, errors = words + len(said), errors + missed
        if missed:
            why.append(f"heard as {' '.join(heard)!r}")
        if why:
            found.append(Suspicion(text, "; ".join(why)))
    return found, len(texts), words, errors


def spectrogram(pcm: Pcm) -> NDArray[np.uint8]:
    """Return a picture of a sound: time to the right, pitch upwards, loud is bright."""
    width, hop = 512, 128
    samples = np.pad(pcm.samples / FULL_SCALE, (0, width))
    frames = np.lib.stride_tricks.sliding_window_view(samples, width)[::hop] * np.hanning(width)
    decibels = 20 * np.log10(np.abs(np.fft.rfft(frames)) + 1e-4).T[::-1]
    grey = np.clip((decibels + 50) * 3.2, 0, 255).astype(np.uint8)
    size = round(500 * pcm.duration_s), 200
    return np.asarray(cv2.applyColorMap(cv2.resize(grey, size), cv2.COLORMAP_MAGMA), np.uint8)


def main() -> None:
    """Check the pack, print what is suspicious, and fail where it is too much."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1, help="only every so many sounds")
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the suspicious")
    given = parser.parse_args()
    pack = VoicePack(PACK)
    found, count, words, errors = check(pack, given.every)
    for number, one in enumerate(found):
        sys.stdout.write(f"{one.text}: {one.why}\n")
        if given.pictures is not None:
            given.pictures.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"\W+", "_", one.text)[:40]
            picture = spectrogram(decode_opus(pack.data(one.text)))
            cv2.imwrite(str(given.pictures / f"{number:03}_{name}.png"), picture)
    share = len(found) / max(count, 1)
    sys.stdout.write(
        f"{count} sounds, {len(found)} suspicious ({share:.1%}); "
        f"{errors} of {words} words heard wrong ({errors / max(words, 1):.2%})\n"
    )
    raise SystemExit(0 if share <= MAX_SUSPICIOUS else 1)


if __name__ == "__main__":
    main()
