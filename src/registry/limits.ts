import { quote, RegistryError } from "./errors.ts";
import { countOf } from "./text/count.ts";
import { isPossibleName, nearestName } from "./text/prompt-name.ts";
import type { Tags, VersionDraft } from "./types.ts";
import type { TagChanges } from "./writes.ts";

/**
 * MLflow's limits, measured on 3.8.1 to 3.17.2 with SQLite and PostgreSQL. Where back ends differ, the
 * strictest limit applies, so that every back end accepts what is accepted here. Lengths are in
 * Unicode code points, as Python counts them.
 */
export const limits = {
  nameLength: 256,
  aliasLength: 255,
  tagKeyLength: 250,
  /** Prompt tags and descriptions: the length of the PostgreSQL column. */
  promptTagLength: 5_000,
  descriptionLength: 5_000,
  /** Template text, and any version tag. */
  versionTagLength: 100_000,
  pageSize: 1_000,
} as const;

const aliasPattern = /^[\p{L}\p{N}_-]+$/u;
const tagKeyPattern = /^[\p{L}\p{N}_.\- :/]+$/u;

/** Checks the name of a new prompt. The error names the nearest one that it can have. */
export function checkNewPromptName(name: string): void {
  checkPromptName(name);
  if (isPossibleName(name)) return;
  throw invalid(
    `${quote(name)} cannot be a prompt name: a name has only letters (a-z, A-Z), digits, "_", "-" and ".", and is not "." or "..". Use ${JSON.stringify(nearestName(name, limits.nameLength))}.`,
  );
}

/** Checks the name of an existing prompt. It may contain characters that MLflow's client refuses. */
export function checkPromptName(name: string): void {
  if (name === "") throw invalid("A prompt name must not be empty.");
  checkText("The prompt name", name, limits.nameLength);
}

/** Checks an alias before it is set. */
export function checkNewAlias(alias: string): void {
  checkAlias(alias);
  if (alias.toLowerCase() === "latest") {
    throw invalid(`The alias "latest" is reserved: it always means the newest version.`);
  }
  if (/^v\d+$/i.test(alias)) {
    throw invalid(`The alias ${quote(alias)} is reserved: MLflow reads it as a version number.`);
  }
}

/** Checks an alias before it is read or deleted. */
export function checkAlias(alias: string): void {
  if (!aliasPattern.test(alias)) {
    throw invalid(`${quote(alias)} is not a valid alias. Use only letters, digits, "_" and "-".`);
  }
  checkLength("The alias", alias, limits.aliasLength);
}

/** Checks a version number: a whole number from 1 to 2,147,483,647. */
export function checkVersion(version: number): void {
  if (!Number.isSafeInteger(version) || version < 1 || version > 2_147_483_647) {
    throw invalid(`${version} is not a version number. Version numbers are whole numbers from 1.`);
  }
}

/** Checks the version number in the condition of a write. 0 means that there must be no version. */
export function checkExpectedVersion(version: number | undefined): void {
  if (version !== undefined && version !== 0) checkVersion(version);
}

export function checkPage(page: { limit: number }): void {
  if (!Number.isSafeInteger(page.limit) || page.limit < 1 || page.limit > limits.pageSize) {
    throw invalid(
      `limit is ${page.limit}. It must be a whole number from 1 to ${limits.pageSize}.`,
    );
  }
}

export function checkPromptTags(changes: TagChanges): void {
  checkTags(changes, limits.promptTagLength);
}

export function checkVersionTags(changes: TagChanges): void {
  checkTags(changes, limits.versionTagLength);
}

export function checkDescription(description: string): void {
  checkText("The description", description, limits.descriptionLength);
}

/** Checks a new prompt's description and tags. */
export function checkPromptDetails(details: { description?: string; tags?: Tags }): void {
  checkDescription(details.description ?? "");
  checkPromptTags(details.tags ?? {});
}

/** Checks a draft without its template text. The encoder checks the length that is stored. */
export function checkDraft(draft: VersionDraft): void {
  checkText("The commit message", draft.commitMessage ?? "", limits.descriptionLength);
  checkVersionTags(draft.tags ?? {});
}

/** Checks a text that is stored as a version tag: the template, the model config or a user tag. */
export function checkStoredText(what: string, text: string): void {
  checkText(what, text, limits.versionTagLength);
}

/**
 * Checks a text that is stored as JSON, in which line breaks, quotation marks and backslashes take two
 * characters.
 * @param texts the texts in it that people write, if people write texts
 */
export function checkStoredJson(what: string, json: string, texts?: readonly string[]): void {
  const stored = lengthOf(json);
  const surplus = stored - limits.versionTagLength;
  if (surplus <= 0) return;
  const given = texts?.reduce((sum, text) => sum + lengthOf(text), 0);
  const size =
    given === undefined
      ? `is JSON of ${stored} characters`
      : `have ${given} characters of text, which is ${stored} in the JSON that MLflow stores`;
  throw invalid(
    `${what} ${size}; the limit is ${limits.versionTagLength}. Leave out ${countOf(surplus, "character")}.`,
  );
}

/** The tag of a prompt that holds the history of its aliases (`versions/alias-history.ts`). */
export const aliasHistoryTag = "mcp.alias_history";

/**
 * Whether a tag is part of the prompt itself, and callers may not set or delete it: what MLflow stores
 * in tags, such as the template of a version, and the history of aliases.
 */
export function isReservedTagKey(key: string): boolean {
  return isMlflowTagKey(key) || key === aliasHistoryTag;
}

function isMlflowTagKey(key: string): boolean {
  return key.startsWith("mlflow.prompt.") || key.startsWith("_mlflow_");
}

function checkTags(changes: TagChanges, valueLength: number): void {
  for (const [key, value] of Object.entries(changes)) {
    if (key === aliasHistoryTag) {
      throw invalid(
        `The tag ${quote(key)} holds the history of the prompt's aliases. It is written when an alias moves and cannot be set or deleted. Nothing was changed.`,
      );
    }
    if (isMlflowTagKey(key)) {
      throw invalid(
        `The tag key ${quote(key)} is reserved by MLflow: keys that start with "mlflow.prompt." or "_mlflow_" cannot be set or deleted.`,
      );
    }
    checkLength(`The tag key ${quote(key)}`, key, limits.tagKeyLength);
    if (!tagKeyPattern.test(key)) {
      throw invalid(
        `${quote(key)} is not a valid tag key. Use only letters, digits, "_", "-", ".", ":", "/" and spaces.`,
      );
    }
    if (isPathOfAnother(key)) {
      throw invalid(
        `${quote(key)} is not a valid tag key, because MLflow reads keys as paths. Use "/" only between words, do not use "." or ".." as a word, and do not start the key with "..".`,
      );
    }
    if (value !== null) checkText(`The value of tag ${quote(key)}`, value, valueLength);
  }
}

/** Whether normalizing the key as a path would change it or lead out of its folder. */
function isPathOfAnother(key: string): boolean {
  if (key.startsWith("..")) return true;
  return key.split("/").some((word) => word === "" || word === "." || word === "..");
}

/** Checks that both SQLite and PostgreSQL can store the text: no NUL, no lone surrogate. */
function checkText(what: string, value: string, limit: number): void {
  checkLength(what, value, limit);
  if (value.includes("\0")) {
    throw invalid(`${what} contains a NUL character, which cannot be stored. Remove it.`);
  }
  if (/\p{Surrogate}/u.test(value)) {
    throw invalid(
      `${what} contains half of a character (a lone surrogate), which cannot be stored. Remove it.`,
    );
  }
}

function checkLength(what: string, value: string, limit: number): void {
  // A code point is at least one UTF-16 unit, so most values need no counting.
  if (value.length <= limit) return;
  const length = lengthOf(value);
  if (length > limit) {
    throw invalid(`${what} has ${length} characters; the limit is ${limit}.`);
  }
}

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

function invalid(message: string): RegistryError {
  return new RegistryError("invalid", message);
}
