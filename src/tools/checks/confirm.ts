import { createHash } from "node:crypto";
import * as z from "zod";
import { quote, RegistryError, type RegistryErrorSubject } from "../../registry/errors.ts";
import { type Elicitation, ElicitationRequest } from "../../session/elicitation.ts";
import { shortText } from "../input/fields.ts";
import { line, type ToolText } from "../output/tool-text.ts";

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

/** What a call deletes, and the caller's confirmation. */
export interface Deletion {
  readonly name: string;
  /** For instance "version 3 of greet and its alias staging". */
  readonly lost: string;
  readonly confirm: string | undefined;
  /** A sentence about who is affected. */
  readonly warning?: string | undefined;
}

/**
 * Confirms a deletion. If the client supports elicitation, only the person can confirm, whatever
 * the caller passes. Otherwise the caller confirms with `confirm`.
 * @returns the elicitation request while the person has not answered
 * @throws RegistryError `invalid` when `confirm` is not the prompt's name, `forbidden` when the person
 *   declines (`declined`) or does not answer (`dismissed`)
 */
export function confirmDeletion(
  { name, lost, confirm: given, warning }: Deletion,
  elicitation: Elicitation,
): "confirmed" | "unanswered" | ElicitationRequest {
  if (given !== undefined && given !== name) throw wrongConfirmError(name, given);
  if (!elicitation.isSupported) return given === undefined ? "unanswered" : "confirmed";
  const message = [`Permanently delete ${lost}?`, warning].filter(Boolean).join(" ");
  const request = new ElicitationRequest(elicitationKey("delete", message), message, deleteForm);
  const response = readResponse(request, elicitation);
  const subject = { prompt: name };
  if (response === "declined") {
    throw notConfirmed(
      "declined",
      `Nothing was deleted: the person declined to delete ${lost}.`,
      subject,
    );
  }
  if (response === "dismissed") throw dismissedError("Nothing was deleted", message, subject);
  return response;
}

/**
 * Refuses a write that breaks callers, unless the caller permits it.
 * @param effects how it breaks callers, a sentence each; undefined for those it does not
 * @param undone how the error message begins, for instance "Nothing was registered"
 * @param instead what else could be done, as the beginning of a sentence that goes on with "or "
 * @throws RegistryError `conflict` (`protected`)
 */
export function refuseBreaking(
  effects: readonly (string | undefined)[],
  {
    allowBreaking,
    undone,
    subject,
    instead,
  }: {
    readonly allowBreaking: boolean;
    readonly undone: string;
    readonly subject: RegistryErrorSubject;
    readonly instead?: string;
  },
): void {
  const present = effects.filter((effect) => effect !== undefined);
  if (present.length === 0 || allowBreaking) return;
  const ask = instead === undefined ? "Ask" : `${instead}, or ask`;
  throw new RegistryError(
    "conflict",
    `${undone}. ${present.join(" ")} ${ask} the person and call again with allow_breaking true.`,
    subject,
    { reason: "protected" },
  );
}

/**
 * Confirms a change that can break callers. If the client does not support elicitation, the change
 * counts as confirmed.
 * @param messages the question, and the error message if the person declines
 * @returns the elicitation request while the person has not answered
 * @throws RegistryError `forbidden` when the person declines (`declined`) or does not answer
 *   (`dismissed`)
 */
export function confirmBreaking(
  messages: { readonly question: string; readonly declined: string },
  subject: RegistryErrorSubject,
  elicitation: Elicitation,
): "confirmed" | ElicitationRequest {
  if (!elicitation.isSupported) return "confirmed";
  const { question, declined } = messages;
  const request = new ElicitationRequest(elicitationKey("break", question), question, breakForm);
  const response = readResponse(request, elicitation);
  if (response === "declined") throw notConfirmed("declined", declined, subject);
  if (response === "dismissed") throw dismissedError("Nothing was changed", question, subject);
  return response;
}

/** @param served what it would change in what is served, as a sentence */
export function describeUnconfirmed({ name, lost, warning }: Deletion, served: string): ToolText {
  const about = [warning, served].filter(Boolean).join(" ");
  return line`Nothing was deleted. This call would permanently delete ${lost}. ${about} To delete it, call again with confirm = ${JSON.stringify(name)}.`;
}

function readResponse(
  request: ElicitationRequest<typeof deleteForm>,
  elicitation: Elicitation,
): "confirmed" | "declined" | "dismissed" | ElicitationRequest {
  const response = elicitation.responseTo(request);
  if (response === undefined) return request;
  if (response === "dismissed" || response === "declined") return response;
  return response.confirm ? "confirmed" : "declined";
}

/** The key contains a hash of the message, so a response confirms only what that message said. */
function elicitationKey(kind: string, message: string): string {
  return `${kind}-${createHash("sha256").update(message).digest("base64url").slice(0, 16)}`;
}

function dismissedError(
  undone: string,
  question: string,
  subject: RegistryErrorSubject,
): RegistryError {
  return notConfirmed(
    "dismissed",
    `${undone}: the person closed the question without answering yes or no. The question was: ${question} Ask the person, and call again if they agree.`,
    subject,
  );
}

function notConfirmed(
  reason: "declined" | "dismissed",
  message: string,
  subject: RegistryErrorSubject,
): RegistryError {
  return new RegistryError("forbidden", message, subject, { reason });
}

function wrongConfirmError(name: string, given: string): RegistryError {
  return new RegistryError(
    "invalid",
    `Nothing was deleted: confirm is ${quote(given)}, but the prompt is ${quote(name)}. Set confirm to the prompt's name.`,
    { prompt: name },
  );
}
