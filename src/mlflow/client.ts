import type { ChangeDetector } from "../registry/changes/change-detector.ts";
import { KeyedMutex } from "../registry/concurrency/keyed-mutex.ts";
import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import type { PromptTrace, StoredTrace } from "../registry/traces.ts";
import { MlflowApi, type Server, type View } from "./api.ts";
import { MlflowChangeDetector } from "./changes/change-detector.ts";
import { LateEvaluationStore } from "./evaluation/late-evaluation-store.ts";
import type { Gateway } from "./gateway.ts";
import type { Received } from "./http/http-client.ts";
import { Transport, type TransportOptions } from "./http/transport.ts";
import { MlflowRegistry } from "./mlflow-registry.ts";
import { ping } from "./server-info.ts";
import { WorkspaceSupport } from "./workspace-support.ts";
import { defaultVerifySchedule, type VerifySchedule } from "./writes/verify-write.ts";

export type { View } from "./api.ts";
export type { Credential } from "./http/credential.ts";
export type { UpstreamExchange } from "./http/exchange.ts";

export interface MlflowClientOptions extends TransportOptions {
  /** When to read back a write whose response was lost. */
  readonly verifySchedule?: VerifySchedule;
}

/** One MLflow server, shared by all sessions. */
export interface MlflowClient {
  /** False while the circuit breaker is open: calls are then rejected at once. */
  readonly reachable: boolean;
  /** One caller's registry. No I/O happens before its first call. */
  registry(view?: View): PromptRegistry;
  /** One caller's access to MLflow's endpoints, for requests that are not part of `PromptRegistry`. */
  api(view?: View): MlflowApi;
  /** Sends a chat completion to MLflow's AI Gateway as the caller. Rejects as `Gateway.send` does. */
  askGateway(view: View, body: string, signal: AbortSignal): Promise<Received>;
  /** As `storeTrace`. */
  storeTrace(view: View, trace: PromptTrace): Promise<StoredTrace>;
  /** One caller's datasets and evaluations. No I/O happens before its first call. */
  evaluations(view?: View): EvaluationStore;
  /** Detects changes in the caller's workspace, using the caller's credential. */
  changeDetector(view?: View): ChangeDetector;
  /** Requests MLflow's health without a credential. Rejects `unavailable` when MLflow is not ready. */
  ping(options?: CallOptions): Promise<void>;
  /** Ends all pending requests. */
  close(): Promise<void>;
}

/**
 * Opens no connection: the first call does.
 * @throws RegistryError `invalid` when the base URL or a TLS file cannot be used
 */
export function createMlflowClient({
  verifySchedule = defaultVerifySchedule,
  ...options
}: MlflowClientOptions): MlflowClient {
  const transport = new Transport(options);
  const workspaceSupport = new WorkspaceSupport(transport);
  let gateway: Gateway | undefined;
  const server: Server = {
    transport,
    workspaceSupport,
    verifySchedule,
    promptsToSearch: new Set(),
    aliasMutex: new KeyedMutex(),
    historyMutex: new KeyedMutex(),
  };
  return {
    get reachable() {
      return !transport.isOpen;
    },
    registry: (view = {}) => new MlflowRegistry(new MlflowApi(server, view)),
    api: (view = {}) => new MlflowApi(server, view),
    async askGateway(view, body, signal) {
      const { Gateway } = await import("./gateway.ts");
      gateway ??= new Gateway(options);
      return gateway.send(new MlflowApi(server, view), body, signal);
    },
    async storeTrace(view, trace) {
      const { storeTrace } = await import("./traces/store-trace.ts");
      return storeTrace(new MlflowApi(server, view), trace);
    },
    evaluations: (view = {}) => new LateEvaluationStore(new MlflowApi(server, view)),
    changeDetector: (view = {}) => new MlflowChangeDetector(new MlflowApi(server, view)),
    async ping(pingOptions) {
      await ping(transport, pingOptions);
    },
    async close() {
      transport.close();
      gateway?.close();
    },
  };
}
