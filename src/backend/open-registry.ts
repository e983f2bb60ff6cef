import type { Config } from "../config/config.ts";
import { createMlflowClient, type MlflowClientOptions, type View } from "../mlflow/client.ts";
import type { ChangeDetector } from "../registry/changes/change-detector.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";

/** The registry that the configuration names, shared by all sessions of the process. */
export interface OpenRegistry {
  /** One caller's view. It costs nothing: no I/O happens before its first call. */
  view(view: View): PromptRegistry;
  /** Looks for what others change in one caller's workspace. */
  lookout(view: View): ChangeDetector;
  /** As MLflow's `userName` says; absent where there are no users. */
  userName?(view: View, claimed: string | undefined): Promise<string | undefined>;
  /** As `EmbeddedFile` has them; absent where nobody could know without asking. */
  revision?(): string | undefined;
  firstRevision?(): string | undefined;
  /** Whether the registry is taken for reachable at the moment, without asking it. */
  readonly reachable: boolean;
  /** Rejects with a RegistryError when the registry cannot be reached. Needs no credential. */
  ping(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}

/**
 * Loads the embedded back end when it is wanted. MLflow's is there from the start: what is loaded
 * later makes more files of the bundle, and each takes its time.
 */
export async function openRegistry(
  { registry, readOnly }: Config,
  client: Pick<MlflowClientOptions, "userAgent" | "observe" | "report">,
): Promise<OpenRegistry> {
  if (registry.kind === "embedded") {
    const { createEmbeddedFile } = await import("../embedded/embedded-file.ts");
    const file = createEmbeddedFile({ path: registry.path, samples: !readOnly });
    return {
      view: ({ workspace }) => file.registry({ workspace }),
      lookout: () => file.changeDetector(),
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
    view: (view) => mlflow.registry(view),
    lookout: (view) => mlflow.changeDetector(view),
    userName: (view, claimed) => mlflow.api(view).fetchUserName(claimed),
    get reachable() {
      return mlflow.reachable;
    },
    ping: (options) => mlflow.ping(options),
    close: () => mlflow.close(),
  };
}
