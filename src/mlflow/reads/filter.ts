/**
 * Conditions in MLflow's search language. It has no escape that works on every release and
 * database, so a value with anything but plain characters is sent as a pattern that matches at
 * least what is meant, and the caller looks again at what comes back.
 */
export interface Condition {
  readonly text: string;
  /** Whether it matches nothing else than what is meant. */
  readonly exact: boolean;
}

/** Without it MLflow hides prompts. */
const onlyPrompts = "tags.`mlflow.prompt.is_prompt` = 'true'";

/** Longer ones are cut to a pattern: a filter travels in the URL. */
const maxValueChars = 200;
/** Encoded. Proxies cut a URL at 8 KiB, the path and the other parameters included. */
const maxFilterChars = 7_200;

/** The conditions in one filter. What would make it too long for a URL is left to the caller. */
export function promptsWhere(conditions: readonly Condition[]): Condition {
  let text = onlyPrompts;
  let exact = true;
  for (const condition of conditions) {
    const longer = `${text} AND ${condition.text}`;
    const fits = condition.text !== "" && encodedLength(longer) <= maxFilterChars;
    if (fits) text = longer;
    exact &&= fits && condition.exact;
  }
  return { text, exact };
}

/** The name has this part, upper and lower case alike. */
export function nameHas(part: string): Condition {
  // "_" stands for any one character in a pattern.
  const exact = /^[a-zA-Z0-9 .:/-]*$/.test(part) && part.length <= maxValueChars;
  return { text: `name ILIKE '%${pattern(part)}%'`, exact };
}

export function nameIs(name: string): Condition {
  return equals("name", name);
}

/** Since 3.17. The names must be plain ones: see `isPlain`. */
export function nameIsOneOf(names: readonly string[]): Condition {
  return { text: `name IN (${names.map((name) => `'${name}'`).join(",")})`, exact: true };
}

/** What the names in a filter may take of the URL, which proxies cut at 8 KiB. */
export const maxNameChars = 6_800;

/** What a plain name takes, as it stands in a URL: `%27name%27%2C`. */
export function countNameChars(name: string): number {
  return encodeURIComponent(name).length + 9;
}

/** Plain names, as many together as one filter has room for. */
export function splitIntoFilters(names: readonly string[]): string[][] {
  const portions: string[][] = [];
  let room = 0;
  for (const name of names) {
    room -= countNameChars(name);
    if (room < 0) {
      portions.push([]);
      room = maxNameChars - countNameChars(name);
    }
    portions.at(-1)?.push(name);
  }
  return portions;
}

export function versionIs(version: number): Condition {
  return { text: `version_number = ${version}`, exact: true };
}

/** Both ends excluded. */
export function versionIsBetween(low: number, high: number): Condition {
  return { text: `version_number > ${low} AND version_number < ${high}`, exact: true };
}

export function versionIsBelow(version: number): Condition {
  return { text: `version_number < ${version}`, exact: true };
}

export function tagIs(key: string, value: string): Condition {
  // A key in other letters is left to the caller: how those are quoted differs between releases.
  if (!/^[a-zA-Z0-9_.\- :/]+$/.test(key)) return { text: "", exact: false };
  return equals(`tags.\`${key}\``, value);
}

/** Whether a value can stand between quotes as it is. */
export function isPlain(value: string): boolean {
  return /^[a-zA-Z0-9_ .:/-]*$/.test(value) && value.length <= maxValueChars;
}

function encodedLength(text: string): number {
  return new URLSearchParams([["", text]]).toString().length;
}

function equals(attribute: string, value: string): Condition {
  if (isPlain(value)) return { text: `${attribute} = '${value}'`, exact: true };
  const cut = value.length > maxValueChars ? "%" : "";
  return { text: `${attribute} LIKE '${pattern(value)}${cut}'`, exact: false };
}

/** "%" for whatever quoting, escaping or letter case could get wrong: anything not plain ASCII. */
function pattern(value: string): string {
  return value.slice(0, maxValueChars).replace(/[^a-zA-Z0-9_ .:/-]+/g, "%");
}
