import { quote, RegistryError } from "./errors.ts";
import { checkAlias, checkPromptName, checkVersion, limits } from "./limits.ts";
import type { VersionSelector } from "./types.ts";

/** A prompt and one of its versions. Without a selector, the caller's default version. */
export interface Reference {
  readonly name: string;
  readonly selector?: VersionSelector;
}

export type ResourceReference =
  | { readonly kind: "history"; readonly name: string }
  | { readonly kind: "version"; readonly name: string; readonly version: number }
  | { readonly kind: "alias"; readonly name: string; readonly alias: string }
  | {
      readonly kind: "diff";
      readonly name: string;
      readonly from: DiffSide;
      readonly to: DiffSide;
    };

/** A version by number, by alias, or the newest. */
export type DiffSide = Exclude<VersionSelector, { readonly firstOf: readonly string[] }>;

const referenceForms =
  'Write "name", "name/3" for a version, "name@alias" or "name@latest", or the same in MLflow\'s form: "prompts:/name", "prompts:/name/3", "prompts:/name@alias".';

const resourceForms =
  'Write "prompts:/name" for the history, "prompts:/name/3" or "prompts:/name@alias" for a version, "prompts:/name/2...3" or "prompts:/name/production...latest" for a diff.';

/** Fast path for most references: a name that needs no splitting and no decoding. */
const plainName = new RegExp(`^[a-zA-Z0-9_.-]{1,${limits.nameLength}}$`);

/**
 * Parses a reference that a person or a model wrote. Percent-escapes are decoded in the `prompts:/`
 * forms only, so that a name can contain "@" or "/". One, two or three slashes after `prompts:` mean
 * the same (MLflow accepts one and three).
 * @throws RegistryError `invalid`; the message names the text and the valid forms
 */
export function parseReference(text: string): Reference {
  if (plainName.test(text)) return { name: text };
  return explained(text, "a prompt reference", referenceForms, () => {
    const path = uriPath(text);
    const { name, alias, suffix } = split(path ?? text, path === undefined ? asIs : decoded);
    if (alias !== undefined) return { name, selector: aliasSelector(alias) };
    if (suffix !== undefined) return { name, selector: { version: versionNumber(suffix) } };
    return { name };
  });
}

/** Whether a text has the form "name/3" or "name@alias", which may also be the name of a prompt. */
export function isShortForm(text: string): boolean {
  return /[@/]/.test(text) && uriPath(text) === undefined;
}

/**
 * Parses the URI of a resource. Each resource has exactly one URI, the one that the functions below
 * write. Other spellings are refused, so that a client cannot subscribe to one resource twice or
 * cache it twice.
 * @throws RegistryError `invalid`; the message names the URI and the valid forms
 */
export function parseResourceUri(uri: string): ResourceReference {
  return explained(uri, "the URI of a prompt", resourceForms, () => {
    const path = uriPath(uri);
    if (path === undefined) throw problem('It does not start with "prompts:/".');
    const reference = resourceAt(path);
    const own = resourceUri(reference);
    if (uri !== own) throw problem(`The URI of this resource is ${quote(own)}.`);
    return reference;
  });
}

function resourceAt(path: string): ResourceReference {
  const { name, alias, suffix } = split(path, decoded);
  if (alias !== undefined) {
    return { kind: "alias", name, alias: isLatest(alias) ? "latest" : alias };
  }
  if (suffix === undefined) return { kind: "history", name };
  const [from = "", to, ...rest] = suffix.split("...");
  if (to === undefined) return { kind: "version", name, version: versionNumber(from) };
  if (rest.length > 0) throw problem("A diff has exactly two versions.");
  return { kind: "diff", name, from: diffSide(from), to: diffSide(to) };
}

function resourceUri(reference: ResourceReference): string {
  const { kind, name } = reference;
  switch (kind) {
    case "history":
      return promptUri(name);
    case "version":
      return versionUri(name, reference.version);
    case "alias":
      return aliasUri(name, reference.alias);
    case "diff":
      return diffUri(name, reference.from, reference.to);
  }
}

export function promptUri(name: string): string {
  return `prompts:/${encoded(name)}`;
}

export function versionUri(name: string, version: number): string {
  return `${promptUri(name)}/${version}`;
}

export function aliasUri(name: string, alias: string): string {
  return `${promptUri(name)}@${encoded(alias)}`;
}

export function diffUri(name: string, from: DiffSide, to: DiffSide): string {
  return `${promptUri(name)}/${encodedSide(from)}...${encodedSide(to)}`;
}

function encodedSide(side: DiffSide): string {
  if (side === "latest") return side;
  return "version" in side ? `${side.version}` : encoded(side.alias);
}

/** The part after `prompts:/`. Undefined for any other text. */
function uriPath(text: string): string | undefined {
  return /^prompts:\/{1,3}(.*)$/s.exec(text)?.[1];
}

interface Parts {
  readonly name: string;
  readonly alias?: string;
  readonly suffix?: string;
}

/** Splits before decoding: an escaped "@" or "/" belongs to the name. */
function split(path: string, decode: (part: string) => string): Parts {
  const [first = "", suffix, ...rest] = path.split("/");
  if (rest.length > 0) throw problem('It contains more than one "/".');
  if (suffix !== undefined) return { name: checkedName(decode(first)), suffix };
  // As in MLflow, the last "@" separates the alias.
  const at = first.lastIndexOf("@");
  if (at === -1) return { name: checkedName(decode(first)) };
  const alias = decode(first.slice(at + 1));
  checkAlias(alias);
  return { name: checkedName(decode(first.slice(0, at))), alias };
}

function checkedName(name: string): string {
  checkPromptName(name);
  return name;
}

/** A text of digits is always a number: an alias of digits has no diff. */
function diffSide(text: string): DiffSide {
  if (/^\d+$/.test(text)) return { version: versionNumber(text) };
  const alias = decoded(text);
  checkAlias(alias);
  return aliasSelector(alias);
}

function aliasSelector(alias: string): DiffSide {
  return isLatest(alias) ? "latest" : { alias };
}

function isLatest(alias: string): boolean {
  return alias.toLowerCase() === "latest";
}

function versionNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw problem(`${quote(text)} is not a version number.`);
  const version = Number(text);
  checkVersion(version);
  return version;
}

function asIs(part: string): string {
  return part;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw problem(`${quote(part)} contains an invalid percent-escape.`);
  }
}

/** A lone surrogate has no UTF-8 form, so a URI can only contain the replacement character for it. */
function encoded(part: string): string {
  return encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function problem(message: string): RegistryError {
  return new RegistryError("invalid", message);
}

/** Adds the whole text and the valid forms to the message of a parse error. */
function explained<T>(text: string, what: string, forms: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new RegistryError(
      "invalid",
      `${quote(text)} is not ${what}. ${error.message} ${forms}`,
      {},
      { cause: error },
    );
  }
}
