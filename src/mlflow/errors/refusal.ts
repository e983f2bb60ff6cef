import { RegistryError, type RegistryErrorSubject } from "../../registry/errors.ts";
import type { HttpCall } from "../http/http-call.ts";
import { credentialAdvice } from "./advice.ts";
import type { ServerName } from "./server-name.ts";

/** MLflow understood the request and said no: an operation knows best what that means. */
export interface Refusal {
  /** MLflow's error_code, or the status's own name where a proxy or its auth layer spoke. */
  readonly code: string;
  /** MLflow's message: one line, cut, fit to be shown. */
  readonly reason: string;
  readonly status: number;
  /** Method and URL. */
  readonly request: string;
}

/** A parsed answer, or a refusal. Everything else was thrown. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** Whether MLflow says that what was named is not there. */
export function isMissing(refusal: Refusal): boolean {
  return refusal.code === "RESOURCE_DOES_NOT_EXIST";
}

export function isForbidden(refusal: Refusal): boolean {
  return refusal.code === "PERMISSION_DENIED";
}

/** Two first settings of one alias at once: SQLite's and PostgreSQL's words (MLflow 3.8 to 3.17). */
export function isDuplicateRow(refusal: Refusal): boolean {
  return (
    refusal.code === "BAD_REQUEST" &&
    /UNIQUE constraint failed|duplicate key|UniqueViolation/i.test(refusal.reason)
  );
}

/** The value, or the refusal as the error it is when the operation knows nothing better. */
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
        `MLflow does not permit ${request}${said} Ask for the permission, or check the name: some servers forbid what does not exist as well.`,
        subject,
      );
    case "RESOURCE_DOES_NOT_EXIST":
      return new RegistryError("not_found", `MLflow does not find it${said}`, subject);
    case "RESOURCE_ALREADY_EXISTS":
      return new RegistryError("already_exists", `MLflow refuses the name${said}`, subject);
    default:
      if (isDuplicateRow(refusal) || refusal.status === 409) {
        return new RegistryError(
          "conflict",
          `Another caller changed the same thing at the same moment, and MLflow refused ${request}. Look, and try again.`,
          subject,
        );
      }
      return new RegistryError("invalid", `MLflow refused ${request}${said}`, subject);
  }
}

const shownReason = 300;

/**
 * One line of a server's own words. MLflow's database errors go on with the SQL and its parameters,
 * the whole template among them, from the second line or after "[SQL".
 */
export function shownReasonOf(text: string): string {
  const line = text.trim().split(/\r?\n|\[SQL/, 1)[0] ?? "";
  return line.length > shownReason ? `${line.slice(0, shownReason - 3)}...` : line.trim();
}

/** Says what was sent, if anything, because the cure differs. `said` are MLflow's own words. */
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
