const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts that are written without spaces between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const camelCase = /\p{Ll}\p{Lu}/u;
const partOfCamelCase = /\p{Lu}*[^\p{Lu}]+|\p{Lu}+/gu;

/** Made when a text first needs it: not every program searches. */
let segmenter: Intl.Segmenter | undefined;

/** The parts of a text between spaces and punctuation: everything but letters and digits. */
export function* splitText(text: string): Generator<string> {
  for (const [part] of text.matchAll(wordPattern)) yield part;
}

/**
 * The words in such a part: itself, and the parts of `camelCase`. Japanese, Chinese and Thai are split
 * by a dictionary.
 */
export function wordsIn(part: string): readonly string[] {
  if (unspaced.test(part)) return segment(part);
  return camelCase.test(part) ? [part, ...(part.match(partOfCamelCase) ?? [])] : [part];
}

/**
 * The form in which words are compared: without case and diacritics. The two German spellings of an
 * umlaut, "ü" and "ue", become one.
 */
export function foldWord(word: string): string {
  const folded = isAscii(word) ? word.toLowerCase() : foldLetters(word);
  return folded.replace(/(?<![aeiouq])([aou])e/g, "$1");
}

export function isUnspaced(word: string): boolean {
  return unspaced.test(word);
}

function segment(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter("ja", { granularity: "word" });
  return [...segmenter.segment(text)].map(({ segment: word }) => word);
}

/** In upper case before lower case: "ß" becomes "ss", and "ς" becomes "σ". */
function foldLetters(word: string): string {
  return word
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .replace(/[łøđæœ]/g, (letter) => plainLetters[letter] ?? letter);
}

/** Letters that Unicode does not decompose. */
const plainLetters: Readonly<Record<string, string>> = {
  ł: "l",
  ø: "o",
  đ: "d",
  æ: "ae",
  œ: "oe",
};

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
