import * as z from "zod";
import { tools } from "../../src/tools/catalogue.ts";
import { toolDefinition } from "../../src/tools/definitions.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { table } from "./markdown.ts";

const property = z.looseObject({
  type: z.string().optional(),
  description: z.string().default(""),
  enum: z.array(z.string()).optional(),
  items: z.looseObject({ type: z.string().optional() }).optional(),
  anyOf: z.array(z.looseObject({ type: z.string().optional() })).optional(),
});

const objectSchema = z.object({
  properties: z.record(z.string(), property).default({}),
  required: z.array(z.string()).default([]),
});

const effects = {
  reads: "It reads.",
  runs: "It asks a model, which costs money.",
  adds: "It adds, and changes nothing that is there.",
  moves: "It changes what is there already.",
  deletes: "It deletes.",
} as const satisfies Record<Tool["effect"], string>;

const models = {
  needed: "It is offered where the operator names a model.",
  related: "It is listed where the operator names a model.",
  optional: "It asks a model only if the call wants that.",
};

const views = {
  opens: "It is offered where there is a view, and listed to clients that can show one.",
  used: "The view calls it: it is listed to clients that can show the view.",
};

/** docs/tools.md as the catalogue has it. */
export function toolReference(): string {
  return `<!-- npm run docs:reference writes this file from src/tools/. -->

# Tools

Clients get this from \`tools/list\`, with the complete JSON schemas. A result is text for the model, and the same as structured content with the fields that are named here. Some fields are there only in some cases. [Improve prompts](improving.md) shows the tools at work, and [limits](limits.md) has what they refuse.

${tools.map(sectionOf).join("\n")}`;
}

function sectionOf(tool: Tool): string {
  const { inputSchema, outputSchema } = toolDefinition(tool);
  const input = objectSchema.parse(inputSchema);
  const fields = Object.keys(objectSchema.parse(outputSchema).properties);
  const rows = Object.entries(input.properties).map(([name, schema]) => [
    `\`${name}\`${input.required.includes(name) ? " (required)" : ""}`,
    typeOf(schema),
    schema.description,
  ]);
  const notes = [
    effects[tool.effect],
    tool.model && models[tool.model],
    tool.view && views[tool.view],
  ];
  const parts = [
    `## ${tool.name}\n`,
    `${tool.description}\n`,
    `${notes.filter((note) => note !== undefined).join(" ")}\n`,
    rows.length === 0 ? "It takes no arguments.\n" : table(["Argument", "Type", ""], rows),
    `Result: ${fields.map((field) => `\`${field}\``).join(", ")}.\n`,
  ];
  return parts.join("\n");
}

function typeOf(schema: z.infer<typeof property>): string {
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (schema.anyOf) {
    return [...new Set(schema.anyOf.map(({ type = "any" }) => type))].join(" or ");
  }
  if (schema.type === "array" && schema.items?.type) return `array of ${schema.items.type}`;
  return schema.type ?? "any";
}
