"""The face finder: BlazeFace finds faces, the face mesh their eyes."""
