import { ConfigError } from "../config/errors.ts";
import type { HttpConfig } from "../config/http-config.ts";
import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { openRegistry } from "../open-registry.ts";
import { limits } from "../registry/limits.ts";
import type { PromptRegistry } from "../registry/prompt-registry.ts";
import { version } from "../version.ts";
import { clientConfigs } from "./client-configs.ts";
import { type Listener, listen } from "./listener.ts";

/**
 * Starts the HTTP server. `announcement` says what it serves, for the person who started it. Unlike over stdio there is a person watching, so
 * a registry that does not answer ends the program.
 * @throws RegistryError when the registry does not answer
 * @throws ConfigError when the address cannot be listened on
 */
export async function serveHttp(
  config: Config & { readonly http: HttpConfig },
  log: Log,
  program: string,
): Promise<{ announcement: string; close(): Promise<void> }> {
  const { registry, close } = await openRegistry(config, version);
  const summary = await summaryOf(registry, config);
  const listener = await listenOrExplain(config, registry, log);
  log.info("listening", { url: listener.url });
  return {
    announcement: `mlflow-prompts-mcp ${version} at ${listener.url}\n${summary}\n\n${clientConfigs(listener.url, program)}\n`,
    async close() {
      await listener.close();
      await close();
    },
  };
}

async function summaryOf(registry: PromptRegistry, { serve, readOnly }: Config): Promise<string> {
  const about = await registry.describe();
  const { items, nextCursor } = await registry.searchPrompts({ limit: limits.pageSize });
  const kind = about.backend === "mlflow" ? "MLflow server" : "embedded registry";
  const names = items.slice(0, 10).map(({ name }) => name);
  const shown = names.length < items.length ? `${names.join(", ")}, ...` : names.join(", ");
  return [
    `Serving the ${kind} ${about.location}${about.workspace ? `, workspace ${about.workspace}` : ""}${readOnly ? ", read-only" : ""}.`,
    `${items.length}${nextCursor ? " or more" : ""} prompts${shown && `: ${shown}`}.`,
    `Each is served as the first it has of: ${serve.join(", ")}.`,
  ].join("\n");
}

async function listenOrExplain(
  config: Config & { readonly http: HttpConfig },
  registry: PromptRegistry,
  log: Log,
): Promise<Listener> {
  const { host, port } = config.http;
  try {
    return await listen({ ...config, registry }, { host, port }, log);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") {
      throw new Error(
        `Port ${port} on ${host} is taken: choose another with --port, or --port 0.`,
        {
          cause: error,
        },
      );
    }
    throw new ConfigError(
      `The server cannot listen on ${host} port ${port} (${code}): choose others with --host and --port.`,
    );
  }
}
