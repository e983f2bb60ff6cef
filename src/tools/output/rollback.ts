import * as z from "zod";
import { toJsonText } from "../../registry/text/one-line.ts";
import { line, type ToolText } from "./tool-text.ts";

export const rollbackView = z.object({
  tool: z.enum(["set_prompt_alias", "delete_prompt_alias"]),
  arguments: z.record(z.string(), z.union([z.string(), z.int()])),
});
export type Rollback = z.infer<typeof rollbackView>;

/**
 * Builds the call that moves an alias back. It contains neither `confirm` nor `allow_breaking`, so
 * the rollback goes through the same checks as any other call.
 */
export function planRollback(moved: {
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

export function formatRollback({ tool, arguments: args }: Rollback): ToolText {
  return line`To undo it: ${tool} ${toJsonText(args)}`;
}
