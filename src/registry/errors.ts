import { toOneLine } from "./text/one-line.ts";

/**
 * All kinds of failure of a registry call. Back ends throw no others.
 *
 * - `not_found`: the prompt, version, alias or workspace does not exist or is not visible
 * - `already_exists`: a prompt or another registered model already has the name
 * - `invalid`: the input breaks a rule; nothing was sent or written
 * - `conflict`: the registry has changed, or the write would break something that exists
 * - `unauthenticated`: there is no credential, or the registry does not accept it
 * - `forbidden`: the credential is accepted and lacks the permission
 * - `unavailable`: the registry could not be reached, or its response was not usable
 * - `unreadable`: the stored data cannot be parsed (an unknown schema, a broken chat template)
 * - `cancelled`: the caller cancelled the call before it finished
 */
export type RegistryErrorKind =
  | "not_found"
  | "already_exists"
  | "invalid"
  | "conflict"
  | "unauthenticated"
  | "forbidden"
  | "unavailable"
  | "unreadable"
  | "cancelled";

/**
 * The subject of a failure, for callers that do more than show the message. With `not_found`, the
 * missing one is the version or alias if given, otherwise the prompt, otherwise the workspace.
 */
export interface RegistryErrorSubject {
  readonly prompt?: string;
  readonly version?: number;
  readonly alias?: string;
  readonly workspace?: string;
}

/**
 * Why this server refused a call that the registry would have accepted, for the audit log:
 *
 * - `protected`: the call would break the callers of a protected alias or of the version that is
 *   served, or delete a protected alias
 * - `gate`: the version lacks the evidence that a gate of the alias wants, or the gate would be loosened
 * - `alias_not_writable`: the operator does not allow the alias to be changed here
 * - `declined`: the person declined the elicitation
 * - `dismissed`: the person closed the elicitation without an answer
 * - `over_budget`: the call could cost more than the caller may spend
 * - `unsafe_content`: the operator does not allow hidden content or content that hosts execute
 */
export type RefusalReason =
  | "protected"
  | "gate"
  | "alias_not_writable"
  | "declined"
  | "dismissed"
  | "over_budget"
  | "unsafe_content";

export interface RegistryErrorOptions extends ErrorOptions {
  /**
   * Something may have been written although the call failed. Absent when nothing was written: the
   * call was refused by the registry or before anything was sent.
   */
  readonly mayHaveChanged?: boolean;
  readonly reason?: RefusalReason;
  /** A diff to show with the message. */
  readonly diff?: string;
  /** Seconds after which to retry, as the registry requests it. Absent when it requests nothing. */
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * A failed registry call. The message consists of whole sentences for a person or a model: what
 * failed, on what, and what to do next. It is always one line, whatever texts it quotes. It never
 * contains a credential.
 */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  /** Whether the call may have changed the registry, so that cached results may be outdated. */
  readonly mayHaveChanged: boolean;
  /** Present when a rule of this server or a person refused the call. */
  readonly reason?: RefusalReason;
  readonly diff?: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly kind: RegistryErrorKind,
    message: string,
    readonly subject: RegistryErrorSubject = {},
    options: RegistryErrorOptions = {},
  ) {
    const { mayHaveChanged = false, reason, diff, retryAfterSeconds, ...rest } = options;
    super(toOneLine(message), rest);
    this.mayHaveChanged = mayHaveChanged;
    this.retryAfterSeconds = retryAfterSeconds;
    if (reason !== undefined) this.reason = reason;
    if (diff !== undefined) this.diff = diff;
  }

  /** The same failure in other words. */
  withMessage(message: string): RegistryError {
    const { kind, subject, mayHaveChanged, reason, diff, retryAfterSeconds } = this;
    const details = {
      ...(reason === undefined ? {} : { reason }),
      ...(diff === undefined ? {} : { diff }),
    };
    const options = { cause: this, mayHaveChanged, retryAfterSeconds, ...details };
    return new RegistryError(kind, message, subject, options);
  }
}

/** The prompt does not exist, or the credential may not see it. */
export function promptNotFound(name: string): RegistryError {
  return new RegistryError("not_found", `No prompt named ${quote(name)}.`, { prompt: name });
}

/** The prompt exists and has no live version of this number. */
export function versionNotFound(name: string, version: number): RegistryError {
  return new RegistryError(
    "not_found",
    `Prompt ${quote(name)} has no version ${version}. list_prompt_versions shows the existing versions.`,
    { prompt: name, version },
  );
}

/** The prompt exists and does not have this alias. */
export function aliasNotFound(name: string, alias: string): RegistryError {
  return new RegistryError(
    "not_found",
    `Prompt ${quote(name)} has no alias ${quote(alias)}. list_prompt_versions shows the existing aliases.`,
    { prompt: name, alias },
  );
}

/** The prompt exists and has none of the aliases that are served. */
export function notServed(name: string, aliases: readonly string[]): RegistryError {
  return new RegistryError(
    "not_found",
    `Prompt ${quote(name)} is not published: ${aliases.length === 1 ? `it does not have the alias ${aliases[0]}` : `it has none of these aliases: ${aliases.join(", ")}`}. Specify a version number, or set one of the aliases on a version.`,
    { prompt: name, alias: aliases[0] },
  );
}

/** The prompt exists, but its versions were all deleted or none was ever registered. */
export function noVersions(name: string): RegistryError {
  return new RegistryError(
    "not_found",
    `Prompt ${quote(name)} has no versions. register_prompt adds one.`,
    { prompt: name, alias: "latest" },
  );
}

export function promptExists(name: string): RegistryError {
  return new RegistryError(
    "already_exists",
    `A prompt named ${quote(name)} already exists. Choose another name, or add a version to it with register_prompt.`,
    { prompt: name },
  );
}

export function nameTakenByModel(name: string): RegistryError {
  return new RegistryError(
    "already_exists",
    `${quote(name)} is the name of a registered model that is not a prompt. Choose another name.`,
    { prompt: name },
  );
}

/** @param expectedVersion the version that the alias should have pointed at; 0: it should be new */
export function aliasElsewhere(
  name: string,
  alias: string,
  expectedVersion: number,
  actual: number | undefined,
): RegistryError {
  const points = actual === undefined ? "does not exist" : `points at version ${actual}`;
  const expected = expectedVersion === 0 ? "be new" : `point at version ${expectedVersion}`;
  return new RegistryError(
    "conflict",
    `The alias was not set: ${quote(alias)} of ${quote(name)} ${points}, but it was expected to ${expected}. Compare the versions. To set the alias nevertheless, call again with expected_version ${actual ?? 0}.`,
    { prompt: name, alias, ...(actual === undefined ? {} : { version: actual }) },
  );
}

/**
 * The alias has moved since the write was decided on.
 * @param expectedVersion the version that it pointed at then; 0: it did not exist
 */
export function aliasMoved(
  name: string,
  alias: string,
  expectedVersion: number,
  actual: number | undefined,
): RegistryError {
  const now = actual === undefined ? "does not exist any more" : `now points at version ${actual}`;
  const before =
    expectedVersion === 0 ? "it did not exist" : `it pointed at version ${expectedVersion}`;
  return new RegistryError(
    "conflict",
    `Nothing was changed: the alias ${quote(alias)} of ${quote(name)} ${now}, but when this call began ${before}. Load the prompt again, and repeat the call if it is still intended.`,
    { prompt: name, alias, ...(actual === undefined ? {} : { version: actual }) },
  );
}

/** Quotes a value for a message: as JSON, cut to 120 characters. */
export function quote(value: string): string {
  return JSON.stringify(shorten(value));
}

/** Cuts a value for a message to 120 characters. */
export function shorten(value: string): string {
  return value.length > 120 ? `${value.slice(0, 117)}...` : value;
}

/** Lists the first items for a message, and how many more there are. */
export function listFirst(things: readonly string[], separator: string, most: number): string {
  const more = things.length - most;
  if (more <= 0) return things.join(separator);
  return `${things.slice(0, most).join(separator)}${separator}and ${more} more`;
}
