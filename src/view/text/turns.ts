import { diffArrays } from "diff";
import { spellJson } from "./exact-json.ts";

/** A message of a chat as the server gives it. A placeholder has no role. */
export interface Message {
  readonly role?: string | undefined;
  readonly content?: unknown;
  readonly [key: string]: unknown;
}

/** A turn of a chat as text. The text of a text prompt is a turn without a role. */
export interface Turn {
  /** From 1. */
  readonly number: number;
  readonly role: string | undefined;
  readonly text: string;
}

/** Turns that stand beside each other: of both chats, or of one. */
export interface TurnPair {
  readonly before?: Turn;
  readonly after?: Turn;
}

/** A prompt as turns, with everything that its messages hold. */
export function turnsOf({
  template,
  messages,
}: {
  readonly template?: string | undefined;
  readonly messages?: readonly Message[] | undefined;
}): readonly Turn[] {
  if (messages === undefined) return [{ number: 1, role: undefined, text: template ?? "" }];
  return messages.map((message, index) => ({
    number: index + 1,
    role: message.role ?? "placeholder",
    text: textOf(message),
  }));
}

/** Turns of the same role and text belong together, and between those, turns of the same role. */
export function pairTurns(before: readonly Turn[], after: readonly Turn[]): readonly TurnPair[] {
  return align(before, after, ({ role, text }) => JSON.stringify([role, text])).flatMap((same) =>
    "pairs" in same ? same.pairs : withRoles(same.removed, same.added),
  );
}

function withRoles(removed: readonly Turn[], added: readonly Turn[]): readonly TurnPair[] {
  return align(removed, added, ({ role }) => role ?? "").flatMap((same): readonly TurnPair[] =>
    "pairs" in same
      ? same.pairs
      : [
          ...same.removed.map((one) => ({ before: one })),
          ...same.added.map((one) => ({ after: one })),
        ],
  );
}

type Aligned =
  | { readonly pairs: readonly TurnPair[] }
  | { readonly removed: readonly Turn[]; readonly added: readonly Turn[] };

function align(
  before: readonly Turn[],
  after: readonly Turn[],
  keyOf: (turn: Turn) => string,
): readonly Aligned[] {
  const aligned: Aligned[] = [];
  const at = { before: 0, after: 0 };
  let removed: readonly Turn[] = [];
  let added: readonly Turn[] = [];
  const close = () => {
    if (removed.length + added.length > 0) aligned.push({ removed, added });
    removed = [];
    added = [];
  };
  for (const change of diffArrays(before.map(keyOf), after.map(keyOf))) {
    const { count } = change;
    const left = change.added ? [] : before.slice(at.before, at.before + count);
    const right = change.removed ? [] : after.slice(at.after, at.after + count);
    at.before += left.length;
    at.after += right.length;
    if (change.removed) removed = left;
    else if (change.added) added = right;
    else {
      close();
      aligned.push({ pairs: left.flatMap((one, index) => pairOf(one, right[index])) });
    }
  }
  close();
  return aligned;
}

function pairOf(before: Turn, after: Turn | undefined): readonly TurnPair[] {
  return after === undefined ? [{ before }] : [{ before, after }];
}

function textOf({ role: _, content, ...others }: Message): string {
  const parts = Array.isArray(content) ? content : [content];
  const further = Object.entries(others).map(([key, value]) => `${key}: ${json(value)}`);
  return [
    ...parts.filter((part) => part !== null && part !== undefined).map(partText),
    ...further,
  ].join("\n");
}

function partText(part: unknown): string {
  if (typeof part === "string") return part;
  if (typeof part === "object" && part !== null && "type" in part && part.type === "text") {
    if ("text" in part && typeof part.text === "string") return part.text;
  }
  return json(part);
}

function json(value: unknown): string {
  return spellJson(value, 2);
}
