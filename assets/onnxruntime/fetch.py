"""Download the ONNX runtime for browsers into this folder. Needs npm and the network.

    python assets/onnxruntime/fetch.py

To update it, change the version and the digests below, and replace LICENSE and ThirdPartyNotices.txt.
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
PACKAGE = "d2228df7e4616bc3348bf504ee888f3bec43789a273f0a63f3e68d203ce3bf71"  # SHA-256 of the npm archive
SCRIPT = "ort.wasm.bundle.min.mjs"
BINARY = "ort-wasm-simd-threaded.wasm"
FILES = {  # SHA-256 of each file in this folder
    "LICENSE": "2f07c72751aed99790b8a4869cf2311df85a860b22ded05fa22803587a48922c",
    "ThirdPartyNotices.txt": "143764b952fdb1a7c69ce653bfba74a7744d6a8a573bfb73e235fba356c83de3",
    f"{BINARY}.gz": "8d2b1de9f31803b5b42773ae9c0048565a5a24f0c9125566c2d303c3089704ca",
    SCRIPT: "11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90",
}


def require_digest(name: str, data: bytes, expected: str) -> bytes:
    """Return `data`. Raises ValueError if its SHA-256 is not the expected one."""
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected:
        raise ValueError(f"{name} has the SHA-256 {digest}, expected {expected}: nothing was written")
    return data


def download(folder: Path) -> Path:
    """Download the npm archive of the release into an empty folder and check its digest.

    Raises FileNotFoundError if npm is not installed, ValueError if the digest differs.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not on the PATH: install Node.js")
    release = f"onnxruntime-web@{VERSION}"
    command = [npm, "pack", release, "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.iterdir()
    require_digest(archive.name, archive.read_bytes(), PACKAGE)
    return archive


def extract(archive: Path, name: str) -> bytes:
    """Read a file of the archive's dist folder. Raises ValueError if there is no such file."""
    with tarfile.open(archive) as package:
        member = package.extractfile(f"package/dist/{name}")
        if member is None:
            raise ValueError(f"{archive.name} has no file {name}")
        return member.read()


def compress(data: bytes) -> bytes:
    """Compress with gzip, without a name and a time: the same bytes on every machine with zlib (zlib-ng differs)."""
    stream = BytesIO()
    # not gzip.compress: in some releases of Python its header names the operating system
    with gzip.GzipFile("", "wb", compresslevel=9, fileobj=stream, mtime=0) as file:
        file.write(data)
    return stream.getvalue()


def main() -> None:
    """Download the release, check all digests, and write the files."""
    with tempfile.TemporaryDirectory() as folder:
        archive = download(Path(folder))
        contents = {
            SCRIPT: extract(archive, SCRIPT),
            f"{BINARY}.gz": compress(extract(archive, BINARY)),
        }
    # the archive has no licence texts: these two files stay as they are
    contents |= {name: (HERE / name).read_bytes() for name in FILES.keys() - contents.keys()}
    for name, digest in FILES.items():
        require_digest(name, contents[name], digest)
    for name in FILES:
        (HERE / name).write_bytes(contents[name])
        print(f"{name}: {len(contents[name]):,} bytes")


if __name__ == "__main__":
    main()
