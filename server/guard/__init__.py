"""The guard in front of gradio: which requests are answered, what is believed about them, and how they are refused."""
