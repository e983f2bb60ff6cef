import { clientTtlMs } from "../backend/shared-registry.ts";
import type { Config, TelemetryConfig } from "../config/config.ts";
import type { Log } from "../log/log.ts";
import { listPrompts } from "../prompts/list-prompts.ts";
import { PromptMemo } from "../prompts/memo.ts";
import { cacheHints } from "../server/cache-hints.ts";
import type { Session } from "../session/session.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { openLocalSession } from "./local-session.ts";

/**
 * Serves one client over standard input and output until it disconnects. A registry that cannot be
 * reached does not stop the server: every call that needs it says why it failed.
 */
export async function serveStdio(config: Config, log: Log): Promise<{ close(): Promise<void> }> {
  const telemetry = config.telemetry && (await openTelemetry(config.telemetry, log));
  const local = await openLocalSession(config, log, telemetry);
  const { session } = local;
  const memo = new PromptMemo();
  if (config.registry.kind === "mlflow" && config.cache.ttl > 0) listAhead(session, memo);
  const { connectStdio } = await import("./connection.ts");
  const hints = cacheHints(clientTtlMs(config.cache), session.readOnly);
  const parts = { memo, cacheHints: hints, observe: telemetry?.observe };
  const connection = connectStdio(session, parts, log);
  return {
    async close() {
      local.stopChanges();
      await connection.close();
      await local.close();
      await telemetry?.close();
    },
  };
}

/** Loaded only where something is exported. What waits is exported when the client has disconnected. */
async function openTelemetry(config: TelemetryConfig, log: Log): Promise<Telemetry> {
  const { openTelemetry: open } = await import("../telemetry/open-telemetry.ts");
  const telemetry = open(config, "pipe", log);
  const begin = performance.now();
  process.stdin.once("close", () => telemetry.session((performance.now() - begin) / 1_000));
  process.once("beforeExit", () => void telemetry.close());
  return telemetry;
}

/**
 * Requests the list that hosts request first, so that MLflow prepares it while the SDK loads and the
 * client initializes: each takes about as long. The result is cached like any other, and the client's
 * call joins a request in flight. A failure is ignored: the client's call reports it, if it persists.
 */
function listAhead(session: Session, memo: PromptMemo): void {
  const disconnected = new AbortController();
  listPrompts(session, undefined, { signal: disconnected.signal }, memo).catch(() => {});
  process.stdin.once("close", () => disconnected.abort());
}
