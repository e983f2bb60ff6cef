import { RegistryError } from "../errors.ts";
import { isPythonSpace } from "./python-space.ts";

/**
 * Limit on the total length of names that begin or end with a space or contain a brace. Each position
 * of a text is compared with all of them.
 */
const maxOddCharacters = 100;

/** A name in double braces, found in a text. */
interface Placeholder {
  /** Index of the name in the constructor's list. */
  readonly index: number;
  readonly end: number;
}

interface OddName {
  readonly name: string;
  readonly index: number;
}

/**
 * Finds names in double braces, in the same places as Python's `{{\s*(one|another)\s*}}` in MLflow
 * 3.18's `PromptVersion.format`, but in time linear in the text and the names.
 */
export class Placeholders {
  readonly #names: readonly string[];
  /** Names without surrounding spaces and without braces. */
  readonly #plain = new Map<string, number>();
  readonly #odd: OddName[] = [];

  /** @throws RegistryError `invalid` when the odd names exceed their limit */
  constructor(names: readonly string[]) {
    this.#names = names;
    for (const [index, name] of names.entries()) {
      if (isPlain(name)) this.#plain.set(name, index);
      else this.#odd.push({ name, index });
    }
    if (this.#odd.reduce((sum, { name }) => sum + 1 + name.length, 0) <= maxOddCharacters) return;
    throw new RegistryError(
      "invalid",
      `Variable names that begin or end with a space, or contain a brace, have more than ${maxOddCharacters} characters in total. Leave out these values.`,
    );
  }

  /** Replaces each name in double braces, in one pass. */
  replace(text: string, valueFor: (name: string) => string): string {
    const spaceEnds = this.#odd.length > 0 ? spaceEndsIn(text) : undefined;
    let replaced = "";
    let done = 0;
    let open = text.indexOf("{{");
    while (open !== -1) {
      const found = this.#at(text, open, spaceEnds);
      if (found) {
        replaced += text.slice(done, open) + valueFor(this.#names[found.index] ?? "");
        done = found.end;
      }
      open = text.indexOf("{{", found?.end ?? open + 1);
    }
    return replaced + text.slice(done);
  }

  /** Matches at these braces as the pattern does: with as many spaces before the name as possible. */
  #at(text: string, open: number, spaceEnds: Int32Array | undefined): Placeholder | undefined {
    const first = open + 2;
    let start = first;
    while (isPythonSpace(text, start)) start += 1;
    const plain = this.#plainAt(text, start);
    if (spaceEnds === undefined) return plain;
    const odd = this.#oddAt(text, start, spaceEnds);
    if (plain && odd) return plain.index < odd.index ? plain : odd;
    if (plain ?? odd) return plain ?? odd;
    for (start -= 1; start >= first; start -= 1) {
      const found = this.#oddAt(text, start, spaceEnds);
      if (found) return found;
    }
    return undefined;
  }

  #plainAt(text: string, start: number): Placeholder | undefined {
    let brace = start;
    while (brace < text.length && text[brace] !== "{" && text[brace] !== "}") brace += 1;
    if (!text.startsWith("}}", brace)) return undefined;
    let end = brace;
    while (end > start && isPythonSpace(text, end - 1)) end -= 1;
    const index = this.#plain.get(text.slice(start, end));
    return index === undefined ? undefined : { index, end: brace + 2 };
  }

  #oddAt(text: string, start: number, spaceEnds: Int32Array): Placeholder | undefined {
    for (const { name, index } of this.#odd) {
      if (!text.startsWith(name, start)) continue;
      const close = spaceEnds[start + name.length] ?? text.length;
      if (text.startsWith("}}", close)) return { index, end: close + 2 };
    }
    return undefined;
  }
}

function isPlain(name: string): boolean {
  if (name === "" || name.includes("{") || name.includes("}")) return false;
  return !isPythonSpace(name, 0) && !isPythonSpace(name, name.length - 1);
}

/** Returns, for each position of a text, the next position without a space. */
function spaceEndsIn(text: string): Int32Array {
  const ends = new Int32Array(text.length + 1);
  ends[text.length] = text.length;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    ends[at] = isPythonSpace(text, at) ? (ends[at + 1] ?? text.length) : at;
  }
  return ends;
}
