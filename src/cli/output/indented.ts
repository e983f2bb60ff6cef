/** Lines of a text that others wrote, below a line about them. */
export function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  | ${line}`)
    .join("\n");
}
