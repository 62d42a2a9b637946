"""Create the databases of a new practice cloud."""

import importlib
import shutil
import sys
from multiprocessing import get_context

from cryptography.fernet import Fernet

from . import services
from .home import Home, endpoints


def in_parallel(*calls: tuple) -> None:
    """Call functions, each in a process of its own, because a service's configuration is global.

    Args:
        calls: Tuples of a function and its arguments.

    Raises:
        ChildProcessError: One of them failed; its traceback is in the supervisor's log.
    """
    children = [get_context("fork").Process(target=services.run_as_child, args=call) for call in calls]
    for child in children:
        child.start()
    for child in children:
        child.join()
    if any(child.exitcode for child in children):
        raise ChildProcessError("A step of the build failed")


def create_databases(home: Home, ports: dict[str, int]) -> None:
    """Create the databases of all services, and Keystone's keys and administrator.

    Args:
        home: The practice cloud's folder, with the configuration already written.
        ports: The port of each service on loopback.
    """
    shutil.rmtree(home.state, ignore_errors=True)
    for folder in ("fernet", "credential", "images", "nova", "neutron"):
        (home.state / folder).mkdir(mode=0o700, parents=True)
    # The format of Keystone's key repositories: 1 encrypts, 0 is next in line.
    for key in ("fernet/0", "fernet/1", "credential/0", "credential/1"):
        (home.state / key).write_bytes(Fernet.generate_key())
    url, region, password = endpoints(ports)["keystone"], home.catalog["region"], home.secrets()["admin"]
    in_parallel(
        (_neutron, home),
        (
            _manage,
            home.etc / "nova.conf",
            "nova",
            "api_db sync",
            f"cell_v2 map_cell0 --database_connection sqlite:///{home.state}/nova_cell0.db",
            "cell_v2 create_cell --name cell1",
            "db sync",
        ),
        (
            _manage,
            home.etc / "keystone.conf",
            "keystone",
            "db_sync",
            f"bootstrap --bootstrap-password={password} --bootstrap-region-id={region}"
            f" --bootstrap-public-url={url} --bootstrap-internal-url={url}",
        ),
        (_manage, home.etc / "glance-api.conf", "glance", "db_sync"),
        (_manage, home.etc / "placement.conf", "placement", "db sync"),
    )


def _manage(configuration, service: str, *commands: str) -> None:
    """Run commands of SERVICE-manage, one after the other."""
    main = importlib.import_module(f"{service}.cmd.manage").main

    def run(command):
        sys.argv = [f"{service}-manage", "--config-file", str(configuration), *command.split()]
        sys.exit(main())

    for command in commands:
        in_parallel((run, command))


def _neutron(home: Home) -> None:
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
    tables = head.get_metadata().tables
    filled_by_migration = "securitygroupdefaultrules"
    head.get_metadata().create_all(engine, tables=[t for name, t in tables.items() if name != filled_by_migration])
    sys.argv = ["neutron-db-manage", "--config-file", str(home.etc / "neutron.conf"), "stamp", "heads"]
    cli.main()
    migration = ScriptDirectory.from_config(cli.get_neutron_config()).get_revision("c33da356b165").module
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()
