"""The helpers that the notebooks import: each module covers one subject; exercises has the checks."""

from helpers.cleanup import clean_up, count_everything
from helpers.connection import connect, use_practice_cloud
from helpers.connectivity import wait_for_port
from helpers.ensure import (
    ensure_floating_ip,
    ensure_key,
    ensure_security_group,
    ensure_server,
    ensure_web_server,
)
from helpers.errors import require
from helpers.exercises.engine import Solution, check
from helpers.filters import filter_flavors, filter_images, filter_marked, filter_networks
from helpers.networks import external_network, external_networks_of, sort_networks
from helpers.pages import show_page
from helpers.plots import plot_flavors
from helpers.progress import ProgressLine, wait_for_server
from helpers.requirements import root_disk, select_resources
from helpers.security_groups import why_unreachable
from helpers.servers import server_image
from helpers.ssh import forget_host_key, run_over_ssh
from helpers.tables import flavors_table, images_table, networks_table
from helpers.topology import draw_topology
from helpers.widgets import choose_flavor, choose_image, choose_network

choices = select_resources  # Its name in the first edition of the course.
