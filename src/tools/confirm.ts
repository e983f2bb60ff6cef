import { createHash } from "node:crypto";
import * as z from "zod";
import { quote, RegistryError, type RegistryErrorSubject } from "../registry/errors.ts";
import { ElicitationRequest, type Person } from "../session/session.ts";
import { shortText } from "./fields.ts";
import { line, type Passage } from "./passage.ts";

export const confirm = shortText
  .optional()
  .describe(
    "The prompt's name again, to confirm the deletion. Required if the client cannot ask the person. If it can, the person is asked anyway.",
  );

const deleteForm = z.object({
  confirm: z.boolean().describe("Yes deletes it permanently. No changes nothing."),
});

const breakForm = z.object({
  confirm: z.boolean().describe("Yes proceeds even if callers fail. No changes nothing."),
});

/** What is deleted, and what the caller says to that. */
export interface Deletion {
  readonly name: string;
  /** "version 3 of greet and its aliases staging" */
  readonly lost: string;
  readonly confirm: string | undefined;
  /** A sentence on who is hurt, for the person. */
  readonly warning?: string;
}

/**
 * Whether it is confirmed: by the person, who is asked wherever that is possible, whatever the
 * caller says; by the caller elsewhere.
 * @returns the question when they have not answered yet
 * @throws RegistryError `invalid` for a confirmation of something else, `forbidden` (`declined`)
 *   when the person said no
 */
export function confirmation(
  { name, lost, confirm: given, warning }: Deletion,
  person: Person,
): "confirmed" | "unanswered" | ElicitationRequest {
  if (given !== undefined && given !== name) throw wrongConfirm(name, given);
  if (!person.reachable) return given === undefined ? "unanswered" : "confirmed";
  const asked = [`Permanently delete ${lost}?`, warning].filter(Boolean).join(" ");
  const said = agreement(new ElicitationRequest(keyOf("delete", asked), asked, deleteForm), person);
  if (said === "declined") {
    throw declined(`Nothing was deleted: the person declined to delete ${lost}.`, {
      prompt: name,
    });
  }
  return said;
}

/**
 * The person's leave for what may break callers, asked for wherever that is possible.
 * @param about a question, and what happened when they say no
 * @returns the question when they have not answered yet
 * @throws RegistryError `forbidden` (`declined`) when they said no
 */
export function leaveToBreak(
  about: { readonly asked: string; readonly declined: string },
  subject: RegistryErrorSubject,
  person: Person,
): "confirmed" | ElicitationRequest {
  if (!person.reachable) return "confirmed";
  const question = new ElicitationRequest(keyOf("break", about.asked), about.asked, breakForm);
  const said = agreement(question, person);
  if (said === "declined") throw declined(about.declined, subject);
  return said;
}

/** What is said when nothing was deleted, because nobody has agreed yet. */
export function notDeleted({ name, lost }: Deletion): Passage {
  return line`Nothing was deleted. This call would permanently delete ${lost}. To delete it, call again with confirm = ${JSON.stringify(name)}.`;
}

function agreement(
  question: ElicitationRequest<typeof deleteForm>,
  person: Person,
): "confirmed" | "declined" | ElicitationRequest {
  const answer = person.answer(question);
  if (answer === undefined) return question;
  return answer !== "declined" && answer.confirm ? "confirmed" : "declined";
}

/** Another loss is another question: who agreed to this one did not agree to that. */
function keyOf(what: string, asked: string): string {
  return `${what}-${createHash("sha256").update(asked).digest("base64url").slice(0, 16)}`;
}

function declined(message: string, subject: RegistryErrorSubject): RegistryError {
  return new RegistryError("forbidden", message, subject, { reason: "declined" });
}

function wrongConfirm(name: string, given: string): RegistryError {
  return new RegistryError(
    "invalid",
    `Nothing was deleted: confirm is ${quote(given)}, but the prompt is ${quote(name)}. Set confirm to the prompt's name.`,
    { prompt: name },
  );
}
