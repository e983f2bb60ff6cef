import * as z from "zod";
import { jsonObject, record } from "../json.ts";
import type { Tags, Template } from "../types.ts";
import { readSchema } from "./json-schema.ts";
import { declarableTypes, type TypedArgument } from "./value-types.ts";

/** The version tag that declares descriptions, defaults, allowed values and former names of arguments. */
export const argumentsTag = "mcp.arguments";

const declaredType = z
  .union([z.enum(declarableTypes), jsonObject], {
    error: `must be one of ${declarableTypes.join(", ")}, or a JSON Schema`,
  })
  .transform((type, context) => {
    if (typeof type === "string") return type;
    const read = readSchema(type);
    if ("schema" in read) return read.schema;
    context.addIssue({ code: "custom", message: `the JSON Schema: ${read.problem}` });
    return z.NEVER;
  });

export const declaredArgument = z.strictObject({
  description: z.string().optional().describe("What the value is, for the person who enters it"),
  required: z
    .boolean()
    .optional()
    .describe(
      "Whether a value is required. With a default it never is. false without a default: empty text",
    ),
  type: declaredType
    .optional()
    .describe("How the value is read: a type, or a JSON Schema. Without one it is a text"),
  default: z.string().optional().describe("The value used when none is given"),
  enum: z.array(z.string()).min(1).optional().describe("The allowed values"),
  aliases: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Former names of a renamed variable, which callers may still use"),
});

/** The JSON of the tag `mcp.arguments`: declarations by argument name. */
export const declaredArguments = record(declaredArgument);
export type DeclaredArguments = z.infer<typeof declaredArguments>;

/** An argument of a prompt, from its template and its declaration. */
export interface PromptArgument extends TypedArgument {
  readonly name: string;
  readonly description?: string;
  readonly required: boolean;
  readonly default?: string;
  /** The allowed values; any value when absent. */
  readonly allowed?: readonly string[];
  /** Other names under which callers may give the value. */
  readonly aliases?: readonly string[];
}

/** The parts of a version that define its arguments. It has no number before it is registered. */
export interface VersionText {
  readonly name?: string;
  readonly version?: number;
  readonly template: Template;
  readonly tags: Tags;
}
