import type { Lookout } from "../registry/lookout.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { MlflowApi, type Server, type View } from "./api.ts";
import { MlflowLookout } from "./lookout.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { MlflowRegistry } from "./registry.ts";
import { ping } from "./server-info.ts";
import { type Patience, usualPatience } from "./settle.ts";
import { Transport, type TransportOptions } from "./transport.ts";
import { WorkspaceGate } from "./workspace-gate.ts";

export type { View } from "./api.ts";
export type { Credential } from "./credential.ts";
export type { UpstreamExchange } from "./exchange.ts";

export interface MlflowClientOptions extends TransportOptions {
  /** How long it is looked what came of a write whose answer got lost. */
  readonly patience?: Patience;
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
  lookout(view?: View): Lookout;
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
  patience = usualPatience,
  ...options
}: MlflowClientOptions): MlflowClient {
  const transport = new Transport(options);
  const gate = new WorkspaceGate(transport);
  const server: Server = {
    transport,
    gate,
    patience,
    longHistories: new Set(),
    aliasMoves: new OneAtATime(),
  };
  return {
    get reachable() {
      return !transport.isOpen;
    },
    registry: (view = {}) => new MlflowRegistry(new MlflowApi(server, view)),
    api: (view = {}) => new MlflowApi(server, view),
    lookout: (view = {}) => new MlflowLookout(new MlflowApi(server, view)),
    ping: (pingOptions) => ping(transport, pingOptions),
    async close() {
      transport.close();
    },
  };
}
