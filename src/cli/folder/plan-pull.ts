import { newPromptFile } from "../../prompt-files/forms.ts";
import type { PromptContent } from "../../prompt-files/prompt-file.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import { limits } from "../../registry/limits.ts";
import type { Prompt, PromptVersion } from "../../registry/types.ts";
import { fetchPrompts } from "../../registry/versions/fetch-prompts.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import type { LockFile } from "./lock-file.ts";
import { changesOf } from "./push-prompt.ts";
import type { Folder, FolderFile } from "./read-folder.ts";
import { contentOf } from "./registry-content.ts";

/** What a pull is asked for, besides the folder. */
export interface PullRequest {
  /** The alias whose versions are pulled. Absent: the newest versions. */
  readonly alias?: string;
  /** The only prompts to pull. Empty: all. */
  readonly names: readonly string[];
  /** Also write over files that were changed since they were last pulled or pushed. */
  readonly force: boolean;
}

/** What a pull does with one prompt. */
export interface PlannedPull {
  readonly name: string;
  readonly file?: string;
  readonly version: number;
  /**
   * - `kept`: the file was changed, and the registry was not
   * - `conflict`: both were changed
   * - `failed`: no file can hold it
   */
  readonly action: "created" | "updated" | "unchanged" | "kept" | "conflict" | "failed";
  readonly error?: string;
  /** To write into the file. */
  readonly text?: string;
  /** What that changes in the file, of a dry run. */
  readonly diff?: string;
}

/** Prompts at most: their files are in one folder. */
const maxPrompts = 10_000;

/**
 * Decides what a pull writes.
 * @throws RegistryError as the registry does
 */
export async function planPull(
  session: Session,
  folder: Folder,
  lock: LockFile,
  request: PullRequest,
  call: Call,
): Promise<readonly PlannedPull[]> {
  const prompts = await findPrompts(session, request, call);
  const versions = await versionsOf(session, prompts, request, call);
  const files = new Map(folder.files.map((file) => [file.name, file]));
  const bases = await basesOf(session, prompts, files, lock, call);
  const paths = new TakenPaths(folder.taken);
  return prompts.flatMap((prompt) => {
    const version = versions.get(prompt.name);
    if (version === undefined) return [];
    const file = files.get(prompt.name);
    const base = bases.get(prompt.name);
    try {
      if (file === undefined) return [created(prompt, version, paths)];
      return [updated(prompt, version, { file, base, force: request.force })];
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      const { name } = prompt;
      return [{ name, version: version.version, action: "failed" as const, error: error.message }];
    }
  });
}

function created(prompt: Prompt, version: PromptVersion, paths: TakenPaths): PlannedPull {
  const { name } = prompt;
  const { fileName, text } = newPromptFile(name, contentOf(prompt, version));
  paths.take(fileName, name);
  return { name, file: fileName, version: version.version, action: "created", text };
}

function updated(
  prompt: Prompt,
  version: PromptVersion,
  {
    file: { path, text, file, form },
    base,
    force,
  }: {
    readonly file: FolderFile;
    readonly base: PromptVersion | undefined;
    readonly force: boolean;
  },
): PlannedPull {
  const planned = { name: prompt.name, file: path, version: version.version };
  const changed = changesOf(file, prompt, version);
  if (changed.length === 0) return { ...planned, action: "unchanged" };
  if (!force) {
    if (base?.version === version.version) return { ...planned, action: "kept" };
    const isClean =
      base !== undefined && changesOf(file, prompt, base).every((one) => one === "description");
    if (!isClean) return { ...planned, action: "conflict", error: conflictOf(planned, base) };
  }
  const content: PromptContent = contentOf(prompt, version);
  return { ...planned, action: "updated", text: form.edit(text, content) };
}

function conflictOf(
  { name, version }: { readonly name: string; readonly version: number },
  base: PromptVersion | undefined,
): string {
  return base === undefined
    ? `it differs from version ${version} of ${quote(name)}, and nothing says which of them is newer. Commit the file, pull with --force, and merge with git.`
    : `it was changed since version ${base.version} of ${quote(name)}, and the registry has version ${version}. Commit the file, pull with --force, and merge with git.`;
}

async function findPrompts(
  { registry }: Session,
  { names }: PullRequest,
  call: Call,
): Promise<readonly Prompt[]> {
  if (names.length > 0) {
    const found = await fetchPrompts(registry, names, call);
    const missing = names.find((name) => !found.some((prompt) => prompt.name === name));
    if (missing === undefined) return found;
    throw new RegistryError(
      "not_found",
      `Nothing was pulled: there is no prompt named ${quote(missing)}.`,
      {
        prompt: missing,
      },
    );
  }
  const found: Prompt[] = [];
  let cursor: string | undefined;
  do {
    const search = { order: "name", limit: limits.pageSize } as const;
    const page = await registry.searchPrompts(
      cursor === undefined ? search : { ...search, cursor },
      call,
    );
    found.push(...page.items);
    cursor = page.nextCursor;
    if (found.length > maxPrompts) {
      throw new RegistryError(
        "invalid",
        `Nothing was pulled: the registry has more than ${maxPrompts} prompts. Name those to pull with --only.`,
      );
    }
  } while (cursor !== undefined);
  return found;
}

/** The versions to pull, by prompt. Prompts without one have none. */
async function versionsOf(
  { registry }: Session,
  prompts: readonly Prompt[],
  { alias }: PullRequest,
  call: Call,
): Promise<ReadonlyMap<string, PromptVersion>> {
  if (alias === undefined) {
    return new Map(
      prompts.flatMap(({ name, latest }) => (latest ? [[name, latest] as const] : [])),
    );
  }
  const wanted = prompts.flatMap((prompt) => {
    const version = prompt.aliases[alias];
    return version === undefined ? [] : [{ name: prompt.name, version, prompt }];
  });
  const found = await registry.getVersions(wanted, call);
  return new Map(found.map((version) => [version.name, version]));
}

/** The versions that files were last the same as, where that says whether the file was changed since. */
async function basesOf(
  { registry }: Session,
  prompts: readonly Prompt[],
  files: ReadonlyMap<string, FolderFile>,
  lock: LockFile,
  call: Call,
): Promise<ReadonlyMap<string, PromptVersion>> {
  const wanted = prompts.flatMap((prompt) => {
    const version = files.has(prompt.name) ? lock.versionOf(prompt.name) : undefined;
    return version === undefined ? [] : [{ name: prompt.name, version, prompt }];
  });
  const isNewest = ({ prompt, version }: (typeof wanted)[number]) =>
    prompt.latest?.version === version;
  const others = await registry.getVersions(
    wanted.filter((one) => !isNewest(one)),
    call,
  );
  const newest = wanted.filter(isNewest).flatMap(({ prompt: { latest } }) => latest ?? []);
  return new Map([...others, ...newest].map((version) => [version.name, version]));
}

/** Paths of files, of which two must not differ in case alone: some file systems have one for both. */
class TakenPaths {
  readonly #paths: Map<string, string>;

  constructor(paths: ReadonlySet<string>) {
    this.#paths = new Map([...paths].map((path) => [path.toLowerCase(), path]));
  }

  /** @throws RegistryError `invalid` when there is such a file */
  take(path: string, name: string): void {
    const taken = this.#paths.get(path.toLowerCase());
    if (taken !== undefined) {
      throw new RegistryError(
        "invalid",
        `${quote(name)} would be the file ${path}, and ${taken} is there: some file systems have one file for both. Rename the prompt or the file.`,
      );
    }
    this.#paths.set(path.toLowerCase(), path);
  }
}
