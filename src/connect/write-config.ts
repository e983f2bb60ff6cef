import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { RegistryError } from "../registry/errors.ts";

/** Bytes. The largest file of a client seen has 2 MB, with the history of its conversations. */
const maxSize = 16 * 1024 * 1024;

/**
 * The text of a file; undefined where there is none.
 * @throws RegistryError `invalid` for a file that is none, or too large, or no UTF-8
 */
export function readConfigText(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const stats = statSync(path);
  if (!stats.isFile() || stats.size > maxSize) {
    throw new RegistryError("invalid", `${path} is ${stats.isFile() ? "too large" : "no file"}.`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (cause) {
    throw new RegistryError("invalid", `${path} is no UTF-8. Nothing was written.`, {}, { cause });
  }
}

/**
 * Replaces the text of a file in one step, after a copy of the old file with its permissions. A new
 * file can be read by its owner alone, because a person will put secrets into it.
 * @param before the text that the change was made from
 * @returns the path of the copy; undefined for a new file
 * @throws RegistryError `conflict` when the file has changed since
 */
export function writeConfigText(
  path: string,
  before: string | undefined,
  text: string,
  now: Date,
): string | undefined {
  if (readConfigText(path) !== before) {
    throw new RegistryError(
      "conflict",
      `${path} was changed in the meantime. Nothing was written. Run the command again.`,
    );
  }
  mkdirSync(dirname(path), { recursive: true });
  // Of a link, what it points at.
  const file = before === undefined ? path : realpathSync(path);
  const mode = before === undefined ? 0o600 : statSync(file).mode;
  const copy = before === undefined ? undefined : `${file}.${stamp(now)}.bak`;
  if (copy !== undefined) copyFileSync(file, copy);
  const draft = `${file}.${process.pid}.new`;
  try {
    writeFileSync(draft, text, { mode, flag: "wx" });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  return copy;
}

/** As 20261129-085500. */
function stamp(time: Date): string {
  return time
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replaceAll(/[-:]/g, "")
    .replace("T", "-");
}
