import { homedir } from "node:os";
import { trimTrailing } from "../registry/text/trim-end.ts";
import { workspaceOf } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { readSettings } from "./read-settings.ts";
import { type MlflowConfig, type RegistryConfig, registryConfig } from "./registry-config.ts";
import type { Environment, SettingFlags, SettingValues } from "./settings.ts";

/** Path at which the http command receives MLflow's webhooks. */
export const webhookPath = "/webhooks/mlflow";

/** Configuration of the webhooks command. */
export interface WebhooksConfig {
  readonly registry: MlflowConfig;
  /** MLflow workspace; absent means the server's default. */
  readonly workspace?: string;
  /** The address that MLflow calls; absent when none is configured. */
  readonly url?: string;
  readonly secret?: string;
  /** Path of the file that audit lines are appended to; absent means the log. */
  readonly auditLog?: string;
}

/** As `loadConfig`, for the webhooks command. @throws ConfigError also when the registry is embedded */
export function loadWebhooksConfig(
  flags: SettingFlags,
  environment: Environment,
  home: string = homedir(),
): WebhooksConfig {
  const values = readSettings("webhooks", flags, environment);
  return webhooksConfig(values, registryConfig(environment, home), workspaceOf(environment));
}

function webhooksConfig(
  { webhookUrl, publicUrl, webhookSecret, auditLog }: SettingValues<"webhooks">,
  registry: RegistryConfig,
  workspace: string | undefined,
): WebhooksConfig {
  if (registry.kind === "embedded") {
    throw new ConfigError(
      "The registry is embedded: there is no MLflow server to install a webhook in. Set MLFLOW_TRACKING_URI to the address of an MLflow server.",
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
