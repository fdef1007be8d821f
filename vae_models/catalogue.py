"""Which models there are, in the order of their columns. Data only."""

RECIPES: tuple[str, ...] = ("ae", "vae", "beta-vae", "beta-tcvae")

BUNDLED: tuple[str, ...] = (  # folders of assets/weights, with the beta where it is not the report's
    "ae",
    "vae",
    "beta-vae-b2",
    "beta-vae",
    "beta-vae-b10",
    "beta-tcvae-b5",
    "beta-tcvae",
    "beta-tcvae-b50",
)
