"""Share of an image's variance that two bundled models leave unexplained, by group: a check outside of this project.

It was made on UTKFace, which is not in this project: 834 chips of ages 13 to 59 (about 82 White, 89 Black, 84 Asian, 92
Indian, as reported), the middle 40 x 40 pixels. Group labels of such data sets are crude. The figures are those of the
weights that were measured: they do not follow later weights.
"""

IMAGES_SEEN = 1_125_120  # by each of the models that were measured
UNEXPLAINED: dict[str, dict[str, float]] = {  # title of the model -> label in UTKFace -> share, 0 for a perfect copy
    "VAE": {"White": 0.31, "Asian": 0.35, "Indian": 0.38, "Black": 0.43},
    "β-TCVAE, β = 20": {"White": 0.56, "Asian": 0.61, "Indian": 0.59, "Black": 0.69},
}
