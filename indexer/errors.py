"""The errors that plainsearch shows to people: each message says what is wrong and what to do."""


class PlainsearchError(Exception):
    """Base of every error whose message is meant for the user. Exit code 1."""


class ConfigError(PlainsearchError):
    """A setting is wrong: names the file or variable, and the field."""


class SourceError(PlainsearchError):
    """A source as a whole can't be read, or holds no document."""


class ModelError(PlainsearchError):
    """The embedding model can't be found, is not what it should be, or can't be exported."""


class SnapshotError(PlainsearchError):
    """An index or snapshot is missing, damaged, or of another format."""


class NewerFormat(SnapshotError):
    """A snapshot was made by a newer plainsearch: nothing is wrong with it."""


class Locked(PlainsearchError):
    """Another writer holds the index. Exit code 75."""


class GateRefused(PlainsearchError):
    """The new snapshot may not replace the published one. Exit code 3."""


class QuestionError(PlainsearchError):
    """The question, or what was asked with it, can't be answered as it stands.

    `field` names the request's field (``q``, ``limit``, ``filter`` …).
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
