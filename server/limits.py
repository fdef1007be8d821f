"""Limits of what callers may ask for and send."""

LARGEST_SEED = 2**32 - 1
MOST_FACES = 36  # faces of a model, codes or steps of one answer
MOST_BETAS = 8  # of one call of /compare_betas
MOST_IN_PICTURE = 1000  # highest number of a face in a photograph
HIGHEST_TEMPERATURE = 2.0
HIGHEST_NOISE = 0.5  # standard deviation of a colour value between 0 and 1
FARTHEST = 100.0  # from 0, of the values of a traversed dimension
LARGEST_NUMBER = 1e6  # of a code: a decoder's float32 is still finite there

LARGEST_FILE = 20 * 2**20  # bytes of an uploaded or fetched picture
TOO_LARGE = f"This picture has more than {LARGEST_FILE >> 20} MB: make it smaller first."
MOST_UPLOADS = 10  # files of one request
MOST_KEPT, MOST_KEPT_FILES = 2**30, 5000  # bytes and files of all uploads and results that are kept at a time
MOST_WAITING = 64  # calls that wait for their turn
MOST_UNREAD = 200  # callers whose answers wait to be fetched
MOST_UNREAD_ESTIMATES = 4  # of the time until a call begins, in one caller's queue
MOST_STATES = 8  # callers whose state gradio keeps; no endpoint uses it
