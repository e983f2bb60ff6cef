import { randomUUID } from "node:crypto";
import { lstat, rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes a whole file or nothing, whenever the program ends. A link at the path is replaced, and never
 * followed.
 */
export async function writeSafely(path: string, text: string): Promise<void> {
  const mode = await lstat(path).then(
    (stats) => (stats.isFile() ? stats.mode & 0o777 : undefined),
    () => undefined,
  );
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { flag: "wx", ...(mode === undefined ? {} : { mode }) });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
