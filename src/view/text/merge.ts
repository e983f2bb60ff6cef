import { diffArrays } from "diff";

/** A passage of a three-way merge: what both agree on, or two ways to have it. */
export type MergePart<Item> =
  | { readonly kind: "merged"; readonly items: readonly Item[] }
  | {
      readonly kind: "conflict";
      readonly base: readonly Item[];
      readonly mine: readonly Item[];
      readonly theirs: readonly Item[];
    };

/**
 * Merges two changes of one list: of lines, or of messages. Where only one of them changed a passage, its
 * change is taken; where both changed it otherwise, the passage is a conflict.
 * @param keyOf equal keys are equal items
 */
export function mergeLists<Item>(
  base: readonly Item[],
  mine: readonly Item[],
  theirs: readonly Item[],
  keyOf: (item: Item) => string,
): readonly MergePart<Item>[] {
  const keys = (items: readonly Item[]) => items.map(keyOf);
  const inMine = matches(keys(base), keys(mine));
  const inTheirs = matches(keys(base), keys(theirs));
  const parts: MergePart<Item>[] = [];
  const last = { base: 0, mine: 0, theirs: 0 };
  const passTo = (end: typeof last) => {
    const part = mergePassage(
      base.slice(last.base, end.base),
      mine.slice(last.mine, end.mine),
      theirs.slice(last.theirs, end.theirs),
      keyOf,
    );
    push(parts, part);
    Object.assign(last, end);
  };
  base.forEach((item, index) => {
    const [a, b] = [inMine[index], inTheirs[index]];
    if (a === undefined || b === undefined) return;
    passTo({ base: index, mine: a, theirs: b });
    push(parts, { kind: "merged", items: [item] });
    Object.assign(last, { base: index + 1, mine: a + 1, theirs: b + 1 });
  });
  passTo({ base: base.length, mine: mine.length, theirs: theirs.length });
  return parts;
}

/** Merges two changes of a text, line by line. */
export function mergeTexts(base: string, mine: string, theirs: string) {
  const [b, m, t] = [base, mine, theirs].map((text) => text.split("\n"));
  return mergeLists(b ?? [], m ?? [], t ?? [], (line) => line);
}

/** Beyond this many changes nothing is matched: then a passage is the whole text. */
const maxEdits = 5_000;

/** For each item of the base its index in the other list, where it stays. */
function matches(base: readonly string[], other: readonly string[]): (number | undefined)[] {
  const found: (number | undefined)[] = [];
  let index = 0;
  const changes = diffArrays([...base], [...other], { maxEditLength: maxEdits });
  for (const { added, removed, value } of changes ?? []) {
    for (const _ of value) {
      if (!added) found.push(removed ? undefined : index);
      if (!removed) index += 1;
    }
  }
  return found;
}

function mergePassage<Item>(
  base: readonly Item[],
  mine: readonly Item[],
  theirs: readonly Item[],
  keyOf: (item: Item) => string,
): MergePart<Item> {
  const [b, m, t] = [base, mine, theirs].map((items) => JSON.stringify(items.map(keyOf)));
  if (m === b || m === t) return { kind: "merged", items: theirs };
  if (t === b) return { kind: "merged", items: mine };
  return { kind: "conflict", base, mine, theirs };
}

function push<Item>(parts: MergePart<Item>[], part: MergePart<Item>): void {
  const last = parts.at(-1);
  if (part.kind === "merged" && part.items.length === 0) return;
  if (part.kind === "merged" && last?.kind === "merged") {
    parts[parts.length - 1] = { kind: "merged", items: [...last.items, ...part.items] };
  } else parts.push(part);
}
