"""Trainer of the face autoencoders: recipes, evaluation, figures, ONNX export and the Hugging Face Hub."""
