import * as z from "zod";
import type { PromptVersion } from "../../registry/types.ts";
import { authorOf, originTag } from "../../registry/versions/provenance.ts";
import { time } from "../input/fields.ts";

/** When and by whom a version was registered: fields of every view of a version. */
export const originFields = {
  created_at: time,
  first_created_at: z
    .string()
    .optional()
    .describe("When it was first registered, if it was carried over from another registry."),
  author: z
    .string()
    .optional()
    .describe("Who registered the version, as recorded with it. Absent when nobody is recorded."),
};

export interface Origin {
  readonly created_at: string;
  readonly first_created_at?: string | undefined;
  readonly author?: string | undefined;
}

export function viewOrigin(version: PromptVersion): Origin {
  const author = authorOf(version);
  const first = firstMade(version);
  return {
    created_at: isoTime(version.createdAt),
    ...(first === undefined ? {} : { first_created_at: first }),
    ...(author === undefined ? {} : { author }),
  };
}

/** Undefined for what was not carried over, and for a tag that is no time. */
function firstMade({ tags }: PromptVersion): string | undefined {
  return z.iso.datetime({ offset: true }).safeParse(tags[originTag.createdAt]).data;
}

/**
 * The time and the author, for instance "2026-01-31T08:00:00.000Z by ann", and when it was first made, for
 * what was carried over.
 */
export function describeOrigin({ created_at, first_created_at, author }: Origin): string {
  const by = author === undefined ? created_at : `${created_at} by ${author}`;
  return first_created_at === undefined ? by : `${by}, first made ${first_created_at}`;
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
