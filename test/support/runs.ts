/**
 * How often a property is tried: a fifth of `many` where a person waits, all with `THOROUGH` set, as
 * in CI.
 */
export function runs(many: number): number {
  return process.env.THOROUGH ? many : Math.ceil(many / 5);
}
