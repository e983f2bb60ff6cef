import { createInterface } from "node:readline/promises";
import type { OutputStream } from "./stream.ts";

/** Asks a person, who answers with yes or no; everything but yes is no. */
export async function confirm(
  question: string,
  input: NodeJS.ReadableStream,
  output: OutputStream,
): Promise<boolean> {
  output.write(`${question} [y/N] `);
  const lines = createInterface({ input, terminal: false });
  const { value } = await lines[Symbol.asyncIterator]().next();
  lines.close();
  return /^\s*y(es)?\s*$/i.test(String(value ?? ""));
}
