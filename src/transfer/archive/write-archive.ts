import { createHash } from "node:crypto";
import { createWriteStream, existsSync, renameSync, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { RegistryError } from "../../registry/errors.ts";
import { stringifyJson } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { encodeVersionTags } from "../../registry/versions/stored-version.ts";
import type { Source, SourcePrompt, SourceVersion, UnreadablePrompt } from "../source.ts";
import {
  archiveFormat,
  archiveVersion,
  type BodyEntry,
  type EndEntry,
  type HeaderEntry,
  type VersionEntry,
} from "./entries.ts";

/** What an archive has. */
export interface Archived {
  readonly prompts: number;
  readonly versions: number;
  /** What it does not have, in sentences. */
  readonly problems: readonly string[];
}

/**
 * Writes all prompts of a source to one file, which its owner alone can read. Until it is complete, it
 * has another name.
 * @param onPrompt called before each prompt with the number of those that are done
 * @throws RegistryError `conflict` when the file exists and may not be replaced
 */
export async function writeArchive(
  path: string,
  source: Source,
  {
    force,
    onPrompt,
  }: { readonly force: boolean; readonly onPrompt: (done: number, name: string) => void },
  options: CallOptions,
): Promise<Archived> {
  refuseExisting(path, force);
  const draft = `${path}.${process.pid}.new`;
  const writer = new LineWriter(onPrompt);
  const { signal } = options;
  try {
    await pipeline(
      Readable.from(writer.lines(source, options)),
      createGzip(),
      createWriteStream(draft, { mode: 0o600, flags: "wx", flush: true }),
      ...(signal ? [{ signal }] : []),
    );
    refuseExisting(path, force);
    renameSync(draft, path);
  } catch (error) {
    throw writeFailure(path, error);
  } finally {
    rmSync(draft, { force: true });
  }
  return writer.archived();
}

function refuseExisting(path: string, force: boolean): void {
  if (force || !existsSync(path)) return;
  throw new RegistryError(
    "conflict",
    `${path} exists. Nothing was written. Give another name, or --force to replace it.`,
  );
}

function writeFailure(path: string, error: unknown): unknown {
  if (error instanceof RegistryError) return error;
  if (!(error instanceof Error)) return error;
  if (error.name === "AbortError") {
    return new RegistryError("cancelled", `The backup was cancelled: ${path} was not written.`);
  }
  if (!("code" in error)) return error;
  return new RegistryError(
    "invalid",
    `${path} cannot be written: ${error.message}. Give a path in a folder that exists and that you may write to.`,
    {},
    { cause: error },
  );
}

class LineWriter {
  readonly #onPrompt: (done: number, name: string) => void;
  readonly #hash = createHash("sha256");
  readonly #problems: string[] = [];
  #prompts = 0;
  #versions = 0;

  constructor(onPrompt: (done: number, name: string) => void) {
    this.#onPrompt = onPrompt;
  }

  async *lines(source: Source, options: CallOptions): AsyncGenerator<string> {
    const now = new Date().toISOString();
    yield this.#line({ format: archiveFormat, format_version: archiveVersion, created_at: now });
    for await (const prompt of source.prompts(options)) {
      this.#onPrompt(this.#prompts++, prompt.name);
      yield this.#line(this.#promptEntry(prompt));
      if ("problem" in prompt) continue;
      for await (const version of prompt.versions()) {
        this.#versions++;
        yield this.#line(this.#versionEntry(prompt.name, version));
      }
    }
    const sha256 = this.#hash.digest("hex");
    yield text({ prompts: this.#prompts, versions: this.#versions, sha256 });
  }

  archived(): Archived {
    return { prompts: this.#prompts, versions: this.#versions, problems: this.#problems };
  }

  #promptEntry(prompt: SourcePrompt | UnreadablePrompt): BodyEntry {
    const { name } = prompt;
    if ("problem" in prompt) {
      this.#problems.push(`${name}: ${prompt.problem}`);
      return { unreadable: name, problem: prompt.problem };
    }
    const { description, tags, aliases, aliasHistory } = prompt;
    return {
      prompt: name,
      description,
      tags: sorted(tags),
      aliases: sorted(aliases),
      ...(aliasHistory === undefined ? {} : { alias_history: aliasHistory }),
    };
  }

  #versionEntry(name: string, source: SourceVersion): VersionEntry {
    const { version } = source;
    try {
      if ("draft" in source) {
        const { commitMessage = "" } = source.draft;
        const tags = sorted(encodeVersionTags(source.draft));
        return { version, commit_message: commitMessage, tags };
      }
      return this.#leftOut(name, version, source.problem);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      return this.#leftOut(name, version, error.message);
    }
  }

  #leftOut(name: string, version: number, problem: string): VersionEntry {
    this.#problems.push(`${name}: version ${version} was left out: ${problem}`);
    return { version, problem };
  }

  #line(entry: HeaderEntry | BodyEntry): string {
    const line = text(entry);
    this.#hash.update(line);
    return line;
  }
}

/** Registries give members in any order, and two backups of the same are to be the same. */
function sorted<Value>(members: Readonly<Record<string, Value>>): Record<string, Value> {
  const entries = Object.entries(members);
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function text(entry: HeaderEntry | BodyEntry | EndEntry): string {
  return `${stringifyJson(entry)}\n`;
}
