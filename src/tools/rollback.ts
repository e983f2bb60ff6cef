import * as z from "zod";
import { jsonText } from "../registry/text/one-line.ts";
import { line, type Passage } from "./passage.ts";

/** A call that undoes another one. */
export const rollbackView = z.object({
  tool: z.enum(["set_prompt_alias", "delete_prompt_alias"]),
  arguments: z.record(z.string(), z.union([z.string(), z.int()])),
});
export type Rollback = z.infer<typeof rollbackView>;

/**
 * What moves an alias back to where it pointed when the write replaced it. It holds no confirmation
 * and no leave to break callers: whoever undoes is asked for these like anybody else.
 */
export function rollback(moved: {
  readonly name: string;
  readonly alias: string;
  readonly version: number;
  readonly previous: number | undefined;
}): Rollback {
  const { name, alias, version, previous } = moved;
  if (previous === undefined) return { tool: "delete_prompt_alias", arguments: { name, alias } };
  return {
    tool: "set_prompt_alias",
    arguments: { name, alias, version: previous, expected_version: version },
  };
}

export function rollbackText({ tool, arguments: args }: Rollback): Passage {
  return line`To undo it: ${tool} ${jsonText(args)}`;
}
