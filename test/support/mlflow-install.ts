import { existsSync } from "node:fs";
import { join } from "node:path";
import { installPackages, packageBin, versionsIn } from "./python-packages.ts";

/** The oldest supported MLflow, the first with workspaces, and the newest that can be installed. */
export type Release = "3.8.1" | "3.10.1" | "3.17.2";

/** 3.8 fails with SQLAlchemy 2.1; basic auth and PostgreSQL are tested on the newest. */
const packages: Record<Release, readonly string[]> = {
  "3.8.1": ["mlflow==3.8.1", "sqlalchemy<2.1", "psycopg2-binary"],
  "3.10.1": ["mlflow==3.10.1"],
  "3.17.2": ["mlflow[auth]==3.17.2", "psycopg2-binary"],
};

/** Whether servers can be run here; if not, why, in words for the name of a skipped suite. */
export type Available = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** In CI a suite that cannot run is a failure, not a gap that nobody sees. */
const required = Boolean(process.env.CI || process.env.MLFLOW_PROMPTS_REQUIRE_MLFLOW);

/**
 * Installs the releases that are not there yet. For a suite's top level: an installation may take
 * minutes, longer than hooks may. Throws instead of reporting where MLflow is required.
 */
export async function mlflowAvailable(...releases: Release[]): Promise<Available> {
  return available(async () => {
    for (const release of releases) await install(release);
  });
}

/** Reports what `attempt` throws; throws it where MLflow is required. */
export async function available(attempt: () => Promise<void>): Promise<Available> {
  try {
    await attempt();
    return { ok: true };
  } catch (error) {
    if (required) throw error;
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    process.stderr.write(`Skipped: ${reason}\n`);
    return { ok: false, reason };
  }
}

/** The title of a suite that runs only when everything it needs is there. */
export function title(text: string, ...needs: Available[]): string {
  const missing = needs.find((need) => !need.ok);
  return missing && !missing.ok ? `${text} (skipped: ${missing.reason})` : text;
}

/** Where a release's commands are: `mlflow`, `python`. */
export function binFolder(release: Release): string {
  return packageBin(folderOf(release));
}

function folderOf(release: Release): string {
  return `mlflow-${release}`;
}

async function install(release: Release): Promise<void> {
  await installPackages({
    title: `MLflow ${release}`,
    folder: folderOf(release),
    packages: packages[release],
    isComplete: async (bin) =>
      existsSync(join(bin, "mlflow")) && (await versionsIn(bin, ["mlflow"])) === release,
  });
}
