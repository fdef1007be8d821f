"""ICC colour profiles for files that describe their colours by numbers: PNG's gAMA and cHRM, and the codes of H.273."""

import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faces.errors import PictureError

Point = tuple[float, float]  # CIE x, y
D65: Point = (0.3127, 0.3290)
D50 = np.array([0.9642, 1.0, 0.8249])  # X, Y, Z of the white of every profile
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


class Chromaticities(NamedTuple):
    """Colours of white and of the three channels."""

    white: Point
    red: Point
    green: Point
    blue: Point


# codes of ITU-T H.273, table 2
PRIMARIES = {
    1: Chromaticities(D65, (0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),  # sRGB, BT.709
    5: Chromaticities(D65, (0.640, 0.330), (0.290, 0.600), (0.150, 0.060)),  # BT.601, 625 lines
    6: Chromaticities(D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),  # BT.601, 525 lines
    7: Chromaticities(D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),  # SMPTE 240M
    9: Chromaticities(D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),  # BT.2020
    12: Chromaticities(D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),  # Display P3
}
SRGB = PRIMARIES[1]
# codes of table 3
VIDEO, SRGB_CURVE = (1, 6, 14, 15), 13
EXPONENTS = {4: 2.2, 5: 2.8, 8: 1.0, **dict.fromkeys(VIDEO, 2.4)}  # of video: as a display shows it (BT.1886)
HDR = {16: "PQ", 18: "HLG"}


def coded_profile(primaries: int, transfer: int) -> bytes | None:
    """Return the profile of two codes of ITU-T H.273; unknown codes mean sRGB's colours and curve.

    Raises PictureError for HDR pictures.
    """
    if transfer in HDR:
        raise PictureError(f"This picture is HDR ({HDR[transfer]}): save it with the standard dynamic range first.")
    colours = PRIMARIES.get(primaries, SRGB)
    if transfer in EXPONENTS:
        return build_profile(colours, power_curve(EXPONENTS[transfer]))
    return build_profile(colours, _pack_curve(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))


def power_curve(exponent: float) -> bytes:
    """Return the curve from values to light of `build_profile`: value ** exponent."""
    return _pack_curve(0, exponent)


def build_profile(colours: Chromaticities, curve: bytes) -> bytes | None:
    """Return the ICC profile, version 4, of three channels with one curve; None if the colours define no space."""
    matrix = _to_d50(colours)
    if matrix is None:
        return None
    tags = {b"wtpt": _pack_xyz(D50)}
    for channel, column in zip((b"r", b"g", b"b"), matrix.T, strict=True):
        tags |= {channel + b"XYZ": _pack_xyz(column), channel + b"TRC": curve}
    start = 128 + 4 + 12 * len(tags)
    table, values = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += struct.pack(">4sII", name, start + len(values), len(value))
        values += value
    # size, version, class, channels, connection space, signature, illuminant (ICC.1, section 7.2)
    header = (start + len(values), 0x04000000, b"mntr", b"RGB ", b"XYZ ", b"acsp", _pack_xyz(D50)[8:])
    return struct.pack(">I4xI4s4s4s12x4s28x12s48x", *header) + table + values


def _to_d50(colours: Chromaticities) -> NDArray[np.float64] | None:
    """Return the matrix (3, 3) from light of the channels to X, Y, Z under D50."""
    points = np.array(colours)
    if not (points > 0).all():
        return None
    x, y = points.T
    white, *channels = np.stack([x / y, np.ones(4), (1 - x - y) / y], axis=1)
    columns = np.stack(channels, axis=1)
    if abs(np.linalg.det(columns)) < 1e-6:
        return None
    to_white = columns * np.linalg.solve(columns, white)
    adapt = np.linalg.solve(BRADFORD, np.diag(BRADFORD @ D50 / (BRADFORD @ white)) @ BRADFORD)
    matrix: NDArray[np.float64] = adapt @ to_white
    return matrix if np.isfinite(matrix).all() and np.abs(matrix).max() < 100 else None


def _pack_xyz(values: NDArray[np.float64]) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(round(65536 * value) for value in values))


def _pack_curve(kind: int, *parameters: float) -> bytes:
    """Return a parametric curve (ICC.1, section 10.18)."""
    values = [round(65536 * value) for value in parameters]
    return struct.pack(f">4s4xHH{len(values)}i", b"para", kind, 0, *values)
