import * as z from "zod";
import type { PromptVersion } from "../../registry/types.ts";
import { authorOf } from "../../registry/versions/provenance.ts";
import { time } from "../input/fields.ts";

/** When and by whom a version was registered: fields of every view of a version. */
export const originFields = {
  created_at: time,
  author: z
    .string()
    .optional()
    .describe("Who registered the version, as recorded with it. Absent when nobody is recorded."),
};

export interface Origin {
  readonly created_at: string;
  readonly author?: string | undefined;
}

export function viewOrigin(version: PromptVersion): Origin {
  const author = authorOf(version);
  return {
    created_at: isoTime(version.createdAt),
    ...(author === undefined ? {} : { author }),
  };
}

/** The time and the author, for instance "2026-01-31T08:00:00.000Z by ann". */
export function describeOrigin({ created_at, author }: Origin): string {
  return author === undefined ? created_at : `${created_at} by ${author}`;
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
