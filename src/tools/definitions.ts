import type { Tool as McpTool, ToolAnnotations } from "@modelcontextprotocol/server";
import * as z from "zod";
import { recordValues } from "../registry/json.ts";
import type { Tool } from "./tool.ts";

/** Builds a tool's entry in `tools/list`. This takes milliseconds: call it once per process. */
export function toolDefinition(tool: Tool): McpTool {
  const { name, title, description, input, output, effect } = tool;
  return {
    name,
    title,
    description,
    inputSchema: { type: "object", ...jsonSchema(input, "input") },
    outputSchema: { type: "object", ...jsonSchema(output, "output") },
    annotations: annotations(effect),
  };
}

/** Omits `$schema`: the keywords used here mean the same in draft 7 and in 2020-12. */
function jsonSchema(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: "draft-7",
    io,
    unrepresentable: "any",
    override({ zodSchema, jsonSchema: made }) {
      const value = recordValues.get(zodSchema);
      if (value === undefined) return;
      made.type = "object";
      made.propertyNames = { type: "string" };
      made.additionalProperties = jsonSchema(value, io);
    },
  });
  return rest;
}

function annotations(effect: Tool["effect"]): ToolAnnotations {
  return {
    readOnlyHint: effect === "reads",
    destructiveHint: effect === "deletes" || effect === "moves",
    idempotentHint: effect === "moves" || effect === "reads",
    openWorldHint: false,
  };
}
