import { LosslessNumber } from "lossless-json";
import { type JsonObject, type JsonValue, numberOf, stringifyJson } from "../../json.ts";
import { checkAnswer } from "../../text/check-answer.ts";
import type { CodeScore } from "./code-score.ts";
import type { CodeScorer } from "./code-scorer.ts";
import { scoreFields } from "./json-fields.ts";
import { scorePattern } from "./pattern.ts";
import { similarity } from "./similarity.ts";

/** The parts of an answer that these scorers look at. */
export interface CodeCase {
  readonly output: string;
  readonly expectations: JsonObject;
  readonly latencyMs: number;
  /** Absent where no price is known. */
  readonly usd?: number;
}

type Of<Type extends CodeScorer["type"]> = Extract<CodeScorer, { type: Type }>;

/**
 * Scores an answer. A pattern's author decides how long that takes, so it runs in a worker process.
 * - `exact_match`: whether the answer is `expected_response`
 * - `contains`: whether all texts are in the answer
 * - `regex`: whether the pattern is found in the answer
 * - `json_schema`: whether the answer is JSON that the schema describes
 * - `json_fields`: the share of fields that are those of `expected_response`
 * - `numeric`: whether the answer's number is the expected one, within the tolerances
 * - `length`: whether the answer is within the bounds
 * - `latency`, `cost`: milliseconds and US dollars
 * - `similarity`: 1 less the share of characters to change (Levenshtein)
 */
export function scoreWithCode(scorer: CodeScorer, scored: CodeCase): CodeScore {
  const { output, expectations, latencyMs, usd } = scored;
  switch (scorer.type) {
    case "exact_match":
      return scoreExact(scorer, output, expectations);
    case "contains":
      return scoreContains(scorer, output, expectations);
    case "regex":
      return scorePattern(scorer.pattern, scorer.ignore_case, output);
    case "json_schema":
      return scoreSchema(scorer, output);
    case "json_fields":
      return scoreFields(scorer.fields, output, expectations);
    case "numeric":
      return scoreNumber(scorer, output, expectations);
    case "length":
      return scoreLength(scorer, output);
    case "latency":
      return { value: latencyMs };
    case "cost":
      return usd === undefined ? { error: "No price of the model is known." } : { value: usd };
    case "similarity": {
      const expected = textOf(expectations.expected_response);
      return expected === undefined ? lacking("expected_response") : similarity(output, expected);
    }
  }
}

function scoreExact(
  { ignore_case, ignore_space }: Of<"exact_match">,
  output: string,
  { expected_response }: JsonObject,
): CodeScore {
  const expected = textOf(expected_response);
  if (expected === undefined) return lacking("expected_response");
  const read = (text: string) => {
    const spaced = ignore_space ? text.trim().split(/\s+/).join(" ") : text;
    return ignore_case ? spaced.toLowerCase() : spaced;
  };
  return { value: read(output) === read(expected) };
}

function scoreContains(
  { text, ignore_case }: Of<"contains">,
  output: string,
  { contains }: JsonObject,
): CodeScore {
  const given = text ?? (typeof contains === "string" ? contains : textsOf(contains));
  if (given === undefined) return lacking("contains");
  const fold = (one: string) => (ignore_case ? one.toLowerCase() : one);
  const answer = fold(output);
  const missing = [given].flat().filter((one) => !answer.includes(fold(one)));
  if (missing.length === 0) return { value: true };
  return { value: false, reason: `Missing: ${missing.map(shown).join(", ")}` };
}

function scoreSchema({ answer_schema: schema }: Of<"json_schema">, output: string): CodeScore {
  const { valid, problem } = checkAnswer(
    output,
    schema === undefined ? {} : { schema: stringifyJson(schema) },
  );
  if (valid === undefined) return { error: problem ?? "It was not checked." };
  return { value: valid, ...(problem === undefined ? {} : { reason: problem }) };
}

/** A number with its sign, its decimals and its exponent, with commas between thousands. */
const numberPattern = /[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/** Digits of a text that are looked at. */
const numberText = 100_000;

function scoreNumber(
  { absolute, relative }: Of<"numeric">,
  output: string,
  { expected_response: expected }: JsonObject,
): CodeScore {
  const wanted = lastNumber(textOf(expected) ?? "");
  if (wanted === undefined) return lacking("expected_response with a number");
  const found = lastNumber(output);
  if (found === undefined) return { value: false, reason: "The answer has no number." };
  const tolerance = Math.max(absolute, relative * Math.abs(wanted));
  const isClose = Math.abs(found - wanted) <= tolerance;
  return { value: isClose, ...(isClose ? {} : { reason: `${found} is not ${wanted}.` }) };
}

/** The last number, which is the result where an answer explains its way to it. */
function lastNumber(text: string): number | undefined {
  const [...found] = text.slice(-numberText).matchAll(numberPattern);
  const last = found.at(-1)?.[0];
  return last === undefined ? undefined : Number(last.replaceAll(",", ""));
}

function scoreLength(scorer: Of<"length">, output: string): CodeScore {
  const characters = [...output].length;
  const words = output.split(/\s+/).filter((word) => word !== "").length;
  const isWithin = (count: number, least = 0, most = Number.POSITIVE_INFINITY) =>
    count >= least && count <= most;
  const value =
    isWithin(characters, scorer.min_characters, scorer.max_characters) &&
    isWithin(words, scorer.min_words, scorer.max_words);
  return { value, reason: `${characters} characters, ${words} words.` };
}

/** A text, a number as its digits; undefined for anything else. */
function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === "number" || value instanceof LosslessNumber) return String(numberOf(value));
  return typeof value === "string" ? value : undefined;
}

function textsOf(value: JsonValue | undefined): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((one) => typeof one === "string");
  return texts.length === value.length ? texts : undefined;
}

function lacking(what: string): CodeScore {
  return { error: `The row has no expectation ${what}.` };
}

function shown(text: string): string {
  return text.length > 50 ? `"${text.slice(0, 50)}…"` : `"${text}"`;
}
