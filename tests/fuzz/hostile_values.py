"""Values that a hostile visitor sends: names, paths, texts, numbers, pictures, headers and arguments."""

import random
from base64 import b64encode

from tests.fuzz.picture_files import encode

MARK = "Visitor4711"  # in every value and name that is drawn: nothing that is logged may contain it
ELSEWHERE = "forwarded.invalid"  # a host that no answer may contain


class Draw(random.Random):
    """Random choices, for an app whose uploads are in this folder."""

    uploads = ""


ENDPOINTS = (
    *("sample", "reconstruct", "compare_betas", "morph", "traverse", "encode", "decode", "find", "cut"),
    *("lambda", "predict", "api_info", "../find", "%2e%2e", "", "null", "None", "0", "fn", "\x00"),
)
GRADIO = (
    *("config", "info", "startup-events", "queue/data", "queue/join", "queue/status", "cancel", "reset", "heartbeat/x"),
    *(
        "upload",
        "upload_progress",
        "file=",
        "file/x",
        "proxy=http://127.0.0.1/",
        "stream/x",
        "component_server",
        "runs",
    ),
    *(
        "deep_link",
        "vibe-code",
        "vibe-edit",
        "mcp",
        "mcp/",
        "mcp/schema",
        "mcp/sse",
        "run/sample",
        "api/sample",
        "token",
    ),
    *("custom_component/0/client/component/x", "dev/reload", "process_recording", "openapi.json", "app_id", "user"),
)
OWN = (
    *("", "page/main.js", "page/../../app.py", "page/%2e%2e/app.py", "records/models.json", "models/vae/decoder.onnx"),
    *("icons/192.png", "icons/99999999.png", "manifest.json", "favicon.ico", "vae-faces", "examples/astronaut.png"),
    *("pwa_icon/999999", "monitoring", "monitoring/summary", "theme.css", "robots.txt", "login", "logout", "static/x"),
    *("assets/x", "svelte/x", "docs", "redoc", "openapi.json", "config", "?__theme=dark", "page/\x00", "..%00/"),
)
METHODS = (
    "GET",
    "GET",
    "POST",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "get",
    "X" * 90,
)
NAMES = (
    f"{MARK}.png",
    "..",
    ".",
    f"../../{MARK}",
    f"/etc/{MARK}",
    f"{MARK}\x00.png",
    f"{MARK}\n.png",
    "\u202e" + MARK,
    MARK * 30,
    f"a\\..\\{MARK}",
    f"{MARK}/",
    "\ud83d",
    "%2e%2e%2f" + MARK,
    "",
    f'{MARK}"; name="x',
    f"{MARK}.html",
    f"{MARK}.svg",
    "tmp123",
    "con",
)
PATHS = (
    *(
        "UPLOADS",
        "UPLOADS/",
        "UPLOADS/..",
        "UPLOADS/../..",
        "UPLOADS/.",
        "UPLOADS/nothing.png",
        "UPLOADS/vibe_edit_history",
    ),
    *(
        "/",
        "/etc/passwd",
        "/proc/self/environ",
        "/dev/zero",
        "/dev/stdin",
        "..",
        "app.py",
        "file:///etc/passwd",
        "\x00",
    ),
    *(f"UPLOADS/{MARK}", f"{MARK}" * 40, "http://127.0.0.1:1/", "http://[::1]/", "http://0x7f.1/x", "data:,", "data:x"),
    *(
        "http://[",
        "ftp://x",
        "//x/y",
        "UPLOADS\x00",
        "\ud800",
        "http://localhost/gradio_api/file=/etc/passwd",
        "held:x",
    ),
)
TEXTS = (
    MARK,
    "",
    "vae",
    "face",
    "centre",
    "\ud800",
    "\x00",
    "\u2028",
    "💥",
    "<script>",
    "a" * 70_000,
    "0",
    "NaN",
    "null",
)
NUMBERS = (0, 1, -1, 2, 7, 36, 37, 2**31, 2**32, 2**63, 2**64, -(2**63), 1e308, 1e-308, 0.5, float("nan"), float("inf"))
PICTURES = tuple(b64encode(encode(form, "RGB", 0)).decode() for form in ("JPEG", "PNG", "GIF", "TIFF"))


def value(chance: Draw, depth: int = 0) -> object:
    """Draw a value of JSON."""
    kind = chance.randrange(9 if depth < 3 else 6)
    if kind == 0:
        return chance.choice((None, True, False))
    if kind == 1:
        return chance.choice(NUMBERS)
    if kind == 2:
        return chance.choice(TEXTS)
    if kind == 3:
        return chance.choice((*PATHS, *PICTURES))
    if kind == 4:
        return [chance.uniform(-4, 4) for _ in range(chance.choice((1, 3, 32, 32, 32, 33, 300)))]
    if kind == 5:
        return picture(chance)
    if kind == 6:
        return [value(chance, depth + 1) for _ in range(chance.randrange(5))]
    if kind == 7:
        names = ("path", "url", "meta", "_type", "size", MARK, "__class__", "is_stream", "data", "event_id")
        return {chance.choice(names): value(chance, depth + 1) for _ in range(chance.randrange(4))}
    nested: object = MARK
    for _ in range(chance.choice((10, 60, 200))):
        nested = [nested]
    return nested


def picture(chance: Draw) -> dict[str, object]:
    """Draw a FileData: its path may be a file, a folder, ours or another."""
    file: dict[str, object] = {"path": chance.choice((*PATHS, *PATHS, *PICTURES)), "meta": {"_type": "gradio.FileData"}}
    for name in ("url", "orig_name", "size", "mime_type", "is_stream"):
        if chance.random() < 0.2:
            file[name] = chance.choice((*PATHS, *TEXTS, *NUMBERS, None, True))
    return file


def arguments(chance: Draw) -> list[object]:
    """Draw the values of a call: some are valid, so that the endpoints get to the others."""
    usual: tuple[object, ...] = (
        1,
        2,
        "vae",
        "face",
        "centre",
        "standard",
        "beta-vae",
        "linear",
        0.1,
        None,
        PICTURES[0],
    )
    mixed = [
        chance.choice(usual) if chance.random() < 0.6 else value(chance)
        for _ in range(chance.choice((0, 1, 2, 3, 4, 4, 5, 6, 9)))
    ]
    if mixed and chance.random() < 0.4:
        mixed[0] = picture(chance)
    return mixed


def headers(chance: Draw) -> list[tuple[str, str]]:
    """Draw headers that lie."""
    found = []
    for name, values in (
        ("X-Forwarded-Host", (ELSEWHERE, f"{ELSEWHERE}, b", '"><script>')),
        ("X-Forwarded-Proto", ("https", "javascript", "")),
        ("X-Forwarded-For", ("127.0.0.1", ELSEWHERE)),
        ("X-Gradio-Server", (f"http://{ELSEWHERE}", "x")),
        ("Forwarded", (f"host={ELSEWHERE}",)),
        ("Origin", ("http://evil.example", "null", "http://[", "x" * 5000)),
        ("Referer", (f"http://evil.example/{MARK}",)),
        ("Cookie", (f"access-token={MARK}", "=;=;", "x" * 9000)),
        ("Range", ("bytes=0-1", "bytes=-1", "bytes=9-1", "bytes=" + ",".join(["0-1"] * 3000), "lines=1")),
        ("Accept-Encoding", ("br", "gzip;q=nan", "*", "\xff")),
        ("Accept", ("text/event-stream", "application/json, text/event-stream", "")),
        ("If-None-Match", ("*", '"', "W/" * 500)),
        ("Authorization", (f"Bearer {MARK}",)),
        ("x-gradio-user", (MARK,)),
        ("mcp-session-id", (MARK,)),
        ("Expect", ("100-continue",)),
        ("Upgrade", ("websocket", "h2c")),
    ):
        if chance.random() < 0.12:
            found.append((name, chance.choice(values)))
    return found
