/** Case as Python changes it, character by character. */

/** The digraphs whose title case is neither upper nor lower case. */
const digraphs: Readonly<Record<string, string>> = {
  Ǆ: "ǅ",
  ǅ: "ǅ",
  ǆ: "ǅ",
  Ǉ: "ǈ",
  ǈ: "ǈ",
  ǉ: "ǈ",
  Ǌ: "ǋ",
  ǋ: "ǋ",
  ǌ: "ǋ",
  Ǳ: "ǲ",
  ǲ: "ǲ",
  ǳ: "ǲ",
};

function titleCase(character: string): string {
  const digraph = digraphs[character];
  if (digraph !== undefined) return digraph;
  const [first = "", ...rest] = character.toUpperCase();
  return first + rest.join("").toLowerCase();
}

/** Implements Python's `text.capitalize()`. */
export function capitalize(text: string): string {
  const [first = ""] = text;
  return titleCase(first) + text.slice(first.length).toLowerCase();
}

/** Implements Python's `text.title()`: a word begins after a character without case. */
export function titleWords(text: string): string {
  let isInside = false;
  return Array.from(text, (character) => {
    const changed = isInside ? character.toLowerCase() : titleCase(character);
    isInside = isCased(character);
    return changed;
  }).join("");
}

export function swapCase(text: string): string {
  return Array.from(text, (character) =>
    isLower(character) ? character.toUpperCase() : character.toLowerCase(),
  ).join("");
}

/** Implements Python's `text.casefold()`. */
export function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase();
}

export function isLowerText(text: string): boolean {
  const characters = [...text].filter(isCased);
  return characters.length > 0 && characters.every(isLower);
}

export function isUpperText(text: string): boolean {
  const characters = [...text].filter(isCased);
  return characters.length > 0 && characters.every((it) => /\p{Uppercase}/u.test(it));
}

export function isTitleText(text: string): boolean {
  let isInside = false;
  let isFound = false;
  for (const character of text) {
    const isUpper = /[\p{Uppercase}\p{Lt}]/u.test(character);
    if (isUpper ? isInside : isLower(character) && !isInside) return false;
    isInside = isCased(character);
    isFound ||= isInside;
  }
  return isFound;
}

function isLower(character: string): boolean {
  return /\p{Lowercase}/u.test(character);
}

function isCased(character: string): boolean {
  return /[\p{Lowercase}\p{Uppercase}\p{Lt}]/u.test(character);
}
