import { readFileSync } from "node:fs";
import * as z from "zod";

/**
 * Prompts after the patterns of those that people publish, each a file of `test/fixtures/prompts/`, and
 * what is expected of it (`prompt-cases.json`). `prompt-texts.json` has what MLflow's Python client
 * renders; the `mlflow` project compares it with a real one, and records it anew with `-u`.
 */
export interface PublishedPrompt {
  readonly file: string;
  /** The text of the file, or the messages of a `.json` file. */
  readonly template: Template;
  /** Values as a program has them. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The names of the arguments in `prompts/list`. */
  readonly arguments: readonly string[];
  /** What is pointed out: part of each hint. */
  readonly hints: readonly string[];
  /** Why it is refused: part of the error. */
  readonly refused?: string | undefined;
  readonly format?: "mustache" | undefined;
  /** Why `prompts/get` has nothing to send: part of the error. */
  readonly unsent?: string | undefined;
  /** The texts of the messages that are sent, where they are more than what is rendered. */
  readonly got?: readonly string[] | undefined;
  /** What is rendered; undefined for a prompt that MLflow's Python client cannot render. */
  readonly expected: Template | undefined;
}

export interface Message {
  readonly role: string;
  readonly content: string;
}

export type Template = string | readonly Message[];

export const fixtures = new URL("../fixtures/", import.meta.url);

const message = z.looseObject({ role: z.string(), content: z.string() });

/** Null where MLflow raises an error. */
export const pythonResult = z.union([z.string(), z.array(message), z.null()]);

const cases = z.array(
  z.strictObject({
    file: z.string(),
    values: z.record(z.string(), z.unknown()).default({}),
    arguments: z.array(z.string()).default([]),
    hints: z.array(z.string()).default([]),
    refused: z.string().optional(),
    unsent: z.string().optional(),
    got: z.array(z.string()).optional(),
    format: z.literal("mustache").optional(),
    /** What is rendered, where MLflow has no such syntax. */
    text: z.string().optional(),
    /** How many times the prompt has the text of the file. */
    times: z.int().optional(),
  }),
);

/** All prompts, with the templates as they are in the files. */
export function publishedPrompts(): readonly PublishedPrompt[] {
  const texts = z.record(z.string(), pythonResult).parse(JSON.parse(readText("prompt-texts.json")));
  return readCases().map(({ text, times, ...rest }) => {
    const expected = text ?? texts[rest.file] ?? undefined;
    return {
      ...rest,
      template: repeat(templateOf(rest.file), times),
      expected: expected === undefined ? undefined : repeat(expected, times),
    };
  });
}

/** What `prompt-texts.json` has the texts of: the files as they are, each once. */
export function recordedPrompts(): readonly Pick<
  PublishedPrompt,
  "file" | "template" | "values"
>[] {
  return readCases().map(({ file, values }) => ({ file, template: templateOf(file), values }));
}

function readCases(): z.infer<typeof cases> {
  return cases.parse(JSON.parse(readText("prompt-cases.json")));
}

function templateOf(file: string): Template {
  const text = readText(`prompts/${file}`);
  return file.endsWith(".json") ? z.array(message).parse(JSON.parse(text)) : text;
}

function repeat(template: Template, times = 1): Template {
  return typeof template === "string" ? template.repeat(times) : template;
}

function readText(file: string): string {
  return readFileSync(new URL(file, fixtures), "utf8");
}
