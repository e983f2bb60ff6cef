import { type OpenRegistry, openRegistry } from "../backend/open-registry.ts";
import { clientTtlMs, SharedRegistry } from "../backend/shared-registry.ts";
import type { Config } from "../config/config.ts";
import { userAgent } from "../config/version.ts";
import { openAudit, writeEvent } from "../log/audit.ts";
import { warnOfInsecureTls } from "../log/insecure-tls.ts";
import { localUser } from "../log/local-user.ts";
import type { Log } from "../log/log.ts";
import type { Credential } from "../mlflow/client.ts";
import { listPrompts } from "../prompts/list-prompts.ts";
import { PromptMemo } from "../prompts/memo.ts";
import type { Write } from "../registry/changes/write.ts";
import { cacheHints } from "../server/cache-hints.ts";
import { policyFromConfig } from "../server/policy-from-config.ts";
import type { Session } from "../session/session.ts";
import { TemplateWorkers } from "../template-workers/template-workers.ts";

/**
 * Serves one client over standard input and output until it disconnects. A registry that cannot be
 * reached does not stop the server: every call that needs it says why it failed.
 */
export async function serveStdio(config: Config, log: Log): Promise<{ close(): Promise<void> }> {
  const { workspace } = config;
  warnOfInsecureTls(config.registry, log);
  const policy = await policyFromConfig(config);
  const registry = await openRegistry(config, { userAgent });
  const credential = config.registry.kind === "mlflow" ? config.registry.credential : undefined;
  const workers = new TemplateWorkers();
  const shared = new SharedRegistry(registry, { ...config, log });
  const models = config.models && (await openModels(config, registry, log));
  const audit = openAudit(config.auditLog, log);
  const who = localUser();
  const actor = { workspace, who };
  const registryOf = (name: string | undefined) =>
    shared.session({ workspace: name, credential }, "", (write) =>
      audit.record(
        { workspace: name, who, user: confirmedUser(credential, write) },
        writeEvent(write),
      ),
    );
  const given = registryOf(workspace);
  const session: Session = {
    ...policy,
    ...models?.session({ workspace, credential }, ""),
    workspace,
    changes: given.changes,
    templates: workers.engineFor(""),
    // Read for each call, which marks the workspace as in use.
    get registry() {
      return given.registry;
    },
    openWorkspace: async (name) => registryOf(name).registry,
    who: userNameOf(credential) ?? who,
    audit: (event) => audit.record(actor, event),
  };
  const memo = new PromptMemo();
  if (config.registry.kind === "mlflow" && config.cache.ttl > 0) listAhead(session, memo);
  const { connectStdio } = await import("./connection.ts");
  const hints = cacheHints(clientTtlMs(config.cache), policy.readOnly);
  const connection = connectStdio(session, { memo, cacheHints: hints }, log);
  return {
    async close() {
      shared.close();
      await connection.close();
      await workers.close();
      models?.close();
      await registry.close();
      audit.close();
    },
  };
}

/** Loaded only where there are models: most starts need none. */
async function openModels(config: Config, registry: OpenRegistry, log: Log) {
  const { SharedModels } = await import("../backend/shared-models.ts");
  return new SharedModels(config, registry, log);
}

/** The user name that MLflow was called with, where a write shows that it accepted it. */
function confirmedUser(credential: Credential | undefined, { outcome }: Write): string | undefined {
  const accepted = outcome === "ok" || outcome === "unchanged";
  return accepted ? userNameOf(credential) : undefined;
}

/** Without a password there is a key in its place, as in `https://key@host`. */
function userNameOf(credential: Credential | undefined): string | undefined {
  return credential?.kind === "basic" && credential.password ? credential.username : undefined;
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
