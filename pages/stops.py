"""Sentences about the bundled models, one at each stop of the slider, with the claims that each of them makes.

A sentence is shown only for a model whose record supports all of its claims; any other model gets the price alone.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from pages.features import NAMES
from pages.numbers import count_in_use
from vae_models.files.training_record import TrainingRecord

FOUND = 0.70  # lower end of the 95 % interval of a probe's AUROC from which on a code shows a feature
Stop = tuple[str, float | None]  # family and beta
Records = dict[Stop, TrainingRecord]


def probe(record: TrainingRecord, label: str) -> tuple[float, float]:
    """Return a probe's AUROC for a label, and the lower end of its 95 % interval; (0, 0) if it was not measured."""
    measured = (record.attributes or {}).get("by_attribute", {}).get(label)
    return (measured["probe_auroc"], measured["probe_interval"][0]) if measured else (0.0, 0.0)


class Claim(Protocol):
    """A statement about the model at a stop that records can confirm."""

    def holds(self, records: Records, stop: Stop) -> bool:
        """Tell whether the records confirm the claim."""
        ...


class Kept(NamedTuple):
    """The code shows these features."""

    labels: tuple[str, ...]

    def holds(self, records: Records, stop: Stop) -> bool:
        """Tell whether the probes find all of them."""
        return all(probe(records[stop], label)[1] >= FOUND for label in self.labels)


class Faded(NamedTuple):
    """The code shows none of these features clearly."""

    labels: tuple[str, ...]

    def holds(self, records: Records, stop: Stop) -> bool:
        """Tell whether the probes find none of them."""
        return all(0 < probe(records[stop], label)[1] < FOUND for label in self.labels)


class Fainter(NamedTuple):
    """The code shows these features less clearly than the model at another stop."""

    labels: tuple[str, ...]
    than: Stop

    def holds(self, records: Records, stop: Stop) -> bool:
        """Tell whether every probe does worse than at the other stop."""
        if self.than not in records:
            return False
        return all(probe(records[stop], label)[0] < probe(records[self.than], label)[0] for label in self.labels)


class AsClear(NamedTuple):
    """The code shows these features as clearly as the model at another stop: within 0.02 of its probe score."""

    labels: tuple[str, ...]
    than: Stop

    def holds(self, records: Records, stop: Stop) -> bool:
        """Tell whether the probes score alike."""
        if self.than not in records:
            return False
        pairs = [(probe(records[stop], label)[0], probe(records[self.than], label)[0]) for label in self.labels]
        return all(here > there - 0.02 for here, there in pairs)


class Clearest(NamedTuple):
    """No other model's code shows these features as clearly."""

    labels: tuple[str, ...]

    def holds(self, records: Records, stop: Stop) -> bool:
        """Tell whether the probes score highest here."""
        others = [record for at, record in records.items() if at != stop]
        return all(probe(records[stop], label)[0] > probe(other, label)[0] for label in self.labels for other in others)


class InUse(NamedTuple):
    """So many numbers of the code are in use."""

    numbers: int

    def holds(self, records: Records, stop: Stop) -> bool:
        """Tell whether the record counts as many."""
        return count_in_use(records[stop]) == self.numbers


class Score(NamedTuple):
    """A score lies in a range, given as a share of the score at another stop or by itself."""

    name: str
    least: float
    most: float
    of: Stop | None = None

    def holds(self, records: Records, stop: Stop) -> bool:
        """Tell whether the score lies in the range."""
        value = records[stop].scores.get(self.name)
        unit = 1.0 if self.of is None else records[self.of].scores.get(self.name) if self.of in records else None
        return value is not None and unit is not None and self.least <= value / unit <= self.most


class Sentence(NamedTuple):
    """Sentence at a stop: the price, and what became of the features."""

    price: str
    features: str
    claims: tuple[Claim, ...]


AE, VAE = ("ae", None), ("vae", 1.0)
HAIR = ("Blond_Hair", "Black_Hair", "Bangs")
ERROR = "squared_error"
SENTENCES: dict[Stop, Sentence] = {
    AE: Sentence(
        "Information is free.",
        "This is the closest copy here, and smiles and glasses are clearest; but random numbers decode to dull, "
        "similar faces.",
        (Clearest(("Smiling", "Eyeglasses")), Score(ERROR, 0, 0.9, of=VAE)),
    ),
    VAE: Sentence(
        "Information costs its normal price.",
        "Hair, hats and most smiles are kept; glasses are fainter than in the AE, and fine detail is softer.",
        (Kept((*HAIR, "Wearing_Hat", "Smiling")), Fainter(("Eyeglasses",), AE), Score(ERROR, 1.05, 2, of=AE)),
    ),
    ("beta-vae", 2.0): Sentence(
        "Information costs double.",
        "Hats and glasses are kept as well as at β = 1; smiles become fainter, and an open mouth begins to go.",
        (
            AsClear(("Wearing_Hat", "Eyeglasses"), VAE),
            Kept(("Smiling",)),
            Fainter(("Smiling",), VAE),
            Faded(("Mouth_Slightly_Open",)),
        ),
    ),
    ("beta-vae", 5.0): Sentence(
        "Information costs five times as much.",
        "Hair, glasses and a faint smile are kept; stubble and beards fade, and faces look more alike.",
        (
            Kept((*HAIR, "Eyeglasses", "Smiling")),
            Fainter(("Smiling",), ("beta-vae", 2.0)),
            Faded(("5_o_Clock_Shadow", "No_Beard")),
            Score("kl", 0, 0.5, of=VAE),
        ),
    ),
    ("beta-vae", 10.0): Sentence(
        "Information costs ten times as much.",
        "Hair and hats are kept; smiles and glasses fade, and only 15 numbers stay in use.",
        (Kept((*HAIR, "Wearing_Hat")), Faded(("Smiling", "Eyeglasses")), InUse(15)),
    ),
    ("beta-tcvae", 5.0): Sentence(
        "Only overlap costs five times as much.",
        "Here that ends close to the β-VAE at 5: glasses and a faint smile are kept, beards fade.",
        (
            Kept(("Eyeglasses", "Smiling")),
            Faded(("No_Beard",)),
            Score(ERROR, 0.95, 1.05, of=("beta-vae", 5.0)),
            Score("kl", 0.95, 1.05, of=("beta-vae", 5.0)),
        ),
    ),
    ("beta-tcvae", 20.0): Sentence(
        "Overlap costs 20 times as much.",
        "Seven numbers stay in use, almost independent: hair and hats are kept, smiles and beards mostly lost.",
        (
            InUse(7),
            Score("gaussian_total_correlation", 0, 0.01),
            Kept((*HAIR, "Wearing_Hat")),
            Faded(("Smiling", "No_Beard")),
        ),
    ),
    ("beta-tcvae", 50.0): Sentence(
        "Overlap costs 50 times as much.",
        "Six numbers stay in use: blond or grey hair, baldness and hats are kept; faces look much alike.",
        (InUse(6), Kept(("Blond_Hair", "Gray_Hair", "Bald", "Wearing_Hat")), Score("kl", 0, 0.2, of=VAE)),
    ),
}


def describe_price(stop: Stop) -> str:
    """Say in a sentence what information or overlap costs at a stop."""
    family, beta = stop
    if family == "ae" or beta is None:
        return "Information is free."
    if family == "beta-tcvae":
        return f"Overlap costs {beta:g} times as much."
    return "Information costs its normal price." if beta == 1 else f"Information costs {beta:g} times as much."


def find_sentence(records: Records, stop: Stop) -> tuple[str, str]:
    """Return price and features of a stop: the written sentence if all its claims hold, else the price alone."""
    written = SENTENCES.get(stop)
    if written is None or not all(claim.holds(records, stop) for claim in written.claims):
        return describe_price(stop), ""
    return written.price, written.features


def claimed_labels(claims: Iterable[Claim]) -> set[str]:
    """Return the labels that claims speak of; each is a feature of the page."""
    labels: set[str] = set()
    for claim in claims:
        if isinstance(claim, Kept | Faded | Fainter | AsClear | Clearest):
            labels.update(claim.labels)
    assert labels <= NAMES.keys()
    return labels
