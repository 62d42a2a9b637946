#!/usr/bin/env bash
# A sanitize rule of nbval whose "replace:" is empty is not read, and nothing says so.
# Versions: nbval 0.11.0.
# Guess: an empty "replace:" deletes what the regex finds, as re.sub() does with "".
# What happens: the file looks like an INI file, but one fixed pattern is looked for in it. It
# needs a space after "replace:". Editors remove that space at the end of a line, and the rule
# is gone. A rule written with "=" or with an empty line between its two lines is gone too.
# Why it matters: the notebook fails as if the regex were wrong, so one looks for the fault
# in the regex.
# Output seen:
#   'replace: ID': 1 rule, 'replace: ': 1 rule, 'replace:': 0 rules, 'regex = ...': 0 rules, empty line: 0 rules

set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq nbval==0.11.0 nbclient==0.11.0 nbformat==5.11.1 ipykernel==7.4.0 \
    pytest==9.2.0
venv/bin/python - <<'EOF'
from nbval.plugin import get_sanitize_patterns

files = {
    "'replace: ID'": "[ids]\nregex: [0-9a-f]{8}\nreplace: ID\n",
    "'replace: '": "[ids]\nregex: [0-9a-f]{8}\nreplace: \n",
    "'replace:'": "[ids]\nregex: [0-9a-f]{8}\nreplace:\n",
    "'regex = ...'": "[ids]\nregex = [0-9a-f]{8}\nreplace = ID\n",
    "empty line": "[ids]\nregex: [0-9a-f]{8}\n\nreplace: ID\n",
}
found = {name: len(get_sanitize_patterns(text)) for name, text in files.items()}
assert list(found.values()) == [1, 1, 0, 0, 0], found

# A rule that is not read leaves its neighbours alone, so the file seems to work.
text = files["'replace:'"] + files["'replace: ID'"].replace("8", "32")
assert get_sanitize_patterns(text) == [("[0-9a-f]{32}", "ID")]
print(", ".join(f"{name}: {count} rule{'s' * (count != 1)}" for name, count in found.items()))
EOF
