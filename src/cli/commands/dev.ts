import { once } from "node:events";
import { homedir } from "node:os";
import { loadHttpConfig } from "../../config/http-config.ts";
import type { Environment } from "../../config/settings.ts";
import { stdioStart } from "../../config/stdio-start.ts";
import { installMlflow, mlflowRelease } from "../../dev/install.ts";
import { type LocalMlflow, secondWorkspace, startLocalMlflow } from "../../dev/local-mlflow.ts";
import { serveHttp } from "../../http/serve.ts";
import { createLog } from "../../log/log.ts";
import { RegistryError } from "../../registry/errors.ts";
import type { Action, CommandContext } from "../command.ts";

/**
 * Starts a local MLflow with sample prompts and this server before it, and ends both with SIGINT or
 * SIGTERM.
 */
export const run: Action = async (context, _, options) => {
  const { environment, output } = context;
  const interrupted = new AbortController();
  const { signal } = interrupted;
  const abort = () => interrupted.abort();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, abort);
  const home = environment.HOME || homedir();
  try {
    const note = (text: string) => output.note(text);
    const bin = await installMlflow({ environment, home, signal, note });
    const data = options.text("data");
    note(`Starting MLflow ${mlflowRelease}.`);
    const mlflow = await startLocalMlflow({ bin, environment, data, signal });
    try {
      await serve(context, mlflow, signal);
    } finally {
      await mlflow.close();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(name, abort);
  }
};

/** Resolves when the signal aborts. @throws RegistryError when MLflow ends before */
async function serve(
  { environment, output, program }: CommandContext,
  mlflow: LocalMlflow,
  signal: AbortSignal,
): Promise<void> {
  const variables = { ...withoutMlflow(environment), MLFLOW_TRACKING_URI: mlflow.url };
  const flags = { port: "0" };
  // MLflow's credentials file is for another server.
  const config = loadHttpConfig(flags, variables, mlflow.folder);
  const server = await serveHttp(
    config,
    createLog(output.errors),
    stdioStart(config, {}, variables, program),
  );
  try {
    output.write(announcementOf(mlflow, server.announcement));
    if (!signal.aborted) await once(AbortSignal.any([signal, mlflow.ended]), "abort");
    if (signal.aborted) return;
    throw new RegistryError("unavailable", "MLflow has ended. Start dev again.");
  } finally {
    await server.close();
  }
}

function announcementOf({ url, folder }: LocalMlflow, announcement: string): string {
  return `MLflow ${mlflowRelease} at ${url}, its data in ${folder}.
Sample prompts are in its workspaces default (/mcp) and ${secondWorkspace} (/mcp/${secondWorkspace}).

${announcement}`;
}

/**
 * The settings of this program stay, and those that select a registry are of another one. No proxy
 * stands before loopback.
 */
function withoutMlflow(environment: Environment): Environment {
  const kept = Object.entries(environment).filter(
    ([name]) => !name.startsWith("MLFLOW_") || name.startsWith("MLFLOW_PROMPTS_"),
  );
  const others = environment.no_proxy || environment.NO_PROXY;
  const direct = others ? `${others},127.0.0.1` : "127.0.0.1";
  return { ...Object.fromEntries(kept), no_proxy: direct };
}
