import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Environment } from "../config/settings.ts";
import { RegistryError } from "../registry/errors.ts";

const run = promisify(execFile);

/** The newest MLflow that this program is tested with. */
export const mlflowRelease = "3.17.2";

export interface InstallRequest {
  readonly environment: Environment;
  readonly home: string;
  readonly signal: AbortSignal;
  /** Told before an installation, which takes minutes. */
  readonly note: (text: string) => void;
}

/** The most that one step of an installation may take. */
const timeout = 900_000;

/**
 * Installs MLflow into a virtual environment in the cache folder, unless it is there. Resolves with the
 * folder of its commands.
 * @throws RegistryError `unavailable` without uv and Python, and when the installation fails
 */
export async function installMlflow(request: InstallRequest): Promise<string> {
  const { environment, home, signal, note } = request;
  if (process.platform === "win32") {
    throw new RegistryError(
      "unavailable",
      "dev does not run on Windows. Start MLflow there (mlflow server), and name it in MLFLOW_TRACKING_URI.",
    );
  }
  const cache = environment.XDG_CACHE_HOME || join(home, ".cache");
  const folder = join(cache, "mlflow-prompts-mcp", `mlflow-${mlflowRelease}`);
  const bin = join(folder, "bin");
  const options = { env: { ...environment }, signal, timeout };
  const works = (command: string, ...args: string[]) => isRunnable(command, args, options);
  if (await isInstalled(bin, options)) return bin;
  const tool = (await works("uv", "--version")) ? "uv" : "python3";
  if (tool === "python3" && !(await works("python3", "-m", "venv", "--help"))) {
    throw new RegistryError(
      "unavailable",
      "dev needs uv, or python3 with its module venv, to install MLflow, and finds neither. Install uv (https://docs.astral.sh/uv/) or Python 3.10 or newer.",
    );
  }
  note(`Installing MLflow ${mlflowRelease} in ${folder} with ${tool}. This takes minutes, once.`);
  await mkdir(dirname(folder), { recursive: true });
  const python = join(bin, "python");
  const wanted = `mlflow==${mlflowRelease}`;
  const steps: readonly (readonly [string, ...string[]])[] =
    tool === "uv"
      ? [
          ["uv", "venv", "--quiet", "--clear", "--python", ">=3.10,<3.14", folder],
          ["uv", "pip", "install", "--quiet", "--python", python, wanted],
        ]
      : [
          ["python3", "-m", "venv", "--clear", folder],
          [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted],
        ];
  for (const [command, ...args] of steps) {
    await run(command, args, options).catch((error: unknown) => {
      throw installationFailed(error, tool);
    });
  }
  return bin;
}

interface Options {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly timeout: number;
}

/** An installation that was interrupted has no MLflow: installers add its dependencies first. */
async function isInstalled(bin: string, options: Options): Promise<boolean> {
  if (!existsSync(join(bin, "mlflow"))) return false;
  const script = "from importlib.metadata import version; print(version('mlflow'))";
  const { stdout } = await run(join(bin, "python"), ["-c", script], options).catch(() => ({
    stdout: "",
  }));
  return stdout.trim() === mlflowRelease;
}

function isRunnable(command: string, args: readonly string[], options: Options) {
  return run(command, args, options).then(
    () => true,
    () => false,
  );
}

function installationFailed(error: unknown, tool: string): RegistryError {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  const reason = said.split("\n").slice(-3).join(" ").slice(0, 500) || String(error);
  return new RegistryError(
    "unavailable",
    `MLflow ${mlflowRelease} could not be installed with ${tool}: ${reason} Check the network and the package index, and try again.`,
    {},
    { cause: error },
  );
}
