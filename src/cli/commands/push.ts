import { RegistryError } from "../../registry/errors.ts";
import { countOf } from "../../registry/text/count.ts";
import type { Prompt } from "../../registry/types.ts";
import { fetchPrompts } from "../../registry/versions/fetch-prompts.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { isOffered } from "../../tools/offered.ts";
import { registerPrompt } from "../../tools/writing/register-prompt.ts";
import type { Action, CommandContext } from "../command.ts";
import { inPushWords } from "../command-words.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "../exit-codes.ts";
import { contentProblems } from "../folder/content-problems.ts";
import { LockFile } from "../folder/lock-file.ts";
import { type Pushed, type PushRequest, pushPrompt } from "../folder/push-prompt.ts";
import { type Folder, readFolder } from "../folder/read-folder.ts";
import { refuseProblems } from "../folder/refuse-problems.ts";
import { interrupted } from "../interrupted.ts";
import { indented } from "../output/indented.ts";
import { withLocalSession } from "../with-local-session.ts";

/**
 * Registers what differs in a folder of prompt files. A version that somebody registered since the last
 * push or pull is a conflict, as with base_version.
 * @throws ConfigError for wrong usage
 * @throws RegistryError when a file cannot be read, or the registry cannot be reached
 */
export const run: Action = async (context, [path = "."], options) => {
  const isCheck = options.has("check");
  const message = options.text("message");
  const request = {
    dryRun: isCheck || options.has("dry-run"),
    allowBreaking: options.has("allow-breaking"),
    ...(message === undefined ? {} : { message }),
  };
  const folder = await readFolder(path);
  const problems = [...folder.problems, ...contentProblems(folder.files)];
  refuseProblems(problems, "pushed", context.output);
  await withLocalSession(context, "push", async (session, call) => {
    const results = await pushFolder(session, folder, request, call);
    report(results, request, context);
    const code = exitCodeFor(results, isCheck);
    if (code !== exitCodes.ok) context.exitWith(code);
  });
};

/** What became of a prompt, and the code that its failure ends the program with. */
export type PushResult = Pushed & { readonly code?: ExitCode };

/** Pushes all files of a folder. What fails for one prompt does not keep the others. */
export async function pushFolder(
  session: Session,
  { path, files }: Folder,
  request: PushRequest,
  call: Call,
): Promise<readonly PushResult[]> {
  if (!request.dryRun && !isOffered(registerPrompt, session)) {
    throw new RegistryError(
      "forbidden",
      "Nothing was pushed: this configuration does not let register_prompt be used, such as with --read-only.",
    );
  }
  const lock = await LockFile.read(path);
  const names = files.map(({ name }) => name);
  const found = await fetchPrompts(session.registry, names, call);
  const prompts = new Map<string, Prompt>(found.map((prompt) => [prompt.name, prompt]));
  const results: PushResult[] = [];
  for (const [index, file] of files.entries()) {
    if (call.signal?.aborted) throw interrupted(index, files.length);
    call.progress(index, files.length, file.name);
    const there = { prompt: prompts.get(file.name), base: lock.versionOf(file.name) };
    const result = await pushPrompt(session, file, there, request, call).catch((error: unknown) => {
      // The prompt may be registered. The next run finds it there.
      if (call.signal?.aborted) throw interrupted(index, files.length);
      return failed(file, error);
    });
    results.push(result);
    const { action, version } = result;
    if (!request.dryRun && action !== "failed" && version !== undefined) {
      await lock.remember(file.name, version);
    }
  }
  return results;
}

/** @throws what is no matter of one prompt */
function failed({ name, path }: { name: string; path: string }, error: unknown): PushResult {
  const ofAll = ["unavailable", "unauthenticated", "cancelled"];
  if (!(error instanceof RegistryError) || ofAll.includes(error.kind)) throw error;
  return {
    ...{ name, file: path, action: "failed", error: inPushWords(error.message) },
    code: exitCodeOf(error),
    ...(error.diff === undefined ? {} : { diff: error.diff }),
  };
}

function exitCodeFor(results: readonly PushResult[], isCheck: boolean): ExitCode {
  const worst = results.find(({ code }) => code !== undefined)?.code;
  if (worst !== undefined) return worst;
  const breaks = results.some(({ verdict }) => verdict === "breaking");
  return isCheck && breaks ? exitCodes.notPassed : exitCodes.ok;
}

function report(
  results: readonly PushResult[],
  { dryRun }: PushRequest,
  { output }: Pick<CommandContext, "output">,
): void {
  const changed = results.filter(({ action }) => action !== "unchanged");
  output.print(
    results.map(({ code: _, ...result }) => result),
    () => {
      for (const result of changed) output.text(`${describe(result, dryRun)}\n`);
    },
  );
  const count = (action: Pushed["action"]) => results.filter((one) => one.action === action).length;
  const written = count("created") + count("registered") + count("updated");
  const outcome = dryRun ? "would change" : "changed";
  output.note(
    `${countOf(written, "prompt")} ${outcome}, ${count("unchanged")} unchanged, ${count("failed")} failed.`,
  );
}

function describe(
  { name, file, action, version, findings = [], diff, error }: Pushed,
  dryRun: boolean,
): string {
  if (action === "failed") return `${file}: ${error}${diff ? `\n${indented(diff)}` : ""}`;
  const what = {
    created: `new prompt ${name}, version ${version}`,
    registered: `version ${version} of ${name}`,
    updated: `description or tags of ${name}`,
    unchanged: "unchanged",
  }[action];
  const lines = [
    `${file}: ${dryRun ? "would be " : ""}${what}`,
    ...findings.map((one) => `  ${one}`),
  ];
  return [...lines, ...(dryRun && diff ? [indented(diff)] : [])].join("\n");
}
