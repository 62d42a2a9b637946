"""The requirements for the servers of this course: all notebooks read this file.

On a cloud of your own, change them here, and restart the kernel.
"""

VCPUS = 1
MAX_RAM = 1024  # MiB
MAX_DISK = 20  # GiB

DISTRO = "ubuntu"
VERSION = "20.04"  # in quotes: 20.1 and 20.10 are the same number
NICKNAME = "focal"
# Newer ones: VERSION, NICKNAME = "22.04", "jammy" and "24.04", "noble"
USER = "ubuntu"  # the user name to log in with on such an image

NETWORK = ""  # a part of its name, as a regular expression; "" means any network
