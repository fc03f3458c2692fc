"""plainsearch.toml, environment, defaults: read once, passed down as values."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from indexer.errors import ConfigError
from indexer.wrong_setting import ENVIRONMENT_PREFIX, unknown, unparsed, wrong

CONFIG_FILE = Path("plainsearch.toml")

Share = Annotated[float, Field(ge=0, le=1)]
PrecisionSetting = Literal["auto", "fp32", "int8"]


class GateConfig(BaseModel):
    """What a new snapshot may lose and still replace the published one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_lost: Share = 0.2
    """Share of the published articles that may be gone."""
    max_failed: Share = 0.1
    """Share of the documents that may have been skipped."""
    questions: Path | None = None
    """Judged questions (the form of corpus/questions.jsonl) asked of both snapshots."""
    max_drop: Share = 0.02
    """How much nDCG@10 on those questions may fall."""


class HtmlConfig(BaseModel):
    """Where web pages have their article, in CSS selectors (docs/extraction.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    include: tuple[str, ...] = ()
    """The article is in these elements and nowhere else, on pages that have one of them."""
    exclude: tuple[str, ...] = ()
    """These elements are no part of it."""


class WebConfig(BaseModel):
    """How pages are fetched from the web (docs/web-sources.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user_agent: str | None = Field(
        default=None, max_length=200, pattern=r"^[A-Za-z_-]+(/[!-~]+)?( [ -~]*)?$"
    )
    """What hosts are told is asking; add an address where you can be reached:
    ``plainsearch (+https://example.org/about)``. Up to a slash or space it is the name that
    robots.txt is searched for. Default: plainsearch and its version."""
    rate: float = Field(default=2.0, gt=0, le=100)
    """At most so many requests a second to one host."""
    timeout: float = Field(default=10.0, gt=0, le=600)
    """Seconds to wait for a connection, and for each part of an answer; a page as a whole may
    take six times that."""
    max_pages: int = Field(default=20_000, ge=1)
    """So many pages of one source are read; more are left out, and it is said how many."""
    private: bool = False
    """Whether hosts may be read that are not on the public internet: this machine, an intranet."""


class Config(BaseSettings):
    """Every setting there is, with its default."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    index: Path = Path("index")
    sources: tuple[str, ...] = ()
    model: str | None = None
    """A sentence-transformers model: a folder, a package or a hub name. Default:
    all-MiniLM-L6-v2."""
    precision: PrecisionSetting = "auto"
    """What the model computes in. auto: fp32 where torch sees a GPU; else as the published index
    does; else int8."""
    reranker: str | None = None
    """A cross-encoder that reads the best results again (docs/ranking.md): a folder, a package or
    a hub name. Default: none."""
    rerank_ms: float = Field(default=100.0, gt=0, le=10_000)
    """Milliseconds of one core that it may take for a question; decides how many it reads."""
    model_cache: Path = Field(
        default_factory=lambda: (
            Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
            / "plainsearch"
            / "encoders"
        )
    )
    """Where exported models are kept, for all indexes of this machine."""
    keep: int = Field(default=5, ge=1)
    """How many snapshots stay after publishing."""
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    workers: int = Field(default=2, ge=1, le=64)
    gate: GateConfig = GateConfig()
    html: HtmlConfig = HtmlConfig()
    web: WebConfig = WebConfig()


def load(file: Path | None = None, **flags: object) -> Config:
    """Read the settings: flags first, then ``PLAINSEARCH_*`` variables, then the file.

    Args:
        file: the configuration file; None takes ``plainsearch.toml`` of the working directory
            where there is one. Relative paths in it are relative to its folder.
        flags: values given on the command line; None stands for 'not given'.

    Raises:
        ConfigError: names the flag, variable or file, and the field.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    path = file or CONFIG_FILE
    values = _read(path) if file or path.exists() else {}

    class Sourced(Config):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, values)

    unknown_names = sorted(values.keys() - Config.model_fields.keys())
    if unknown_names:
        raise ConfigError("\n".join(f"{path}: {unknown(name)}" for name in unknown_names))
    try:
        return Sourced(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        said = [wrong(one, given, path) for one in error.errors()]
        raise ConfigError("\n".join(said)) from error
    except SettingsError as error:
        # It tells the field in its message only; of variables, only lists and sections are JSON.
        said = [
            one
            for field in Config.model_fields
            if f'"{field}"' in str(error)
            for one in unparsed(field)
        ]
        raise ConfigError("\n".join(said) or f"Environment: {error}.") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        # Some editors put a byte-order mark at the start.
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such configuration file.") from None
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: can't be read: byte {error.start + 1} is not UTF-8; save it as UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path}: not valid TOML: {error}. Texts stand in quotes, lists in brackets, as in "
            'sources = ["articles"]; backslashes only in single quotes.'
        ) from error
    return _rooted(values, path)


def _rooted(values: dict[str, Any], path: Path) -> dict[str, Any]:
    """The file's own relative paths, made relative to where the program runs."""
    folder = path.parent

    def rooted(value: Any) -> Any:  # noqa: ANN401 (whatever TOML holds; the model checks it)
        if isinstance(value, str) and "\0" in value:
            raise ConfigError(f"{path}: {value!r} has a NUL character, which no path can have.")
        if isinstance(value, str) and value.strip() and "://" not in value:
            return str(folder / value)
        return [rooted(item) for item in value] if isinstance(value, list) else value

    values = dict(values)
    for key in ("index", "sources", "model_cache"):
        if key in values:
            values[key] = rooted(values[key])
    gate = values.get("gate")
    if isinstance(gate, dict) and "questions" in gate:
        values["gate"] = {**gate, "questions": rooted(gate["questions"])}
    for key in ("model", "reranker"):
        name = values.get(key)
        if isinstance(name, str) and name and (folder / name).is_dir():
            values[key] = str(folder / name)
    return values
