"""Parts of one training run: setup, schedule, checkpoints, resuming, metrics, previews, trackers, signals, result."""
