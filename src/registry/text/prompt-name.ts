/** Names that every registry accepts for a new prompt. MLflow's client allows no others (3.8 to 3.17). */
const allowed = /^[a-zA-Z0-9_.-]+$/;
const notAllowed = /[^a-zA-Z0-9_.-]+/;
const accents = /\p{M}/gu;

/** Whether a new prompt can have the name, whatever its length. */
export function isPossibleName(name: string): boolean {
  return allowed.test(name) && name !== "." && name !== "..";
}

/**
 * The nearest name that a new prompt can have: without accents, and with "-" between what is left.
 * "prompt" if nothing is left.
 * @param most length of the longest name
 */
export function nearestName(name: string, most: number): string {
  const words = name
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(accents, "")
    .split(notAllowed)
    .filter((word) => /[a-zA-Z0-9_]/.test(word));
  const nearest = words.join("-").slice(0, most);
  return isPossibleName(nearest) ? nearest : "prompt";
}
