import { type OpenRegistry, openRegistry } from "../backend/open-registry.ts";
import { SharedRegistry } from "../backend/shared-registry.ts";
import type { Config } from "../config/config.ts";
import { userAgent } from "../config/version.ts";
import { openAudit, writeEvent } from "../log/audit.ts";
import { warnOfInsecureTls } from "../log/insecure-tls.ts";
import { localUser } from "../log/local-user.ts";
import type { Log } from "../log/log.ts";
import type { Credential } from "../mlflow/client.ts";
import type { Write } from "../registry/changes/write.ts";
import { policyFromConfig } from "../server/policy-from-config.ts";
import type { Session } from "../session/session.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { TemplateWorkers } from "../template-workers/template-workers.ts";

/** A session, and what it holds open. */
export interface LocalSession {
  readonly session: Session;
  /** Ends notifications of changes. Calls are still answered. */
  stopChanges(): void;
  close(): Promise<void>;
}

/**
 * Opens the session of the user who runs this program: with the registry, the credential and the
 * policy of the configuration.
 * @throws ConfigError
 */
export async function openLocalSession(
  config: Config,
  log: Log,
  telemetry?: Telemetry,
): Promise<LocalSession> {
  const { workspace } = config;
  warnOfInsecureTls(config.registry, log);
  const policy = await policyFromConfig(config);
  const registry = await openRegistry(config, {
    userAgent,
    ...(telemetry ? { observe: telemetry.upstream } : {}),
  });
  const credential = config.registry.kind === "mlflow" ? config.registry.credential : undefined;
  const workers = new TemplateWorkers();
  const shared = new SharedRegistry(registry, { ...config, log });
  const models = config.models && (await openModels(config, registry, log, telemetry));
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
    ...(given.evaluations ? { evaluations: given.evaluations } : {}),
    ...(given.links ? { links: given.links } : {}),
    ...(given.evaluatedVersions ? { evaluatedVersions: given.evaluatedVersions } : {}),
    templates: workers.engineFor(""),
    // Read for each call, which marks the workspace as in use.
    get registry() {
      return given.registry;
    },
    openWorkspace: async (name) => registryOf(name).registry,
    who: userNameOf(credential) ?? who,
    audit: (event) => audit.record(actor, event),
  };
  return {
    session,
    stopChanges: () => shared.close(),
    async close() {
      await workers.close();
      models?.close();
      await registry.close();
      audit.close();
    },
  };
}

/** Loaded only where there are models: most starts need none. */
async function openModels(
  config: Config,
  registry: OpenRegistry,
  log: Log,
  telemetry: Telemetry | undefined,
) {
  const { SharedModels } = await import("../backend/shared-models.ts");
  return new SharedModels(config, registry, log, config.models?.maxCalls, telemetry?.model);
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
