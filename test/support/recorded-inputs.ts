import { readFileSync } from "node:fs";

/** JSON objects and what Python makes of them, as `test/fixtures/record-python-json.py` recorded them. */
export const recordedInputs = readFileSync("test/fixtures/python-json.txt", "utf8")
  .split("\n")
  .flatMap((given, index, lines) =>
    index % 2 === 0 && given ? [{ given, python: lines[index + 1] ?? "" }] : [],
  );
