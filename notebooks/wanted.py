"""What the servers of this course are to be: all notebooks read it.

On a cloud of your own, change it here, and restart the kernel.
"""

VCPUS = 1
MAX_RAM = 1024  # MiB
MAX_DISK = 20  # GiB

DISTRO = "ubuntu"
VERSION = "20.04"  # in quotes: 20.1 and 20.10 are the same number
NICKNAME = "focal"
# Newer ones: VERSION, NICKNAME = "22.04", "jammy" and "24.04", "noble"
USER = "ubuntu"  # whom such an image lets in

NETWORK = ""  # a part of its name, as a regular expression; nothing means any
