import type { Config } from "../config/config.ts";
import { createMlflowClient, type MlflowClientOptions, type View } from "../mlflow/client.ts";
import type { ModelResponse } from "../models/model-server.ts";
import type { ChangeDetector } from "../registry/changes/change-detector.ts";
import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import type { PromptTrace, StoredTrace } from "../registry/traces.ts";

/** The registry that the configuration names, shared by all sessions of the process. */
export interface OpenRegistry {
  /** One caller's view. It costs nothing: no I/O happens before its first call. */
  view(view: View): PromptRegistry;
  /** Detects changes by other programs in one caller's workspace. */
  changeDetector(view: View): ChangeDetector;
  /** As MLflow's `userName` says; absent where there are no users. */
  userName?(view: View, claimed: string | undefined): Promise<string | undefined>;
  /** As in `EmbeddedFile`; absent where only a request to the registry could tell. */
  revision?(): string | undefined;
  firstRevision?(): string | undefined;
  /** Sends a chat completion to MLflow's AI Gateway; absent where there is none. */
  askGateway?(view: View, body: string, signal: AbortSignal): Promise<ModelResponse>;
  /** One caller's datasets and evaluations; absent where there are none. It costs nothing. */
  evaluations?(view: View): EvaluationStore;
  /** Stores a trace; absent where there are none. Rejects with a RegistryError. */
  storeTrace?(view: View, trace: PromptTrace): Promise<StoredTrace>;
  /** False while the circuit breaker rejects all calls. Sends no request. */
  readonly reachable: boolean;
  /** Rejects with a RegistryError when the registry cannot be reached. Needs no credential. */
  ping(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}

/**
 * Loads the embedded back end only when it is configured. MLflow's is a static import: each dynamic
 * import adds files to the bundle, and each file takes time to load.
 */
export async function openRegistry(
  { registry, workspace, experimentId }: Pick<Config, "registry" | "workspace" | "experimentId">,
  client: Pick<MlflowClientOptions, "userAgent" | "observe" | "report" | "uiUrl">,
): Promise<OpenRegistry> {
  // An experiment belongs to one workspace, the one that is configured with it.
  const withExperiment = (view: View): View =>
    experimentId !== undefined && view.workspace === workspace ? { ...view, experimentId } : view;
  if (registry.kind === "embedded") {
    const { createEmbeddedFile } = await import("../embedded/embedded-file.ts");
    const file = createEmbeddedFile({ path: registry.path, samples: registry.samples });
    return {
      view: (view) => file.registry(withExperiment(view)),
      changeDetector: () => file.changeDetector(),
      evaluations: (view) => file.evaluations(withExperiment(view)),
      storeTrace: async (view, trace) => {
        await file.storeTrace(withExperiment(view), trace);
        return {};
      },
      revision: () => file.revision(),
      firstRevision: () => file.firstRevision(),
      reachable: true,
      ping: async (options) => {
        await file.registry({}).describe(options);
      },
      close: async () => file.close(),
    };
  }
  const { credential: _, ...options } = registry;
  const mlflow = createMlflowClient({ ...options, ...client });
  return {
    view: (view) => mlflow.registry(withExperiment(view)),
    changeDetector: (view) => mlflow.changeDetector(view),
    userName: (view, claimed) => mlflow.api(view).fetchUserName(claimed),
    askGateway: (view, body, signal) => mlflow.askGateway(view, body, signal),
    evaluations: (view) => mlflow.evaluations(withExperiment(view)),
    storeTrace: (view, trace) => mlflow.storeTrace(withExperiment(view), trace),
    get reachable() {
      return mlflow.reachable;
    },
    ping: (options) => mlflow.ping(options),
    close: () => mlflow.close(),
  };
}
