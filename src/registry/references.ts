import { quote, RegistryError } from "./errors.ts";
import { checkAlias, checkPromptName, checkVersion, limits } from "./limits.ts";
import type { VersionSelector } from "./types.ts";

/** A prompt and the version that is meant. Without a selector the caller's own default is. */
export interface Reference {
  readonly name: string;
  readonly selector?: VersionSelector;
}

/** What a resource URI names. */
export type ResourceReference =
  | { readonly kind: "history"; readonly name: string }
  | { readonly kind: "version"; readonly name: string; readonly version: number }
  | { readonly kind: "alias"; readonly name: string; readonly alias: string }
  | {
      readonly kind: "diff";
      readonly name: string;
      readonly from: number;
      readonly to: number;
    };

const referenceForms =
  'Write "name", "name/3" for a version, "name@alias" or "name@latest", or MLflow\'s own form of these: "prompts:/name", "prompts:/name/3", "prompts:/name@alias".';

const resourceForms =
  'Write "prompts:/name" for the history, "prompts:/name/3" or "prompts:/name@alias" for a version, "prompts:/name/2...3" for a diff.';

/** What nearly all references are: a name that nothing has to be taken apart or decoded in. */
const plainName = new RegExp(`^[a-zA-Z0-9_.-]{1,${limits.nameLength}}$`);

/**
 * Reads what a person or a model wrote to name a prompt. In the `prompts:/` forms percent-escapes
 * are decoded, so that a name with "@" or "/" in it can be written; elsewhere a name is taken as
 * it is. One, two or three slashes after `prompts:` mean the same (MLflow takes one and three).
 * @throws RegistryError `invalid`, naming the text and the forms there are
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

/**
 * Reads the URI of a resource. A resource has one URI, as the functions below write it: another
 * spelling is refused, so that nobody can watch or remember the same thing under many.
 * @throws RegistryError `invalid`, naming the URI and the forms there are
 */
export function parseResourceUri(uri: string): ResourceReference {
  return explained(uri, "the URI of a prompt", resourceForms, () => {
    const path = uriPath(uri);
    if (path === undefined) throw problem('It does not start with "prompts:/".');
    const reference = resourceAt(path);
    const own = resourceUri(reference);
    if (uri !== own) throw problem(`The resource's URI is ${quote(own)}.`);
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
  if (rest.length > 0) throw problem("A diff has two versions.");
  return { kind: "diff", name, from: versionNumber(from), to: versionNumber(to) };
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

export function diffUri(name: string, from: number, to: number): string {
  return `${promptUri(name)}/${from}...${to}`;
}

/** What follows `prompts:/`; undefined for anything that is no such URI. */
function uriPath(text: string): string | undefined {
  return /^prompts:\/{1,3}(.*)$/s.exec(text)?.[1];
}

interface Parts {
  readonly name: string;
  readonly alias?: string;
  readonly suffix?: string;
}

/** Splits before it decodes: an escaped "@" or "/" belongs to the name. */
function split(path: string, decode: (part: string) => string): Parts {
  const [first = "", suffix, ...rest] = path.split("/");
  if (rest.length > 0) throw problem('There is more than one "/" in it.');
  if (suffix !== undefined) return { name: checkedName(decode(first)), suffix };
  // As MLflow does: the last "@" is the one that counts.
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

function aliasSelector(alias: string): VersionSelector {
  return isLatest(alias) ? "latest" : { alias };
}

function isLatest(alias: string): boolean {
  return alias.toLowerCase() === "latest";
}

function versionNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw problem(`${quote(text)} is no version number.`);
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
    throw problem(`${quote(part)} has a percent-escape that is none.`);
  }
}

/** Half a surrogate pair has no UTF-8 form, so a URI can only hold its replacement character. */
function encoded(part: string): string {
  return encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function problem(message: string): RegistryError {
  return new RegistryError("invalid", message);
}

/** Puts what is wrong with a part between the whole text and the forms it could have had. */
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
