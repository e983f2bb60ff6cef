import { readFileSync, statSync } from "node:fs";
import { ConfigError } from "../config/errors.ts";
import { isJsonObject, type JsonValue, parseJson } from "../registry/json.ts";
import { messageOf } from "./exit.ts";

/** In bytes: it is read into memory as a whole. No prompt is longer. */
const maxInputBytes = 20_000_000;

/**
 * Reads a text from a file, or from standard input for "-".
 * @throws ConfigError when it cannot be read, is too long, or is not UTF-8
 */
export async function readInput(
  path: string,
  stdin: NodeJS.ReadableStream,
  maxBytes: number = maxInputBytes,
): Promise<string> {
  try {
    const bytes = path === "-" ? await readStream(stdin, maxBytes) : readSmallFile(path, maxBytes);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const name = path === "-" ? "Standard input" : `The file ${path}`;
    throw new ConfigError(`${name} cannot be read: ${messageOf(error)}.`);
  }
}

function readSmallFile(path: string, maxBytes: number): Uint8Array {
  checkSize(statSync(path).size, maxBytes);
  return readFileSync(path);
}

async function readStream(stdin: NodeJS.ReadableStream, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    checkSize(size, maxBytes);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function checkSize(size: number, maxBytes: number): void {
  if (size > maxBytes) {
    throw new Error(`it has more than ${maxBytes.toLocaleString("en-US")} bytes`);
  }
}

/** @throws ConfigError for a text that is not JSON */
export function readJsonInput(text: string, path: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw new ConfigError(`${path} is not JSON: ${messageOf(error)}.`);
  }
}

/**
 * The values for the variables of a prompt: those of a file with a JSON object, and name=value words,
 * which come before them.
 * @throws ConfigError for a word or a file that has another form
 */
export async function readVariables(
  words: readonly string[],
  path: string | undefined,
  stdin: NodeJS.ReadableStream,
): Promise<Record<string, JsonValue>> {
  const given = path === undefined ? {} : readJsonInput(await readInput(path, stdin), path);
  if (!isJsonObject(given)) {
    throw new ConfigError(`${path} is no JSON object of values by name, such as {"tone": "calm"}.`);
  }
  return Object.fromEntries([...Object.entries(given), ...readPairs(words, "a value")]);
}

/**
 * Reads name=value words.
 * @param what what a word is, with its article
 * @throws ConfigError for a word without a name or "="
 */
export function readPairs(words: readonly string[], what: string): readonly [string, string][] {
  return words.map((word) => {
    const at = word.indexOf("=");
    if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
    throw new ConfigError(`"${word}" is not ${what}: write it as name=value.`);
  });
}
