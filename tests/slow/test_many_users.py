"""Several users at once: nobody is taken for somebody else, whichever service they ask."""

import os
import signal
import time

from shared.users import enroll_many, wrong_answers


def test_everybody_is_answered_as_when_alone_5000_times(cloud):
    users = enroll_many(12)
    assert wrong_answers(users, 5000) == []
    # The first requests after a start come at once, too.
    cloud.stop()
    cloud.start()
    assert wrong_answers(users, 60) == []


def test_nobody_is_taken_for_another_while_keystone_is_killed(cloud):
    def kill_twice() -> None:
        for _ in range(2):
            time.sleep(2)
            os.kill(cloud.status()["services"]["keystone"]["pid"], signal.SIGKILL)

    assert wrong_answers(enroll_many(12), 1000, during=kill_twice) == []
