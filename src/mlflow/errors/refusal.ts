import { RegistryError, type RegistryErrorSubject } from "../../registry/errors.ts";
import type { HttpCall } from "../http/http-call.ts";
import { credentialAdvice } from "./advice.ts";
import { refusedName, refusesName } from "./refused-name.ts";
import type { ServerName } from "./server-name.ts";

/** MLflow understood the request and refused it. The operation decides what that means. */
export interface Refusal {
  /** MLflow's error_code, or the name of the status when a proxy or the auth layer responded. */
  readonly code: string;
  /** MLflow's message, shortened to one line (see `shownReasonOf`). */
  readonly reason: string;
  readonly status: number;
  /** Method and URL. */
  readonly request: string;
}

/** A parsed response, or a refusal. All other failures are thrown. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** Whether MLflow reports that the named resource does not exist. */
export function isMissing(refusal: Refusal): boolean {
  return refusal.code === "RESOURCE_DOES_NOT_EXIST";
}

export function isForbidden(refusal: Refusal): boolean {
  return refusal.code === "PERMISSION_DENIED";
}

/**
 * Whether two callers created the same alias at the same moment. Matches the messages of SQLite and
 * PostgreSQL (MLflow 3.8 to 3.17).
 */
export function isDuplicateRow(refusal: Refusal): boolean {
  return (
    refusal.code === "BAD_REQUEST" &&
    /UNIQUE constraint failed|duplicate key|UniqueViolation/i.test(refusal.reason)
  );
}

/** Returns the value, or throws the general error for the refusal. */
export function valueOrThrow<T>(answer: Answer<T>, subject?: RegistryErrorSubject): T {
  if (answer.ok) return answer.value;
  throw refusalError(answer.refusal, subject);
}

export function refusalError(refusal: Refusal, subject: RegistryErrorSubject = {}): RegistryError {
  const { code, reason, request } = refusal;
  const said = reason === "" ? "." : `: ${ended(reason)}`;
  switch (code) {
    case "PERMISSION_DENIED":
      return new RegistryError(
        "forbidden",
        `MLflow does not permit ${request}${said} Request the permission, or check the name: some servers also respond with this error when the name does not exist.`,
        subject,
      );
    case "RESOURCE_DOES_NOT_EXIST":
      return new RegistryError("not_found", `MLflow did not find the resource${said}`, subject);
    case "RESOURCE_ALREADY_EXISTS":
      return new RegistryError(
        "already_exists",
        `MLflow refused the name because it exists already${said}`,
        subject,
      );
    default:
      if (isDuplicateRow(refusal) || refusal.status === 409) {
        return new RegistryError(
          "conflict",
          `Another caller changed the same thing at the same moment, and MLflow refused ${request}. Check the current state, and try again.`,
          subject,
        );
      }
      if (refusesName(refusal, subject.prompt)) return refusedName(subject.prompt, subject);
      return new RegistryError("invalid", `MLflow refused ${request}${said}`, subject);
  }
}

const shownReason = 300;

/**
 * The first line of a server's message, at most 300 characters. MLflow's database errors continue with
 * the SQL and its parameters, including the whole template, on the second line or after "[SQL".
 */
export function shownReasonOf(text: string): string {
  const line = text.trim().split(/\r?\n|\[SQL/, 1)[0] ?? "";
  return line.length > shownReason ? `${line.slice(0, shownReason - 3)}...` : line.trim();
}

/** The message says whether a credential was sent. `said` is MLflow's own message. */
export function unauthenticated(call: HttpCall, name: ServerName, said = "401"): RegistryError {
  const problem = call.authorization
    ? "does not accept the credential"
    : "asks for a credential and none was sent";
  return new RegistryError(
    "unauthenticated",
    `${name.mlflow} ${problem} (${said}). ${credentialAdvice(call)}`,
  );
}

function ended(sentence: string): string {
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}
