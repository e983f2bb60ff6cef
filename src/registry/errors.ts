import { oneLine } from "./text/one-line.ts";
import type { PromptVersion } from "./types.ts";

/**
 * The closed set of ways in which a registry call fails. Back ends throw nothing else.
 *
 * - `not_found`: the prompt, version, alias or workspace does not exist (or may not be seen)
 * - `already_exists`: a prompt (or a registered model) already has that name
 * - `invalid`: the input breaks a rule; nothing was sent or written
 * - `conflict`: the registry changed underneath, or the write would break something that exists
 * - `unauthenticated`: no credential, or one the registry does not accept
 * - `forbidden`: the credential is known and lacks the permission
 * - `unavailable`: the registry could not be reached, or answered with something that is no answer
 * - `unreadable`: what is stored cannot be understood (a foreign schema, a broken chat template)
 * - `cancelled`: the caller went away before the answer came
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
 * What a failure was about, for callers that want to do more than show the message. What is not
 * found is the version or alias where one is given, else the prompt, else the workspace.
 */
export interface RegistryErrorSubject {
  readonly prompt?: string;
  readonly version?: number;
  readonly alias?: string;
  readonly workspace?: string;
}

/**
 * Who refused what the registry itself would have done, for the record of refusals:
 *
 * - `protected`: it would break the callers of a protected alias, or take it away
 * - `alias_not_writable`: the operator keeps the alias to others
 * - `declined`: the person was asked and said no
 * - `unsafe_content`: the operator refuses what hides something, or what hosts execute
 */
export type RefusalReason = "protected" | "alias_not_writable" | "declined" | "unsafe_content";

/** What a failure says besides its message. */
export interface RegistryErrorOptions extends ErrorOptions {
  /**
   * Something may have been written although the call failed. Left out where that is certain not to
   * be so: refused before anything was sent, or by the registry.
   */
  readonly mayHaveChanged?: boolean;
  readonly reason?: RefusalReason;
  /** A diff that belongs to the message. */
  readonly diff?: string;
  /** After so many seconds the registry wants to be asked again; absent where it says nothing. */
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * A failed registry call. The message is whole sentences for a person or a model: what failed, on
 * what, and what to do next. It is on one line, whatever names and texts are quoted in it. It never
 * carries a credential.
 */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  /** Whether what was known of the registry may be wrong because of this call. */
  readonly mayHaveChanged: boolean;
  /** Present when a rule of this server's, or a person, refused the call. */
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
    super(oneLine(message), rest);
    this.mayHaveChanged = mayHaveChanged;
    this.retryAfterSeconds = retryAfterSeconds;
    if (reason !== undefined) this.reason = reason;
    if (diff !== undefined) this.diff = diff;
  }
}

/** No prompt has this name, or the credential may not see it. */
export function promptNotFound(name: string): RegistryError {
  return new RegistryError("not_found", `No prompt named ${quote(name)}.`, { prompt: name });
}

/** The prompt exists and has no live version of this number. */
export function versionNotFound(name: string, version: number): RegistryError {
  return new RegistryError(
    "not_found",
    `Prompt ${quote(name)} has no version ${version}. list_prompt_versions shows the versions there are.`,
    { prompt: name, version },
  );
}

/** The prompt exists and no version holds this alias. */
export function aliasNotFound(name: string, alias: string): RegistryError {
  return new RegistryError(
    "not_found",
    `Prompt ${quote(name)} has no alias ${quote(alias)}. list_prompt_versions shows the aliases there are.`,
    { prompt: name, alias },
  );
}

/** The prompt exists and has none of the aliases by which versions are served. */
export function notServed(name: string, aliases: readonly string[]): RegistryError {
  return new RegistryError(
    "not_found",
    `Prompt ${quote(name)} is not published: it has none of ${aliases.join(", ")}. Give a version number, or set one of these aliases on a version.`,
    { prompt: name, alias: aliases[0] },
  );
}

/** The prompt exists and all its versions are gone, or none was ever registered. */
export function noVersions(name: string): RegistryError {
  return new RegistryError(
    "not_found",
    `Prompt ${quote(name)} has no versions. register_prompt adds one.`,
    { prompt: name, alias: "latest" },
  );
}

/** A prompt of this name is there already. */
export function promptExists(name: string): RegistryError {
  return new RegistryError(
    "already_exists",
    `A prompt named ${quote(name)} exists already. register_prompt adds a version to it.`,
    { prompt: name },
  );
}

/** The name belongs to a registered model that is no prompt. */
export function nameTakenByModel(name: string): RegistryError {
  return new RegistryError(
    "already_exists",
    `${quote(name)} is the name of a registered model that is not a prompt. Choose another name.`,
    { prompt: name },
  );
}

/**
 * The newest live version is another one than a change was made from. `same` tells that it has the
 * content that was to be registered.
 */
export function baseNotNewest(
  name: string,
  baseVersion: number,
  newest: PromptVersion | undefined,
  same: boolean,
): RegistryError {
  const refused = (message: string) =>
    new RegistryError("conflict", `Nothing was registered: ${message}`, {
      prompt: name,
      ...(newest === undefined ? {} : { version: newest.version }),
    });
  if (newest === undefined) {
    return refused(
      `the change was made from version ${baseVersion} of ${quote(name)}, and there is no version of it any more. Register with base_version 0 to begin it afresh.`,
    );
  }
  const { version, commitMessage } = newest;
  const said =
    commitMessage === "" ? "no commit message" : `commit message ${quote(commitMessage)}`;
  const from =
    baseVersion === 0
      ? "and it was to be a new prompt"
      : `and the change was made from version ${baseVersion}`;
  const todo = same
    ? "It has the very content that was to be registered, so nothing is left to do."
    : `Load version ${version}, merge, and register again with base_version ${version}.`;
  return refused(`the newest version of ${quote(name)} is ${version} (${said}), ${from}. ${todo}`);
}

/** The alias does not point at the version it was expected to point at (0: to be new). */
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
    `The alias was not set: ${quote(alias)} of ${quote(name)} ${points}, and it was expected to ${expected}. Compare the versions, and if it is still to be set, do so with expected_version ${actual ?? 0}.`,
    { prompt: name, alias, ...(actual === undefined ? {} : { version: actual }) },
  );
}

/** An alias does not point where it did when somebody decided on a write (0: did not exist). */
export function aliasMoved(
  name: string,
  alias: string,
  expectedVersion: number,
  actual: number | undefined,
): RegistryError {
  const points = actual === undefined ? "does not exist any more" : `points at version ${actual}`;
  const before =
    expectedVersion === 0 ? "there was no such alias" : `it pointed at version ${expectedVersion}`;
  return new RegistryError(
    "conflict",
    `Nothing was changed: the alias ${quote(alias)} of ${quote(name)} ${points} by now, and when this call began ${before}. Look at the prompt again, and repeat the call if it is still wanted.`,
    { prompt: name, alias, ...(actual === undefined ? {} : { version: actual }) },
  );
}

/** Quotes a value for a message: JSON spelling, cut to 120 characters. */
export function quote(value: string): string {
  return JSON.stringify(shorten(value));
}

/** What a message shows of a value: 120 characters at most. */
export function shorten(value: string): string {
  return value.length > 120 ? `${value.slice(0, 117)}...` : value;
}

/** The first of many things that a message names, and how many more there are. */
export function listFirst(things: readonly string[], separator: string, most: number): string {
  const more = things.length - most;
  if (more <= 0) return things.join(separator);
  return `${things.slice(0, most).join(separator)}${separator}and ${more} more`;
}
