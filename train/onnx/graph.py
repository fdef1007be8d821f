"""Encoder and decoder as ONNX graphs: a node for each layer, drawn from the very modules that torch runs.

The same weights give the same bytes, and every node belongs to ONNX's standard domain.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper
from torch import Tensor, nn

from vae_models import Autoencoder

OPSET = 17  # old enough for browsers: ONNX Runtime Web 1.20 reads it
IR_VERSION = 8  # the file format that came with it
BATCH = "batch"  # the dimension that is not fixed


@dataclass(frozen=True)
class Drawing:
    """A graph in the making."""

    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: Tensor) -> str:
        """The name under which nodes read `value` in float32."""
        half = value.half()
        if value.dim() < 2 or not torch.equal(half.to(value.dtype), value):
            self.constants.append(numpy_helper.from_array(value.float().numpy(), name))
            return name
        # a kernel that float16 holds without loss takes half the room; runtimes fold the Cast away when they load
        self.constants.append(numpy_helper.from_array(half.numpy(), name))
        self.nodes.append(helper.make_node("Cast", [name], [f"{name}.float32"], f"{name}.cast", to=TensorProto.FLOAT))
        return f"{name}.float32"

    def layer(self, name: str, layer: nn.Module, x: str) -> str:
        """Add a layer that reads `x`; the name of what it gives, which is its own."""
        # torch keeps weight, bias and statistics in the order in which ONNX asks for them
        held = [(key, value) for key, value in layer.state_dict().items() if value.is_floating_point()]
        inputs = [x, *(self.constant(f"{name}.{key}", value) for key, value in held)]
        if isinstance(layer, nn.Unflatten):
            shape = np.array([0, *layer.unflattened_size], dtype=np.int64)  # 0: the batch as it comes
            self.constants.append(numpy_helper.from_array(shape, f"{name}.shape"))
            inputs.append(f"{name}.shape")
        self.nodes.append(_node(name, layer, inputs))
        return name

    def layers(self, name: str, layers: nn.Sequential, x: str) -> str:
        """Add one layer after the other; the name of what the last one gives."""
        for key, layer in layers.named_children():
            x = self.layer(f"{name}.{key}", layer, x)
        return x

    def model(self, name: str, given: ValueInfoProto, results: list[ValueInfoProto]) -> ModelProto:
        """The finished graph."""
        return helper.make_model(
            helper.make_graph(self.nodes, name, [given], results, self.constants),
            producer_name="vae-faces",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )


def _node(name: str, layer: nn.Module, inputs: list[str]) -> NodeProto:
    # what is not passed on (dilation, groups, output padding) has ONNX's own default in every layer of ours
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


def _codes(model: Autoencoder, name: str) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, model.config.latent_dim])


def _pictures(model: Autoencoder, name: str) -> ValueInfoProto:
    side = model.config.image_size
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, model.config.channels, side, side])


def decoder(model: Autoencoder) -> ModelProto:
    """`Autoencoder.decode` of a model on the CPU. Raises ValueError for a layer that is not known here."""
    drawing = Drawing()
    logits = drawing.layers("layers", model.decoder.layers, "z")
    drawing.layer("reconstruction", nn.Sigmoid(), logits)
    return drawing.model("decoder", _codes(model, "z"), [_pictures(model, "reconstruction")])


def encoder(model: Autoencoder) -> ModelProto:
    """`Autoencoder.encode` of a model on the CPU. Raises ValueError for a layer that is not known here."""
    drawing, encoder = Drawing(), model.encoder
    features = drawing.layers("trunk", encoder.trunk, "x")
    results = [drawing.layer("mean", encoder.mean, features)]
    if encoder.logvar is not None:
        results.append(drawing.layer("logvar", encoder.logvar, features))
    return drawing.model("encoder", _pictures(model, "x"), [_codes(model, name) for name in results])
