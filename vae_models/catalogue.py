"""Which models there are, in the order of their columns. Data only."""

BUNDLED: tuple[str, ...] = ("ae", "vae", "beta-vae", "beta-tcvae")  # folders of assets/weights
