/** For instance "no versions", "1 version" or "2 versions". */
export function countOf(count: number, noun: string): string {
  return `${count === 0 ? "no" : count} ${count === 1 ? noun : `${noun}s`}`;
}

/** For instance "alias staging" or "aliases staging, live". */
export function nameAliases(aliases: readonly string[]): string {
  return `${aliases.length === 1 ? "alias" : "aliases"} ${aliases.join(", ")}`;
}
