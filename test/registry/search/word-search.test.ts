import { describe, expect, it } from "vitest";
import type { FoundPrompts, PromptSearch } from "../../../src/registry/search/prompt-search.ts";
import { maxSearchedLength } from "../../../src/registry/search/words/searched-text.ts";
import { chat, prompt } from "./found-prompts.ts";
import { find } from "./list-walk.ts";

const namesOf = ({ items }: FoundPrompts) => items.map(({ name }) => name);
const search = (query: string, more: Partial<PromptSearch> = {}) => ({ query, limit: 10, ...more });

describe("a word of a query", () => {
  it.each([
    ["refunds", "A refund"],
    ["refund", "All refunds"],
    ["replies", "Write a reply"],
    ["reply", "Write replies"],
    ["translation", "Translate it"],
    ["sum", "Summarize it"],
    ["refnud", "A refund"],
    ["rfund", "A refund"],
    ["refundd", "A refund"],
    ["subscrpiton", "A subscription"],
    ["resume", "Le résumé"],
    ["RÉSUMÉ", "re\u0301sume\u0301"],
    ["Strasse", "Die Straße"],
    ["STRASSE", "Die Straße"],
    ["οδος", "ΟΔΟΣ"],
    ["Rückerstattungen", "Die Rückerstattung"],
    ["rueckerstattung", "Die Rückerstattung"],
    ["ruckerstattung", "Die Rueckerstattung"],
    ["Erstattung", "Die Rückerstattung"],
    ["order", "{{ orderNumber }}"],
    ["ordernumber", "{{ orderNumber }}"],
    ["返金", "返金のご依頼に返信してください"],
    ["退款", "客户要求退款"],
    ["wysylka", "Wysyłka"],
  ])("%j is found in %j", async (query, text) => {
    expect(namesOf(await find(search(query), [prompt("x", {}, text)]))).toEqual(["x"]);
  });

  it.each([
    ["refund", "fund"],
    ["cat", "Cut"],
    ["asistents", "An assistant"],
    ["art", "A party"],
    ["gpt4", "gpt5"],
    ["返信", "返金"],
  ])("%j is not found in %j", async (query, text) => {
    expect(namesOf(await find(search(query), [prompt("x", {}, text)]))).toEqual([]);
  });

  it.each(['"refund reply"', "refund, reply", "(refund) reply!", "a prompt for the refund reply?"])(
    "is read from %j as from the words alone",
    async (query) => {
      const prompts = [prompt("a", {}, "Refund: a reply"), prompt("b", {}, "refund")];

      const found = await find(search(query), prompts);

      expect(namesOf(found)).toEqual(["a"]);
      expect(found.matches).toEqual([{ fields: ["text"], missing: [] }]);
    },
  );

  it("is searched alone when it is an article or the like", async () => {
    expect(namesOf(await find(search("the"), [prompt("x", {}, "The end")]))).toEqual(["x"]);
    expect(namesOf(await find(search("?!"), [prompt("x", {}, "What?!")]))).toEqual([]);
  });
});

describe("a search for words", () => {
  it("searches name, title, description, tags and text, and names the fields", async () => {
    const prompts = [
      prompt("in-text", {}, "A needle"),
      prompt("in-tags", { tags: { team: "needle" } }),
      prompt("in-description", { description: "A needle" }),
      prompt("in-title", { tags: { "mcp.title": "Needle" } }),
      prompt("needle"),
      prompt("no", { tags: { "mcp.alias_history": "needle" } }),
    ];

    const found = await find(search("needle"), prompts);

    expect(namesOf(found)).toEqual(["in-title", "needle", "in-description", "in-tags", "in-text"]);
    expect(found.matches?.map(({ fields }) => fields)).toEqual([
      ["title"],
      ["name"],
      ["description"],
      ["tags"],
      ["text"],
    ]);
  });

  it("searches the text of the newest and of the served version", async () => {
    const live = { ...prompt("live", { aliases: { production: 7 } }, "newest"), updatedAt: 1 };
    const old = { ...prompt("live", {}, "A needle").latest, version: 7 };
    const versions = old.template ? [{ ...live.latest, ...old }] : [];
    const serve = ["production", "latest"];
    const findIn = (query: string, aliases: readonly string[]) =>
      find(search(query, { serve: aliases }), [live], 1_000, versions as never);

    expect(namesOf(await findIn("needle", serve))).toEqual(["live"]);
    expect(namesOf(await findIn("newest", serve))).toEqual(["live"]);
    expect(namesOf(await findIn("needle", ["latest"]))).toEqual([]);
  });

  it("searches the text of messages, not types of parts, images and audio", async () => {
    const messages = chat([
      { role: "system", content: "Be kind" },
      {
        role: "user",
        content: [
          { type: "text", text: "Hello" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA/needle/AAAA" } },
          { type: "input_audio", input_audio: { data: "AAAA/needle/AAAA", format: "wav" } },
        ],
      },
      { role: "assistant", content: null },
    ]);

    expect(namesOf(await find(search("kind hello"), [messages]))).toEqual(["x"]);
    for (const word of ["needle", "text", "wav", "user", "image_url"]) {
      expect(namesOf(await find(search(word), [messages])), word).toEqual([]);
    }
  });

  it("weighs rare words more than frequent ones", async () => {
    const prompts = [
      prompt("a-customer-prompt", { description: "customer" }, "Be kind"),
      prompt("b-customer", {}, "customer"),
      prompt("c-customer", {}, "customer"),
      prompt("z", {}, "refund"),
    ];

    const found = await find(search("refund customer letter"), prompts);

    expect(found.items.at(0)?.name).toBe("a-customer-prompt");
    expect(namesOf(await find(search("refund letter"), prompts))).toEqual(["z"]);
  });

  it("returns the best, and what they lack, when no prompt has all words", async () => {
    const prompts = [
      prompt("refund-reply"),
      prompt("refund-letter"),
      prompt("unrelated", {}, "reply"),
      ...Array.from({ length: 5 }, (_, n) => prompt(`reply-${n}`)),
    ];

    const found = await find(search("refund reply in klingon"), prompts);

    expect(found.items.at(0)?.name).toBe("refund-reply");
    expect(found.matches?.at(0)).toEqual({ fields: ["name"], missing: ["klingon"] });
    expect(found.matches?.at(1)).toEqual({ fields: ["name"], missing: ["reply", "klingon"] });
    expect(namesOf(found)).not.toContain("unrelated");
  });

  it("names the nearest names when nothing matches", async () => {
    const prompts = [prompt("support-refund"), prompt("billing"), prompt("kubernetes")];

    expect(await find(search("rifand"), prompts)).toMatchObject({
      items: [],
      nearest: ["support-refund"],
    });
    expect(await find(search("kbrntes"), prompts)).toMatchObject({ nearest: ["kubernetes"] });
    expect(await find(search("quantum"), prompts)).toMatchObject({ nearest: [] });
  });

  it("searches the beginning of a long text", async () => {
    const long = (at: number) => prompt("x", {}, `${"a ".repeat(at / 2)}needle`);

    expect(namesOf(await find(search("needle"), [long(maxSearchedLength - 10)]))).toEqual(["x"]);
    expect(namesOf(await find(search("needle"), [long(maxSearchedLength)]))).toEqual([]);
  });

  it("stops when what it keeps takes too much memory, and says so", async () => {
    const text = `needle ${"x".repeat(99_000)}`;
    const prompts = Array.from({ length: 900 }, (_, n) => prompt(`p${n + 1_000}`, {}, text));

    const found = await find(search("needle"), prompts, 10_000);

    expect(found).toMatchObject({ cut: true });
    expect(found.items).toHaveLength(10);
    expect(await find(search("needle other"), prompts.slice(0, 100))).not.toHaveProperty("cut");
  });

  it("gives other work a turn every few milliseconds", async () => {
    const text = Array.from({ length: 1_500 }, (_, n) => `w${n.toString(36)}rd`).join(" ");
    const prompts = Array.from({ length: 200 }, (_, n) => prompt(`p${n}`, {}, `${n} ${text}`));
    let turns = 0;
    const counting = setInterval(() => turns++, 1);

    await find(search("one two three four five six seven eight nine ten"), prompts);
    clearInterval(counting);

    expect(turns).toBeGreaterThan(3);
  });
});
