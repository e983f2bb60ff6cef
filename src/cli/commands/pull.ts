import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { countOf } from "../../registry/text/count.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import type { Action, CommandContext } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { LockFile } from "../folder/lock-file.ts";
import { type PlannedPull, type PullRequest, planPull } from "../folder/plan-pull.ts";
import { type Folder, readFolderIfThere } from "../folder/read-folder.ts";
import { refuseProblems } from "../folder/refuse-problems.ts";
import { writeSafely } from "../folder/write-safely.ts";
import { interrupted } from "../interrupted.ts";
import { indented } from "../output/indented.ts";
import { withLocalSession } from "../with-local-session.ts";

/**
 * Writes the prompts of the registry into a folder, which is made if there is none. A file stays in its form, and only what differs in
 * meaning is changed in it.
 * @throws ConfigError for wrong usage
 * @throws RegistryError when a file cannot be read, or the registry cannot be reached
 */
export const run: Action = async (context, [path = "."], options) => {
  const alias = options.text("alias");
  const request: PullRequest = {
    names: options.texts("only"),
    force: options.has("force"),
    ...(alias === undefined ? {} : { alias }),
  };
  const dryRun = options.has("dry-run");
  const folder = await readFolderIfThere(path);
  refuseProblems(folder.problems, "pulled", context.output);
  await withLocalSession(context, "pull", async (session, call) => {
    const results = await pullFolder(session, folder, { ...request, dryRun }, call);
    report(results, dryRun, context);
    const code = exitCodeFor(results);
    if (code !== exitCodes.ok) context.exitWith(code);
  });
};

/** Pulls into a folder. What fails for one prompt does not keep the others. */
export async function pullFolder(
  session: Session,
  folder: Folder,
  request: PullRequest & { readonly dryRun: boolean },
  call: Call,
): Promise<readonly PlannedPull[]> {
  const lock = await LockFile.read(folder.path);
  const planned = await planPull(session, folder, lock, request, call);
  if (request.dryRun) return withDiffs(session, folder, planned);
  await mkdir(folder.path, { recursive: true });
  for (const [index, { name, file, version, action, text }] of planned.entries()) {
    if (call.signal?.aborted) throw interrupted(index, planned.length);
    call.progress(index, planned.length, name);
    if (text !== undefined && file !== undefined) await writeSafely(join(folder.path, file), text);
    if (text !== undefined || action === "unchanged") await lock.remember(name, version);
  }
  return planned;
}

/** What a pull would change in files that are there. */
async function withDiffs(
  { templates }: Pick<Session, "templates">,
  { files }: Folder,
  planned: readonly PlannedPull[],
): Promise<readonly PlannedPull[]> {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return Promise.all(
    planned.map(async (one) => {
      const { file = "", version, text } = one;
      const before = texts.get(file);
      if (before === undefined || text === undefined) return one;
      const names = [file, `version ${version}`] as const;
      return { ...one, diff: await templates.diff(names, before, text) };
    }),
  );
}

function exitCodeFor(results: readonly PlannedPull[]): ExitCode {
  if (results.some(({ action }) => action === "failed")) return exitCodes.failure;
  return results.some(({ action }) => action === "conflict") ? exitCodes.conflict : exitCodes.ok;
}

function report(
  results: readonly PlannedPull[],
  dryRun: boolean,
  { output }: Pick<CommandContext, "output">,
): void {
  output.print(
    results.map(({ text: _, ...result }) => result),
    () => {
      for (const result of results) {
        if (result.action !== "unchanged") output.text(`${describe(result, dryRun)}\n`);
      }
    },
  );
  const count = (action: PlannedPull["action"]) =>
    results.filter((one) => one.action === action).length;
  output.note(
    `${countOf(count("created") + count("updated"), "file")} ${dryRun ? "would be written" : "written"}, ${count("unchanged")} unchanged, ${count("kept")} changed here alone, ${countOf(count("conflict"), "conflict")}, ${count("failed")} failed.`,
  );
}

function describe(
  { name, file, version, action, error, diff }: PlannedPull,
  dryRun: boolean,
): string {
  const would = dryRun ? "would be " : "";
  switch (action) {
    case "created":
      return `${file}: ${would}new, version ${version} of ${name}`;
    case "updated":
      return [
        `${file}: ${would}version ${version} of ${name}`,
        ...(diff === undefined ? [] : [indented(diff)]),
      ].join("\n");
    case "kept":
      return `${file}: changed since version ${version} of ${name}; push it`;
    case "unchanged":
      return `${file}: unchanged`;
    default:
      return `${file ?? name}: ${error}`;
  }
}
