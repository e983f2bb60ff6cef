import { trimTrailing } from "../registry/text/trim-end.ts";
import { ConfigError } from "./errors.ts";
import type { MlflowConfig, RegistryConfig } from "./registry-config.ts";
import type { SettingValues } from "./settings.ts";

/** Where the http command takes MLflow's webhooks. */
export const webhookPath = "/webhooks/mlflow";

/** What the webhooks command is told. */
export interface WebhooksConfig {
  readonly registry: MlflowConfig;
  /** MLflow workspace; absent means the server's default. */
  readonly workspace?: string;
  /** The address that MLflow is to call; absent where none is named. */
  readonly url?: string;
  readonly secret?: string;
  /** Path of the file that audit lines are appended to; absent means the log. */
  readonly auditLog?: string;
}

/** @throws ConfigError where there is no MLflow server */
export function webhooksConfig(
  { webhookUrl, publicUrl, webhookSecret, auditLog }: SettingValues<"webhooks">,
  registry: RegistryConfig,
  workspace: string | undefined,
): WebhooksConfig {
  if (registry.kind === "embedded") {
    throw new ConfigError(
      "The registry is embedded: there is no MLflow server to install a webhook in. Set MLFLOW_TRACKING_URI to the address of one.",
    );
  }
  const url = webhookUrl?.href ?? (publicUrl && trimTrailing(publicUrl.href, "/") + webhookPath);
  return {
    registry,
    ...(workspace === undefined ? {} : { workspace }),
    ...(url === undefined ? {} : { url }),
    ...(webhookSecret === undefined ? {} : { secret: webhookSecret }),
    ...(auditLog === undefined ? {} : { auditLog }),
  };
}
