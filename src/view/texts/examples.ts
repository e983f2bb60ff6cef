import { defineTexts, type Translation } from "./texts.ts";

export const en = {
  title: "Use an example from datasets and traces",
  none: "There are none yet: no dataset that is tied to this prompt, and no trace of this version.",
  example: "Example",
  row: "{0}, row {1}",
  trace: "Trace of {1} ({0})",
  fill: "Fill in with this example",
  filled: "Filled in from: {0}.",
  replaced: "These fields had another value: {0}.",
  undo: "Bring the former values back",
  openTrace: "Open the trace in MLflow",
} as const;

export const de: Translation<typeof en> = {
  title: "Ein Beispiel aus Datensätzen und Traces verwenden",
  none: "Es gibt noch keine: keinen Datensatz für diesen Prompt und keinen Trace dieser Version.",
  example: "Beispiel",
  row: "{0}, Zeile {1}",
  trace: "Trace vom {1} ({0})",
  fill: "Mit diesem Beispiel ausfüllen",
  filled: "Ausgefüllt aus: {0}.",
  replaced: "Diese Felder hatten einen anderen Wert: {0}.",
  undo: "Die früheren Werte zurückholen",
  openTrace: "Den Trace in MLflow öffnen",
};

export const exampleTexts = defineTexts("examples", en);
