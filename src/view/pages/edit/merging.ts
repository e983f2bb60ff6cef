import { parseExact, spellJson } from "../../text/exact-json.ts";
import { type MergePart, mergeLists, mergeTexts } from "../../text/merge.ts";
import { type Draft, editedMessage, type KeyedMessage, type Message } from "./draft.ts";
import { exactMessage } from "./registration.ts";

export type Choice = "mine" | "theirs" | "both";

type Details = "llmConfig" | "responseFormat" | "declared" | "tags";

/** A part of a draft that is merged by itself: its items are lines, or pieces of JSON. */
export interface Slot {
  /** A number is the message with that index, when all three have the same messages. */
  readonly field: "text" | "messages" | Details | number;
  readonly parts: readonly MergePart<string>[];
}

/** A passage that both changed, for the person to choose. */
export interface Conflict {
  /** Names it among all of the merge. */
  readonly id: string;
  readonly field: Slot["field"];
  readonly mine: readonly string[];
  readonly theirs: readonly string[];
}

/** Merges two changes of one draft. @param base what both started from */
export function mergeDrafts(base: Draft, mine: Draft, theirs: Draft): readonly Slot[] {
  const three = [base, mine, theirs] as const;
  const bySlot = (field: Slot["field"], itemsOf: (draft: Draft) => readonly string[]): Slot => {
    const [b, m, t] = [itemsOf(base), itemsOf(mine), itemsOf(theirs)];
    return { field, parts: mergeLists(b, m, t, (item) => item) };
  };
  return [
    ...(three.every(({ kind }) => kind === "text")
      ? [
          {
            field: "text" as const,
            parts: mergeTexts(base.text.shown, mine.text.shown, theirs.text.shown),
          },
        ]
      : mergeMessages(base, mine, theirs)),
    bySlot("llmConfig", (draft) => [draft.llmConfig]),
    bySlot("responseFormat", (draft) => [draft.responseFormat]),
    bySlot("declared", (draft) => entriesOf(draft.declared)),
    bySlot("tags", (draft) => entriesOf(draft.tags)),
  ];
}

/** Where all three have the same turns, their texts are merged line by line; else whole messages. */
function mergeMessages(base: Draft, mine: Draft, theirs: Draft): readonly Slot[] {
  const three = [base, mine, theirs];
  const shapes = new Set(three.map(({ messages }) => messages.map(shapeOf).join("\n")));
  if (shapes.size === 1) {
    return base.messages.map((message, index) => ({
      field: index,
      parts: mergeTexts(
        shownText(message),
        shownText(mine.messages[index]),
        shownText(theirs.messages[index]),
      ),
    }));
  }
  const [b = [], m = [], t = []] = three.map(({ messages }) => messages.map(asJson));
  return [{ field: "messages", parts: mergeLists(b, m, t, (item) => item) }];
}

function shapeOf(message: KeyedMessage): string {
  return message.form === "text" ? JSON.stringify([message.role]) : asJson(message);
}

function shownText(message: KeyedMessage | undefined): string {
  return message?.form === "text" ? message.shown : "";
}

function asJson(message: KeyedMessage): string {
  return spellJson(exactMessage(message));
}

function entriesOf(record: object): readonly string[] {
  return Object.entries(record).map((entry) => spellJson(entry));
}

/** The passages that the person has to choose about. */
export function conflictsOf(slots: readonly Slot[]): readonly Conflict[] {
  return slots.flatMap(({ field, parts }) =>
    parts.flatMap((part, index) =>
      part.kind === "conflict"
        ? [{ id: `${field}-${index}`, field, mine: part.mine, theirs: part.theirs }]
        : [],
    ),
  );
}

/**
 * The merged draft. It follows `theirs`, and has the line ends and other messages that are there.
 * @param choices by the conflict's id; without one, mine stays
 */
export function applyMerge(
  slots: readonly Slot[],
  choices: ReadonlyMap<string, Choice>,
  mine: Draft,
  theirs: Draft,
): Draft {
  let merged: Draft = { ...theirs, commitMessage: mine.commitMessage };
  for (const { field, parts } of slots) {
    const items = parts.flatMap((part, index) =>
      part.kind === "merged" ? part.items : chosen(part, choices.get(`${field}-${index}`)),
    );
    merged = { ...merged, ...put(merged, field, items) };
  }
  return merged;
}

function chosen(
  { mine, theirs }: { readonly mine: readonly string[]; readonly theirs: readonly string[] },
  choice: Choice = "mine",
): readonly string[] {
  if (choice === "both") return [...theirs, ...mine];
  return choice === "mine" ? mine : theirs;
}

function put(draft: Draft, field: Slot["field"], items: readonly string[]): Partial<Draft> {
  switch (field) {
    case "text":
      return { text: { ...draft.text, shown: items.join("\n") } };
    case "messages":
      return { messages: items.map((item, key) => ({ ...editedMessage(asMessage(item)), key })) };
    case "llmConfig":
    case "responseFormat":
      return { [field]: items.join("\n") };
    case "declared":
    case "tags":
      return { [field]: Object.fromEntries(items.map(asEntry)) };
    default:
      return {
        messages: draft.messages.map((message, index) =>
          index === field && message.form === "text"
            ? { ...message, shown: items.join("\n") }
            : message,
        ),
      };
  }
}

/** `entriesOf` has written what is read here. */
function asEntry(json: string): [string, unknown] {
  return parseExact(json) as [string, unknown];
}

/** `asJson` has written what is read here. */
function asMessage(json: string): Message {
  return parseExact(json) as Message;
}
