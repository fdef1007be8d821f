"""Models pulled from the Hugging Face Hub, with fallbacks for when it does not answer."""
