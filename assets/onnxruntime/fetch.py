"""Writes the runtime beside it anew, from the release of onnxruntime-web named here: needs npm and the network.

    python assets/onnxruntime/fetch.py

A newer release is chosen on purpose: put its version and digests here, its LICENSE and ThirdPartyNotices.txt beside.
"""

import gzip
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).parent
VERSION = "1.30.0"
PACKAGE = "d2228df7e4616bc3348bf504ee888f3bec43789a273f0a63f3e68d203ce3bf71"  # SHA-256 of npm's archive
SCRIPT = "ort.wasm.bundle.min.mjs"
BINARY = "ort-wasm-simd-threaded.wasm"
FILES = {  # SHA-256 of each file as it lies here
    "LICENSE": "2f07c72751aed99790b8a4869cf2311df85a860b22ded05fa22803587a48922c",
    "ThirdPartyNotices.txt": "143764b952fdb1a7c69ce653bfba74a7744d6a8a573bfb73e235fba356c83de3",
    f"{BINARY}.gz": "8d2b1de9f31803b5b42773ae9c0048565a5a24f0c9125566c2d303c3089704ca",
    SCRIPT: "11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90",
}


def require_digest(name: str, data: bytes, expected: str) -> bytes:
    """`data`, if its SHA-256 is the expected one; raises ValueError otherwise."""
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise ValueError(f"{name} has the SHA-256 {found}, expected {expected}: nothing was written")
    return data


def packed(folder: Path) -> Path:
    """Npm's archive of the release, fetched into an empty folder; its digest is the one held here."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not on the PATH: install Node.js")
    release = f"onnxruntime-web@{VERSION}"
    command = [npm, "pack", release, "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.iterdir()
    require_digest(archive.name, archive.read_bytes(), PACKAGE)
    return archive


def extracted(archive: Path, name: str) -> bytes:
    """A file of the release's dist folder."""
    with tarfile.open(archive) as package:
        member = package.extractfile(f"package/dist/{name}")
        if member is None:
            raise ValueError(f"{name} is no file in {archive.name}")
        return member.read()


def compressed(data: bytes) -> bytes:
    """gzip, no name and no time in it: the same bytes wherever zlib is zlib (zlib-ng packs differently)."""
    stream = BytesIO()
    # not gzip.compress: in some releases of Python its header names the operating system
    with gzip.GzipFile("", "wb", compresslevel=9, fileobj=stream, mtime=0) as file:
        file.write(data)
    return stream.getvalue()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = packed(Path(folder))
        contents = {
            SCRIPT: extracted(archive, SCRIPT),
            f"{BINARY}.gz": compressed(extracted(archive, BINARY)),
        }
    # the release's archive has no texts of its licences: these two stay as they are
    contents |= {name: (HERE / name).read_bytes() for name in FILES.keys() - contents.keys()}
    for name, digest in FILES.items():
        require_digest(name, contents[name], digest)
    for name in FILES:
        (HERE / name).write_bytes(contents[name])
        print(f"{name}: {len(contents[name]):,} bytes")


if __name__ == "__main__":
    main()
