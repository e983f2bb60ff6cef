import { createHash } from "node:crypto";
import * as z from "zod";
import { RegistryError } from "../errors.ts";

/**
 * Cursors name the last item of a page and the listing it belongs to. The next page begins after
 * that item, whether or not it is still there, so nothing is skipped or shown twice when prompts
 * come and go in between.
 */
export interface Listing<T> {
  /** Whatever two listings differ in: a cursor of one is refused by the other. */
  readonly identity: readonly unknown[];
  readonly after: z.ZodType<T>;
}

export function encodeCursor<T>(listing: Listing<T>, after: T): string {
  return Buffer.from(JSON.stringify({ of: fingerprint(listing), after })).toString("base64url");
}

/**
 * Where the page of this cursor begins; undefined when there is none: at the first item.
 * @throws RegistryError `invalid` for a cursor that is none, or one of another listing
 */
export function decodeCursor<T>(listing: Listing<T>, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined;
  const shape = z.strictObject({ of: z.literal(fingerprint(listing)), after: listing.after });
  const parsed = shape.safeParse(parseJson(cursor));
  if (parsed.success) return parsed.data.after;
  throw new RegistryError(
    "invalid",
    "The cursor does not belong to this listing. Pass the cursor of the page before with the same filters, or none to begin at the first page.",
  );
}

function fingerprint(listing: Listing<unknown>): string {
  const identity = JSON.stringify(listing.identity);
  return createHash("sha256").update(identity).digest("base64url").slice(0, 16);
}

function parseJson(cursor: string): unknown {
  const bytes = Buffer.from(cursor, "base64url");
  // What is no base64 is skipped by the decoder.
  if (bytes.toString("base64url") !== cursor) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
