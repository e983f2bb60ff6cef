import type { MlflowConfig } from "../config/registry-config.ts";
import { userAgent } from "../config/version.ts";
import type { MlflowApi } from "../mlflow/api.ts";
import { createMlflowClient } from "../mlflow/client.ts";

/** The MLflow server that the settings name, as one caller reaches it. */
export interface MlflowTarget {
  readonly config: MlflowConfig;
  /** Absent: the server's default one. */
  readonly workspace: string | undefined;
  readonly webhookSecret: boolean;
  /** With the credential and the workspace of the settings. */
  readonly api: MlflowApi;
  /** With the credential, and no workspace: a wrong one fails every request. */
  readonly plain: MlflowApi;
  /** Without a credential. */
  readonly anonymous: MlflowApi;
}

/** One request may take longer than a check. No retry: the report is about now. */
const requestTimeoutMs = 8_000;

/** @throws RegistryError `invalid` for a TLS file that cannot be used */
export function openTarget(
  config: MlflowConfig,
  workspace: string | undefined,
  webhookSecret: boolean,
): { readonly target: MlflowTarget; close(): Promise<void> } {
  const { credential, ...options } = config;
  const client = createMlflowClient({
    ...options,
    requestTimeoutMs: Math.min(requestTimeoutMs, options.requestTimeoutMs),
    maxRetries: 0,
    userAgent,
  });
  const signedIn = credential === undefined ? {} : { credential };
  const inWorkspace = workspace === undefined ? {} : { workspace };
  return {
    target: {
      ...{ config, workspace, webhookSecret },
      api: client.api({ ...signedIn, ...inWorkspace }),
      plain: client.api(signedIn),
      anonymous: client.api(),
    },
    close: () => client.close(),
  };
}
