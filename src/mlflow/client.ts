import type { ChangeDetector } from "../registry/changes/change-detector.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { MlflowApi, type Server, type View } from "./api.ts";
import { MlflowChangeDetector } from "./changes/change-detector.ts";
import { Transport, type TransportOptions } from "./http/transport.ts";
import { MlflowRegistry } from "./mlflow-registry.ts";
import { ping } from "./server-info.ts";
import { WorkspaceSupport } from "./workspace-support.ts";
import { KeyedMutex } from "./writes/keyed-mutex.ts";
import { defaultVerifySchedule, type VerifySchedule } from "./writes/verify-write.ts";

export type { View } from "./api.ts";
export type { Credential } from "./http/credential.ts";
export type { UpstreamExchange } from "./http/exchange.ts";

export interface MlflowClientOptions extends TransportOptions {
  /** How long it is looked what came of a write whose answer got lost. */
  readonly verifySchedule?: VerifySchedule;
}

/** One MLflow server, shared by all sessions. */
export interface MlflowClient {
  /** False while calls are rejected at once, because MLflow has not been answering. */
  readonly reachable: boolean;
  /** One caller's registry. Costs nothing: no I/O happens before its first call. */
  registry(view?: View): PromptRegistry;
  /** One caller's way to MLflow's endpoints, for what is no part of a registry. */
  api(view?: View): MlflowApi;
  /** What others change in the caller's workspace, as far as the caller may see it. */
  changeDetector(view?: View): ChangeDetector;
  /** Asks whether MLflow is ready, with nobody's credential. Rejects `unavailable` if it is not. */
  ping(options?: CallOptions): Promise<void>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/**
 * Opens nothing yet: the first call does.
 * @throws RegistryError `invalid` when the base URL or a TLS file cannot be used
 */
export function createMlflowClient({
  verifySchedule = defaultVerifySchedule,
  ...options
}: MlflowClientOptions): MlflowClient {
  const transport = new Transport(options);
  const workspaceSupport = new WorkspaceSupport(transport);
  const server: Server = {
    transport,
    workspaceSupport,
    verifySchedule,
    promptsToSearch: new Set(),
    aliasMutex: new KeyedMutex(),
  };
  return {
    get reachable() {
      return !transport.isOpen;
    },
    registry: (view = {}) => new MlflowRegistry(new MlflowApi(server, view)),
    api: (view = {}) => new MlflowApi(server, view),
    changeDetector: (view = {}) => new MlflowChangeDetector(new MlflowApi(server, view)),
    ping: (pingOptions) => ping(transport, pingOptions),
    async close() {
      transport.close();
    },
  };
}
