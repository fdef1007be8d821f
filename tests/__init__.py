"""Tests. A package, because torch-fidelity installs another one of the same name."""
