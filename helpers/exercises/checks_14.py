"""Checks of notebook 14: volumes."""

from openstack.block_storage.v3.volume import Volume

from helpers.exercises.matching import DELETE_BY_ID, diff, require_one, resolve_id
from helpers.filters import filter_marked


def archive(_, conn, server):  # A volume of 2 GiB that is attached to a server
    volumes = conn.list_volumes()
    yield from require_one(volumes, "volume", "archive")
    found = filter_marked(volumes, "archive")[0]
    calls = "conn.detach_volume() and conn.delete_volume()"
    yield found.size != 2 and f"It has {found.size} GiB instead of 2. Remove it with {calls}, and create it again."
    if server.id not in [attachment["server_id"] for attachment in found.attachments]:
        yield found.status in ("reserved", "attaching") and "It is being attached. Run this cell again in a moment."
        call = "conn.attach_volume() takes the server and the volume"
        yield f"It is {found.status}, not attached to {server.name}: {call}."


def survivors(answer, conn, *servers):
    """The volumes that stay when servers are deleted: the course's and theirs; the answer may have others, too."""
    ids = [server.id for server in servers]
    disks = [disk for server in conn.list_servers() if server.id in ids for disk in server.attached_volumes]
    theirs = {disk["id"]: disk["delete_on_termination"] for disk in disks}
    left = [volume for volume in conn.list_volumes() if not theirs.get(volume.id)]
    needed = {volume.id for volume in filter_marked(left)} | theirs.keys()
    named = {resolve_id(item, left) for item in answer} if isinstance(answer, list | tuple | set | dict) else set()
    right = [volume for volume in left if volume.id in needed | named]
    yield from diff(answer, right, "A volume is deleted with its server only if delete_on_termination is True.")


def emptied(_, conn, others):  # No volume and no snapshot with the mark is left, and all others are
    there = [*conn.list_volumes(), *conn.list_volume_snapshots()]
    lost = len(set(others) - {resource.id for resource in there})
    asks = "Their data is lost: a cloud deletes without asking."
    yield lost and f"Volumes or snapshots without the mark were deleted, too ({lost}). {asks}"
    left = [resource for resource in filter_marked(there) if resource.status != "deleting"]
    names = ", ".join(f"{'volume' if isinstance(one, Volume) else 'snapshot'} {one.name}" for one in left)
    yield left and f"These still exist, with the mark: {names}. Delete snapshots before volumes. {DELETE_BY_ID}"
