"""Encoder and decoder of one network for every beta as ONNX graphs, with a second input `beta` (B,)."""

import math

import torch
from onnx import ModelProto, TensorProto, ValueInfoProto, helper
from torch import nn

from train.onnx.graph import BATCH, Drawing, codes, pictures
from vae_models.conditional import STEEPNESS, Dial, Features, Film, Gate

POSITION = "position"  # of beta on the dial, (B, 1): 0 at beta 1, 1 at the highest
CENTRED = "position.centred"  # 2 position - 1


def decoder(dial: Dial) -> ModelProto:
    """Draw `Dial.decode` of a network on the CPU."""
    drawing = Drawing()
    _draw_position(drawing, dial)
    logits = _draw_gated(drawing, "layers", dial.autoencoder.decoder.layers, dial.decoder_gates, "z")
    drawing.layer("reconstruction", nn.Sigmoid(), logits)
    return drawing.model("decoder", [codes(dial.config, "z"), _betas()], [pictures(dial.config, "reconstruction")])


def encoder(dial: Dial) -> ModelProto:
    """Draw `Dial.encode` of a network on the CPU."""
    drawing, encoder = Drawing(), dial.autoencoder.encoder
    assert encoder.logvar is not None, "a dial has no point codes"
    _draw_position(drawing, dial)
    trunk = _draw_gated(drawing, "trunk", encoder.trunk, dial.encoder_gates, "x")
    features = _draw_features(drawing, dial.features)
    for name, head, film in (("mean", encoder.mean, dial.mean), ("logvar", encoder.logvar, dial.logvar)):
        _draw_film(drawing, name, film, drawing.layer(f"{name}.plain", head, trunk), features)
    outputs = [codes(dial.config, name) for name in ("mean", "logvar")]
    return drawing.model("encoder", [pictures(dial.config, "x"), _betas()], outputs)


def _betas() -> ValueInfoProto:
    return helper.make_tensor_value_info("beta", TensorProto.FLOAT, [BATCH])


def _number(drawing: Drawing, name: str, value: float) -> str:
    return drawing.constant(name, torch.tensor(value))


def _draw_position(drawing: Drawing, dial: Dial) -> None:
    logarithm = drawing.node("Log", ["beta"], "beta.log")
    highest = _number(drawing, "beta.highest", math.log(dial.config.highest_beta))
    row = drawing.node("Div", [logarithm, highest], "position.row")
    drawing.node("Unsqueeze", [row, drawing.integers("position.axis", [1])], POSITION)
    twice = drawing.node("Mul", [POSITION, _number(drawing, "two", 2.0)], "position.twice")
    drawing.node("Sub", [twice, _number(drawing, "one", 1.0)], CENTRED)
    drawing.integers("pixels", [2, 3])


def _draw_gated(drawing: Drawing, name: str, layers: nn.Sequential, gates: nn.ModuleList, x: str) -> str:
    """Add layers in sequence; each gate after the LeakyReLU that follows its BatchNorm.

    There it computes the same, because a gate is positive, and runtimes still merge convolution and BatchNorm.
    """
    waiting = iter(gates)
    for key, layer in layers.named_children():
        x = drawing.layer(f"{name}.{key}", layer, x)
        if isinstance(layer, nn.LeakyReLU):
            gate = next(waiting)
            assert isinstance(gate, Gate), "the list has nothing else"
            x = drawing.node("Mul", [x, _draw_gate(drawing, f"{name}.{key}.gate", gate)], f"{name}.{key}.gated")
    return x


def _draw_gate(drawing: Drawing, name: str, gate: Gate) -> str:
    """Add 2 sigmoid(w t + b), (B, C, 1, 1)."""
    product = drawing.node("Mul", [CENTRED, drawing.constant(f"{name}.slope", gate.slope.detach())], f"{name}.product")
    total = drawing.node("Add", [product, drawing.constant(f"{name}.bias", gate.bias.detach())], f"{name}.sum")
    sigmoid = drawing.node("Sigmoid", [total], f"{name}.sigmoid")
    factor = drawing.node("Mul", [sigmoid, "two"], f"{name}.factor")
    return drawing.node("Unsqueeze", [factor, "pixels"], f"{name}.unsqueezed")


def _draw_features(drawing: Drawing, features: Features) -> str:
    """Add [u, 1 - exp(-4 u), u MLP(u)], (B, F)."""
    steep = drawing.node("Mul", [POSITION, _number(drawing, "steepness", -STEEPNESS)], "features.steep")
    decay = drawing.node("Exp", [steep], "features.decay")
    rise = drawing.node("Sub", ["one", decay], "features.rise")
    x = CENTRED
    for key, layer in features.net.named_children():
        if isinstance(layer, nn.SiLU):
            x = drawing.node("Mul", [x, drawing.node("Sigmoid", [x], f"features.{key}.sigmoid")], f"features.{key}")
        else:
            x = drawing.layer(f"features.{key}", layer, x)
    learnt = drawing.node("Mul", [POSITION, x], "features.learnt")
    return drawing.node("Concat", [POSITION, rise, learnt], "features", axis=1)


def _draw_film(drawing: Drawing, name: str, film: Film, x: str, features: str) -> None:
    """Add the scale and the shift of a head's output `x`; the result is `name`."""
    weight = drawing.constant(f"{name}.film", film.linear.weight.detach())
    both = drawing.node("Gemm", [features, weight], f"{name}.both", transB=1)
    change, shift = f"{name}.change", f"{name}.shift"
    drawing.nodes.append(helper.make_node("Split", [both], [change, shift], f"{name}.split", axis=1))
    scale = drawing.node("Add", [change, "one"], f"{name}.scale")
    drawing.node("Add", [drawing.node("Mul", [x, scale], f"{name}.scaled"), shift], name)
