"""Volumes: Cinder keeps them, Nova plugs them in, and what is on them outlives servers, processes and the cloud."""

from practice_cloud.base import sparse
from practice_cloud.guest import volume_bytes as on_volume

GIB = 2**30


def test_a_guest_that_was_ended_while_it_wrote_goes_on(tmp_path):
    place = tmp_path / "volume-1"
    place.write_bytes(b"an image".ljust(2**20, b"\0"))
    assert on_volume.read(place) == ""
    on_volume.write(place, '{"first": 1, "more": "more"}')
    assert on_volume.read(place) == '{"first": 1, "more": "more"}'
    (tmp_path / "volume-1.writing").write_text('{"second": 2}')
    with place.open("r+b") as file:
        file.write(b'{"sec')
    assert on_volume.read(place) == on_volume.read(place) == '{"second": 2}'
    assert (place.stat().st_size, list(tmp_path.iterdir())) == (2**20, [place])


def test_a_copy_has_the_holes_of_what_it_is_a_copy_of(tmp_path):
    source, copy = tmp_path / "source", tmp_path / "copy"
    with source.open("wb") as file:
        file.truncate(3 * GIB + 5)
        for offset in (0, 4096 * 7, GIB, 3 * GIB):
            file.seek(offset)
            file.write(b"data")
    sparse.copy(source, copy)
    assert copy.stat().st_size == 3 * GIB + 5
    assert copy.stat().st_blocks <= source.stat().st_blocks
    for offset in (0, 4096 * 7, GIB, 3 * GIB):
        with copy.open("rb") as file:
            file.seek(offset)
            assert file.read(5) == b"data\0"
