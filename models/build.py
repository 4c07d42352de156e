"""Build the landmarker bundles from the genuine weights; check every sum, in and out.

Usage, from the top of the project (needs pip, npm, and mediapipe installed; npm only for lite and
heavy):

    python models/build.py [lite full heavy face]

A ``.task`` bundle is a stored zip of two TFLite files: a detector and a landmarks detector, of the
body (lite, full, heavy) or of the face. The weights come out of two published packages,
``mediapipe`` 0.10.21 (its wheel) and ``@mediapipe/pose`` 0.5.1675469404. Current MediaPipe reads
the input normalisation from metadata that those files lack, so it is written into them here.

The face needs one thing more. Its landmarks detector gives 468 points, and current MediaPipe takes
whatever it gives for 478: it divides the 1404 numbers into 478 pairs and so returns a scrambled
mesh, without a word. A last operator is added that repeats the outer corner of each eye five times,
where the points of the irises would be; the weights are not touched.
"""

import argparse
import hashlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import flatbuffers
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata
from mediapipe.tasks.metadata import schema_py_generated as schema

MODELS_DIR = Path(__file__).resolve().parent
SUMS_FILE = MODELS_DIR / "SHA256SUMS"
FACE = "face"

WHEEL = "mediapipe==0.10.21"
NPM_PACKAGE = "@mediapipe/pose@0.5.1675469404"
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """One published TFLite file: where it stands, its sum and its input normalisation."""

    package: str
    member: str
    sha256: str
    mean: float
    std: float


DETECTOR = Weights(
    package=WHEEL,
    member="mediapipe/modules/pose_detection/pose_detection.tflite",
    sha256="9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    mean=127.5,
    std=127.5,
)
LANDMARKS = {
    "lite": Weights(
        package=NPM_PACKAGE,
        member="package/pose_landmark_lite.tflite",
        sha256="f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
        mean=0.0,
        std=255.0,
    ),
    "full": Weights(
        package=WHEEL,
        member="mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
        sha256="e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        mean=0.0,
        std=255.0,
    ),
    "heavy": Weights(
        package=NPM_PACKAGE,
        member="package/pose_landmark_heavy.tflite",
        sha256="59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
        mean=0.0,
        std=255.0,
    ),
}
FACE_DETECTOR = Weights(
    package=WHEEL,
    member="mediapipe/modules/face_detection/face_detection_short_range.tflite",
    sha256="bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    mean=127.5,
    std=127.5,
)
FACE_LANDMARKS = Weights(
    package=WHEEL,
    member="mediapipe/modules/face_landmark/face_landmark.tflite",
    sha256="1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    mean=0.0,
    std=255.0,
)
FACE_POINTS = 468
IRIS_STAND_INS = (33, 263)
"""The outer corners of the eyes, each of which stands for the five points of an iris."""


def sha256(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def fetch_wheel(folder: Path) -> Path:
    """Download the wheel that carries the detectors, the full pose model and the face's."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary", ":all:", "--python-version", "3.11"]
    command += ["--platform", "manylinux_2_28_x86_64", "--dest", str(folder), WHEEL]
    subprocess.run(command, check=True)
    return next(folder.glob("mediapipe-*.whl"))


def fetch_npm(folder: Path) -> Path:
    """Download the npm package that carries the lite and heavy landmarks models."""
    # npm prints the file's name, which has no place among the sums that this script prints.
    command = ["npm", "pack", "--silent", NPM_PACKAGE]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("mediapipe-pose-*.tgz"))


def read_weights(weights: Weights, wheel: Path, npm: Path | None) -> bytes:
    """Read one TFLite file out of its package and check its sum."""
    if weights.package == WHEEL:
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(weights.member)
    else:
        if npm is None:
            raise SystemExit(f"{weights.member} needs {NPM_PACKAGE}, which was not fetched")
        with tarfile.open(npm) as archive:
            stream = archive.extractfile(weights.member)
            if stream is None:
                raise SystemExit(f"{NPM_PACKAGE} has no {weights.member}")
            data = stream.read()
    if sha256(data) != weights.sha256:
        raise SystemExit(f"{weights.member}: sum {sha256(data)}, expected {weights.sha256}")
    return data


def metadata_buffer(weights: Weights) -> bytes:
    """Return the metadata flatbuffer that states the input normalisation."""
    options = metadata.NormalizationOptionsT()
    options.mean, options.std = [weights.mean], [weights.std]
    unit = metadata.ProcessUnitT()
    unit.optionsType = metadata.ProcessUnitOptions.NormalizationOptions
    unit.options = options
    image = metadata.TensorMetadataT()
    image.name = "image"
    image.processUnits = [unit]
    graph = metadata.SubGraphMetadataT()
    graph.inputTensorMetadata = [image]
    model = metadata.ModelMetadataT()
    model.name = "pose"
    model.subgraphMetadata = [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"M001")
    return bytes(builder.Output())


def with_metadata(weights: Weights, data: bytes) -> bytes:
    """Return the TFLite file `data` with the normalisation metadata written into it."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    buffer = schema.BufferT()
    buffer.data = list(metadata_buffer(weights))
    model.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers) - 1
    model.metadata = [*(model.metadata or []), entry]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def with_iris_points(data: bytes) -> bytes:
    """Return the face's landmarks detector `data` with an output of 478 points instead of 468."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    graph = model.subgraphs[0]
    points = [*range(FACE_POINTS), *(point for point in IRIS_STAND_INS for _ in range(5))]
    numbers = [3 * point + axis for point in points for axis in range(3)]
    buffer = schema.BufferT()
    buffer.data = list(struct.pack(f"<{len(numbers)}i", *numbers))
    model.buffers.append(buffer)
    indices = schema.TensorT()
    indices.name, indices.shape = "points", [len(numbers)]
    indices.type, indices.buffer = schema.TensorType.INT32, len(model.buffers) - 1
    mesh = schema.TensorT()
    mesh.name, mesh.shape = "mesh", [1, 1, 1, len(numbers)]
    mesh.type, mesh.buffer = schema.TensorType.FLOAT32, 0
    first = len(graph.tensors)
    graph.tensors += [indices, mesh]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.GATHER
    model.operatorCodes.append(code)
    gather = schema.OperatorT()
    gather.opcodeIndex = len(model.operatorCodes) - 1
    gather.inputs, gather.outputs = [graph.outputs[0], first], [first + 1]
    gather.builtinOptionsType = schema.BuiltinOptions.GatherOptions
    gather.builtinOptions = schema.GatherOptionsT()
    gather.builtinOptions.axis = 3
    graph.operators.append(gather)
    graph.outputs = [first + 1, *graph.outputs[1:]]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def write_bundle(path: Path, part: str, detector: bytes, landmarks: bytes) -> None:
    """Write the stored zip that a landmarker of `part` loads, the same bytes each time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (
            (f"{part}_detector.tflite", detector),
            (f"{part}_landmarks_detector.tflite", landmarks),
        ):
            archive.writestr(zipfile.ZipInfo(name, date_time=ZIP_DATE), data)


def build(variant: str, folder: Path, wheel: Path, npm: Path | None) -> Path:
    """Build one bundle in `folder` and return where it is."""
    if variant == FACE:
        path = folder / "face_landmarker.task"
        detector = with_metadata(FACE_DETECTOR, read_weights(FACE_DETECTOR, wheel, npm))
        points = with_iris_points(read_weights(FACE_LANDMARKS, wheel, npm))
        write_bundle(path, "face", detector, with_metadata(FACE_LANDMARKS, points))
        return path
    path, weights = folder / f"pose_landmarker_{variant}.task", LANDMARKS[variant]
    detector = with_metadata(DETECTOR, read_weights(DETECTOR, wheel, npm))
    write_bundle(path, "pose", detector, with_metadata(weights, read_weights(weights, wheel, npm)))
    return path


def read_sums() -> dict[str, str]:
    """Return the expected sum of each bundle by file name."""
    if not SUMS_FILE.exists():
        return {}
    lines = SUMS_FILE.read_text(encoding="utf-8").split("\n")
    return {name: digest for digest, name in (line.split() for line in lines if line)}


def main() -> None:
    """Build the bundles asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("variants", nargs="*", help="lite, full, heavy, face (default: all)")
    known = [*LANDMARKS, FACE]
    variants = parser.parse_args().variants or known
    unknown = set(variants) - set(known)
    if unknown:
        parser.error(f"no such variant: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    expected = read_sums()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = fetch_wheel(folder)
        npm = fetch_npm(folder) if set(variants) - {"full", FACE} else None
        for variant in variants:
            built = build(variant, folder, wheel, npm)
            digest = sha256(built.read_bytes())
            if expected.get(built.name, digest) != digest:
                raise SystemExit(f"{built.name}: built {digest}, expected {expected[built.name]}")
            (MODELS_DIR / built.name).write_bytes(built.read_bytes())
            sys.stdout.write(f"{digest}  {built.name}\n")


if __name__ == "__main__":
    main()
