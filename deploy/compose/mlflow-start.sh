#!/bin/sh
# Starts MLflow with the secrets in its environment: it reads none from files.
set -eu
secrets=${SECRETS:-/run/secrets}
# The names that other containers and its health check ask for.
export MLFLOW_SERVER_ALLOWED_HOSTS="mlflow,mlflow:*,localhost:*,127.0.0.1:*"
MLFLOW_BACKEND_STORE_URI=${DATABASE:-postgresql+psycopg2://mlflow:$(cat "$secrets/postgres_password")@postgres:5432/mlflow}
MLFLOW_AUTH_ADMIN_PASSWORD=$(cat "$secrets/mlflow_admin_password")
MLFLOW_FLASK_SERVER_SECRET_KEY=$(cat "$secrets/mlflow_session_key")
export MLFLOW_BACKEND_STORE_URI MLFLOW_AUTH_ADMIN_PASSWORD MLFLOW_FLASK_SERVER_SECRET_KEY
exec mlflow server --app-name basic-auth --host "${HOST:-0.0.0.0}" --port "${PORT:-5000}" --workers 2 \
  --artifacts-destination "${FOLDER:-/mlflow}/artifacts"
