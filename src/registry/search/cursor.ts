import { createHash } from "node:crypto";
import * as z from "zod";
import { RegistryError } from "../errors.ts";
import { plainJsonOrUndefined } from "../json.ts";

/**
 * A cursor contains the last item of a page and the listing it belongs to. The next page starts after
 * that item, whether or not the item still exists. So no item is skipped or returned twice when
 * prompts are created or deleted between two pages.
 */
export interface Listing<T> {
  /** Everything in which two listings can differ. A listing refuses the cursors of others. */
  readonly identity: readonly unknown[];
  readonly after: z.ZodType<T>;
}

export function encodeCursor<T>(listing: Listing<T>, after: T): string {
  return Buffer.from(JSON.stringify({ of: fingerprint(listing), after })).toString("base64url");
}

/**
 * The item after which the page starts. Undefined without a cursor: the page starts at the first item.
 * @throws RegistryError `invalid` for a malformed cursor, or one of another listing
 */
export function decodeCursor<T>(listing: Listing<T>, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined;
  const shape = z.strictObject({ of: z.literal(fingerprint(listing)), after: listing.after });
  const parsed = shape.safeParse(parseJson(cursor));
  if (parsed.success) return parsed.data.after;
  throw new RegistryError(
    "invalid",
    "The cursor does not belong to this listing. Pass the cursor of the previous page with the same filters, or no cursor to start at the first page.",
  );
}

function fingerprint(listing: Listing<unknown>): string {
  const identity = JSON.stringify(listing.identity);
  return createHash("sha256").update(identity).digest("base64url").slice(0, 16);
}

function parseJson(cursor: string): unknown {
  const bytes = Buffer.from(cursor, "base64url");
  // The decoder skips characters that are not base64.
  if (bytes.toString("base64url") !== cursor) return undefined;
  return plainJsonOrUndefined(bytes.toString());
}
