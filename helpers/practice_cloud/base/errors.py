"""The exception that the practice cloud raises."""


class PracticeCloudError(Exception):
    """The practice cloud cannot do what was asked; the message says what to do next."""
