import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { ConfigError } from "../../config/errors.ts";
import { record } from "../../registry/json.ts";
import { writeSafely } from "./write-safely.ts";

/** The file that remembers which version of each prompt a folder was last the same as. */
export const lockFileName = ".mlflow-prompts.json";

const maxSize = 5_000_000;
const lockFile = z.object({ prompts: record(z.object({ version: z.int().min(1) })) });

/**
 * The versions that a folder was last the same as, by name. People commit it with the prompts: it is the
 * base version of what they change.
 */
export class LockFile {
  readonly #path: string;
  readonly #versions: Map<string, number>;

  private constructor(path: string, versions: Map<string, number>) {
    this.#path = path;
    this.#versions = versions;
  }

  /** @throws ConfigError for a file that is none of this program's */
  static async read(folder: string): Promise<LockFile> {
    const path = join(folder, lockFileName);
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined) return new LockFile(path, new Map());
    try {
      if (!stats.isFile() || stats.size > maxSize) throw new Error("it is no file of this program");
      const { prompts } = lockFile.parse(JSON.parse(await readFile(path, "utf8")));
      const versions = Object.entries(prompts).map(
        ([name, { version }]) => [name, version] as const,
      );
      return new LockFile(path, new Map(versions));
    } catch (error) {
      const reason = error instanceof SyntaxError ? error.message : "it has another form";
      throw new ConfigError(
        `${path} cannot be read: ${reason}. Restore it from git; without it, every prompt that differs is a conflict.`,
      );
    }
  }

  versionOf(name: string): number | undefined {
    return this.#versions.get(name);
  }

  /** Remembers a version, so that a run that is interrupted goes on behind it. */
  async remember(name: string, version: number): Promise<void> {
    if (this.#versions.get(name) === version) return;
    this.#versions.set(name, version);
    const lines = [...this.#versions]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([known, number]) => `    ${JSON.stringify(known)}: { "version": ${number} }`);
    await writeSafely(this.#path, `{\n  "prompts": {\n${lines.join(",\n")}\n  }\n}\n`);
  }
}
