import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OpenRegistry, openRegistry } from "../backend/open-registry.ts";
import { type Config, loadConfig } from "../config/config.ts";
import type { NamedRegistry } from "../config/named-registry.ts";
import { userAgent } from "../config/version.ts";
import { openAudit, writeEvent } from "../log/audit.ts";
import { warnOfInsecureTls } from "../log/insecure-tls.ts";
import { localUser } from "../log/local-user.ts";
import { AnnouncingRegistry } from "../registry/changes/announcing-registry.ts";
import { CheckedRegistry } from "../registry/checked-registry.ts";
import { RegistryError } from "../registry/errors.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import type { Target } from "../transfer/target.ts";
import type { CommandContext } from "./command.ts";
import { localCall, logOn } from "./with-local-session.ts";

type Opened = Pick<CommandContext, "flags" | "environment" | "output">;

/** What a command that carries whole registries works with. */
export interface TransferSession {
  readonly config: Config;
  readonly options: CallOptions;
  /** Shows how far the command is. */
  readonly show: (done: number, total: number, message: string) => void;
  /** A registry to read from. It is closed with the session. */
  openSource(named: NamedRegistry): Promise<PromptRegistry>;
  /** A registry to write to, whose writes the audit records. It is closed with the session. */
  openTarget(named: NamedRegistry, dryRun: boolean): Promise<Target>;
}

/**
 * Does one piece of work on whole registries, without a cache, and closes them afterwards. SIGINT and
 * SIGTERM abort it.
 * @throws ConfigError
 */
export async function withTransfer(
  { flags, environment, output }: Opened,
  command: string,
  work: (session: TransferSession) => Promise<void>,
): Promise<void> {
  const config = loadConfig(flags, environment);
  const log = logOn(output.errors);
  const audit = openAudit(config.auditLog, log);
  const opened: OpenRegistry[] = [];
  const folders: string[] = [];
  const interrupted = new AbortController();
  const abort = () => interrupted.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, abort);
  const progress = output.progress();
  const { signal, caller } = localCall(command, interrupted.signal, progress.show);
  const who = localUser();

  async function open({ registry, workspace }: NamedRegistry): Promise<PromptRegistry> {
    warnOfInsecureTls(registry, log);
    const { experimentId } = config;
    const own = { registry, ...(workspace ? { workspace } : {}) };
    const isConfigured = workspace === config.workspace && experimentId !== undefined;
    const there = await openRegistry(
      { ...own, ...(isConfigured ? { experimentId } : {}) },
      { userAgent },
    );
    opened.push(there);
    const credential = registry.kind === "mlflow" ? registry.credential : undefined;
    return there.view({
      ...(workspace ? { workspace } : {}),
      ...(credential ? { credential } : {}),
    });
  }

  try {
    await work({
      config,
      options: { ...(signal ? { signal } : {}), ...(caller ? { caller } : {}) },
      show: progress.show,
      openSource: async (named) => new CheckedRegistry(await open(named)),
      async openTarget(named, dryRun) {
        if (!dryRun) refuseReadOnly(config);
        const backEnd = await open(dryRun ? withoutNewFile(named, folders) : named);
        const { workspace } = named;
        const registry = new AnnouncingRegistry(new CheckedRegistry(backEnd), (write) =>
          audit.record({ workspace, who }, writeEvent(write)),
        );
        return { registry, backEnd, dryRun };
      },
    });
  } finally {
    progress.end();
    for (const one of ["SIGINT", "SIGTERM"] as const) process.off(one, abort);
    await Promise.all(opened.map((one) => one.close()));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    audit.close();
  }
}

/** A dry run creates no file: an empty one in a temporary folder takes its place. */
function withoutNewFile(named: NamedRegistry, folders: string[]): NamedRegistry {
  const { registry } = named;
  if (registry.kind !== "embedded" || existsSync(registry.path)) return named;
  const folder = mkdtempSync(join(tmpdir(), "mlflow-prompts-"));
  folders.push(folder);
  return { ...named, registry: { ...registry, path: join(folder, "registry.db") } };
}

function refuseReadOnly({ readOnly }: Config): void {
  if (!readOnly) return;
  throw new RegistryError(
    "forbidden",
    "Nothing was done: this configuration is read-only. Leave out --read-only or MLFLOW_PROMPTS_READ_ONLY.",
  );
}
