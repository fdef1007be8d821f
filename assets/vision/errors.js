// The errors of pictures. Each message is one sentence for the visitor.

/** Picture that cannot be used, by either way. */
export class PictureError extends Error {
  name = "PictureError";
}

/** Picture without a visible face. */
export class NoFaceFound extends PictureError {
  name = "NoFaceFound";
}

/** File that this browser does not read as the server does: the server must answer, with a picture or an error. */
export class ServerNeeded extends Error {
  name = "ServerNeeded";
}
