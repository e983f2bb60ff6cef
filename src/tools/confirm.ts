import { createHash } from "node:crypto";
import * as z from "zod";
import { quote, RegistryError } from "../registry/errors.ts";
import { type Person, Question } from "../session.ts";

export const confirm = z
  .string()
  .optional()
  .describe("The prompt's name once more, to delete for good. Without it nothing is deleted.");

const form = z.object({
  confirm: z.boolean().describe("Yes deletes it for good, no leaves everything as it is."),
});

/** What is deleted, and what the caller says to that. */
export interface Deletion {
  readonly name: string;
  /** "version 3 of greet and its aliases staging" */
  readonly lost: string;
  readonly confirm: string | undefined;
}

/**
 * Whether it is confirmed: by the caller, else by the person, who is asked where that is possible.
 * @returns the question when they have not answered yet, `declined` when they said no
 * @throws RegistryError `invalid` for a confirmation of something else
 */
export function confirmation(
  { name, lost, confirm: given }: Deletion,
  person: Person,
): "confirmed" | "declined" | "unanswered" | Question {
  if (given === name) return "confirmed";
  if (given !== undefined) throw wrongConfirm(name, given);
  if (!person.reachable) return "unanswered";
  // Another loss is another question: who agreed to this one did not agree to that.
  const key = `delete-${createHash("sha256").update(lost).digest("base64url").slice(0, 16)}`;
  const question = new Question(key, `Delete ${lost}, for good?`, form);
  const answer = person.answer(question);
  if (answer === undefined) return question;
  return answer !== "declined" && answer.confirm ? "confirmed" : "declined";
}

/** What is said when nothing was deleted. */
export function notDeleted({ name, lost }: Deletion, why: "declined" | "unanswered"): string {
  return why === "declined"
    ? `Nothing was deleted: the person said no to deleting ${lost}.`
    : `Nothing was deleted. This would delete ${lost}, for good. To do it, call again with confirm = ${JSON.stringify(name)}.`;
}

function wrongConfirm(name: string, given: string): RegistryError {
  return new RegistryError(
    "invalid",
    `Nothing was deleted: confirm is ${quote(given)} and the prompt is ${quote(name)}. They must be equal.`,
    { prompt: name },
  );
}
