import { expect, test } from "vitest";
import { piecesOf } from "../../src/view/text/pieces.ts";
import { splitTemplate } from "../../src/view/text/variables.ts";

test.each([
  "",
  "short {{ a }}",
  `${"x".repeat(9_999)}😀${"y".repeat(20_000)}`,
  "{{ a }} ".repeat(12_500),
])("pieces leave nothing out, and none is long", (text) => {
  const pieces = piecesOf(splitTemplate(text));
  const texts = pieces.map((piece) => piece.map((part) => part.text).join(""));
  expect(texts.join("")).toBe(text);
  expect(texts.every((piece) => piece.length <= 10_001 && !/[\uD800-\uDBFF]$/.test(piece))).toBe(
    true,
  );
  expect(pieces.every((piece) => piece.length > 0 && piece.length <= 400)).toBe(true);
});
