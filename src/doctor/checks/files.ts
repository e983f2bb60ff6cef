import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { type Check, type Finding, ok, problem, skipped, warning } from "../finding.ts";

/** A file that others must not read. */
export interface PrivateFile {
  /** The name of the check. */
  readonly name: string;
  /** Such as "The audit log". */
  readonly title: string;
  readonly path: string;
  /** Whether this program writes it, and creates it where it is missing. */
  readonly written: boolean;
}

/** Whether the file is this user's alone, and can be used. */
export function fileCheck(file: PrivateFile): Check {
  return { name: file.name, run: () => checkFile(file) };
}

async function checkFile({ title, path, written }: PrivateFile): Promise<Finding> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return missingFile({ title, path, written });
  const needed = written ? constants.R_OK | constants.W_OK : constants.R_OK;
  if (!found.isFile() || !(await isAllowed(path, needed))) {
    return problem(
      "settings",
      `${title} ${path} cannot be ${written ? "written" : "read"} by this user.`,
      "Give the file to this user, or name another one.",
    );
  }
  // Windows has no such permissions: Node derives the bits there.
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, "0");
    return warning(
      `Other users of this machine may use ${path} (mode ${mode}).`,
      `Run: chmod 600 ${path}`,
    );
  }
  return ok(`${title} ${path} is this user's alone.`);
}

async function missingFile({ title, path, written }: Omit<PrivateFile, "name">): Promise<Finding> {
  if (!written) return ok(`There is no file ${path}.`);
  const folder = await existingFolder(path);
  if (await isAllowed(folder, constants.W_OK | constants.X_OK)) {
    return ok(`${title} ${path} will be created at the first write.`);
  }
  return problem(
    "settings",
    `${title} ${path} does not exist and cannot be created in ${folder}.`,
    "Let this user write the folder, or name another file.",
  );
}

/** Fewer bytes are a warning, and a hundredth of them a problem. */
const enoughBytes = 200_000_000;

/** Whether the disk of a file has room. */
export function spaceCheck(path: string): Check {
  return {
    name: "disk",
    async run() {
      const folder = await existingFolder(path);
      const { bavail, bsize } = await statfs(folder);
      return spaceFinding(bavail * bsize, folder);
    },
  };
}

export function spaceFinding(bytes: number, folder: string): Finding {
  const free = `The disk of ${folder} has ${Math.floor(bytes / 1_000_000)} MB of free space.`;
  if (bytes >= enoughBytes) return ok(free);
  const cure = "Free some: writes fail when it is full.";
  return bytes < enoughBytes / 100 ? problem("other", free, cure) : warning(free, cure);
}

/** Reported in place of the checks of files that are known only with the settings. */
export function skippedCheck(name: string, why: string): Check {
  return { name, run: async () => skipped(why) };
}

function isAllowed(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** The nearest folder above the file that exists. */
async function existingFolder(path: string): Promise<string> {
  const folder = dirname(path);
  const found = await stat(folder).catch(() => undefined);
  return found?.isDirectory() || folder === dirname(folder) ? folder : existingFolder(folder);
}
