"""Share of an image's variance that two bundled models leave unexplained, by group: a check outside of this project.

It was made on UTKFace, which is not in this project. Group labels of such data sets are crude. The figures are those of
the weights that were measured: they do not follow later weights.
"""

DATA = "UTKFace"
CHIPS = 834
AGES = (13, 59)  # the youngest and the oldest
COUNTED = {"White": 82, "Black": 89, "Asian": 84, "Indian": 92}  # about, as reported: they do not add up to CHIPS
MIDDLE = 40  # pixels a side of the part that was compared
IMAGES_SEEN = 1_125_120  # by each of the models that were measured
UNEXPLAINED: dict[str, dict[str, float]] = {  # title of the model -> label in UTKFace -> share, 0 for a perfect copy
    "VAE": {"White": 0.31, "Asian": 0.35, "Indian": 0.38, "Black": 0.43},
    "β-TCVAE, β = 20": {"White": 0.56, "Asian": 0.61, "Indian": 0.59, "Black": 0.69},
}
