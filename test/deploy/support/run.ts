import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** The repository. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface Where {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number;
  /** Of both streams. */
  readonly output: string;
}

/** Runs a command to its end, in the repository unless said otherwise. */
export async function ended(
  command: string,
  args: readonly string[],
  where: Where = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, maxBuffer: 64 * 1024 * 1024, ...where };
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") resolve({ code, output: stdout + stderr });
      else reject(error);
    });
  });
}

/**
 * What a command writes to standard output.
 * @throws Error with both streams when it ends with another code than 0
 */
export async function outputOf(
  command: string,
  args: readonly string[],
  where: Where = {},
): Promise<string> {
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024, ...where };
  const { stdout } = await execute(command, args, options);
  return stdout;
}
