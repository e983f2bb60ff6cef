/**
 * A condition in MLflow's search language. The language has no escape that works on every release and
 * database, so a value with other than plain characters is sent as a pattern that matches at least the
 * intended rows, and the caller filters the result.
 */
export interface Condition {
  readonly text: string;
  /** Whether it matches only the intended rows. */
  readonly exact: boolean;
}

/** Without this condition MLflow leaves prompts out of the result. */
const onlyPrompts = "tags.`mlflow.prompt.is_prompt` = 'true'";

/** Longer values become a pattern of their beginning, because the filter is part of the URL. */
const maxValueChars = 200;
/** URL-encoded. Proxies limit a URL to 8 KiB, including the path and the other parameters. */
const maxFilterChars = 7_200;

/** Joins conditions. A condition that makes the filter too long for a URL is left out: not `exact`. */
export function promptsWhere(conditions: readonly Condition[]): Condition {
  let text = onlyPrompts;
  let exact = true;
  for (const condition of conditions) {
    const longer = `${text} AND ${condition.text}`;
    const fits = condition.text !== "" && getEncodedLength(longer) <= maxFilterChars;
    if (fits) text = longer;
    exact &&= fits && condition.exact;
  }
  return { text, exact };
}

/** The name contains this part, in upper or lower case. */
export function nameHas(part: string): Condition {
  // "_" matches any character in a pattern.
  const exact = /^[a-zA-Z0-9 .:/-]*$/.test(part) && part.length <= maxValueChars;
  return { text: `name ILIKE '%${toPattern(part)}%'`, exact };
}

export function nameIs(name: string): Condition {
  return equals("name", name);
}

/** Supported since 3.17. The names must be plain: see `isPlain`. */
export function nameIsOneOf(names: readonly string[]): Condition {
  return { text: `name IN (${names.map((name) => `'${name}'`).join(",")})`, exact: true };
}

/** How many characters of the URL the names may take. Proxies limit a URL to 8 KiB. */
export const maxNameChars = 6_800;

/** How many characters of the URL a plain name takes: `%27name%27%2C`. */
export function countNameChars(name: string): number {
  return encodeURIComponent(name).length + 9;
}

/** Splits plain names into the lists of as few filters as possible. */
export function splitIntoFilters(names: readonly string[]): string[][] {
  const lists: string[][] = [];
  let remaining = 0;
  for (const name of names) {
    remaining -= countNameChars(name);
    if (remaining < 0) {
      lists.push([]);
      remaining = maxNameChars - countNameChars(name);
    }
    lists.at(-1)?.push(name);
  }
  return lists;
}

export function versionIs(version: number): Condition {
  return { text: `version_number = ${version}`, exact: true };
}

/** Excludes both ends. */
export function versionIsBetween(low: number, high: number): Condition {
  return { text: `version_number > ${low} AND version_number < ${high}`, exact: true };
}

export function versionIsBelow(version: number): Condition {
  return { text: `version_number < ${version}`, exact: true };
}

export function tagIs(key: string, value: string): Condition {
  // The caller filters by other keys: how they are quoted differs between releases.
  if (!/^[a-zA-Z0-9_.\- :/]+$/.test(key)) return { text: "", exact: false };
  return equals(`tags.\`${key}\``, value);
}

/** Whether a value can be quoted unchanged. */
export function isPlain(value: string): boolean {
  return /^[a-zA-Z0-9_ .:/-]*$/.test(value) && value.length <= maxValueChars;
}

function getEncodedLength(text: string): number {
  return new URLSearchParams([["", text]]).toString().length;
}

/** An attribute or a tag, spelled as the search wants it, has this value. */
export function equals(attribute: string, value: string): Condition {
  if (isPlain(value)) return { text: `${attribute} = '${value}'`, exact: true };
  const cut = value.length > maxValueChars ? "%" : "";
  return { text: `${attribute} LIKE '${toPattern(value)}${cut}'`, exact: false };
}

/** The tag contains this text, or one that resembles it. */
export function tagHas(key: string, text: string): Condition {
  return { text: `tags.\`${key}\` LIKE '%${toPattern(text)}%'`, exact: false };
}

/** Replaces everything but plain ASCII by "%": databases quote, escape and compare it differently. */
function toPattern(value: string): string {
  return value.slice(0, maxValueChars).replace(/[^a-zA-Z0-9_ .:/-]+/g, "%");
}
