"""The two ONNX files that may stand beside a model's weights. Names only: whoever reads them needs no torch.

decoder.onnx  input `z` (B, D), output `reconstruction` (B, C, 64, 64) in [0, 1]
encoder.onnx  input `x` (B, C, 64, 64) in [0, 1], outputs `mean` (B, D) and, unless the code is a point, `logvar` (B, D)

All of them float32, B as it comes; no further files belong to them.
"""

DECODER = "decoder.onnx"
ENCODER = "encoder.onnx"
