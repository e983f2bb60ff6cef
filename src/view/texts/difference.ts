import { defineTexts, type Translation } from "./texts.ts";

export const en = {
  layout: "Show the difference",
  unified: "In one column",
  sides: "Side by side",
  same: "The texts are the same.",
  added: "added",
  removed: "removed",
  space: "white space",
  lines: {
    one: "{0} line added, {1} removed",
    other: "{0} lines added, {1} removed",
  },
  fold: { one: "Show {0} unchanged line", other: "Show {0} unchanged lines" },
  more: { other: "Show {0} more lines" },
  coarse:
    "The texts differ so much that lines and words are not matched everywhere: more is marked than has changed.",
  noEnd: "no line end",
  lineEnd: "line end {0}",
} as const;

export const de: Translation<typeof en> = {
  layout: "Unterschied zeigen",
  unified: "In einer Spalte",
  sides: "Nebeneinander",
  same: "Die Texte sind gleich.",
  added: "neu",
  removed: "entfällt",
  space: "Leerraum",
  lines: { one: "{0} Zeile neu, {1} entfernt", other: "{0} Zeilen neu, {1} entfernt" },
  fold: { one: "{0} gleiche Zeile zeigen", other: "{0} gleiche Zeilen zeigen" },
  more: { other: "{0} weitere Zeilen zeigen" },
  coarse:
    "Die Texte sind so verschieden, dass nicht alle Zeilen und Wörter zugeordnet sind: Es ist mehr markiert, als sich geändert hat.",
  noEnd: "kein Zeilenende",
  lineEnd: "Zeilenende {0}",
};

/** What the difference of two texts says. */
export const differenceTexts = defineTexts("difference", en);
