import { describe, expect, test } from "vitest";
import { differ, type Line } from "../../src/view/text/difference.ts";
import { inOneColumn, itemsOf } from "../../src/view/text/difference-items.ts";

/** Lines as people read them: changed words in brackets. */
function read(line: Line | undefined): string | undefined {
  return line?.marks.map(({ text, changed }) => (changed ? `[${text}]` : text)).join("");
}

function changedRows(before: string, after: string) {
  return differ(before, after)
    .sections.filter(({ changed }) => changed)
    .flatMap(({ rows }) => rows)
    .map((row) => [read(row.before), read(row.after)]);
}

describe("the difference of two texts", () => {
  test("marks the words that changed in a line", () => {
    expect(changedRows("Answer {{ name }} now.", "Answer {{ first_name }} now.")).toEqual([
      ["Answer {{ [name] }} now.", "Answer {{ [first_name] }} now."],
    ]);
  });

  test("keeps every character of both texts", () => {
    const before = "a\r\nb\n\nc \u202e x\rd";
    const after = "a\nB\n\nc  \u202e y\n\nd\n";
    const { sections } = differ(before, after);
    const rows = sections.flatMap((section) => section.rows);
    const whole = (line: Line | undefined) =>
      line === undefined ? "" : line.marks.map(({ text }) => text).join("") + line.end;
    expect(rows.map((row) => whole(row.before)).join("")).toBe(before);
    expect(rows.map((row) => whole(row.after)).join("")).toBe(after);
  });

  test("says which lines are new, gone and unchanged, with their numbers", () => {
    const { sections, linesAdded, linesRemoved } = differ(
      "one\ntwo\nthree\n",
      "one\nthree\nfour\n",
    );
    expect(
      sections.map(({ changed, rows }) => [
        changed,
        rows.map((row) => [row.before?.number, row.after?.number]),
      ]),
    ).toEqual([
      [false, [[1, 1]]],
      [true, [[2, undefined]]],
      [false, [[3, 2]]],
      [true, [[undefined, 3]]],
    ]);
    expect([linesAdded, linesRemoved]).toEqual([1, 1]);
  });

  test("marks white space", () => {
    expect(changedRows("a b", "a  b")).toEqual([["a[ ]b", "a[  ]b"]]);
    expect(changedRows("a ", "a")).toEqual([["a[ ]", "a"]]);
    expect(changedRows("\ta", "  a")).toEqual([["[\t]a", "[  ]a"]]);
  });

  test("says which lines end in another way", () => {
    const rows = differ("a\r\nb\n", "a\nb\n").sections.flatMap((section) => section.rows);
    expect(rows.map(({ before, after }) => [before?.endChanged, after?.endChanged])).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test("marks no words in lines that have little in common", () => {
    expect(changedRows("Summarize the text in one sentence.", "Du bist höflich.")).toEqual([
      ["Summarize the text in one sentence.", "Du bist höflich."],
    ]);
  });

  test("marks single characters in scripts without spaces", () => {
    expect(changedRows("质量很好", "质量不好")).toEqual([["质量[很]好", "质量[不]好"]]);
  });

  test("finds nothing in texts that are the same", () => {
    expect(differ("", "")).toMatchObject({ sections: [], linesAdded: 0, isCoarse: false });
    expect(differ("a\nb", "a\nb").sections.map(({ changed }) => changed)).toEqual([false]);
  });

  test("says so where texts differ too much for it, and keeps what they begin and end with", () => {
    const lines = (word: string) => Array.from({ length: 3000 }, (_, n) => `${word} ${n}`);
    const text = (word: string) => ["first", ...lines(word), "last"].join("\n");
    const found = differ(text("old"), text("new"));
    expect(found.isCoarse).toBe(true);
    expect(found.sections.map(({ changed, rows }) => [changed, rows.length])).toEqual([
      [false, 1],
      [true, 3000],
      [false, 1],
    ]);
  });
});

describe("what of a difference is shown", () => {
  const before = Array.from({ length: 20 }, (_, n) => `line ${n}`).join("\n");
  const { sections } = differ(before, before.replace("line 10", "row 10"));

  test("folds unchanged lines, but for three beside each change", () => {
    expect(
      itemsOf(sections, new Set()).map((item) => (item.kind === "fold" ? item.rows : "row")),
    ).toEqual([7, "row", "row", "row", "row", "row", "row", "row", 6]);
    expect(itemsOf(sections, new Set([0, 2]))).toHaveLength(20);
  });

  test("shows old lines before new ones in one column", () => {
    const changed = differ("a 1\nb 1", "a 2\nb 2").sections;
    expect(
      inOneColumn(itemsOf(changed, new Set())).map((item) =>
        item.kind === "row" ? [read(item.row.before), read(item.row.after)] : [],
      ),
    ).toEqual([
      ["a [1]", undefined],
      ["b [1]", undefined],
      [undefined, "a [2]"],
      [undefined, "b [2]"],
    ]);
  });
});
