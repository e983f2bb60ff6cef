import type { Config } from "./config.ts";
import type { PromptRegistry } from "./registry/prompt-registry.ts";

/** The registry that the configuration names, shared by all sessions of the process. */
export interface OpenRegistry {
  /** The view of one session. It costs nothing: no I/O happens before its first call. */
  readonly registry: PromptRegistry;
  close(): Promise<void>;
}

/** Loads the back end that is wanted and no other, so that a stdio server starts fast. */
export async function openRegistry(config: Config, version: string): Promise<OpenRegistry> {
  const { registry, workspace, readOnly } = config;
  if (registry.kind === "embedded") {
    const { createEmbeddedFile } = await import("./embedded/file.ts");
    const file = createEmbeddedFile({ path: registry.path, samples: !readOnly });
    return { registry: file.registry({ workspace }), close: async () => file.close() };
  }
  const { createMlflowClient } = await import("./mlflow/client.ts");
  const { credential, ...options } = registry;
  const client = createMlflowClient({ ...options, userAgent: `mlflow-prompts-mcp/${version}` });
  return { registry: client.registry({ workspace, credential }), close: () => client.close() };
}
