"""Create the databases of a new practice cloud, with the tools that each service has for it."""

import importlib
import shutil
import sys

from cryptography.fernet import Fernet

from .home import Home
from .processes import in_parallel


def create_databases(home: Home, keystone_url: str) -> None:
    """Create all tables, and Keystone's keys and administrator. The configuration must have been written."""
    shutil.rmtree(home.state, ignore_errors=True)
    for folder in ("fernet", "credential", "images", "nova", "neutron"):
        (home.state / folder).mkdir(mode=0o700, parents=True)
    # The format of Keystone's key repositories: 1 encrypts, 0 is next in line.
    for key in ("fernet/0", "fernet/1", "credential/0", "credential/1"):
        (home.state / key).write_bytes(Fernet.generate_key())
    password, region = home.secrets()["admin"], home.catalog["region"]
    bootstrap = (
        f"bootstrap --bootstrap-password={password} --bootstrap-region-id={region}"
        f" --bootstrap-public-url={keystone_url} --bootstrap-internal-url={keystone_url}"
    )
    map_cell0 = f"cell_v2 map_cell0 --database_connection sqlite:///{home.state}/nova_cell0.db"
    in_parallel(
        (_create_neutron_tables, home),
        (manage, home, "nova", "nova", "api_db sync", map_cell0, "cell_v2 create_cell --name cell1", "db sync"),
        (manage, home, "keystone", "keystone", "db_sync", bootstrap),
        (manage, home, "glance", "glance-api", "db_sync"),
        (manage, home, "placement", "placement", "db sync"),
    )


def manage(home: Home, service: str, configuration: str, *commands: str) -> None:
    """Run commands of SERVICE-manage, one after the other."""
    main = importlib.import_module(f"{service}.cmd.manage").main

    def run(command):
        sys.argv = [f"{service}-manage", "--config-file", f"{home.etc}/{configuration}.conf", *command.split()]
        sys.exit(main())

    for command in commands:
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
