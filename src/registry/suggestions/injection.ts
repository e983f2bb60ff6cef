import { isInstruction, lineAt, type PromptText, passageAt, type Tag } from "./prompt-text.ts";
import type { Suggestion } from "./suggestion.ts";

/** What the person who asks writes. */
const fromUser =
  /^(?:(?:user|customer|client|human)_?)?(?:question|query|input|message|request|prompt|utterance|pregunta|frage)$/i;

/** What other people write, and what is read from outside. */
const fromOthers =
  /(?:^|\w_)(?:text|documents?|docs?|content|contexts?|article|e?mail|review|comment|feedback|transcript|conversation|chat_history|history|ticket|page|html|body|passages?|snippets?|chunks?|(?:search|tool)_results?|results|post|tweet|complaint|resume|cv|attachment|webpage|website|description|notes?|story|essay|texto|dokument|documento)$/i;

const closed: readonly (readonly [RegExp, RegExp])[] = [
  [/["“„«『「《‹'‘`<[|]\s{0,9}$/u, /^\s{0,9}["”“»』」》›'’`>\]|]/u],
  [/>\s{0,9}$/u, /^\s{0,9}</u],
];

/** A line that begins or ends what stands between: a tag, a fence, or a rule. */
const borders = [
  /^<\/?[^<>]{1,80}>$/u,
  /^(?:`{3}|~{3}|-{3}|={3}|#{3}|\*{3}|_{3}|\+{3}).{0,60}$/u,
  /^["']{3}$/u,
  /^\[\/?\w{1,40}\]$/u,
  /^(?:begin|end)\b.{0,40}$/iu,
];

/** Variables of untrusted text where a model may take it for instructions. */
export function injections(texts: readonly PromptText[]): readonly Suggestion[] {
  const seen = new Set<string>();
  return texts.filter(isInstruction).flatMap((text) =>
    text.tags.flatMap((tag) => {
      const name = tag.name.slice(tag.name.lastIndexOf(".") + 1);
      const isUser = fromUser.test(name);
      if (seen.has(tag.name) || (!isUser && !fromOthers.test(name))) return [];
      const found = text.role === "system" ? inSystem(text, tag, isUser) : inline(text, tag);
      if (found === undefined) return [];
      seen.add(tag.name);
      const { start, end } = lineAt(text.text, tag.start);
      return [{ rule: "injection" as const, passages: [passageAt(text, start, end)], ...found }];
    }),
  );
}

type Advice = Pick<Suggestion, "why" | "todo">;

function inSystem(text: PromptText, tag: Tag, isUser: boolean): Advice | undefined {
  if (isUser) {
    return {
      why: `The value of ${tag.name} is what a user writes, and it stands in a system message, whose words a model obeys first.`,
      todo: "Move it to a user message.",
    };
  }
  if (isDelimited(text, tag)) return undefined;
  return {
    why: `The value of ${tag.name} is text of others, and nothing in this system message shows where it begins and ends. Instructions in it would read as yours.`,
    todo: `Move it to a user message, or put it between tags such as <${tag.name}> and </${tag.name}> and say that what is between them is data.`,
  };
}

function inline(text: PromptText, tag: Tag): Advice | undefined {
  if (isDelimited(text, tag)) return undefined;
  const { start, end } = lineAt(text.text, tag.start);
  const before = text.prose.slice(start, tag.start).trim();
  const after = text.prose.slice(tag.end, Math.max(end, tag.end)).trim();
  const isLabelled = before === "" || /[:：]$/u.test(before);
  if (isLabelled && !/\p{L}{2}/u.test(after)) return undefined;
  if (!/\p{L}{2}/u.test(before + after)) return undefined;
  return {
    why: `The value of ${tag.name} is text of others in the middle of your instructions. Nothing shows where it begins and ends, so instructions in it read as yours.`,
    todo: `Put it at the end, between tags such as <${tag.name}> and </${tag.name}>, and say that what is between them is data.`,
  };
}

/** Whether quotes, tags or fences stand around the value. */
function isDelimited({ text }: PromptText, { start, end }: Tag): boolean {
  const before = text.slice(Math.max(0, start - 200), start);
  const after = text.slice(end, end + 200);
  if (
    closed.some(
      ([opening, closing]) => opening.test(before.slice(-10)) && closing.test(after.slice(0, 10)),
    )
  )
    return true;
  return isBorder(lastLine(before)) && isBorder(firstLine(after));
}

function lastLine(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.slice(trimmed.lastIndexOf("\n") + 1).trim();
}

function firstLine(text: string): string {
  const trimmed = text.trimStart();
  const end = trimmed.indexOf("\n");
  return (end === -1 ? trimmed : trimmed.slice(0, end)).trim();
}

function isBorder(line: string): boolean {
  return borders.some((border) => border.test(line));
}
