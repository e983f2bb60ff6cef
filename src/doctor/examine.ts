import { join, resolve } from "node:path";
import { type Config, loadConfig } from "../config/config.ts";
import { ConfigError } from "../config/errors.ts";
import type { Environment, SettingFlags } from "../config/settings.ts";
import { certificateCheck } from "./checks/certificate.ts";
import { clockCheck } from "./checks/clock.ts";
import { credentialCheck } from "./checks/credential.ts";
import { embeddedCheck } from "./checks/embedded.ts";
import { fileCheck, type PrivateFile, skippedCheck, spaceCheck } from "./checks/files.ts";
import { nodeCheck } from "./checks/node.ts";
import { permissionsCheck } from "./checks/permissions.ts";
import { reachCheck } from "./checks/reach.ts";
import { releaseCheck } from "./checks/release.ts";
import { settingsCheck, variablesCheck } from "./checks/settings.ts";
import { telemetryCheck } from "./checks/telemetry.ts";
import { webhooksCheck } from "./checks/webhooks.ts";
import { workspacesCheck } from "./checks/workspaces.ts";
import type { Check, Line } from "./finding.ts";
import { type MlflowTarget, openTarget } from "./mlflow.ts";
import { runCheck } from "./run-check.ts";

export interface Examination {
  readonly flags: SettingFlags;
  readonly environment: Environment;
  readonly home: string;
  /** As `process.versions.node`. */
  readonly node: string;
  /** Milliseconds that one check may take. */
  readonly limitMs: number;
}

/** Checks the installation, its settings and its registry. Changes nothing. Always resolves. */
export async function examine(examination: Examination): Promise<readonly Line[]> {
  const { flags, environment, home, node } = examination;
  const config = configOf(examination);
  const problem = config instanceof ConfigError ? config : undefined;
  const run = (checks: readonly Check[]) =>
    Promise.all(checks.map((check) => runCheck(check, examination.limitMs)));
  const own = await run([
    nodeCheck(node),
    settingsCheck(flags, environment, home, problem),
    variablesCheck(environment),
  ]);
  if (config instanceof ConfigError) {
    const later = ["registry", "files", "telemetry"];
    return [
      ...own,
      ...(await run(later.map((name) => skippedCheck(name, "The settings are wrong.")))),
    ];
  }
  const registry = await examineRegistry(config, environment, run);
  const path = writtenPath(config);
  const rest = await run([
    ...privateFiles(config, home).map(fileCheck),
    ...(path === undefined ? [] : [spaceCheck(path)]),
    telemetryCheck(config.telemetry),
  ]);
  return [...own, ...registry, ...rest];
}

function configOf({ flags, environment, home }: Examination): Config | ConfigError {
  try {
    return loadConfig(flags, environment, home);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

type Run = (checks: readonly Check[]) => Promise<readonly Line[]>;

const mlflowChecks: readonly ((target: MlflowTarget) => Check)[] = [
  certificateCheck,
  credentialCheck,
  permissionsCheck,
  releaseCheck,
  workspacesCheck,
  webhooksCheck,
  clockCheck,
];

async function examineRegistry(
  { registry, workspace }: Config,
  { MLFLOW_PROMPTS_WEBHOOK_SECRET: secret }: Environment,
  run: Run,
): Promise<readonly Line[]> {
  if (registry.kind === "embedded") return run([embeddedCheck(registry, workspace)]);
  const opened = opening(() => openTarget(registry, workspace, Boolean(secret)));
  if ("error" in opened) {
    return run([{ name: "registry", run: () => Promise.reject(opened.error) }]);
  }
  const { target, close } = opened.value;
  try {
    const reached = await run([reachCheck(target)]);
    const isReached = reached.every(({ status }) => status !== "problem");
    const others = mlflowChecks.map((checkOf) => checkOf(target));
    const needed = isReached ? others : others.map(({ name }) => skippedCheck(name, noAnswer));
    return [...reached, ...(await run(needed))];
  } finally {
    await close();
  }
}

const noAnswer = "MLflow cannot be reached.";

function opening<T>(open: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: open() };
  } catch (error) {
    return { error };
  }
}

function privateFiles({ registry, auditLog }: Config, home: string): readonly PrivateFile[] {
  const file =
    registry.kind === "embedded"
      ? {
          name: "database",
          title: "The database file",
          path: resolve(registry.path),
          written: true,
        }
      : {
          name: "credentials-file",
          title: "The credentials file",
          path: join(home, ".mlflow", "credentials"),
          written: false,
        };
  if (auditLog === undefined) return [file];
  const path = resolve(auditLog);
  return [file, { name: "audit-log", title: "The audit log", path, written: true }];
}

/** A file that this program writes, if there is one. */
function writtenPath({ registry, auditLog }: Config): string | undefined {
  const path = registry.kind === "embedded" ? registry.path : auditLog;
  return path === undefined ? undefined : resolve(path);
}
