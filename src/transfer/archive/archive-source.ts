import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import { parseJson } from "../../registry/json.ts";
import { describeSchemaError } from "../../registry/text/schema-problem.ts";
import { decodeVersionTags } from "../../registry/versions/stored-version.ts";
import type { Source, SourceVersion } from "../source.ts";
import {
  type BodyEntry,
  bodyEntry,
  type EndEntry,
  endEntry,
  headerEntry,
  isVersionEntry,
  type VersionEntry,
} from "./entries.ts";
import { readLines } from "./read-lines.ts";

export interface ArchiveSource extends Source {
  close(): Promise<void>;
}

/**
 * The prompts of an archive, which is read as a whole before: one that was cut or changed is refused.
 * @throws RegistryError `unreadable`
 */
export async function openArchive(path: string): Promise<ArchiveSource> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw unopened(path, error);
  });
  try {
    const count = await verify(file);
    return {
      count,
      close: () => file.close(),
      prompts: () => readPrompts(file),
    };
  } catch (error) {
    await file.close();
    throw unusable(path, error);
  }
}

function unopened(path: string, error: unknown): RegistryError {
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  const problem = error instanceof Error ? error.message : String(error);
  return new RegistryError(
    "unreadable",
    `${isMissing ? `There is no such file: ${path}` : `${path} cannot be opened: ${problem}`}. Nothing was written.`,
    {},
    { cause: error },
  );
}

function unusable(path: string, error: unknown): RegistryError {
  const problem = error instanceof Error ? error.message : String(error);
  return new RegistryError(
    "unreadable",
    `${path} is no complete backup: ${problem}. Nothing was written. Use another copy of it.`,
    {},
    { cause: error },
  );
}

/** @returns the number of prompts */
async function verify(file: FileHandle): Promise<number> {
  const hash = createHash("sha256");
  const entries = readEntries(file, (line) => hash.update(`${line}\n`));
  let [prompts, versions, highest] = [0, 0, Number.POSITIVE_INFINITY];
  let next = await entries.next();
  for (; !next.done; next = await entries.next()) {
    const entry = next.value;
    if (isVersionEntry(entry)) {
      if (entry.version <= highest) throw new Error("its versions are not in order");
      versions++;
      highest = entry.version;
    } else {
      prompts++;
      highest = 0;
    }
  }
  const end = next.value;
  if (end.sha256 !== hash.digest("hex")) throw new Error("its checksum is another one");
  if (end.prompts !== prompts || end.versions !== versions) {
    throw new Error("it has another number of prompts or versions than it says");
  }
  return prompts;
}

/** Ends with the last line. Throws for a line that none can be. */
async function* readEntries(
  file: FileHandle,
  onLine: (line: string) => void = () => {},
): AsyncGenerator<BodyEntry, EndEntry> {
  let held: string | undefined;
  let number = 0;
  for await (const line of readLines(file)) {
    if (held !== undefined) {
      onLine(held);
      if (number === 1) parseEntry(headerEntry, held, number);
      else yield parseEntry(bodyEntry, held, number);
    }
    held = line;
    number++;
  }
  return parseEntry(endEntry, held ?? "", number);
}

function parseEntry<Entry>(schema: z.ZodType<Entry>, line: string, number: number): Entry {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    throw new Error(`line ${number} is no JSON`);
  }
  const entry = schema.safeParse(value);
  if (entry.success) return entry.data;
  throw new Error(`line ${number} cannot be read: ${describeSchemaError(entry.error)}`);
}

/** Each prompt is given with a way to its versions, which are the lines after it. */
async function* readPrompts(file: FileHandle): ReturnType<Source["prompts"]> {
  const entries = readEntries(file);
  let next = await entries.next();
  while (!next.done) {
    const entry = next.value;
    next = await entries.next();
    if ("unreadable" in entry) yield { name: entry.unreadable, problem: entry.problem };
    if (!("prompt" in entry)) continue;
    const { prompt: name, description, tags, aliases, alias_history } = entry;
    yield {
      name,
      description,
      tags,
      aliases,
      ...(alias_history === undefined ? {} : { aliasHistory: alias_history }),
      notes: [],
      async *versions() {
        while (!next.done && isVersionEntry(next.value)) {
          const version = toSourceVersion(next.value);
          next = await entries.next();
          yield version;
        }
      },
    };
  }
}

function toSourceVersion(entry: VersionEntry): SourceVersion {
  if ("problem" in entry) return entry;
  const { version, commit_message: commitMessage, tags: stored } = entry;
  const { template, ...rest } = decodeVersionTags(stored);
  if (template.kind === "unreadable") return { version, problem: template.problem };
  return { version, draft: { template, commitMessage, ...rest } };
}
