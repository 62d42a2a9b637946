#!/usr/bin/env bash
# A token from a login right after a password change is dead: Keystone counts it among the tokens of before.
# Versions: keystone 30.0.0.
# Guess: an operator sets a user's password, the user logs in with it, and the token works.
# What happens: the login answers 201, but each use of the token answers 401, and goes on doing so: the change revokes
# what was issued before it, to the microsecond, and a token only knows the second in which it was issued. A login in
# the next second gives a token that works.
# Why it matters: a script that resets a password and logs in at once, as one does for a class, fails now and then with
# "not authorized", though the password is right. Log in a second later, or make a new user.
# Output seen:
#   same second: login 201, use 401, a second later 401; login in the next second: 201, use 200

set -euo pipefail
umask 077
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -qq keystone==30.0.0
mkdir etc keys credential
cat > etc/keystone.conf <<EOF
[DEFAULT]
log_file = $dir/keystone.log
[identity]
password_hash_rounds = 4
[database]
connection = sqlite:///$dir/keystone.db
[fernet_tokens]
key_repository = $dir/keys
[credential]
key_repository = $dir/credential
EOF
who=(--keystone-user "$(id -un)" --keystone-group "$(id -gn)")
manage() { venv/bin/keystone-manage --config-file etc/keystone.conf "$@" > log 2>&1 || { cat log; exit 1; }; }
manage db_sync
manage fernet_setup "${who[@]}"
manage credential_setup "${who[@]}"
manage bootstrap --bootstrap-password admin --bootstrap-public-url http://localhost/v3
OS_KEYSTONE_CONFIG_DIR=etc venv/bin/python -W ignore - <<'EOF'
import time

from keystone.wsgi.api import application
from werkzeug.test import Client

client = Client(application)


def log_in(name, password, project=None):
    user = {"name": name, "password": password, "domain": {"id": "default"}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    if project:
        body["auth"]["scope"] = {"project": {"name": project, "domain": {"id": "default"}}}
    answer = client.post("/v3/auth/tokens", json=body)
    return answer.status_code, answer.headers.get("X-Subject-Token")


def use(token):
    return client.get("/v3/auth/projects", headers={"X-Auth-Token": token}).status_code


admin = {"X-Auth-Token": log_in("admin", "admin", "admin")[1]}
user = {"name": "user", "password": "old", "domain_id": "default"}
path = f"/v3/users/{client.post('/v3/users', json={'user': user}, headers=admin).json['user']['id']}"


def change_at_the_start_of_a_second(password):
    time.sleep(1 - time.time() % 1)
    return client.patch(path, json={"user": {"password": password}}, headers=admin).status_code


change_at_the_start_of_a_second("warm-up")
log_in("user", "warm-up")
assert change_at_the_start_of_a_second("new") == 200
second = int(time.time())
login, token = log_in("user", "new")
assert int(time.time()) == second, "this machine is too slow: login and change are not in the same second"
at_once = use(token)
time.sleep(1.2)
later = use(token)
next_login, next_token = log_in("user", "new")
next_use = use(next_token)
print(f"same second: login {login}, use {at_once}, a second later {later}; "
      f"login in the next second: {next_login}, use {next_use}")
assert (login, at_once, later, next_login, next_use) == (201, 401, 401, 201, 200)
EOF
