import * as z from "zod";
import { declaredArguments } from "../../registry/contract/arguments.ts";
import { asSpelled, jsonValue, record } from "../../registry/json.ts";
import { limits } from "../../registry/limits.ts";
import { noContent, saysSomething } from "../../registry/message-content.ts";
import { maxNameLength } from "../../registry/text/value-size.ts";
import { writableMessage } from "../../registry/types.ts";
import { reasonLength } from "../../registry/versions/alias-history.ts";

/** Any JSON value. Some hosts refuse recursive schemas, so the tool's schema leaves it open. */
export const anyJson = z.unknown().pipe(jsonValue);

/**
 * Text used in a lookup, which the cache keeps as a key. It is never empty, and its limit is that of
 * a name in a message. Neither is in the JSON schema, to save tokens in every model's context.
 */
export const shortText = z
  .string()
  .refine(({ length }) => length > 0, "must not be empty")
  .refine(({ length }) => length <= maxNameLength, `has more than ${maxNameLength} characters`);

export const promptName = shortText.describe(
  'The prompt\'s name, from list_prompts. Also "name/3", "name@production" or a prompts:/ URI.',
);

export const versionNumber = z.int().min(1);

/** A version where the tool has no field for an alias. */
export const versionOrAlias = z.union([versionNumber, shortText]);

export const version = versionNumber
  .optional()
  .describe("A version number, from list_prompt_versions. Do not combine it with alias.");

export const alias = shortText
  .optional()
  .describe('An alias such as "production", from list_prompts. Do not combine it with version.');

export const commitMessage = z
  .string()
  .max(limits.descriptionLength)
  .refine((text) => text !== "", "must not be empty")
  .describe("What changed and why, as in a Git commit. Shown in the version history.");

export const tags = record(z.string()).describe('Tags by key: {"team": "search"}.');

export const messages = z
  .array(
    writableMessage.refine(saysSomething, { path: ["content"], error: noContent }),
    'must be a list such as [{"role": "user", "content": "..."}]',
  )
  .min(1)
  .describe(
    'Chat messages [{"role": "system" | "user" | "assistant" | "tool", "content": text}], with {{ name }} for each variable. Content may also be a list of parts (text, image_url, input_audio, file and others), or null. All other keys are kept: tool_calls, tool_call_id, name, cache_control. {"type": "placeholder", "name": "history"} in place of a message takes messages from the caller.',
  );

export const template = z
  .string()
  .describe("The prompt's text, with {{ name }} for each variable. At most 100,000 characters.");

/**
 * MLflow's keys. The published schema has them in the description only, because Pydantic reserves
 * names that begin with "model_".
 */
const llmKeys = z
  .object({
    provider: z.string().optional(),
    model_name: z.string().optional(),
    temperature: asSpelled(z.number().min(0)).optional(),
    max_tokens: asSpelled(z.int().min(1)).optional(),
    top_p: asSpelled(z.number().min(0).max(1)).optional(),
    top_k: asSpelled(z.int().min(1)).optional(),
    frequency_penalty: asSpelled(z.number()).optional(),
    presence_penalty: asSpelled(z.number()).optional(),
    stop_sequences: z.array(z.string()).optional(),
  })
  .catchall(anyJson);

export const llmConfig = record(z.unknown())
  .pipe(llmKeys)
  .nullish()
  .describe(
    'The model and parameters the prompt was written for: {"provider", "model_name", "temperature", "max_tokens", "top_p", "top_k", "frequency_penalty", "presence_penalty", "stop_sequences": [text]}, and others.',
  );

export const responseFormat = record(anyJson)
  .nullish()
  .describe("JSON schema of the response the prompt asks for.");

/** The published schema has the keys in the description only: "default" and "enum" are reserved words. */
export const argumentContract = record(record(z.unknown()))
  .transform((given): object => given)
  .pipe(declaredArguments)
  .nullish()
  .describe(
    'What callers should know about each variable: {"name": {"description": text, "required": boolean, "type": "string" | "boolean" | "number" | "array" | "object" | JSON Schema, "default": text, "enum": [text], "aliases": [former name]}}.',
  );

export const variables = record(anyJson)
  .default({})
  .describe('Values by variable name: {"question": "Why is the sky blue?"}.');

export const limit = z
  .int()
  .min(1)
  .max(limits.pageSize)
  .default(100)
  .describe("Maximum number of items (1 to 1000, default 100).");

export const cursor = shortText.optional().describe("next_cursor of the previous page.");

export const nextCursor = z
  .string()
  .optional()
  .describe("Pass it as cursor to get the next page. Absent on the last page.");

export const time = z.string().describe("Time, ISO 8601 in UTC.");

export const moveReason = z
  .string()
  .max(reasonLength)
  .optional()
  .describe("Why the alias moves, for its history.");

export const allowBreaking = z
  .boolean()
  .default(false)
  .describe(
    "True to proceed even if callers of a protected alias or of the served version break. Ask the person first.",
  );

export const overrideGate = z
  .boolean()
  .default(false)
  .describe(
    "True to proceed without the evidence that a gate wants. Needs reason. Ask the person first.",
  );

export const baseVersion = z
  .int()
  .min(0)
  .optional()
  .describe(
    "The version you changed, as load_prompt returned it. Absent or 0: the prompt is new. If another version is the newest by now, nothing is registered and the result shows what to merge.",
  );

export const force = z
  .boolean()
  .default(false)
  .describe(
    "True to register a version even if the newest one has the same content, or nobody can fill in the template.",
  );

export const dryRun = z
  .boolean()
  .default(false)
  .describe("True to preview: the result is that of the real call, and nothing is written.");
