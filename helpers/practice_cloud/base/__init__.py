"""What every other part of the practice cloud builds on: folder, catalog, passwords, files, processes."""

# The disk that a server boots from, as Nova's driver and the guests name it.
ROOT_DEVICE = "/dev/vda"
