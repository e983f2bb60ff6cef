import type { RegistryConfig } from "../config/registry-config.ts";
import type { Log } from "./log.ts";

/** What there is to say of it where MLflow's certificate is not checked; undefined elsewhere. */
export function insecureTls(registry: RegistryConfig): string | undefined {
  if (registry.kind !== "mlflow" || !registry.tls.insecure) return undefined;
  return "MLFLOW_TRACKING_INSECURE_TLS is set: MLflow's certificate is not checked, so whoever is on the way to it can read and change everything, credentials included. Unset it, and name the file of the certificate authority in MLFLOW_TRACKING_SERVER_CERT_PATH.";
}

/** Says so at the start. */
export function warnOfInsecureTls(registry: RegistryConfig, log: Log): void {
  const warning = insecureTls(registry);
  if (warning !== undefined) log.error("insecure_tls", { warning });
}
