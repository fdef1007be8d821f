"""Uploads to the Hugging Face Hub: models, collections of models, and the app as a Space."""
