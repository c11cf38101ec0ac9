"""Which server, database and schema the tables go to, from a variable of the environment alone."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from connectors.errors import SettingsError
from connectors.plain import plain
from connectors.secrets import Secret, struck_out
from pipelines.home.settings_file import INSTALL_POSTGRES

# In a URL an `@`, `/` or `?` of a password that is not encoded moves its rest into the host, which
# error messages name: such a URL is refused before anybody reads it in another way.
_URL = re.compile(r"postgres(?:ql)?://(?:[^@/?\s]*@)?[^@/?\s]*(?:/[^@?\s]*)?(?:\?[^@\s]*)?")
_HIDDEN = ("password", "sslpassword")
_ENCRYPTED = ("require", "verify-ca", "verify-full")


@dataclass(frozen=True)
class Address:
    """Where to publish. ``parameters`` are those of libpq, the password among them."""

    variable: str
    schema: str
    parameters: Mapping[str, str] = field(repr=False)

    def without_secrets(self, text: object) -> str:
        """A text of others on one line, with the password struck out of it."""
        hidden = [Secret(self.parameters[key]) for key in _HIDDEN if self.parameters.get(key)]
        return struck_out(" ".join(plain(text).split()), hidden)


def address_of(variable: str, schema: str, environment: Mapping[str, str] | None = None) -> Address:
    """Read the connection string that a variable holds.

    Args:
        variable: The name of the variable of the environment.
        schema: The schema that the tables go to.
        environment: That of the process if None.

    Raises:
        SettingsError: If the variable is not set, its value is no connection string, the connection
            would not be encrypted, or psycopg is not installed. The value is never told.
    """
    given = (os.environ if environment is None else environment).get(variable, "").strip()
    if not given:
        raise SettingsError(
            f"PostgreSQL needs a connection string in the environment variable {variable}. Set it "
            "where the program runs, then run `throughline check`."
        )
    return Address(variable, schema, _secured(variable, _parameters(variable, given)))


def _parameters(variable: str, given: str) -> dict[str, str]:
    psycopg = driver()
    is_url = given.startswith(("postgres://", "postgresql://"))
    if not is_url or _URL.fullmatch(given):
        try:
            found = psycopg.conninfo.conninfo_to_dict(given)
        except (psycopg.ProgrammingError, UnicodeDecodeError):
            # Their own words name the part that could not be read, which may be the password.
            found = None
        if found:
            return {key: str(value) for key, value in found.items() if value is not None}
    raise SettingsError(
        f"The value of {variable} (not shown) is no connection string. Expected one like "
        "postgresql://user:password@host:5432/database?sslmode=verify-full, with @, /, ?, % and "
        "blanks of the password percent-encoded, or host=… user=… password='…' dbname=…."
    )


def _secured(variable: str, parameters: dict[str, str]) -> dict[str, str]:
    """The parameters, with encryption wherever another machine may be meant."""
    mode = parameters.get("sslmode") or os.environ.get("PGSSLMODE", "")
    if _is_here(parameters) or mode in _ENCRYPTED:
        return parameters
    if mode:
        raise SettingsError(
            f"The connection string in {variable} has sslmode={mode}, which lets another machine "
            "be asked without encryption. Expected sslmode=verify-full (with sslrootcert=FILE for "
            "an authority of your own), or at least sslmode=require."
        )
    return {**parameters, "sslmode": "require"}


def _is_here(parameters: Mapping[str, str]) -> bool:
    """Whether every host is this machine: a socket (libpq's default is one) or the loopback."""
    hosts = parameters.get("hostaddr") or parameters.get("host") or os.environ.get("PGHOST", "")
    if "service" in parameters or os.environ.get("PGSERVICE") or os.environ.get("PGHOSTADDR"):
        return False
    return all(_is_local(host.strip()) for host in hosts.split(","))


def _is_local(host: str) -> bool:
    if not host or host == "localhost" or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def driver():
    """The package psycopg with its conninfo, errors and sql.

    Raises:
        SettingsError: If it is not installed, or the library beneath it is missing.
    """
    try:
        import psycopg
        import psycopg.conninfo
        import psycopg.errors
        import psycopg.sql
    except ImportError as missing:
        raise SettingsError(
            f"Publishing to PostgreSQL needs the package psycopg ({plain(missing)[:100]}). Install "
            f"it: {INSTALL_POSTGRES}."
        ) from missing
    return psycopg
