import * as z from "zod";
import type { Checks } from "./checks.ts";
import { requestOverHttp } from "./program.ts";
import type { Ledger, Pointer } from "./soak-ledger.ts";
import { promptNames } from "./soak-load.ts";

const tags = z.array(z.object({ key: z.string(), value: z.string() })).default([]);
const model = z.object({
  registered_model: z.object({
    tags,
    aliases: z.array(z.object({ alias: z.string(), version: z.string() })).default([]),
  }),
});
const page = z.object({
  model_versions: z.array(z.object({ version: z.string(), tags })).default([]),
  next_page_token: z.string().optional(),
});

/** The state of a prompt in MLflow. */
export interface Stored {
  readonly texts: ReadonlyMap<number, string>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
}

/** Reads through MLflow's own REST API. */
async function storedOf(mlflow: string, name: string): Promise<Stored> {
  const api = `${mlflow}/api/2.0/mlflow`;
  const found = await json(`${api}/registered-models/get?name=${name}`);
  const { registered_model: prompt } = model.parse(found);
  const texts = new Map<number, string>();
  let token: string | undefined = "";
  while (token !== undefined) {
    const query = new URLSearchParams({
      filter: `name = '${name}' AND tags.\`mlflow.prompt.is_prompt\` = 'true'`,
      max_results: "1000",
      ...(token === "" ? {} : { page_token: token }),
    });
    const next: z.infer<typeof page> = page.parse(
      await json(`${api}/model-versions/search?${query}`),
    );
    for (const { version, tags: of } of next.model_versions) {
      const text = of.find(({ key }) => key === "mlflow.prompt.text")?.value ?? "";
      texts.set(Number(version), text);
    }
    token = next.next_page_token || undefined;
  }
  return {
    texts,
    aliases: new Map(prompt.aliases.map(({ alias, version }) => [alias, version])),
    tags: new Map(prompt.tags.map(({ key, value }) => [key, value])),
  };
}

async function json(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} returned status ${response.status}`);
  return response.json();
}

/** Compares each acknowledged write with MLflow, one check for each. */
export async function verify(checks: Checks, ledger: Ledger, mlflow: string) {
  const stored = new Map<string, Stored>();
  for (const name of promptNames) stored.set(name, await storedOf(mlflow, name));
  for (const { name, version, text, deleted } of ledger.registered) {
    if (deleted === "unknown") continue;
    const there = stored.get(name)?.texts.get(version);
    const wanted = deleted === "yes" ? undefined : text;
    const what = `version ${version} of ${name}, ${deleted === "yes" ? "deleted" : "registered"}`;
    checks.add(what, there === wanted ? undefined : `MLflow has ${there}`);
  }
  for (const [name, { texts }] of stored) {
    const often = [...texts.values()].filter((text, index, all) => all.indexOf(text) !== index);
    checks.add(`${name} has nothing twice`, often.length === 0 ? undefined : often.join("; "));
    const strange = [...texts.values()].filter((text) => ledger.sent.get(text) !== name);
    checks.add(`${name} has only its own`, strange.length === 0 ? undefined : strange.join("; "));
  }
  checkPointers(checks, "alias", ledger.aliases, (name) => stored.get(name)?.aliases);
  checkPointers(checks, "tag", ledger.tags, (name) => stored.get(name)?.tags);
  return stored;
}

function checkPointers(
  checks: Checks,
  what: string,
  pointers: ReadonlyMap<string, Pointer>,
  actualOf: (name: string) => ReadonlyMap<string, string> | undefined,
): void {
  for (const [at, { acknowledged, unknown }] of pointers) {
    const [name = "", key = ""] = at.split(" ");
    const actual = actualOf(name)?.get(key);
    const isRight = actual === acknowledged || (actual !== undefined && unknown.has(actual));
    const problem = `MLflow has ${actual}; ${acknowledged} was acknowledged, unknown are ${[...unknown].join(", ")}`;
    checks.add(`the ${what} ${key} of ${name}`, isRight ? undefined : problem);
  }
}

/** Checks that each replica serves the newest version of each prompt, after the last fault. */
export async function verifyServed(
  checks: Checks,
  urls: readonly string[],
  stored: ReadonlyMap<string, Stored>,
): Promise<void> {
  for (const url of urls) {
    for (const [name, { texts }] of stored) {
      const newest = texts.get(Math.max(...texts.keys()));
      const answer = await (await requestOverHttp(url, "prompts/get", { name })).text();
      const isRight = newest !== undefined && answer.includes(`"${newest}"`);
      checks.add(`${name} is served`, isRight ? undefined : `${answer.slice(0, 300)}`);
    }
  }
}
