import { version } from "../config/version.ts";

export function printVersion(): void {
  process.stdout.write(`${version}\n`);
}
