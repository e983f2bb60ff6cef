import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { offeredMetrics } from "../../support/offered-metrics.ts";

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
}

const panel = z.object({
  title: z.string(),
  targets: z.array(z.object({ expr: z.string() })).default([]),
});
const dashboard = z
  .object({ panels: z.array(panel) })
  .parse(JSON.parse(read("deploy/grafana/dashboard.json")));
const rule = z.object({ alert: z.string(), expr: z.string(), for: z.string() });
const { groups } = z
  .object({ groups: z.array(z.object({ rules: z.array(rule) })) })
  .parse(parse(read("deploy/grafana/alerts.yaml")));
const rules = groups.flatMap((group) => group.rules);

/** Prometheus adds these to everything that it scrapes. */
const scraped = ["job", "instance"];

/** Every measure in an expression, with the labels that it is selected by. */
function measuresIn(expression: string) {
  const found = expression.matchAll(/\b((?:mcp_server|mlflow_prompts)_\w+)(?:\{([^}]*)\})?/g);
  return [...found].map(([, name = "", selectors = ""]) => ({
    name,
    labels: [...selectors.matchAll(/(\w+)(?:=~|!=|!~|=)"/g)].map(([, label = ""]) => label),
  }));
}

/** The labels that an expression groups by. */
function groupsIn(expression: string): readonly string[] {
  const found = expression.matchAll(/\bby \(([^)]*)\)/g);
  return [...found].flatMap(([, list = ""]) => list.split(", "));
}

/** Labels by measure, histograms with their `_bucket`, `_sum` and `_count`. */
function offeredIn(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const offered = new Map<string, Set<string>>();
  for (const [, name = "", labels = ""] of text.matchAll(/^([a-z]\w*)(?:\{(.*)\})? \S+$/gm)) {
    const known = offered.get(name) ?? new Set();
    for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) known.add(label);
    offered.set(name, known);
  }
  return offered;
}

let offered: ReadonlyMap<string, ReadonlySet<string>>;

describe("the dashboard and the alerts", () => {
  beforeAll(async () => {
    offered = offeredIn(await offeredMetrics());
  });

  it("ask for measures and labels that /metrics has, and for nothing else", () => {
    const expressions = [
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ...rules.map(({ expr }) => expr),
    ];

    expect(expressions.length).toBeGreaterThan(30);
    for (const expression of expressions) {
      const measures = measuresIn(expression);
      expect(measures, expression).not.toEqual([]);
      for (const { name, labels } of measures) {
        const known = [...(offered.get(name) ?? [`no measure ${name}`]), ...scraped];
        expect(offered.has(name), `${name} in ${expression}`).toBe(true);
        for (const label of [...labels, ...groupsIn(expression)]) {
          expect(known, expression).toContain(label);
        }
      }
    }
  });

  it("are explained, each alert with what to do", () => {
    const text = read("docs/operations.md");

    expect(rules.length).toBeGreaterThan(5);
    for (const { alert } of rules) expect(text).toContain(`\n| \`${alert}\` |`);
    const named = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(named).toEqual(rules.map(({ alert }) => alert));
  });
});
