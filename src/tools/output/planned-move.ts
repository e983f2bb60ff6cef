import * as z from "zod";
import { line, type ToolText } from "./tool-text.ts";

/** What a move would need, in the result of a dry run. */
export const plannedView = z
  .object({
    is_protected: z.boolean().describe("Whether the alias is protected."),
    breaks: z.array(z.string()).describe("Without allow_breaking, the move is refused for this."),
    lacks: z.array(z.string()).describe("Without override_gate, the move is refused for this."),
    instead: z.string().optional().describe("What makes the evidence that is lacking."),
  })
  .describe("In a dry run: what the move would need. Nothing, if both lists are empty.");
export type Planned = z.infer<typeof plannedView>;

/** The gate's own lines say what is lacking. */
export function formatPlanned({ breaks, lacks, instead }: Planned): readonly ToolText[] {
  return [
    ...breaks.map((effect) => line`It needs allow_breaking: ${effect}`),
    ...(lacks.length === 0 ? [] : [line`It needs override_gate and a reason. ${instead ?? ""}`]),
  ];
}
