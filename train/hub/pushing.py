"""A push as whoever asks for it meets it: what would be sent, what was sent, and how a broken one is continued."""

from pathlib import Path

from train.hub.errors import HubError, address
from train.hub.push import Parcel, Pushed, Target, push
from train.run.signals import Interrupted


def listed(parcel: Parcel, target: Target) -> str:
    """What would be sent, in lines; and what stays here."""
    sizes = parcel.sizes()
    stays = sorted(entry.name for entry in parcel.folder.iterdir() if entry.name not in sizes)
    return "\n".join(
        [
            f"{_place(target)} would get",
            *(f"  {name:<20}{size_in_words(size):>10}" for name, size in sizes.items()),
            f"  {f'{len(sizes)} files':<20}{size_in_words(sum(sizes.values())):>10}",
            f"and nothing else of {parcel.folder}{': ' + ', '.join(stays) + ' stay here' if stays else ''}",
        ]
    )


def sent(parcel: Parcel, target: Target) -> str:
    """Push; the line that says what came of it. Raises HubError or Interrupted, which say how to continue."""
    try:
        pushed = push(parcel, target)
    except HubError as error:
        raise HubError(f"{error}. {remedy(parcel.folder, target)}") from error
    except KeyboardInterrupt:
        raise Interrupted(f"stopped while pushing. {remedy(parcel.folder, target)}") from None
    return said(parcel, target, pushed)


def said(parcel: Parcel, target: Target, pushed: Pushed) -> str:
    """One line about a push that was made."""
    if not pushed.new:
        return f"{_place(target)} has all of {parcel.folder} already: no new commit"
    sizes = parcel.sizes()
    total = size_in_words(sum(sizes.values()))
    return f"{_place(target)}: {len(sizes)} files, {total}, commit {pushed.commit[:8]}"


def remedy(folder: Path, target: Target) -> str:
    """How a push that broke off is continued."""
    more = " --private" if target.private else ""
    more += f" --revision {target.revision}" if target.revision else ""
    return f"{folder} is whole: python -m train push {folder} --repo {target.repo}{more} continues"


def size_in_words(count: int) -> str:
    """Bytes for people."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1e3:.1f} kB" if count < 1e6 else f"{count / 1e6:.2f} MB"


def _place(target: Target) -> str:
    return address(target.repo) + (f"/tree/{target.revision}" if target.revision else "")
