"""Checks of notebook 14: volumes."""

from typing import Any

from openstack.block_storage.v3.volume import Volume
from openstack.compute.v2.server import Server
from openstack.connection import Connection

from helpers.exercises.comparing import compare, meant, not_one
from helpers.filters import filter_marked

_ARCHIVE_GIB = 2


def archive(_: Any, conn: Connection, server: Server) -> str | None:
    """A volume of 2 GiB, at a server."""
    everything = conn.list_volumes()
    if hint := not_one(everything, "volume", "archive"):
        return hint
    found: list[Any] = filter_marked(everything, "archive")
    if found[0].size != _ARCHIVE_GIB:
        return (
            f"It has {found[0].size} GiB, and is to have {_ARCHIVE_GIB}. Take it away with conn.detach_volume() and "
            "conn.delete_volume(), and make it again."
        )
    if server.id in [attachment["server_id"] for attachment in found[0].attachments]:
        return None
    if found[0].status in ("reserved", "attaching"):
        return "It is on its way to the server. Run this cell again in a moment."
    return f"It is {found[0].status}, and not at {server.name}. conn.attach_volume() wants the server, and the volume."


def survivors(answer: Any, conn: Connection, *servers: Server) -> str | None:
    """The volumes that are left when servers are deleted: the course's and theirs; others may be named, too."""
    there = [server for server in conn.list_servers() if server.id in [known.id for known in servers]]
    theirs = {disk["id"]: disk["delete_on_termination"] for server in there for disk in server.attached_volumes}
    left: list[Any] = [volume for volume in conn.list_volumes() if not theirs.get(volume.id)]
    marked = filter_marked(left)
    ours = [volume for volume in left if volume.id in theirs or volume in marked]
    named = {meant(item, left) for item in answer} if isinstance(answer, list | tuple | set | dict) else set()
    right = ours + [volume for volume in left if volume not in ours and volume.id in named]
    return compare(answer, right, "A volume goes with its server only where delete_on_termination is True.")


def emptied(_: Any, conn: Connection, others: list[str]) -> str | None:
    """No volume and no snapshot with the mark is left, and all others are."""
    there: list[Any] = [*conn.list_volumes(), *conn.list_volume_snapshots()]
    if lost := set(others) - {resource.id for resource in there}:
        return f"{len(lost)} without the mark went, too. What was on it is gone for good; on a cloud, nobody asks back."
    left = [resource for resource in filter_marked(there) if resource.status != "deleting"]
    if not left:
        return None
    named = ", ".join(f"{'volume' if isinstance(one, Volume) else 'snapshot'} {one.name}" for one in left)
    return (
        f"Still there, with the mark: {named}. Snapshots go before the volumes of which they were made. Give the calls "
        "that delete the id, not the object: where they return False, they have found nothing."
    )
