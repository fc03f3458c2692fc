"""Why an address was not read: for good, for now, or only at this moment."""


class Unread(Exception):
    """An address can't be read, and asking again tomorrow would change nothing.

    The message goes on from the address: ``f"{address}: {message}"``.
    """


class Refused(Unread):
    """Its host must not be connected to."""


class ForNow(Unread):
    """It can't be read in this run; a kept copy may stand in for it."""


class Again(ForNow):
    """It may be readable in a moment: worth another try, in `after` seconds or later."""

    def __init__(self, message: str, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after
