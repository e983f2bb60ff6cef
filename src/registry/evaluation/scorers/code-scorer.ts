import * as z from "zod";
import { jsonValue, record } from "../../json.ts";

const name = z.string().min(1).max(100).optional();

/** Characters of a pattern and of texts in settings. */
const settingLength = 10_000;

const settingText = z.string().min(1).max(settingLength);

const ignoreCase = z.boolean().default(false);

const bound = z.int().min(0).optional();

/**
 * The scorers that ask no model, with their settings. What they compare with is in the expectations of a
 * row: see `scoreWithCode`.
 */
export const codeScorer = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("exact_match"),
    name,
    ignore_case: ignoreCase,
    /** Runs of white space count as one space, and outer ones not at all. */
    ignore_space: z.boolean().default(true),
  }),
  z.strictObject({
    type: z.literal("contains"),
    name,
    /** All of them must be there. Absent: the expectation `contains`. */
    text: z.union([settingText, z.array(settingText).min(1).max(50)]).optional(),
    ignore_case: ignoreCase,
  }),
  z.strictObject({ type: z.literal("regex"), name, pattern: settingText, ignore_case: ignoreCase }),
  z.strictObject({
    type: z.literal("json_schema"),
    name,
    /** Absent: any JSON. */
    answer_schema: record(z.unknown().pipe(jsonValue)).optional(),
  }),
  z.strictObject({
    type: z.literal("json_fields"),
    name,
    /** Absent: all fields of the expected object. */
    fields: z.array(settingText).min(1).max(100).optional(),
  }),
  z.strictObject({
    type: z.literal("numeric"),
    name,
    absolute: z.number().min(0).default(0),
    /** Share of the expected number. */
    relative: z.number().min(0).default(0),
  }),
  z
    .strictObject({
      type: z.literal("length"),
      name,
      min_characters: bound,
      max_characters: bound,
      min_words: bound,
      max_words: bound,
    })
    .refine(
      (given) =>
        [given.min_characters, given.max_characters, given.min_words, given.max_words].some(
          (one) => one !== undefined,
        ),
      "needs a bound: min_characters, max_characters, min_words or max_words",
    ),
  z.strictObject({ type: z.literal("latency"), name }),
  z.strictObject({ type: z.literal("cost"), name }),
  z.strictObject({ type: z.literal("similarity"), name }),
]);

export type CodeScorer = z.infer<typeof codeScorer>;
