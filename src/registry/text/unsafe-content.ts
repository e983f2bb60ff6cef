import { argumentsTag } from "../contract/arguments.ts";
import { quote } from "../errors.ts";
import type { Tags, Template } from "../types.ts";

/** What somebody wrote, as far as it is looked at. */
export interface CheckedContent {
  readonly template?: Template;
  readonly commitMessage?: string | undefined;
  readonly tags?: Tags | undefined;
}

/** One kind of what readers do not see, or hosts do not take for text. */
interface Kind {
  readonly what: string;
  readonly why: string;
  /** Finds it in time linear in the text; global. */
  readonly pattern: RegExp;
  /** As its hits are shown: characters by their number, or as they are written. */
  readonly shown: "characters" | "words";
  /** Leaves texts alone that need it. */
  readonly unless?: RegExp;
}

const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/**
 * The sets are Unicode's (17): Default_Ignorable_Code_Point, Bidi_Control, Cc. Left alone are
 * joiners between letters and in emoji, single variation selectors behind what has variants, and
 * directional marks in texts that run from right to left: these are written for good reasons. The commands are those of
 * opencode and Kilo (`!` before a back-quoted command, where `$1` and `$ARGUMENTS` may vanish in
 * between), Claude Code (the same), Gemini CLI and Qwen Code (`!{…}`, `@{…}`), as of 2026.
 */
const kinds: readonly Kind[] = [
  {
    what: "invisible characters",
    why: "Readers do not see them, and models do.",
    pattern:
      /[^\P{DI}\p{Variation_Selector}\p{Bidi_Control}\u200c\u200d]|(?<=^|\p{ASCII})[\u200c\u200d]|[\u200c\u200d](?=$|\p{ASCII})|(?<=[^\P{ASCII}\d#*])\p{Variation_Selector}|\p{Variation_Selector}{2,}/gu,
    shown: "characters",
  },
  {
    what: "characters that change the direction of text",
    why: "Readers see another text than models do.",
    pattern: /[\u202a-\u202e\u2066-\u2069]/gu,
    shown: "characters",
  },
  {
    what: "marks of direction",
    why: "Nothing in the text needs them.",
    pattern: /[\u061c\u200e\u200f]/gu,
    shown: "characters",
    unless: rightToLeft,
  },
  {
    what: "control characters",
    why: "Terminals act on them, and some begin another line.",
    pattern: /[^\P{Cc}\t\n\r]|[\u2028\u2029]/gu,
    shown: "characters",
  },
  {
    what: "text that some hosts run as a command",
    why: "opencode, Kilo and Claude Code know it.",
    pattern: /!(?:\$(?:\d+|ARGUMENTS))*`/gu,
    shown: "words",
  },
  {
    what: "text that some hosts run as a command or replace by a file",
    why: "Gemini CLI and Qwen Code know it.",
    pattern: /[!@]\{(?![{%#])/gu,
    shown: "words",
  },
];

/** Hits after which no more are counted. */
const maxCounted = 1_000;

/**
 * What in a version, or in tags, hides from readers or is executed by hosts: a sentence or two for
 * each text and kind. Takes time linear in the texts, some milliseconds for 100,000 characters.
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
  return template.messages.flatMap(({ role, content }, index) => {
    const parts =
      typeof content === "string" ? [content] : (content ?? []).map(({ text }) => textIn(text));
    return [role, ...parts].map((text) => ({ where: `message ${index + 1}`, text }));
  });
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** JSON may spell any character as an escape: what counts is the text that comes of it. */
function unescaped(json: string): string {
  try {
    const texts: string[] = [];
    JSON.parse(json, (key, value: unknown) => {
      texts.push(key, textIn(value));
      return value;
    });
    return texts.join("\n");
  } catch {
    return json;
  }
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
