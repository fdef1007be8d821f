"""The page's data: records of the models as JSON documents. The app serves them, and so can any web server."""

TITLE = "VAE Faces"
