"""Finding and deleting what the course made, on the practice cloud."""

import pytest
from conftest import requirements

from helpers import clean_up
from helpers.filters import MARK


@pytest.mark.parametrize("terminate", [True, False])
def test_the_volume_a_server_boots_from_goes_with_or_after_it(conn, terminate):
    wanted = requirements(conn) | {"flavor": conn.get_flavor("1C-1GB").id, "auto_ip": False, "meta": {"course": MARK}}
    options = {"boot_from_volume": True, "volume_size": 1, "terminate_volume": terminate}
    server = conn.create_server("disk_server", **wanted, **options, wait=True)
    (volume,) = conn.list_volumes()
    conn.update_volume(volume.id, description=MARK)
    deleted = clean_up(conn, dry_run=False)["deleted"]
    assert list(deleted.items()) == [("server", True), ("volume", True)][: 1 if terminate else 2]
    conn.block_storage.wait_for_delete(volume)
    assert conn.get_server(server.id) is None
