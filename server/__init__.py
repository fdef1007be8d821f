"""The server on gradio.Server: endpoints, uploads and the files of the page. Only it and app.py import gradio."""
