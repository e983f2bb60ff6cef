import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { RegistryError, type RegistryErrorKind } from "../../src/registry/errors.ts";
import type { VersionDraft } from "../../src/registry/types.ts";

/** A name, or the beginning of names, that no other test has used. Sorts alike in any collation. */
export function uniqueName(): string {
  return `contract-${randomBytes(6).toString("hex")}`;
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
  for (const part of parts) expect(error).toHaveProperty("message", expect.stringContaining(part));
}
