import type { RegistryConfig } from "../config/registry-config.ts";
import type { Log } from "./log.ts";

/** The warning that MLflow's certificate is not checked; undefined where it is. */
export function insecureTlsWarning(registry: RegistryConfig): string | undefined {
  if (registry.kind !== "mlflow" || !registry.tls.insecure) return undefined;
  return "MLFLOW_TRACKING_INSECURE_TLS is set, so MLflow's certificate is not checked. Anybody on the network path to MLflow can read and change all traffic, including credentials. Unset the variable, and name the certificate authority's file in MLFLOW_TRACKING_SERVER_CERT_PATH.";
}

export function warnOfInsecureTls(registry: RegistryConfig, log: Log): void {
  const warning = insecureTlsWarning(registry);
  if (warning !== undefined) log.error("insecure_tls", { warning });
}
