"""The error of a picture that cannot be used."""


class PictureError(ValueError):
    """Picture that cannot be used. The message is one sentence for the person who sent it."""
