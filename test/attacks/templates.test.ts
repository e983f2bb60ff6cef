import { describe, expect, it } from "vitest";
import { randomNumbers } from "../support/random.ts";
import { type AttackOptions, underAttack } from "./support/measured.ts";
import { startAttacked } from "./support/program.ts";
import { askFrom, type Got, shortAnswer, statusCounts } from "./support/raw.ts";
import { startSecondCaller } from "./support/second-caller.ts";

const attacker = "127.0.0.2";
/** Milliseconds that one template may cost anybody else. */
const limit = 100;
const memory = 1_024;

/** The program and somebody else who uses it. */
async function start(): Promise<{ url: string; options: AttackOptions }> {
  const { url, pid } = await startAttacked();
  const second = await startSecondCaller({ url });
  return { url, options: { pid, second, limit, memory } };
}

function call(url: string, name: string, args: Readonly<Record<string, unknown>>): Promise<Got> {
  return askFrom(attacker, url, "tools/call", { name, arguments: args });
}

function register(url: string, template: string, more = {}): Promise<Got> {
  return call(url, "register_prompt", { name: "costly", template, ...more });
}

function get(url: string, values: Readonly<Record<string, string>>): Promise<Got> {
  return askFrom(attacker, url, "prompts/get", { name: "costly", arguments: values });
}

/** One answer: an error that names the template, or what the template says. */
function expectOneAnswer(got: Got): void {
  if (isError(got)) expect(got.text).toContain("costly");
  else expect(got.status).toBe(200);
}

function isError({ status, text }: Got): boolean {
  return status >= 400 || text.includes('"isError":true') || text.includes('"error":');
}

const grown = Array.from(
  { length: 12 },
  (_, index) => `{% set a${index} = ('x' * 500000000)|upper %}`,
).join("");

const costly: Readonly<Record<string, string>> = {
  "a list times a hundred million": "{% if 1 %}{{ [] * 100000000 }}{% endif %}",
  "twelve texts of 500 MB, the budget made negative": `{% set n = 1|tojson(-1000000000000000) %}${grown}`,
  "trimming a long text by a long text":
    "{% set a='a'*1500000 %}{% set c='b'*1500000~'a' %}{{ a|trim(c)|length }}",
  "a test of a megabyte in a loop of 99,999":
    "{% set s = 'ab' * 500000 %}{% for i in range(99999) %}{{ s is lower }}{% endfor %}",
};

describe("others wait less than 100 ms more for", { retry: 3 }, () => {
  it.for(Object.entries(costly))("%s", async ([, template], context) => {
    const { url, options } = await start();
    await underAttack(context, options, async () => {
      const registered = await register(url, template);
      expectOneAnswer(registered);
      const got = isError(registered) ? registered : await get(url, {});
      expectOneAnswer(got);
      return shortAnswer(got);
    });
  });

  it("a long needle that is nearly in a long text", async (context) => {
    const { url, options } = await start();
    const needle = `${"a".repeat(10)}b${"a".repeat(300_000)}`;
    await underAttack(context, options, async () => {
      await register(url, "{% if needle in text %}found{% else %}not there{% endif %}");
      const got = await get(url, { text: "a".repeat(600_000), needle });
      expectOneAnswer(got);
      if (!isError(got)) expect(got.text).toContain("not there");
      return shortAnswer(got);
    });
  });

  it("variables named by a space and a tab in 99,000 spaces", async (context) => {
    const { url, options } = await start();
    await underAttack(context, options, async () => {
      await register(url, `{{${" ".repeat(99_000)}`);
      const got = await call(url, "render_prompt", {
        name: "costly",
        variables: { " ": "space", "\t": "tab" },
      });
      expectOneAnswer(got);
      return shortAnswer(got).slice(0, 80);
    });
  });

  it("a mustache section before 95,000 spaces, listed ten times", async (context) => {
    const { url, options } = await start();
    await underAttack(context, options, async () => {
      await register(url, `{{#a}}x{{/a}}{{b${" ".repeat(95_000)}`, {
        tags: { "mcp.template_format": "mustache" },
      });
      const lists: Got[] = [];
      for (let round = 0; round < 10; round++) {
        lists.push(await askFrom(attacker, url, "prompts/list"));
      }
      for (const { status, text } of lists) {
        expect(status).toBe(200);
        expect(text).toContain('"summarize"');
      }
      return statusCounts(lists);
    });
  });

  it("two versions of 16,000 lines of a and b, registered and compared", async (context) => {
    const { url, options } = await start();
    const random = randomNumbers(12);
    const lines = () =>
      Array.from({ length: 16_000 }, () => (random() < 0.5 ? "a" : "b")).join("\n");
    await underAttack(context, options, async () => {
      await register(url, lines());
      const registered = await register(url, lines(), { base_version: 1 });
      const compared = await call(url, "compare_prompt_versions", {
        name: "costly",
        from_version: 1,
        to_version: 2,
      });
      const read = await askFrom(attacker, url, "resources/read", { uri: "prompts:/costly/1...2" });
      for (const got of [registered, compared, read]) expectOneAnswer(got);
      return `registered ${registered.status}, compared ${compared.status}, read ${read.status}`;
    });
  });
});
