"""The one error of the local set-up: something only the person at the machine can mend."""


class SetupError(Exception):
    """A message fit for that person: what is wrong, and the command or setting that mends it."""
