import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeArgumentNames, withOwnNames } from "../../../src/registry/contract/argument-names.ts";

describe("argument names for MCP clients", () => {
  it("stay unchanged when every client accepts them", () => {
    expect([...safeArgumentNames(["question", "top-k", "x_1"]).values()]).toEqual([
      "question",
      "top-k",
      "x_1",
    ]);
  });

  it("lose the dots that make a client refuse the server", () => {
    expect(safeArgumentNames(["user.name"]).get("user.name")).toBe("user_name");
  });

  it("never equal another argument's name", () => {
    const safe = safeArgumentNames(["user.name", "user_name", "user name"]);
    expect(safe.get("user_name")).toBe("user_name");
    expect(new Set(safe.values()).size).toBe(3);
  });

  it("are mapped back to the prompt's own names, which clients may also use", () => {
    const args = [{ name: "user.name" }, { name: "tone", aliases: ["old.style", "style"] }];
    expect(withOwnNames(args, { user_name: "Ada", tone: "kind", x: "1" })).toEqual({
      "user.name": "Ada",
      tone: "kind",
      x: "1",
    });
    expect(withOwnNames(args, { "user.name": "Ada" })).toEqual({ "user.name": "Ada" });
  });

  it("are aliases too, and the safe names of aliases", () => {
    const args = [{ name: "user.name" }, { name: "tone", aliases: ["old.style", "style"] }];
    for (const name of ["tone", "style", "old.style", "old_style"]) {
      expect(withOwnNames(args, { [name]: "kind" })).toEqual({ tone: "kind" });
    }
  });

  it.each([
    [{ style: "a", tone: "b" }, '"style" and as "tone"'],
    [{ style: "a", old_style: "b" }, '"style" and as "old_style"'],
    [{ "user.name": "a", user_name: "b" }, '"user.name" and as "user_name"'],
  ])("are an error when two of them are given for one argument: %j", (given, names) => {
    const args = [{ name: "user.name" }, { name: "tone", aliases: ["old.style", "style"] }];
    expect(() => withOwnNames(args, given)).toThrow(`is given twice, as ${names}`);
  });

  it("are safe and distinct for any names of variables", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1, unit: "grapheme" })), (names) => {
        const safe = [...safeArgumentNames(names).values()];
        expect(new Set(safe).size).toBe(names.length);
        for (const name of safe) expect(name).toMatch(/^[0-9A-Za-z_-]+$/);
      }),
    );
  });
});

it("thousands of names that have one safe spelling are numbered", () => {
  const names = Array.from({ length: 20_000 }, (_, at) => String.fromCodePoint(0x4e00 + at));
  const safe = safeArgumentNames(names);
  expect(new Set(safe.values()).size).toBe(20_000);
  expect(safe.get(names[19_999] ?? "")).toBe("__20000");
});
