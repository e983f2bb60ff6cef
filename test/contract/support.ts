import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { RegistryError, type RegistryErrorKind } from "../../src/registry/errors.ts";
import type { VersionDraft } from "../../src/registry/types.ts";
import type { Subject } from "./prompt-registry.ts";

/** A name, or the beginning of names, that no other test has used. Sorts alike in any collation. */
export function uniqueName(): string {
  return `contract-${randomBytes(6).toString("hex")}`;
}

/** A word that is like no other word: letters that differ in more than a typing error. */
export function uniqueWord(): string {
  return [...randomBytes(16)].map((byte) => String.fromCharCode(97 + (byte % 26))).join("");
}

/** A draft of a text prompt. */
export function text(text: string, rest: Omit<VersionDraft, "template"> = {}): VersionDraft {
  return { template: { kind: "text", text }, ...rest };
}

/** Expects the call to reject with this kind of error and a message that has all the parts. */
export async function refused(
  call: Promise<unknown>,
  kind: RegistryErrorKind,
  ...parts: string[]
): Promise<void> {
  const error = await call.then(
    () => new Error(`The call succeeded; it should be refused as ${kind}.`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RegistryError);
  expect(error).toMatchObject({ kind });
  // Nothing has to be read anew, by nobody, because of a call that the registry refused.
  if (kind !== "unavailable") expect(error).toMatchObject({ mayHaveChanged: false });
  for (const part of parts) expect(error).toHaveProperty("message", expect.stringContaining(part));
}

/** A new prompt with versions of these words, in order. */
export async function promptOf({ registry }: Subject, ...words: string[]): Promise<string> {
  const name = uniqueName();
  for (const word of words) {
    await registry.registerVersion(name, text(word, { commitMessage: `Says ${word}` }));
  }
  return name;
}

/** The numbers of a prompt's live versions, newest first. */
export async function numbersOf({ registry }: Subject, name: string): Promise<number[]> {
  const { items } = await registry.listVersions(name, { limit: 100 });
  return items.map(({ version }) => version);
}

/** Whether nobody can write between a check and the write that follows it. */
export async function isAtomic({ registry }: Subject): Promise<boolean> {
  return (await registry.describe()).capabilities.atomicWrites;
}

/** What became of calls made at the same time. */
export async function race<T>(
  calls: readonly Promise<T>[],
): Promise<{ readonly won: T[]; readonly lost: RegistryError[] }> {
  const won: T[] = [];
  const lost: RegistryError[] = [];
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === "fulfilled") won.push(result.value);
    else if (result.reason instanceof RegistryError) lost.push(result.reason);
    else throw result.reason;
  }
  return { won, lost };
}
