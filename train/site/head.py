"""The head of a site's page: the policy that a server would send as a header, and addresses for previews of links."""

import html
import re
from collections.abc import Sequence

from pages.files import POLICY
from pages.share import fill_head
from train.errors import UserError
from vae_models.hub.pull import Pulled

ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")  # no @: everybody could read the password in front of it
BEFORE = '<meta charset="utf-8">\n'  # the policy holds for what follows it
ABSOLUTE = r'<(?:meta (?:property="og:(?:url|image)[^"]*"|name="twitter:card")|link rel="canonical") [^>]*>\n'


def read_address(text: str) -> str:
    """Return the public address of a site, with a slash at its end. Raises UserError if no page can have it."""
    if not ADDRESS.fullmatch(text):
        raise UserError(f"address={text!r} is no address of a page: write https://HOST/ or https://HOST/PATH/")
    return text.removesuffix("/") + "/"


def write_index(page: str, models: Sequence[Pulled], address: str | None) -> str:
    """Return the page with its policy; what needs the public address is filled in, or removed if that is not known.

    `address` ends with a slash.
    """
    policy = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(POLICY, quote=False)}">\n'
    page = page.replace(BEFORE, BEFORE + policy, 1)
    return re.sub(ABSOLUTE, "", page) if address is None else fill_head(page, address, models)
