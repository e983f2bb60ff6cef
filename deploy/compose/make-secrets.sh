#!/bin/sh
# Makes the secrets of compose.yaml, each in a file of its own, and leaves those that are there.
set -eu
folder=$(dirname "$0")/secrets
umask 077
mkdir -p "$folder"

make() {
  [ -s "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"
  # Compose mounts the file as it is, and the containers have users of their own. The folder is yours alone.
  chmod 644 "$folder/$1"
}
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

make postgres_password "$(random)"
make mlflow_admin_password "$(random)"
make mlflow_session_key "$(random)"
make audit_secret "$(random)"
redis=$(random)
[ ! -s "$folder/redis_users" ] || redis=$(sed -n 's/^user prompts on >\([0-9a-f]*\) .*/\1/p' "$folder/redis_users")
make redis_users "user default off
user prompts on >$redis resetchannels &mlflow-prompts:* +ping +subscribe +publish
"
make redis_url "redis://prompts:$redis@redis:6379/0"
echo "The secrets are in $folder. MLflow's administrator is admin; the password is in mlflow_admin_password."
