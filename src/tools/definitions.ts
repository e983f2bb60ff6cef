import type { Tool as McpTool, ToolAnnotations } from "@modelcontextprotocol/server";
import * as z from "zod";
import { recordValues } from "../registry/json.ts";
import { viewUri } from "../session/view-uri.ts";
import type { Tool } from "./tool.ts";

const viewMeta = { opens: { resourceUri: viewUri }, used: { visibility: ["app"] } };

/** Builds a tool's entry in `tools/list`. This takes milliseconds: call it once per process. */
export function toolDefinition(tool: Tool): McpTool {
  const { name, title, description, input, output, effect, model, view } = tool;
  return {
    name,
    title,
    description,
    inputSchema: { type: "object", ...jsonSchema(input, "input") },
    outputSchema: { type: "object", ...jsonSchema(output, "output") },
    annotations: annotations(model === "optional" ? "runs" : effect),
    ...(view === undefined ? {} : { _meta: { ui: viewMeta[view] } }),
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
      made.additionalProperties = jsonSchema(value, io);
    },
  });
  return portable(rest);
}

/**
 * Rewrites what some clients cannot convert, and removes what says nothing. Google's Gen AI SDK fails
 * on `additionalProperties: false` (the server refuses unknown keys in any case), and its schemas have
 * one type each.
 */
function portable(schema: object): Record<string, unknown> {
  const members = Object.entries(schema)
    .filter(([key, value]) => key !== "propertyNames" && !isIdle(key, value))
    .map(([key, value]) =>
      key === "type" && Array.isArray(value)
        ? ["anyOf", value.map((type) => ({ type }))]
        : [key, portableValue(value)],
    );
  return Object.fromEntries(members);
}

function portableValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(portableValue);
  return typeof value === "object" && value !== null ? portable(value) : value;
}

function isIdle(key: string, value: unknown): boolean {
  if (key !== "additionalProperties") return false;
  return value === false || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}

/**
 * What a tool may do at most (MCP 2025-11-25, ToolAnnotations). A call of a model is paid for, so a tool
 * that may make one is none that hosts call again and again without asking.
 */
function annotations(effect: Tool["effect"]): ToolAnnotations {
  return {
    readOnlyHint: effect === "reads",
    destructiveHint: effect === "deletes" || effect === "moves",
    idempotentHint: effect === "moves" || effect === "reads",
    openWorldHint: effect === "runs",
  };
}
