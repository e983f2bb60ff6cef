import * as z from "zod";
import { plainJsonOrUndefined } from "../registry/json.ts";
import type { Scorer } from "./scorers/scorer.ts";

/** A scorer as a run keeps it, in its parameter `scorers`. */
const storedScorer = z.object({
  name: z.string(),
  digest: z.string(),
  direction: z.enum(["higher", "lower", "none"]),
  is_binary: z.boolean(),
});

export type StoredScorer = z.infer<typeof storedScorer>;

export function writeScorers(scorers: readonly Scorer[]): string {
  const stored = scorers.map(
    ({ name, digest, direction, isBinary }): StoredScorer => ({
      name,
      digest,
      direction,
      is_binary: isBinary,
    }),
  );
  return JSON.stringify(stored);
}

/** None for a run of another program, which may have a parameter of this name. */
export function readScorers(params: Readonly<Record<string, string>>): readonly StoredScorer[] {
  const parsed = z.array(storedScorer).safeParse(plainJsonOrUndefined(params.scorers ?? ""));
  return parsed.data ?? [];
}
