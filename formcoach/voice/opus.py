"""Speech in few bytes: Opus in an Ogg file, in memory."""

from io import BytesIO

import cv2  # noqa: F401 (before PyAV: their X libraries clash, see picture/window.py)
import av
import numpy as np

from formcoach.errors import SpeechError
from formcoach.voice.pcm import RATE_HZ, Pcm

__all__ = ["BIT_RATE", "decode_opus", "encode_opus"]

BIT_RATE = 24_000
"""At which speech of one voice cannot be told from the original (RFC 6716, 2.1.1: 28 kbit/s for
fullband, 16 to 20 for wideband)."""
OPUS_HZ = 48_000
"""What Opus is decoded at; also the unit of its times."""
_FRAME_MS = "60"
"""The longest frame, with the fewest bytes around it: nothing here waits for the next one."""


def encode_opus(pcm: Pcm) -> bytes:
    """Return a sound as an Ogg Opus file."""
    out = BytesIO()
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream(
            "libopus", rate=OPUS_HZ, layout="mono", options={"frame_duration": _FRAME_MS}
        )
        stream.bit_rate = BIT_RATE
        resampler = av.AudioResampler(format="s16", layout="mono", rate=OPUS_HZ)
        frames = [*resampler.resample(_frame(pcm)), *resampler.resample(None)]
        for frame in (*frames, None):
            container.mux(stream.encode(frame))
    return out.getvalue()


def decode_opus(data: bytes) -> Pcm:
    """Return the sound of an Ogg Opus file, at `RATE_HZ`.

    Raises:
        SpeechError: it is no such file.
    """
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    try:
        with av.open(BytesIO(data), "r", format="ogg") as container:
            frames = [
                new for frame in container.decode(audio=0) for new in resampler.resample(frame)
            ]
            frames += resampler.resample(None)
    except (av.FFmpegError, IndexError) as error:
        raise SpeechError(f"{len(data)} bytes are not a sound in Ogg Opus ({error})") from error
    parts = [frame.to_ndarray()[0] for frame in frames]
    samples = np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, np.int16)
    return Pcm(samples=samples, rate_hz=RATE_HZ)


def _frame(pcm: Pcm) -> av.AudioFrame:
    samples = np.ascontiguousarray(pcm.samples)[None]
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    frame.sample_rate = pcm.rate_hz
    return frame
