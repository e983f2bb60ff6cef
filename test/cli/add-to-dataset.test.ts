import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { addFile } from "../../src/cli/commands/add-to-dataset.ts";
import { localCall } from "../../src/cli/with-local-session.ts";
import { ConfigError } from "../../src/config/errors.ts";
import { RegistryError } from "../../src/registry/errors.ts";
import type { Session } from "../../src/session/session.ts";
import { formatAddition } from "../../src/tools/output/dataset-view.ts";
import { runCommand } from "../support/command-line.ts";
import { emptyFile, sessionOf, text } from "../support/embedded-session.ts";
import { isolated } from "../support/program.ts";

const call = () => localCall("add-to-dataset", new AbortController().signal, () => {});

/** Adds the text of a file to the dataset "questions" of the prompt "qa". */
async function setUp({
  policy = {},
  name = "rows.jsonl",
}: {
  policy?: Partial<Session>;
  name?: string;
} = {}) {
  const { registry, evaluations: store } = emptyFile();
  await registry.registerVersion("qa", text("Answer: {{ question }}"));
  const session = sessionOf(registry, { evaluations: store, ...policy });
  const folder = mkdtempSync(join(tmpdir(), "rows-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  const request = { dataset: "questions", file, prompt: "qa" };
  const add = async (content: string | Uint8Array) => {
    writeFileSync(file, content);
    return `${formatAddition(await addFile(session, request, call()))}`;
  };
  const stored = async () => store.readRows(await store.getDataset("questions"), 10_000);
  const count = async () => (await store.listDatasets({ limit: 100 })).items.length;
  return { add, stored, count, store, session, request };
}

const lineOf = (question: string) => JSON.stringify({ inputs: { question } });

describe("add-to-dataset", () => {
  it("adds the rows of JSON Lines, and says what a tool call would say", async () => {
    const { add, stored } = await setUp();

    const said = await add(
      `\uFEFF${lineOf("Why?")}\r\n\r\n{"inputs": {"question": "How?"}, "expectations": {"expected_response": "So."}, "tags": {"from": "mail"}}\n`,
    );

    expect(said).toMatch(/^2 rows added and 0 merged into the new dataset:\nquestions \(d-/);
    expect(await stored()).toMatchObject([
      { inputs: { question: "Why?" }, expectations: {} },
      {
        inputs: { question: "How?" },
        expectations: { expected_response: "So." },
        tags: { from: "mail" },
      },
    ]);
  });

  it("says in JSON what it added", async () => {
    const { home, environment } = isolated();
    const file = join(home, "rows.jsonl");
    writeFileSync(file, `${lineOf("Why?")}\n`);

    const argv = ["add-to-dataset", "questions", file, "--json", "inserted,merged,created"];
    const { code, stdout } = await runCommand(argv, environment);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ inserted: 1, merged: 0, created: true });
  });

  it("adds the rows of a JSON list, with numbers as they are spelled", async () => {
    const { add, stored } = await setUp();

    const said = await add('[\n  {"inputs": {"question": 1.0}},\n  {"inputs": {"query": "x"}}\n]');

    expect(said).toContain('qa version 1 needs "question", which is missing in row 2.');
    expect(JSON.stringify(await stored())).toContain('"value":"1.0"');
  });

  it("names the lines that do not fit the prompt", async () => {
    const { add } = await setUp();

    expect(await add(`\n${lineOf("Why?")}\n\n{"inputs": {}}`)).toContain("missing in line 4.");
  });

  it("names every line that is wrong, and stores nothing", async () => {
    const { add, count } = await setUp();
    const lines = [
      lineOf("Why?"),
      '{"inputs": ',
      '{"inputs": "Why?"}',
      '{"inputs": {}, "expected": 1}',
      "7",
      '{"inputs": {}, "tags": {"a": 1}}',
    ];

    const failed = add(lines.join("\n"));

    await expect(failed).rejects.toThrow(RegistryError);
    await expect(failed).rejects.toThrow("line 2: is not JSON (");
    await expect(failed).rejects.toThrow("line 3: inputs: must be an object");
    await expect(failed).rejects.toThrow('line 4: unknown key "expected"');
    await expect(failed).rejects.toThrow("line 5: ");
    await expect(failed).rejects.toThrow("line 6: tags.a: ");
    expect(await count()).toBe(0);
  });

  it("counts wrong lines after the tenth", async () => {
    const { add } = await setUp();

    const failed = add(`[${Array.from({ length: 25 }, () => "{}").join(",")}]`);

    await expect(failed).rejects.toThrow("row 10: inputs: ");
    await expect(failed).rejects.toThrow("and 15 more.");
  });

  it.each([
    ["nothing", "\n\n", "has no rows"],
    ["an empty list", "[]", "has no rows"],
    ["half a list", '[{"inputs": {}}', "is not JSON ("],
    [
      "a row that is too large",
      `${lineOf("Why?")}\n\n${lineOf("x".repeat(100_000))}`,
      "line 3 has 100,0",
    ],
    [
      "nesting that is too deep",
      `{"inputs": {"question": ${"[".repeat(100)}${"]".repeat(100)}}}`,
      "line 1 has more than 64 nested levels",
    ],
    [
      "more rows than a dataset has",
      Array.from({ length: 10_001 }, (_, index) => lineOf(`${index}`)).join("\n"),
      "at most 10,000 rows",
    ],
  ])("refuses a file with %s", async (_, content, message) => {
    const { add, count } = await setUp();

    await expect(add(content)).rejects.toThrow(message);
    expect(await count()).toBe(0);
  });

  it("refuses a file that is missing, or no text", async () => {
    const { add, session, request } = await setUp();
    const missing = { ...request, file: "/nowhere/rows.jsonl" };

    await expect(add(new Uint8Array([0xff, 0xfe, 0x00]))).rejects.toThrow(ConfigError);
    await expect(addFile(session, missing, call())).rejects.toThrow(
      "The file /nowhere/rows.jsonl cannot be read",
    );
  });

  it("sends 1,000 rows at once; after a failure the same command stores the rest", async () => {
    const { add, stored, store } = await setUp();
    const real = store.addRows.bind(store);
    const addRows = vi.spyOn(store, "addRows");
    const down = new RegistryError("unavailable", "It is down.");
    addRows.mockImplementationOnce(real).mockImplementationOnce(real).mockRejectedValueOnce(down);
    const lines = Array.from({ length: 2_500 }, (_, index) => lineOf(`${index}`)).join("\n");

    await expect(add(lines)).rejects.toThrow(
      '2000 of 2500 rows are stored in "questions", the next ones are not: It is down. Add the same rows again',
    );
    const said = await add(lines);

    const requests = addRows.mock.calls.map(([, rows]) => rows.length);
    expect(requests).toEqual([1_000, 1_000, 500, 1_000, 1_000, 500]);
    expect(said).toContain("500 rows added and 2000 merged into the dataset");
    expect(await stored()).toHaveLength(2_500);
  });

  it("adds nothing where the configuration is read-only", async () => {
    const { add, count } = await setUp({ policy: { readOnly: true } });

    await expect(add(lineOf("Why?"))).rejects.toThrow("this configuration is read-only");
    expect(await count()).toBe(0);
  });
});

describe("add-to-dataset with a CSV", () => {
  const setUpCsv = () => setUp({ name: "Rows.CSV" });

  it("reads variables, expectations and tags by the names of the columns", async () => {
    const { add, stored } = await setUpCsv();

    await add(
      [
        "\uFEFFquestion,expected_response,expectations.guidelines,tags.topic",
        "Why?,Because.,Be brief.,mail",
        '"Who, ""exactly"",\nasks?",, ,',
        "",
        '"","42",,',
        "",
      ].join("\r\n"),
    );

    expect(await stored()).toMatchObject([
      {
        inputs: { question: "Why?" },
        expectations: { expected_response: "Because.", guidelines: "Be brief." },
        tags: { topic: "mail" },
      },
      { inputs: { question: 'Who, "exactly",\nasks?' }, expectations: { guidelines: " " } },
      { inputs: { question: "" }, expectations: { expected_response: "42" } },
    ]);
  });

  it("reads semicolons, which spreadsheets write in some countries", async () => {
    const { add, stored } = await setUpCsv();

    await add("inputs.question;expected_response\nHow much, in all?;1,50\n");

    expect(await stored()).toMatchObject([
      { inputs: { question: "How much, in all?" }, expectations: { expected_response: "1,50" } },
    ]);
  });

  it("names the lines that are wrong, and stores nothing", async () => {
    const { add, count } = await setUpCsv();

    const failed = add('question,tags.topic\n"two\nlines",a\nno topic\nWhy?,a,b\n');

    await expect(failed).rejects.toThrow("line 4: has 1 cells, and the first line has 2");
    await expect(failed).rejects.toThrow("line 5: has 3 cells, and the first line has 2");
    expect(await count()).toBe(0);
  });

  it.each([
    ["no rows", "question\n", "has no rows"],
    ["nothing", "", "has no rows"],
    ["a column without a name", "question,,tags.a\n", "has no name for column 2"],
    ["a column twice", "question,inputs.question\n", "names inputs.question twice"],
    ["an open quotation mark", 'question\nWhy?\n"Who?\n', "marks of line 3 do not match"],
    ["text behind a quotation mark", 'question\n"Who" else?\n', "marks of line 2 do not match"],
  ])("refuses a file with %s", async (_, content, message) => {
    const { add, count } = await setUpCsv();

    await expect(add(content)).rejects.toThrow(message);
    expect(await count()).toBe(0);
  });
});
