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
  /** For instance "version 3 of greet and its aliases staging". */
  readonly lost: string;
  readonly confirm: string | undefined;
  /** A sentence for the person about who is affected. */
  readonly warning?: string;
}

/**
 * Confirms a deletion. If the client supports elicitation, only the person can confirm, whatever
 * the caller passes. Otherwise the caller confirms with `confirm`.
 * @returns the elicitation request while the person has not answered
 * @throws RegistryError `invalid` when `confirm` is not the prompt's name, `forbidden` (`declined`)
 *   when the person declines
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
  if (response === "declined") {
    throw declinedError(`Nothing was deleted: the person declined to delete ${lost}.`, {
      prompt: name,
    });
  }
  return response;
}

/**
 * Confirms a change that can break callers. If the client does not support elicitation, the change
 * counts as confirmed.
 * @param messages the question, and the error message if the person declines
 * @returns the elicitation request while the person has not answered
 * @throws RegistryError `forbidden` (`declined`) when the person declines
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
  if (response === "declined") throw declinedError(declined, subject);
  return response;
}

export function describeUnconfirmed({ name, lost }: Deletion): ToolText {
  return line`Nothing was deleted. This call would permanently delete ${lost}. To delete it, call again with confirm = ${JSON.stringify(name)}.`;
}

function readResponse(
  request: ElicitationRequest<typeof deleteForm>,
  elicitation: Elicitation,
): "confirmed" | "declined" | ElicitationRequest {
  const response = elicitation.responseTo(request);
  if (response === undefined) return request;
  return response !== "declined" && response.confirm ? "confirmed" : "declined";
}

/** The key contains a hash of the message, so a response confirms only what that message said. */
function elicitationKey(kind: string, message: string): string {
  return `${kind}-${createHash("sha256").update(message).digest("base64url").slice(0, 16)}`;
}

function declinedError(message: string, subject: RegistryErrorSubject): RegistryError {
  return new RegistryError("forbidden", message, subject, { reason: "declined" });
}

function wrongConfirmError(name: string, given: string): RegistryError {
  return new RegistryError(
    "invalid",
    `Nothing was deleted: confirm is ${quote(given)}, but the prompt is ${quote(name)}. Set confirm to the prompt's name.`,
    { prompt: name },
  );
}
