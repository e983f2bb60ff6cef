import { loadConfig } from "../config/config.ts";
import { version } from "../config/version.ts";
import { createLog, type Log } from "../log/log.ts";
import { RegistryError } from "../registry/errors.ts";
import { messageWithSuggestion } from "../server/error-answers.ts";
import type { Call } from "../session/call.ts";
import type { Session } from "../session/session.ts";
import { openLocalSession } from "../stdio/local-session.ts";
import type { CommandContext } from "./command.ts";
import type { OutputStream } from "./output/stream.ts";

/**
 * Does one piece of work as the local user, and closes everything afterwards. SIGINT and SIGTERM abort
 * the call.
 * @param command the name of the command, which the audit shows
 * @throws ConfigError
 */
export async function withLocalSession(
  { flags, environment, output }: Pick<CommandContext, "flags" | "environment" | "output">,
  command: string,
  work: (session: Session, call: Call) => Promise<void>,
): Promise<void> {
  const log = logOn(output.errors);
  const local = await openLocalSession(loadConfig(flags, environment), log);
  const interrupted = new AbortController();
  const abort = () => interrupted.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, abort);
  const progress = output.progress();
  try {
    await work(local.session, localCall(command, interrupted.signal, progress.show));
  } catch (error) {
    throw await withClosestNames(error, local.session);
  } finally {
    progress.end();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, abort);
    local.stopChanges();
    await local.close();
  }
}

/** On a terminal the result says what was done, so the audit goes only to the file that is named. */
export function logOn(stream: OutputStream): Log {
  const log = createLog(stream);
  return stream.isTTY === true ? { ...log, info: () => {} } : log;
}

/** Adds the closest names for a prompt that does not exist. */
async function withClosestNames(error: unknown, { registry }: Session): Promise<unknown> {
  if (!(error instanceof RegistryError) || error.kind !== "not_found") return error;
  return error.withMessage(await messageWithSuggestion(error, registry));
}

/** A call of the local user, who is asked nothing. It reads nothing that was cached before. */
export function localCall(command: string, signal: AbortSignal, progress: Call["progress"]): Call {
  return {
    signal,
    notBefore: performance.now(),
    caller: { client: { name: `mlflow-prompts-mcp ${command}`, version } },
    elicitation: { isSupported: false, responseTo: () => undefined },
    progress,
  };
}
