"""Pictures at web addresses, fetched for the callers of the API: from public machines only, and with limits."""

import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx

from faces.errors import PictureError
from server.limits import LARGEST_FILE, TOO_LARGE

SECONDS = 10  # for everything: looking up names, redirects, and the picture itself
REDIRECTS = 5


def fetch(address: str) -> bytes:
    """Return the bytes at an http(s) address; nothing is written to disk.

    Raises PictureError if they cannot be had within `SECONDS`, are more than `LARGEST_FILE`, or if the address or one
    that it redirects to is not that of a public machine: an API must not be a way into the network it runs in.
    """
    try:
        # in a thread of its own: the caller's may run an event loop already
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(anyio.run, _follow, address).result()
    except PictureError:
        raise
    except TimeoutError:
        reason = f"it took more than {SECONDS} seconds"
    except (socket.gaierror, UnicodeError):
        reason = "no machine of this name is known"
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        reason = str(error) or type(error).__name__
    raise _refusal(address, reason)


async def _follow(address: str) -> bytes:
    """Request an address and those that it redirects to."""
    url = httpx.URL(address)
    with anyio.fail_after(SECONDS):
        async with httpx.AsyncClient(timeout=None) as client:
            for _ in range(1 + REDIRECTS):
                if url.scheme not in ("http", "https") or not url.host:
                    raise _refusal(str(url), "this is no http address")
                # the address that was checked, not the name: a second look-up could give another one
                async with client.stream(
                    "GET",
                    url.copy_with(host=await _public_address(url)),
                    headers={"Host": url.netloc.decode(), "Accept-Encoding": "identity"},
                    extensions={"sni_hostname": url.host},
                ) as response:
                    if not response.has_redirect_location:
                        return await _read(url, response)
                url = url.join(response.headers["Location"])
    raise _refusal(address, f"it redirects more than {REDIRECTS} times")


async def _public_address(url: httpx.URL) -> str:
    """Look up the host's IP address. Raises PictureError if it has one that is not public."""
    # unlike asyncio's own look-up, this one is not waited for when the time is over
    found = await anyio.to_thread.run_sync(socket.getaddrinfo, url.host, None, abandon_on_cancel=True)
    addresses = [str(entry[4][0]) for entry in found]
    if not all(is_public(address) for address in addresses):
        raise _refusal(str(url), "only public addresses are fetched, and this one is in a private network")
    return addresses[0]


def is_public(address: str) -> bool:
    """Check whether an IP address belongs to one machine of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return ip.is_global and not ip.is_multicast


async def _read(url: httpx.URL, response: httpx.Response) -> bytes:
    """Read the body of the last answer."""
    if response.status_code != 200:
        raise _refusal(str(url), f"the server answered {response.status_code} {response.reason_phrase}".rstrip())
    data = bytearray()
    async for chunk in response.aiter_raw():
        data += chunk
        if len(data) > LARGEST_FILE:
            raise PictureError(TOO_LARGE)
    return bytes(data)


def _refusal(address: str, reason: str) -> PictureError:
    shown = address if len(address) <= 100 else f"{address[:100]}…"
    return PictureError(f"The picture at {shown} cannot be fetched: {reason}.")
