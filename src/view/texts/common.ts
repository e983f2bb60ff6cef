import { defineTexts, type Translation } from "./texts.ts";

export const en = {
  prompts: "Prompts",
  loading: "Loading …",
  failed: "That did not work",
  tryAgain: "Try again",
  cancel: "Cancel",
  close: "Close",
  yes: "Yes",
  no: "No",
  question: "Question of the server",
  missing: "There is no such page",
  missingHelp: "Go to the list of prompts.",
  skip: "Skip to the content",
  version: "Version {0}",
  nobody: "not recorded",
  protected: "protected",
  copyAddress: "copy the address:",
  unreachable: "The server cannot be reached: {0}. Try again.",
  broke: "The connection to the server broke. Try again.",
  answered: "The server answered {0}.",
  cancelled: "The call was cancelled.",
  refused: "The host refused it.",
} as const;

export const de: Translation<typeof en> = {
  prompts: "Prompts",
  loading: "Wird geladen …",
  failed: "Das hat nicht geklappt",
  tryAgain: "Noch einmal versuchen",
  cancel: "Abbrechen",
  close: "Schließen",
  yes: "Ja",
  no: "Nein",
  question: "Frage des Servers",
  missing: "Diese Seite gibt es nicht",
  missingHelp: "Zur Liste der Prompts.",
  skip: "Zum Inhalt springen",
  version: "Version {0}",
  nobody: "nicht festgehalten",
  protected: "geschützt",
  copyAddress: "Adresse zum Kopieren:",
  unreachable: "Der Server ist nicht erreichbar: {0}. Versuchen Sie es noch einmal.",
  broke: "Die Verbindung zum Server ist abgebrochen. Versuchen Sie es noch einmal.",
  answered: "Der Server hat mit {0} geantwortet.",
  cancelled: "Der Aufruf wurde abgebrochen.",
  refused: "Das Programm, das diese Seite zeigt, hat es abgelehnt.",
};

/** What all pages say. */
export const common = defineTexts("common", en);
