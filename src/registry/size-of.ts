/**
 * How many bytes a value of JSON's kinds takes in memory, about: strings two bytes a letter, which
 * is too much for most and never too little.
 */
export function sizeOf(value: unknown): number {
  if (typeof value === "string") return 2 * value.length + 16;
  if (typeof value !== "object" || value === null) return 8;
  let bytes = 16;
  for (const [key, member] of Object.entries(value)) {
    bytes += sizeOf(member) + (Array.isArray(value) ? 0 : 2 * key.length);
  }
  return bytes;
}
