import { argumentsTag } from "../contract/arguments.ts";
import { quote } from "../errors.ts";
import { isJsonObject, type JsonValue, jsonOrUndefined } from "../json.ts";
import { stringsIn } from "../template/strings.ts";
import type { Tags, Template } from "../types.ts";

/** The content to check. */
export interface CheckedContent {
  readonly template?: Template;
  readonly commitMessage?: string | undefined;
  readonly tags?: Tags | undefined;
}

/** A kind of content that readers do not see or that hosts execute. */
interface Kind {
  readonly what: string;
  readonly why: string;
  /** A global pattern that runs in linear time. */
  readonly pattern: RegExp;
  /** How a finding is shown: as code points, or as quoted text. */
  readonly shown: "characters" | "words";
  /** Texts that match this pattern need such characters and are not reported. */
  readonly unless?: RegExp;
}

const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/**
 * The sets are those of Unicode 17: Default_Ignorable_Code_Point, Bidi_Control, Cc. Legitimate uses
 * are not reported: joiners between letters and in emoji, single variation selectors after characters
 * that have variants, and directional marks in right-to-left texts.
 *
 * The commands are those of 2026. opencode, Kilo and Claude Code: `!` before a back-quoted command,
 * with `$1` or `$ARGUMENTS` possibly in between, which may be replaced by nothing. Gemini CLI and Qwen
 * Code: `!{…}` and `@{…}`.
 */
const kinds: readonly Kind[] = [
  {
    what: "invisible characters",
    why: "Readers do not see them, but models do.",
    pattern:
      /[^\P{DI}\p{Variation_Selector}\p{Bidi_Control}\u200c\u200d]|(?<=^|\p{ASCII})[\u200c\u200d]|[\u200c\u200d](?=$|\p{ASCII})|(?<=[^\P{ASCII}\d#*])\p{Variation_Selector}|\p{Variation_Selector}{2,}/gu,
    shown: "characters",
  },
  {
    what: "characters that change the direction of text",
    why: "Readers see a different text than models do.",
    pattern: /[\u202a-\u202e\u2066-\u2069]/gu,
    shown: "characters",
  },
  {
    what: "directional marks",
    why: "Nothing in the text needs them.",
    pattern: /[\u061c\u200e\u200f]/gu,
    shown: "characters",
    unless: rightToLeft,
  },
  {
    what: "control characters",
    why: "Terminals execute some of them, and some start a new line.",
    pattern: /[^\P{Cc}\t\n\r]|[\u2028\u2029]/gu,
    shown: "characters",
  },
  {
    what: "text that some hosts run as a command",
    why: "opencode, Kilo and Claude Code do so.",
    pattern: /!(?:\$(?:\d+|ARGUMENTS))*`/gu,
    shown: "words",
  },
  {
    what: "text that some hosts run as a command or replace by a file",
    why: "Gemini CLI and Qwen Code do so.",
    pattern: /[!@]\{(?![{%#])/gu,
    shown: "words",
  },
];

/** Findings are counted up to this number. */
const maxCounted = 1_000;

/**
 * Finds content in a version or in tags that readers do not see or that hosts execute. Returns one or
 * two sentences for each text and kind. Runs in linear time, a few milliseconds for 100,000 characters.
 */
export function findUnsafeContent(written: CheckedContent): readonly string[] {
  return textsOf(written).flatMap(({ where, text }) =>
    kinds.flatMap((kind) => {
      const found = describeHits(text, kind);
      return found === undefined ? [] : [`The ${where} has ${kind.what}: ${found}. ${kind.why}`];
    }),
  );
}

interface PlacedText {
  readonly where: string;
  readonly text: string;
}

function textsOf({
  template,
  commitMessage = "",
  tags = {},
}: CheckedContent): readonly PlacedText[] {
  const tagTexts = Object.entries(tags).map(([key, value]) => ({
    where: `tag ${quote(key)}`,
    text: key === argumentsTag ? unescaped(value) : value,
  }));
  return [
    ...(template === undefined ? [] : templateTexts(template)),
    { where: "commit message", text: commitMessage },
    ...tagTexts,
  ];
}

function templateTexts(template: Template): readonly PlacedText[] {
  if (template.kind !== "chat") return [{ where: "template", text: template.text }];
  return template.messages.flatMap(({ role = "", ...rest }, index) =>
    [role, ...stringsIn(rest)].map((text) => ({ where: `message ${index + 1}`, text })),
  );
}

/** The strings and names in a JSON text, because JSON can escape any character. */
function unescaped(json: string): string {
  const value = jsonOrUndefined(json);
  return value === undefined ? json : namesAndStrings(value).join("\n");
}

function namesAndStrings(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(namesAndStrings);
  if (typeof value !== "object" || value === null || !isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...namesAndStrings(member)]);
}

function describeHits(text: string, { pattern, shown, unless }: Kind): string | undefined {
  let first: number | undefined;
  let count = 0;
  const seen = new Set<string>();
  for (const { 0: hit, index } of text.matchAll(pattern)) {
    first ??= index;
    count++;
    if (seen.size < 3) seen.add(shown === "words" ? excerpt(text, index) : formatCodePoint(hit));
    if (count === maxCounted) break;
  }
  if (first === undefined || unless?.test(text)) return undefined;
  const times =
    count === 1 ? "once" : count < maxCounted ? `${count} times` : `${count} times or more`;
  return `${[...seen].join(", ")} (${times}, first in line ${lineOf(text, first)})`;
}

function excerpt(text: string, index: number): string {
  return quote(text.slice(index, index + 40));
}

function formatCodePoint(hit: string): string {
  return `U+${(hit.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
