import { type Schema, Validator } from "@cfworker/json-schema";
import { plainJsonOrUndefined } from "../json.ts";

/** What a model was asked to answer: JSON of any form, or JSON that a schema describes. */
export interface AnswerFormat {
  /** The schema as JSON text; absent for JSON of any form. */
  readonly schema?: string;
}

/** `valid` is absent when that cannot be checked; `problem` says why, or what is wrong. */
export interface AnswerCheck {
  readonly valid?: boolean;
  readonly problem?: string;
}

/**
 * Checks whether a text is of the wanted form. The schema's author decides how long this takes: a
 * pattern can take exponential time.
 */
export function checkAnswer(text: string, { schema }: AnswerFormat): AnswerCheck {
  const answer = plainJsonOrUndefined(text);
  if (answer === undefined) return { valid: false, problem: "it is not JSON" };
  if (schema === undefined) return { valid: true };
  try {
    const wanted: Schema = JSON.parse(schema);
    const { valid, errors } = new Validator(wanted, "2020-12").validate(answer);
    if (valid) return { valid };
    // The last error is the innermost: the others say that a part of them does not match.
    const error = errors.at(-1);
    const problem = error ? `${placeOf(error.instanceLocation)}: ${error.error}` : "unknown";
    return { valid, problem };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : "unknown";
    return { problem: `its schema cannot be used (${reason})` };
  }
}

function placeOf(pointer: string): string {
  return pointer === "#" ? "as a whole" : pointer.replace(/^#/, "at ");
}
