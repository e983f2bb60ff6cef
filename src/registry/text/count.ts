/** For instance "no versions", "1 version" or "2 versions". */
export function countOf(count: number, noun: string): string {
  return `${count === 0 ? "no" : count} ${nounFor(count, noun)}`;
}

/** The noun in the number of the things: "alias" for one, "aliases" for none and for several. */
export function nounFor(count: number, noun: string): string {
  if (count === 1) return noun;
  return noun.endsWith("s") ? `${noun}es` : `${noun}s`;
}

/** For instance "alias staging" or "aliases staging, live". */
export function nameAliases(aliases: readonly string[]): string {
  return `${nounFor(aliases.length, "alias")} ${aliases.join(", ")}`;
}
