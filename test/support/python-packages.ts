import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Python packages in a virtual environment of their own, in the cache folder of the tests. */
export interface PythonPackages {
  /** For messages: "MLflow 3.17.2". */
  readonly title: string;
  readonly folder: string;
  /** As pip takes them. */
  readonly packages: readonly string[];
  readonly isComplete: (bin: string) => Promise<boolean>;
}

/** Where the commands of an environment are: `python` and those of its packages. */
export function packageBin(folder: string): string {
  return join(venv(folder), "bin");
}

/** Installs the packages unless they are there. Takes minutes; test files that want the same wait. */
export async function installPackages(wanted: PythonPackages): Promise<void> {
  const { title, folder, packages } = wanted;
  const bin = packageBin(folder);
  if (await isInstalled(wanted)) return;
  await mkdir(join(venv(folder), ".."), { recursive: true });
  await locked(`${venv(folder)}.lock`, async () => {
    if (await isInstalled(wanted)) return;
    process.stderr.write(`Installing ${title} in ${venv(folder)}.\n`);
    await rm(venv(folder), { recursive: true, force: true });
    if (await commandWorks("uv")) {
      await run("uv", ["venv", "--quiet", "--python", ">=3.10,<3.14", venv(folder)]);
      const python = ["--python", join(bin, "python")];
      await run("uv", ["pip", "install", "--quiet", ...python, ...packages]);
    } else if (await commandWorks("python3")) {
      await run("python3", ["-m", "venv", venv(folder)]);
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
      await run(join(bin, "python"), [...pip, ...packages]);
    } else {
      throw new Error(`${title} needs uv or python3, and neither is on the PATH.`);
    }
    if (await isInstalled(wanted)) return;
    throw new Error(`${title} was installed in ${venv(folder)} and does not run.`);
  });
}

/** The versions of the packages, with spaces in between. Empty when one is missing. */
export async function versionsIn(bin: string, packages: readonly string[]): Promise<string> {
  const script =
    "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))";
  const args = ["-c", script, ...packages];
  const { stdout } = await run(join(bin, "python"), args).catch(() => ({ stdout: "" }));
  return stdout.trim();
}

async function isInstalled({ folder, isComplete }: PythonPackages): Promise<boolean> {
  const bin = packageBin(folder);
  return existsSync(join(bin, "python")) && (await isComplete(bin));
}

function venv(folder: string): string {
  const cache =
    process.env.MLFLOW_PROMPTS_TEST_CACHE || join(homedir(), ".cache", "mlflow-prompts-mcp");
  return join(cache, folder);
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
