"""Answers to the exercises of notebook 14."""

from types import SimpleNamespace

from conftest import requirements
from openstack.block_storage.v3.volume import Volume

from answers.forms import NONSENSE, Answers, forms
from helpers.filters import MARK, filter_marked


def _volume(conn, name: str, size: int = 1, description: str | None = MARK):
    return conn.create_volume(size, name=name, description=description)


def _server(conn) -> tuple:
    return conn, conn.create_server("first_server", **requirements(conn), auto_ip=False, wait=True)


def _attaching() -> list[Volume]:
    return [Volume(name="archive", size=2, description=MARK, status="attaching", attachments=[])]


def _archive(conn, size: int = 2, description: str | None = MARK, server=None) -> bool:
    """Make the volume anew, as a learner does who tries again."""
    for volume in conn.list_volumes():
        if volume.attachments:
            conn.detach_volume(conn.get_server(volume.attachments[0]["server_id"]), volume)
        conn.delete_volume(volume.id)
    volume = _volume(conn, "archive", size, description)
    if server:
        conn.attach_volume(server, volume)
    return True


def _one_that_goes_and_three_that_stay(conn) -> tuple:
    """A server with a volume that goes with it and two that stay, one without the mark; and a colleague's volume."""
    order = requirements(conn) | {"auto_ip": False, "boot_from_volume": True, "volume_size": 1}
    server = conn.create_server("disk_server", **order, terminate_volume=True, wait=True)
    conn.update_volume(conn.list_volumes()[0].id, description=MARK)
    conn.attach_volume(server, _volume(conn, "diary"))
    conn.attach_volume(server, _volume(conn, "scratch", description=None))
    _volume(conn, "old_diary")
    _volume(conn, "of a colleague", description=None)
    return conn, conn.get_server(server.id)


def _stay(conn) -> list:
    return [volume for volume in conn.list_volumes() if volume.name in ("diary", "old_diary", "scratch")]


def _of_two(conn) -> tuple:
    """Volumes and a snapshot of the course's, and of a colleague's."""
    volumes = [_volume(conn, "diary"), _volume(conn, "diary", description=None)]
    snapshots = [conn.create_volume_snapshot(v.id, name="diary", description=v.description) for v in volumes]
    return conn, [volumes[1].id, snapshots[1].id]


def _delete(conn, volumes: bool = True) -> bool:
    for snapshot in filter_marked(conn.list_volume_snapshots()):
        conn.delete_volume_snapshot(snapshot.id, wait=True)
    for volume in filter_marked(conn.list_volumes()) if volumes else []:
        conn.delete_volume(volume.id)
    return True


ANSWERS: dict[str, Answers] = {
    "archive": Answers(
        given=_server,
        wrong=[
            lambda *_: True,
            lambda conn, _: _archive(conn),
            lambda conn, server: _archive(conn, size=1, server=server),
            lambda conn, server: _archive(conn, description=None, server=server),
        ],
        rare=[lambda conn, server: (None, SimpleNamespace(list_volumes=_attaching), server)],
        right=[lambda conn, server: _archive(conn, server=server), lambda *_: None],
    ),
    "survivors": Answers(
        given=_one_that_goes_and_three_that_stay,
        wrong=[
            *NONSENSE,
            lambda conn, _: conn.list_volumes(),
            lambda conn, _: filter_marked(conn.list_volumes()),
            lambda *_: ["diary", "old_diary"],
            lambda *_: "diary",
        ],
        right=[
            *(lambda conn, _, number=number: forms(_stay(conn))[number] for number in range(7)),
            lambda *_: {"diary", "old_diary", "scratch"},
            lambda conn, _: [volume for volume in conn.list_volumes() if volume.name],
        ],
    ),
    "emptied": Answers(
        given=_of_two,
        wrong=[lambda *_: True, lambda conn, _: _delete(conn, volumes=False)],
        rare=[lambda conn, others: (True, conn, ["gone"])],
        right=[lambda conn, _: _delete(conn), lambda *_: None],
    ),
}
