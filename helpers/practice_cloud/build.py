"""Create the databases of a new practice cloud, with the tools that each service has for it."""

import importlib
import shutil
import sys

import yaml
from cryptography.fernet import Fernet

from .home import Home
from .processes import in_parallel


def create_databases(home: Home) -> None:
    """Create all tables, and Keystone's keys and administrator. The configuration must have been written."""
    shutil.rmtree(home.state, ignore_errors=True)
    for folder in ("fernet", "credential", "images", "nova", "neutron"):
        (home.state / folder).mkdir(mode=0o700, parents=True)
    # The format of Keystone's key repositories: 1 encrypts, 0 is next in line.
    for key in ("fernet/0", "fernet/1", "credential/0", "credential/1"):
        (home.state / key).write_bytes(Fernet.generate_key())
    services = yaml.safe_load((home.etc / "services.yaml").read_text())
    in_parallel((_create_neutron_tables, home), *((_set_up, home, *service) for service in services.items()))


def _set_up(home: Home, name: str, service: dict) -> None:
    """Run commands of the service's manage program, one after the other."""
    main = importlib.import_module(f"{name}.cmd.manage").main if service["set up"] else None

    def run(command):
        sys.argv = [f"{name}-manage", "--config-file", str(home.etc / service["configuration"]), *command.split()]
        sys.exit(main())

    for command in service["set up"]:
        in_parallel((run, command))


def _create_neutron_tables(home: Home) -> None:
    """Create Neutron's tables from its models, because its migrations do not run on SQLite.

    One migration does more than change tables: it puts in the default rules of every new security group.
    """
    import sqlalchemy
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory
    from neutron.db.migration import cli
    from neutron.db.migration.models import head

    engine = sqlalchemy.create_engine(f"sqlite:///{home.state}/neutron.db")
    tables = head.get_metadata().tables.values()
    from_models = [table for table in tables if table.name != "securitygroupdefaultrules"]
    head.get_metadata().create_all(engine, tables=from_models)
    sys.argv = ["neutron-db-manage", "--config-file", f"{home.etc}/neutron.conf", "stamp", "heads"]
    cli.main()
    migration = ScriptDirectory.from_config(cli.get_neutron_config()).get_revision("c33da356b165").module
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()
