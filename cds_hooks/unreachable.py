"""The fault of a store that is away: told as 503, never as an answer."""


class Unreachable(Exception):
    """What must be remembered cannot be reached now; nothing was kept."""
