/**
 * Approximate size of a JSON value in memory: two bytes for each character of its JSON text. This is
 * too much for most texts. Measuring each member would take several times as long.
 */
export function estimateBytes(value: object): number {
  return 2 * JSON.stringify(value).length;
}
