"""Answers to the exercises of notebooks 00 to 03."""

from answers.forms import Answers, forms


def _many_vcpus(conn) -> list:
    return [f for f in conn.list_flavors() if f.vcpus >= 4 and f.ram < 32 * 1024]


ANSWERS = {
    "MiB": Answers(wrong=[lambda: 20, lambda: "20480", lambda: 20 * 1000], right=[lambda: 20480, lambda: 20480.0]),
    "many vCPUs": Answers(
        given=lambda conn: (conn,),
        wrong=[
            lambda conn: [f for f in conn.list_flavors() if f.vcpus > 4 and f.ram < 32 * 1024],
            lambda conn: [f for f in conn.list_flavors() if f.vcpus >= 4 and f.ram < 32],
            lambda conn: _many_vcpus(conn)[0],
        ],
        right=[lambda conn, n=number: forms(_many_vcpus(conn))[n] for number in range(7)],
    ),
}
