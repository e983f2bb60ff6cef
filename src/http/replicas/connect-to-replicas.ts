import { resolve } from "node:path";
import type { SharedRegistry } from "../../backend/shared-registry.ts";
import type { HttpServerConfig } from "../../config/http-config.ts";
import type { Log } from "../../log/log.ts";
import type { Metrics } from "../operations/metrics.ts";
import { connectReplicas, type Replicas } from "./replicas.ts";

/**
 * Connects the cache to the other replicas of this server, so that each invalidates what the others
 * change.
 * @returns undefined when no Redis server is configured
 */
export function connectToReplicas(
  config: HttpServerConfig,
  shared: SharedRegistry,
  metrics: Metrics,
  log: Log,
): Replicas | undefined {
  const { redisUrl: url } = config.http;
  if (url === undefined) return undefined;
  return connectReplicas({
    url,
    registry: registryName(config),
    onChange: (workspace, change) => shared.publishLocally(workspace, change),
    onGap: () => shared.invalidateAll(),
    observe: (event) => metrics.replica(event),
    log,
  });
}

/** Identifies the registry that all replicas serve. It contains no credential. */
function registryName({ registry }: HttpServerConfig): string {
  return registry.kind === "mlflow" ? registry.baseUrl : resolve(registry.path);
}
