import { describe, expect, test } from "vitest";
import { asShown, withLineEnds } from "../../src/view/text/line-ends.ts";

describe("line ends that a text area does not keep", () => {
  test.each(["", "a", "a\nb\n", "a\r\nb\r\n", "a\rb", "a\r\nb\nc\rd\n\r", "\r", "\n\r\n"])(
    "are those of %j when nothing is edited",
    (text) => {
      expect(withLineEnds(asShown(text), text)).toBe(text);
    },
  );

  test("are the only kind that there was, in new lines too", () => {
    expect(withLineEnds("a\nnew\nb", "a\r\nb")).toBe("a\r\nnew\r\nb");
    expect(withLineEnds("a\nnew\nb", "a\rb")).toBe("a\rnew\rb");
    expect(withLineEnds("a\nnew\nb", "a\nb")).toBe("a\nnew\nb");
  });

  test("stay where they were mixed, and new lines have that of the line before", () => {
    const stored = "one\r\ntwo\nthree\rfour";
    expect(withLineEnds("one\nnew\ntwo\nthree\nfour", stored)).toBe(
      "one\r\nnew\r\ntwo\nthree\rfour",
    );
    expect(withLineEnds("two\nthree\nfour\n", stored)).toBe("two\nthree\rfour\r");
    expect(withLineEnds("zero\none\nthree\nfour", stored)).toBe("zero\r\none\r\nthree\rfour");
    expect(withLineEnds("", stored)).toBe("");
  });
});
