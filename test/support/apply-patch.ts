import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether the program `patch` is here. In CI it always has to be. */
export const hasPatch =
  process.env.CI !== undefined || spawnSync("patch", ["--version"]).status === 0;

/** The text that `patch` makes of a text and a unified diff. */
export function applyPatch(before: string, diff: string): string {
  const folder = mkdtempSync(join(tmpdir(), "patch-"));
  const file = join(folder, "text");
  try {
    writeFileSync(file, before);
    const patched = spawnSync("patch", ["--binary", "--fuzz=0", file], { input: diff });
    if (patched.status !== 0) throw new Error(`patch failed: ${patched.stdout}${patched.stderr}`);
    return readFileSync(file, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
