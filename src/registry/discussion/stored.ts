import type * as z from "zod";
import { plainJsonOrUndefined } from "../json.ts";
import type { Tags } from "../types.ts";

/** The longest stored comment or review: every character may take six in JSON. */
const storedLength = 20_000;

/** What a tag holds as JSON; undefined for what is too long or malformed. Anyone may have written it. */
export function readStored<Stored>(schema: z.ZodType<Stored>, value: string): Stored | undefined {
  if (value.length > storedLength) return undefined;
  return schema.safeParse(plainJsonOrUndefined(value)).data;
}

/** What the tags with this beginning hold, with their keys. What cannot be read is left out. */
export function readAllStored<Stored>(
  tags: Tags,
  prefix: string,
  schema: z.ZodType<Stored>,
): readonly { readonly key: string; readonly stored: Stored }[] {
  return Object.entries(tags)
    .filter(([key]) => key.startsWith(prefix))
    .flatMap(([key, value]) => {
      const stored = readStored(schema, value);
      return stored === undefined ? [] : [{ key, stored }];
    });
}
