import { diffVersions } from "../../registry/engine/diff.ts";
import { RegistryError } from "../../registry/errors.ts";
import { shortenDiff } from "../../registry/text/short-diff.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";

/** Adds the diff from the base version to the newest version to a `conflict` error. */
export async function withMergeDiff(
  { registry, templates }: Session,
  name: string,
  baseVersion: number | undefined,
  error: unknown,
  call: Call,
): Promise<unknown> {
  if (!(error instanceof RegistryError) || error.kind !== "conflict") return error;
  const { version, alias } = error.subject;
  if (!baseVersion || version === undefined || alias !== undefined) return error;
  const wanted = [baseVersion, version].map((number) => ({ name, version: number }));
  // A failed read must not hide the conflict.
  const found = await registry.getVersions(wanted, call).catch(() => []);
  const base = found.find((one) => one.version === baseVersion);
  const newest = found.find((one) => one.version === version);
  if (base === undefined || newest === undefined) return error;
  const { diff } = await diffVersions(templates, base, newest);
  const { message, subject } = error;
  return diff === ""
    ? new RegistryError(
        "conflict",
        `${message} Its text is the same as that of your base version.`,
        subject,
        { cause: error },
      )
    : new RegistryError("conflict", `${message} Its changes since your base version`, subject, {
        cause: error,
        diff: shortenDiff(diff),
      });
}
