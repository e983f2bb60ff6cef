import { type Catalogue, knownLanguage, type Language, showLanguage } from "../texts/texts.ts";

/** What was asked for last. */
let asked: Language = "en";

/**
 * Shows the first of the person's languages that there is. English is in the page itself: it stays where
 * the texts of another language cannot be read.
 * @param wanted such as `de-AT`
 * @param read the server's texts of a language, as JSON; "" where it has none
 */
export async function chooseLanguage(
  wanted: readonly string[],
  read: (language: Language) => Promise<string>,
): Promise<void> {
  const next = knownLanguage(wanted);
  // Hosts repeat what they say.
  if (next === asked) return;
  asked = next;
  const catalogue =
    next === "en"
      ? {}
      : await read(next)
          .then(readCatalogue)
          .catch(() => undefined);
  if (catalogue === undefined || asked !== next) return;
  showLanguage(next, catalogue);
  document.documentElement.lang = next;
}

function readCatalogue(json: string): Catalogue {
  // The build writes it by the same type.
  return JSON.parse(json) as Catalogue;
}
