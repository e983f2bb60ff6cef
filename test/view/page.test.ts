import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readViewPage } from "../../src/server/view-page.ts";

const { html } = await readViewPage();
const sources = fileURLToPath(new URL("../../src/view", import.meta.url));

describe("the page of the view", () => {
  it("is at most 69 kB gzipped, because hosts read it each time they show it", () => {
    expect(gzipSync(html).byteLength).toBeLessThanOrEqual(69_000);
  });

  it("names no address but XML namespaces and a base for parsing", () => {
    const addresses = html.match(/\b(?:https?|wss?):\/\/[\w.:/-]*/g) ?? [];
    expect(
      addresses.filter((address) => !/^http:\/\/(www\.w3\.org\/|view$)/.test(address)),
    ).toEqual([]);
  });

  it("loads nothing: it has one script and one style sheet, both inside", () => {
    expect(html.match(/<(?:script|style|link|img|iframe)\b[^>]*>/g)).toEqual([
      '<link rel="icon" href="data:,">',
      "<style>",
      "<script>",
    ]);
    expect(html).not.toMatch(/@import|url\(|\bimport\(/);
  });

  it("makes no code of text", () => {
    expect(html).not.toMatch(/\beval\(|\bnew Function\b|\bFunction\(/);
  });

  it("makes no HTML of text, and asks with no dialog of the browser", () => {
    const forbidden =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|(?<![.\w])(?:confirm|alert)\(|localStorage/i;
    const comment = /^\s*(?:\/?\*|\/\/)/;
    const code = (file: string) =>
      readFileSync(join(sources, file), "utf8")
        .split("\n")
        .filter((line) => !comment.test(line));
    const files = readdirSync(sources, { recursive: true, encoding: "utf8" });
    const found = files
      .filter((file) => /\.tsx?$/.test(file))
      .filter((file) => code(file).some((line) => forbidden.test(line)));
    expect(found).toEqual([]);
  });
});
