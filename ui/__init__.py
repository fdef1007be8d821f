"""The page, one file per tab; with app.py the only place that imports gradio."""
