"""Create the databases of a new practice cloud with the services' own tools."""

import importlib
import os
import shutil
import sys
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import String
from sqlalchemy.dialects.sqlite.base import SQLiteTypeCompiler
from sqlalchemy.ext.compiler import compiles

from ..base.home import Home
from ..base.processes import in_parallel
from ..base.secrets import passwords
from ..services import SERVICES, enabled_services
from ..services.service import Command, Service


def create_databases(home: Home, catalog: dict[str, Any], identity_url: str) -> None:
    """Create all tables, and Keystone's keys and administrator. The configuration files must exist."""
    shutil.rmtree(home.state, ignore_errors=True)
    folders = [folder for service in SERVICES.values() for folder in service.folders]
    for folder in ("fernet", "credential", "nova", "guests", *folders):
        (home.state / folder).mkdir(mode=0o700, parents=True)
    # The format of Keystone's key repositories: 1 encrypts, 0 is next in line.
    for key in ("fernet/0", "fernet/1", "credential/0", "credential/1"):
        (home.state / key).write_bytes(Fernet.generate_key())
    # For `keystone-manage bootstrap`. On a command line, other users of the machine would see the password.
    os.environ["OS_BOOTSTRAP_PASSWORD"] = passwords(home)["admin"]
    os.environ["OS_BOOTSTRAP_REGION_ID"] = catalog["region"]
    os.environ["OS_BOOTSTRAP_PUBLIC_URL"] = os.environ["OS_BOOTSTRAP_INTERNAL_URL"] = identity_url
    _ignore_case()
    in_parallel(*((_set_up, service) for service in enabled_services(catalog).values()))


def _set_up(service: Service) -> None:
    """Create a service's tables, and run the commands of its manage program one after the other."""
    if service.create_tables:
        service.create_tables()
    main: Any = importlib.import_module(f"{service.name}.cmd.manage").main if service.setup_commands else None

    def run(command: Command) -> None:
        sys.argv = [f"{service.name}-manage", "--config-file", f"etc/{service.configuration}", *command]
        sys.exit(main())

    for command in service.setup_commands:
        in_parallel((run, command))
    service.finish_setup()


def _ignore_case() -> None:
    """Make new tables compare text as MySQL usually does, so that "default" finds the domain "Default"."""

    @compiles(String, "sqlite")
    def varchar(column_type: String, compiler: SQLiteTypeCompiler, **options: Any) -> str:
        return f"{compiler.visit_VARCHAR(column_type, **options)} COLLATE NOCASE"
