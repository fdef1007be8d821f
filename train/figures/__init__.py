"""The report's figures, drawn from any set of finished models: what is shown as tensors, and how as pages."""
