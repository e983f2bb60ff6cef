import { trimTrailing } from "./text/trim-end.ts";

/** The spellings of JSON numbers. JavaScript's numbers have 53 bits, and lose how they were spelled. */

/** A number as JavaScript has it, where that is the same number. Otherwise its digits, as a string. */
export function plainNumber(spelling: string): number | string {
  const number = Number(spelling);
  const isSame = Number.isFinite(number) && decimalOf(String(number)) === decimalOf(spelling);
  return isSame ? number : spelling;
}

/** One text for all spellings of a number: "1.0" and "10e-1" are "1e0". */
export function decimalOf(spelling: string): string {
  const [mantissa = "", exponent = "0"] = spelling.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = trimTrailing(digits, "0");
  if (significant === "") return "0";
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${mantissa.startsWith("-") ? "-" : ""}${significant}e${power}`;
}

/**
 * Makes a string of every number that JavaScript would spell differently: the mark, and the number's
 * spelling. Takes linear time.
 * @param json valid JSON
 * @returns undefined when there is no such number
 */
export function markNumbers(json: string, mark: string): string | undefined {
  let marked = "";
  let [at, from] = [0, 0];
  while (at < json.length) {
    const character = json.charAt(at);
    if (character === '"') at = endOfString(json, at);
    else if (isNumberStart(character)) {
      const end = endOfNumber(json, at);
      const token = json.slice(at, end);
      if (String(Number(token)) !== token) {
        marked += `${json.slice(from, at)}"${mark}${token}"`;
        from = end;
      }
      at = end;
    } else at += 1;
  }
  return from === 0 ? undefined : marked + json.slice(from);
}

/** The place after the closing quote of the string that begins at `start`. */
export function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end + 1;
}

/** Whether an odd number of backslashes is before the place. */
function isEscaped(json: string, at: number): boolean {
  let first = at;
  while (json.charAt(first - 1) === "\\") first -= 1;
  return (at - first) % 2 === 1;
}

function endOfNumber(json: string, start: number): number {
  let end = start + 1;
  while (end < json.length && "0123456789.eE+-".includes(json.charAt(end))) end += 1;
  return end;
}

function isNumberStart(character: string): boolean {
  return character === "-" || (character >= "0" && character <= "9");
}
