import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

/** The oldest supported MLflow, the first with workspaces, and the newest that can be installed. */
export type Release = "3.8.1" | "3.10.1" | "3.17.2";

/** 3.8 fails with SQLAlchemy 2.1; basic auth and PostgreSQL are tested on the newest. */
const packages: Record<Release, readonly string[]> = {
  "3.8.1": ["mlflow==3.8.1", "sqlalchemy<2.1", "psycopg2-binary"],
  "3.10.1": ["mlflow==3.10.1"],
  "3.17.2": ["mlflow[auth]==3.17.2", "psycopg2-binary"],
};

const run = promisify(execFile);

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
  return join(venv(release), "bin");
}

function venv(release: Release): string {
  const cache =
    process.env.MLFLOW_PROMPTS_TEST_CACHE || join(homedir(), ".cache", "mlflow-prompts-mcp");
  return join(cache, `mlflow-${release}`);
}

async function install(release: Release): Promise<void> {
  if (await isComplete(release)) return;
  await mkdir(join(venv(release), ".."), { recursive: true });
  await locked(`${venv(release)}.lock`, async () => {
    if (await isComplete(release)) return;
    process.stderr.write(`Installing MLflow ${release} in ${venv(release)}.\n`);
    await rm(venv(release), { recursive: true, force: true });
    if (await commandWorks("uv")) {
      await run("uv", ["venv", "--quiet", "--python", ">=3.10,<3.14", venv(release)]);
      const python = ["--python", join(binFolder(release), "python")];
      await run("uv", ["pip", "install", "--quiet", ...python, ...packages[release]]);
    } else if (await commandWorks("python3")) {
      await run("python3", ["-m", "venv", venv(release)]);
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
      await run(join(binFolder(release), "python"), [...pip, ...packages[release]]);
    } else {
      throw new Error("MLflow needs uv or python3, and neither is on the PATH.");
    }
    if (await isComplete(release)) return;
    throw new Error(`MLflow ${release} was installed in ${venv(release)} and does not run.`);
  });
}

async function isComplete(release: Release): Promise<boolean> {
  const python = join(binFolder(release), "python");
  if (!existsSync(python) || !existsSync(join(binFolder(release), "mlflow"))) return false;
  const script = "from importlib.metadata import version; print(version('mlflow'))";
  const { stdout } = await run(python, ["-c", script]).catch(() => ({ stdout: "" }));
  return stdout.trim() === release;
}

async function commandWorks(command: string): Promise<boolean> {
  return run(command, ["--version"]).then(
    () => true,
    () => false,
  );
}

/** Test files run in processes of their own: one installs, the others wait for it. */
async function locked(path: string, work: () => Promise<void>): Promise<void> {
  while (!(await takeLock(path))) await pause(500);
  try {
    await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function takeLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    const owner = Number(await readFile(path, "utf8").catch(() => "0"));
    if (owner > 0 && !isAlive(owner)) await rm(path, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
