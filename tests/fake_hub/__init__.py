"""An imitation of the Hugging Face Hub for tests, served on this machine. README.md says how it works."""
