/**
 * Letters and digits that look like a Latin letter, after NFKC and in lower case. They are the
 * Cyrillic, Greek, Armenian and Latin confusables of Unicode (UTS #39, revision 17) that aliases may
 * contain. NFKC replaces full-width, mathematical and other compatibility forms. NFD separates
 * accents.
 */
const alike: Readonly<Record<string, string>> = {
  ...latinFor("a", "аαɑ"),
  ...latinFor("b", "ьвβ"),
  ...latinFor("c", "сϲ"),
  ...latinFor("d", "ԁɗđ"),
  ...latinFor("e", "еєεҽ"),
  ...latinFor("g", "ɡԍց"),
  ...latinFor("h", "һнհ"),
  ...latinFor("j", "јյϳ"),
  ...latinFor("k", "кκ"),
  ...latinFor("l", "i1іıιɩӏł"),
  ...latinFor("m", "м"),
  ...latinFor("n", "пηոɴ"),
  ...latinFor("o", "0оοσօøѳө"),
  ...latinFor("p", "рρ"),
  ...latinFor("q", "ԛզ"),
  ...latinFor("r", "гɼ"),
  ...latinFor("s", "ѕ5ʂ"),
  ...latinFor("t", "тτŧ"),
  ...latinFor("u", "иυսʋ"),
  ...latinFor("v", "ѵν"),
  ...latinFor("w", "ԝωѡ"),
  ...latinFor("x", "хχ"),
  ...latinFor("y", "уγү"),
  ...latinFor("z", "ᴢʐ"),
};

/** Whether two different names look alike, such as "production", "Production" and "рroduction". */
export function areLookAlikes(one: string, other: string): boolean {
  return one !== other && toSkeleton(one) === toSkeleton(other);
}

function toSkeleton(name: string): string {
  const plain = name.normalize("NFKC").toLowerCase().normalize("NFD");
  const visible = plain.replace(/[\p{M}\p{DI}]/gu, "");
  const latin = Array.from(visible, (letter) => alike[letter] ?? letter).join("");
  return latin.replaceAll("rn", "m").replaceAll("vv", "w").replaceAll("_", "-");
}

function latinFor(latin: string, others: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from(others, (letter) => [letter, latin]));
}
