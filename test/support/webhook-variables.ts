/** What MLflow needs to call this machine, and to see at once which webhooks there are. */
export const callsWebhooks = {
  MLFLOW_WEBHOOK_ALLOWED_SCHEMES: "http,https",
  MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: "true",
  MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
  MLFLOW_WEBHOOK_CACHE_TTL: "0",
};
