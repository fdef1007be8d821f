"""The command `vae-faces` of an installed package: the page and the trainer."""

import sys
from importlib.util import find_spec

HELP = """usage: vae-faces COMMAND ...

  vae-faces app [options]          open the page (in a checkout: python app.py)
  vae-faces train COMMAND ...      train, evaluate and publish models (in a checkout: python -m train)
  vae-faces COMMAND ...            the same without the word `train`: vae-faces evaluate MODEL --data PATH

`vae-faces app --help` and `vae-faces train --help` list options and commands."""


def main() -> int:
    """Run the command line and return its exit status."""
    command, *arguments = sys.argv[1:] or ["--help"]
    if command in ("-h", "--help"):
        print(HELP)
        return 0
    extra = "app" if command == "app" else "train"
    if find_spec("tyro") is None:
        print(f"error: this command needs the packages of an extra: install vae-faces[{extra}]", file=sys.stderr)
        return 2
    if command == "app":
        import app

        return app.main(arguments, prog="vae-faces app")
    from train import __main__ as trainer

    if command == "train":
        return trainer.main(arguments, prog="vae-faces train")
    return trainer.main([command, *arguments], prog="vae-faces")


if __name__ == "__main__":
    sys.exit(main())
