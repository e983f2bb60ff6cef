import { expect, test } from "vitest";
import type { Values } from "../../src/registry/template/renderer.ts";
import { countTurns, startWorkers } from "./support.ts";

const needle = `${"a".repeat(10)}b${"a".repeat(300_000)}`;

/** Templates that once used all CPU time or memory of the service. */
const renderings: Readonly<Record<string, { text: string; values?: Values }>> = {
  "a list times a number": { text: "{% if 1 %}{{ [] * 100000000 }}{% endif %}" },
  "an indent that is a debt, and long texts": {
    text: `{% set n = 1|tojson(-1000000000000000) %}${Array.from(
      { length: 12 },
      (_, at) => `{% set a${at} = ('x' * 500000000)|upper %}`,
    ).join("")}`,
  },
  "a long text trimmed of long characters": {
    text: "{% set a='a'*1500000 %}{% set c='b'*1500000~'a' %}{{ a|trim(c)|length }}",
  },
  "a long text asked about again and again": {
    text: "{% set s = 'ab' * 500000 %}{% for i in range(99999) %}{{ s is lower }}{% endfor %}",
  },
  "a long text looked for in a long text": {
    text: "{% if needle in text %}yes{% endif %}",
    values: { text: "a".repeat(600_000), needle },
  },
};

test.each(Object.entries(renderings))(
  "%s is stopped or finishes, and blocks no other caller",
  async (_, it) => {
    const workers = startWorkers();
    const evil = workers.engineFor("evil");
    const other = workers.engineFor("other");
    const hello = { kind: "text", text: "{% if 1 %}Hello {{ name }}{% endif %}" } as const;
    const subject = { prompt: "evil", version: 3 };
    // Both processes have started.
    await Promise.all([evil.render(hello, {}), other.render(hello, {})]);
    const turns = countTurns();
    let ended = false;

    const rendering = evil
      .render({ kind: "text", text: it.text }, it.values ?? {}, { subject })
      .then(
        () => "done",
        (error: unknown) => error,
      )
      .finally(() => {
        ended = true;
      });
    for (let asked = 0; !ended; asked += 1) {
      const before = turns.count;
      const values = { name: `${asked}` };
      expect(await other.render(hello, values)).toEqual({ kind: "text", text: `Hello ${asked}` });
      await expect.poll(() => turns.count).toBeGreaterThan(before);
    }

    const result = await rendering;
    if (result !== "done") {
      expect(result).toMatchObject({ name: "RegistryError", subject });
    }
  },
);
