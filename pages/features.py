"""Features that the page offers: labels of CelebA, with a name and the two ends of a slider.

Of CelebA's 40 labels the page leaves out those that rate or guess at a person (Attractive, Big_Lips, Big_Nose, Chubby,
Double_Chin, High_Cheekbones, Male, Narrow_Eyes, Oval_Face, Pale_Skin, Pointy_Nose, Young), those outside of the crop
(Wearing_Necklace, Wearing_Necktie), and those that no bundled model's code shows (Blurry, Brown_Hair, Straight_Hair).
"""

from typing import NamedTuple


class Feature(NamedTuple):
    """A feature of a face, named as people name it."""

    label: str  # of CelebA
    name: str
    low: str  # left end of a slider
    high: str  # right end
    opposite: bool = False  # the label says that the feature is absent

    @property
    def key(self) -> str:
        """Name of the label in latents.json."""
        return self.label.replace("_", " ").lower()


FEATURES: tuple[Feature, ...] = (  # in the order of the page; the first eight are always shown
    Feature("Smiling", "Smile", "no smile", "smile"),
    Feature("Blond_Hair", "Blond hair", "darker hair", "blonder hair"),
    Feature("Black_Hair", "Dark hair", "lighter hair", "black hair"),
    Feature("Bald", "Baldness", "more hair", "bald"),
    Feature("Bangs", "Fringe", "no fringe", "fringe"),
    Feature("Wearing_Hat", "Hat", "no hat", "hat"),
    Feature("Eyeglasses", "Glasses", "no glasses", "glasses"),
    Feature("No_Beard", "Beard", "no beard", "beard", opposite=True),
    Feature("Mouth_Slightly_Open", "Mouth", "mouth closed", "mouth open"),
    Feature("Gray_Hair", "Grey hair", "no grey hair", "grey hair"),
    Feature("Wavy_Hair", "Wavy hair", "straighter hair", "wavier hair"),
    Feature("Receding_Hairline", "Hairline", "lower hairline", "higher hairline"),
    Feature("Bushy_Eyebrows", "Thick eyebrows", "thinner eyebrows", "thicker eyebrows"),
    Feature("5_o_Clock_Shadow", "Stubble", "no stubble", "stubble"),
    Feature("Sideburns", "Sideburns", "no sideburns", "sideburns"),
    Feature("Heavy_Makeup", "Make-up", "less make-up", "more make-up"),
    Feature("Wearing_Lipstick", "Lipstick", "no lipstick", "lipstick"),
    Feature("Rosy_Cheeks", "Rosy cheeks", "paler cheeks", "rosier cheeks"),
    Feature("Goatee", "Goatee", "no goatee", "goatee"),
    Feature("Mustache", "Moustache", "no moustache", "moustache"),
    Feature("Wearing_Earrings", "Earrings", "no earrings", "earrings"),
    Feature("Arched_Eyebrows", "Eyebrow shape", "flatter eyebrows", "more arched eyebrows"),
    Feature("Bags_Under_Eyes", "Under the eyes", "smoother", "more shadow"),
)
# names a number, but is no slider: it brightens hair and background too
TONE = Feature("Pale_Skin", "Tone", "darker picture", "paler picture")
NAMES: dict[str, str] = {feature.label: feature.name for feature in FEATURES}
