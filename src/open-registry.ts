import type { Config } from "./config.ts";
import type { MlflowClientOptions, View } from "./mlflow/client.ts";
import type { CallOptions, PromptRegistry } from "./registry/prompt-registry.ts";

/** The registry that the configuration names, shared by all sessions of the process. */
export interface OpenRegistry {
  /** One caller's view. It costs nothing: no I/O happens before its first call. */
  view(view: View): PromptRegistry;
  /**
   * Where the registry knows itself whether somebody else has written: another text then; undefined
   * while that is not known.
   */
  revision?(): string | undefined;
  /** Whether the registry is taken for reachable at the moment, without asking it. */
  readonly reachable: boolean;
  /** Rejects with a RegistryError when the registry cannot be reached. Needs no credential. */
  ping(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}

/** Loads the back end that is wanted and no other, so that a stdio server starts fast. */
export async function openRegistry(
  { registry, readOnly }: Config,
  client: Pick<MlflowClientOptions, "userAgent" | "observe">,
): Promise<OpenRegistry> {
  if (registry.kind === "embedded") {
    const { createEmbeddedFile } = await import("./embedded/file.ts");
    const file = createEmbeddedFile({ path: registry.path, samples: !readOnly });
    return {
      view: ({ workspace }) => file.registry({ workspace }),
      reachable: true,
      ping: async (options) => {
        await file.registry({}).describe(options);
      },
      close: async () => file.close(),
    };
  }
  const { createMlflowClient } = await import("./mlflow/client.ts");
  const { credential: _, ...options } = registry;
  const mlflow = createMlflowClient({ ...options, ...client });
  return {
    view: (view) => mlflow.registry(view),
    get reachable() {
      return mlflow.reachable;
    },
    ping: (options) => mlflow.ping(options),
    close: () => mlflow.close(),
  };
}
