import { lstat, readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { ConfigError } from "../../config/errors.ts";
import { promptNameOf } from "../../prompt-files/file-names.ts";
import { formOfFile } from "../../prompt-files/forms.ts";
import { isPromptJson, messageJson } from "../../prompt-files/message-json.ts";
import { maxFileSize, type PromptFile, type PromptForm } from "../../prompt-files/prompt-file.ts";
import { quote, RegistryError } from "../../registry/errors.ts";

/** Files and folders in a folder, and levels of folders, at most. */
const maxEntries = 20_000;
const maxDepth = 20;

/** Files about a folder, which are in the forms of prompts and are none. */
const aboutFolder =
  /^(?:readme|changelog|license|licence|contributing|code_of_conduct|security)\b/i;

/** A prompt in a folder. */
export interface FolderFile {
  /** From the folder, with "/". */
  readonly path: string;
  /** Of the prompt. */
  readonly name: string;
  readonly form: PromptForm;
  readonly text: string;
  readonly file: PromptFile;
}

export interface Folder {
  readonly path: string;
  /** By path. */
  readonly files: readonly FolderFile[];
  /** What is wrong, as sentences that name the file. */
  readonly problems: readonly string[];
  /** All paths that are taken, those of files that are no prompts among them. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Reads all prompt files of a folder and the folders in it. Links are not followed, and what begins with
 * a dot is not read.
 * @throws ConfigError when it is no folder
 */
export async function readFolder(path: string): Promise<Folder> {
  const paths = await listFiles(path);
  const files: FolderFile[] = [];
  const problems: string[] = [];
  for (const one of paths) {
    try {
      const read = await readPrompt(path, one);
      if (read !== undefined) files.push(read);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      problems.push(`${one}: ${error.message}`);
    }
  }
  return { path, files, problems: [...problems, ...sharedNames(files)], taken: new Set(paths) };
}

/** As `readFolder`; a folder that is not there is empty. */
export async function readFolderIfThere(path: string): Promise<Folder> {
  const isThere = await lstat(path).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
  return isThere ? readFolder(path) : { path, files: [], problems: [], taken: new Set() };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const stats = await lstat(folder).catch(() => undefined);
  if (!stats?.isDirectory()) throw new ConfigError(`${folder} is no folder.`);
  const found: string[] = [];
  let entries = 0;
  const open = [{ path: folder, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, depth } = next;
    const listed = await readdir(path, { withFileTypes: true });
    entries += listed.length;
    if (entries > maxEntries || depth > maxDepth) throw tooLarge(folder);
    const read = listed.filter(({ name }) => !name.startsWith(".") && name !== "node_modules");
    const below = read.filter((entry) => entry.isDirectory());
    open.push(...below.map(({ name }) => ({ path: join(path, name), depth: depth + 1 })));
    const files = read.filter((entry) => entry.isFile());
    found.push(...files.map(({ name }) => relative(folder, join(path, name)).replaceAll(sep, "/")));
  }
  return found.sort();
}

function tooLarge(folder: string): ConfigError {
  return new ConfigError(
    `${folder} has more than ${maxEntries} files or ${maxDepth} levels of folders: name the folder of the prompts.`,
  );
}

async function readPrompt(folder: string, path: string): Promise<FolderFile | undefined> {
  const fileName = path.slice(path.lastIndexOf("/") + 1);
  const found = formOfFile(fileName);
  if (found === undefined || aboutFolder.test(fileName)) return undefined;
  const text = await readText(join(folder, path));
  if (found.form === messageJson && !isPromptJson(text)) return undefined;
  const file = found.form.read(text);
  return { path, name: promptNameOf(found.stem, file.name), form: found.form, text, file };
}

async function readText(path: string): Promise<string> {
  const { size } = await lstat(path);
  if (size > maxFileSize) {
    throw new RegistryError(
      "invalid",
      `it has ${size} bytes, and a prompt file has at most ${maxFileSize}`,
    );
  }
  const bytes = await readFile(path);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RegistryError("invalid", "it is not UTF-8: save it as UTF-8");
  }
}

function sharedNames(files: readonly FolderFile[]): readonly string[] {
  const paths = new Map<string, string[]>();
  for (const { name, path } of files) paths.set(name, [...(paths.get(name) ?? []), path]);
  return [...paths]
    .filter(([, list]) => list.length > 1)
    .map(
      ([name, list]) =>
        `${list.join(" and ")} are the same prompt ${quote(name)}: rename one, or give it a name in its front matter.`,
    );
}
