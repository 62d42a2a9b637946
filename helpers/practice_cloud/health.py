"""Ask whether an API answers."""

import urllib.error
import urllib.request


def answers(url: str) -> bool:
    """Tell whether an API answers anything at all within half a second; "log in first" is an answer too."""
    try:
        urllib.request.urlopen(url, timeout=0.5).close()
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False
    return True
