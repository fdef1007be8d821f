"""Encoder and decoder as ONNX graphs, one node per layer of the torch modules.

The graphs are drawn by hand. `torch.onnx.export(dynamo=True)` computes as accurately, but its files are twice as large,
because it does not store kernels in float16, and the bytes of its encoder differ from run to run. It also needs the
package onnxscript and opset 18, where these graphs use opset 17 and only ONNX's standard operators.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper
from torch import Tensor, nn

from vae_models import Autoencoder, ModelConfig

OPSET = 17  # old enough for browsers: ONNX Runtime Web 1.20 reads it
IR_VERSION = 8  # the file format that came with it
BATCH = "batch"  # name of the dimension without a fixed size


@dataclass(frozen=True)
class Drawing:
    """Nodes and constants of a graph that is being drawn."""

    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: Tensor) -> str:
        """Add a constant and return the name by which nodes read it in float32."""
        half = value.half()
        if value.dim() < 2 or not torch.equal(half.to(value.dtype), value):
            self.constants.append(numpy_helper.from_array(value.float().numpy(), name))
            return name
        # stored in half the space where float16 loses nothing; runtimes remove the Cast when they load the file
        self.constants.append(numpy_helper.from_array(half.numpy(), name))
        self.nodes.append(helper.make_node("Cast", [name], [f"{name}.float32"], f"{name}.cast", to=TensorProto.FLOAT))
        return f"{name}.float32"

    def node(self, operator: str, inputs: list[str], name: str, **attributes: Any) -> str:
        """Add a node with one output and return the output's name, which is `name`."""
        self.nodes.append(helper.make_node(operator, inputs, [name], name, **attributes))
        return name

    def integers(self, name: str, values: list[int]) -> str:
        """Add a constant of whole numbers, such as axes, and return its name."""
        self.constants.append(numpy_helper.from_array(np.array(values, dtype=np.int64), name))
        return name

    def layer(self, name: str, layer: nn.Module, x: str) -> str:
        """Add a layer that reads `x` and return the name of its output, which is `name`."""
        # torch lists weight, bias and statistics in the order of ONNX's inputs
        tensors = [(key, value) for key, value in layer.state_dict().items() if value.is_floating_point()]
        inputs = [x, *(self.constant(f"{name}.{key}", value) for key, value in tensors)]
        if isinstance(layer, nn.Unflatten):
            # 0: keep the batch size
            inputs.append(self.integers(f"{name}.shape", [0, *layer.unflattened_size]))
        self.nodes.append(_node(name, layer, inputs))
        return name

    def layers(self, name: str, layers: nn.Sequential, x: str) -> str:
        """Add layers in sequence and return the name of the last one's output."""
        for key, layer in layers.named_children():
            x = self.layer(f"{name}.{key}", layer, x)
        return x

    def model(self, name: str, inputs: list[ValueInfoProto], outputs: list[ValueInfoProto]) -> ModelProto:
        """Return the finished graph."""
        return helper.make_model(
            helper.make_graph(self.nodes, name, inputs, outputs, self.constants),
            producer_name="vae-faces",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )


def _node(name: str, layer: nn.Module, inputs: list[str]) -> NodeProto:
    # dilation, groups and output padding are left out: all our layers use ONNX's defaults
    match layer:
        case nn.Conv2d(stride=strides, padding=padding):
            pads = [*padding, *padding]
            return helper.make_node("Conv", inputs, [name], name, strides=strides, pads=pads)
        case nn.ConvTranspose2d(stride=strides, padding=padding):
            pads = [*padding, *padding]
            return helper.make_node("ConvTranspose", inputs, [name], name, strides=strides, pads=pads)
        case nn.BatchNorm2d(eps=epsilon):
            return helper.make_node("BatchNormalization", inputs, [name], name, epsilon=epsilon)
        case nn.LeakyReLU(negative_slope=slope):
            return helper.make_node("LeakyRelu", inputs, [name], name, alpha=slope)
        case nn.Linear():
            return helper.make_node("Gemm", inputs, [name], name, transB=1)
        case nn.Flatten():
            return helper.make_node("Flatten", inputs, [name], name)
        case nn.Unflatten():
            return helper.make_node("Reshape", inputs, [name], name)
        case nn.Sigmoid():
            return helper.make_node("Sigmoid", inputs, [name], name)
    raise ValueError(f"{name} has no ONNX node yet: {layer}")


def codes(config: ModelConfig, name: str) -> ValueInfoProto:
    """Describe an input or output of codes (B, D)."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, config.latent_dim])


def pictures(config: ModelConfig, name: str) -> ValueInfoProto:
    """Describe an input or output of images (B, C, 64, 64)."""
    side = config.image_size
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, config.channels, side, side])


def decoder(model: Autoencoder) -> ModelProto:
    """Draw `Autoencoder.decode` of a model on the CPU. Raises ValueError for a layer that has no ONNX node here."""
    drawing = Drawing()
    logits = drawing.layers("layers", model.decoder.layers, "z")
    drawing.layer("reconstruction", nn.Sigmoid(), logits)
    return drawing.model("decoder", [codes(model.config, "z")], [pictures(model.config, "reconstruction")])


def encoder(model: Autoencoder) -> ModelProto:
    """Draw `Autoencoder.encode` of a model on the CPU. Raises ValueError for a layer that has no ONNX node here."""
    drawing, encoder = Drawing(), model.encoder
    features = drawing.layers("trunk", encoder.trunk, "x")
    outputs = [drawing.layer("mean", encoder.mean, features)]
    if encoder.logvar is not None:
        outputs.append(drawing.layer("logvar", encoder.logvar, features))
    return drawing.model("encoder", [pictures(model.config, "x")], [codes(model.config, name) for name in outputs])
