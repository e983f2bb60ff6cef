import { quote, RegistryError } from "./errors.ts";
import type { Tags, VersionDraft } from "./types.ts";
import type { TagChanges } from "./writes.ts";

/**
 * MLflow's own limits (measured on 3.8.1 to 3.17.2, SQLite and PostgreSQL), the strictest of the
 * supported back ends, so that what is accepted here is accepted everywhere. Lengths are in
 * Unicode code points, as Python counts them.
 */
export const limits = {
  nameLength: 256,
  aliasLength: 255,
  tagKeyLength: 250,
  /** Prompt tags and descriptions: the PostgreSQL column. */
  promptTagLength: 5_000,
  descriptionLength: 5_000,
  /** Template text, and any version tag. */
  versionTagLength: 100_000,
  pageSize: 1_000,
} as const;

const namePattern = /^[a-zA-Z0-9_.-]+$/;
const aliasPattern = /^[\p{L}\p{N}_-]+$/u;
const tagKeyPattern = /^[\p{L}\p{N}_.\- :/]+$/u;

/** Checks a name that is about to be given to a new prompt. */
export function checkNewPromptName(name: string): void {
  checkPromptName(name);
  if (!namePattern.test(name) || name === "." || name === "..") {
    throw invalid(
      `${quote(name)} cannot be a prompt's name: use letters, digits, "_", "-" and "." only.`,
    );
  }
}

/** Checks a name that is looked up: other clients may have used characters MLflow's own refuses. */
export function checkPromptName(name: string): void {
  if (name === "") throw invalid("A prompt's name must not be empty.");
  checkText("A prompt's name", name, limits.nameLength);
}

/** Checks an alias that is about to be set. */
export function checkNewAlias(alias: string): void {
  checkAlias(alias);
  if (alias.toLowerCase() === "latest") {
    throw invalid(`The alias "latest" is reserved: it always means the newest version.`);
  }
  if (/^v\d+$/i.test(alias)) {
    throw invalid(`The alias ${quote(alias)} is reserved: MLflow reads it as a version number.`);
  }
}

/** Checks an alias that is looked up or deleted. */
export function checkAlias(alias: string): void {
  if (!aliasPattern.test(alias)) {
    throw invalid(`${quote(alias)} is no alias: use letters, digits, "_" and "-" only.`);
  }
  checkLength("An alias", alias, limits.aliasLength);
}

/** Checks a version number: a whole number from 1. */
export function checkVersion(version: number): void {
  if (!Number.isSafeInteger(version) || version < 1 || version > 2_147_483_647) {
    throw invalid(`${version} is no version number: versions are whole numbers from 1.`);
  }
}

/** Checks the version that a write is made on condition of; 0 stands for none. */
export function checkExpectedVersion(version: number | undefined): void {
  if (version !== undefined && version !== 0) checkVersion(version);
}

export function checkPage(page: { limit: number }): void {
  if (!Number.isSafeInteger(page.limit) || page.limit < 1 || page.limit > limits.pageSize) {
    throw invalid(`limit is ${page.limit}: ask for 1 to ${limits.pageSize} items.`);
  }
}

export function checkPromptTags(changes: TagChanges): void {
  checkTags(changes, limits.promptTagLength);
}

export function checkVersionTags(changes: TagChanges): void {
  checkTags(changes, limits.versionTagLength);
}

/** Checks a new prompt's description and tags. */
export function checkPromptDetails(details: { description?: string; tags?: Tags }): void {
  checkText("A description", details.description ?? "", limits.descriptionLength);
  checkPromptTags(details.tags ?? {});
}

/** Checks all of a draft but the template's text, whose stored length its encoder checks. */
export function checkDraft(draft: VersionDraft): void {
  checkText("A commit message", draft.commitMessage ?? "", limits.descriptionLength);
  checkVersionTags(draft.tags ?? {});
}

/** Checks what will be stored as a version tag: the template, the model config, any user tag. */
export function checkStoredText(what: string, text: string): void {
  checkText(what, text, limits.versionTagLength);
}

/** Keys that only MLflow itself may write: the template of a version is among them. */
export function isReservedTagKey(key: string): boolean {
  return key.startsWith("mlflow.prompt.") || key.startsWith("_mlflow_");
}

function checkTags(changes: TagChanges, valueLength: number): void {
  for (const [key, value] of Object.entries(changes)) {
    if (isReservedTagKey(key)) {
      throw invalid(
        `The tag key ${quote(key)} is reserved by MLflow: keys that start with "mlflow.prompt." or "_mlflow_" cannot be set or deleted.`,
      );
    }
    checkLength(`The tag key ${quote(key)}`, key, limits.tagKeyLength);
    if (!tagKeyPattern.test(key)) {
      throw invalid(
        `${quote(key)} is no tag key: use letters, digits, "_", "-", ".", ":", "/" and spaces.`,
      );
    }
    if (isPathOfAnother(key)) {
      throw invalid(
        `${quote(key)} is no tag key: MLflow reads keys as paths, so "/" must stand between words, and none of them may be "." or begin the key with "..".`,
      );
    }
    if (value !== null) checkText(`The value of tag ${quote(key)}`, value, valueLength);
  }
}

/** Whether a path like this would be spelled otherwise, or leads out of where it begins. */
function isPathOfAnother(key: string): boolean {
  if (key.startsWith("..")) return true;
  return key.split("/").some((word) => word === "" || word === "." || word === "..");
}

/** Checks what SQLite and PostgreSQL alike can store: no NUL, no half of a surrogate pair. */
function checkText(what: string, value: string, limit: number): void {
  checkLength(what, value, limit);
  if (value.includes("\0")) throw invalid(`${what} holds a NUL character, which cannot be stored.`);
  if (/\p{Surrogate}/u.test(value)) {
    throw invalid(`${what} holds half of a character (a lone surrogate), which cannot be stored.`);
  }
}

function checkLength(what: string, value: string, limit: number): void {
  // A code point is at least one UTF-16 unit: few values need counting.
  if (value.length <= limit) return;
  let length = 0;
  for (const _ of value) length++;
  if (length > limit) {
    throw invalid(`${what} has ${length} characters; the limit is ${limit}.`);
  }
}

function invalid(message: string): RegistryError {
  return new RegistryError("invalid", message);
}
