/**
 * Letters and digits that look like a Latin one, after NFKC and in lower case: what Unicode's
 * confusables (UTS #39, revision 17) have of Cyrillic, Greek, Armenian and Latin, as far as aliases
 * are made of it. Full-width, mathematical and other compatibility forms are undone by NFKC, accents
 * by NFD.
 */
const alike: Readonly<Record<string, string>> = {
  ...of("a", "аαɑ"),
  ...of("b", "ьвβ"),
  ...of("c", "сϲ"),
  ...of("d", "ԁɗđ"),
  ...of("e", "еєεҽ"),
  ...of("g", "ɡԍց"),
  ...of("h", "һнհ"),
  ...of("j", "јյϳ"),
  ...of("k", "кκ"),
  ...of("l", "i1іıιɩӏł"),
  ...of("m", "м"),
  ...of("n", "пηոɴ"),
  ...of("o", "0оοσօøѳө"),
  ...of("p", "рρ"),
  ...of("q", "ԛզ"),
  ...of("r", "гɼ"),
  ...of("s", "ѕ5ʂ"),
  ...of("t", "тτŧ"),
  ...of("u", "иυսʋ"),
  ...of("v", "ѵν"),
  ...of("w", "ԝωѡ"),
  ...of("x", "хχ"),
  ...of("y", "уγү"),
  ...of("z", "ᴢʐ"),
};

/** Whether two names are different and look alike: "production", "Production", "рroduction". */
export function lookAlike(one: string, other: string): boolean {
  return one !== other && skeleton(one) === skeleton(other);
}

function skeleton(name: string): string {
  const plain = name.normalize("NFKC").toLowerCase().normalize("NFD");
  const visible = plain.replace(/[\p{M}\p{DI}]/gu, "");
  const latin = Array.from(visible, (letter) => alike[letter] ?? letter).join("");
  return latin.replaceAll("rn", "m").replaceAll("vv", "w").replaceAll("_", "-");
}

function of(latin: string, others: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from(others, (letter) => [letter, latin]));
}
