import { beforeAll, describe, expect, it } from "vitest";
import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import type { VersionDraft } from "../../../src/registry/types.ts";
import { refused } from "../../contract/support.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { api, rest, type SuiteServer, suiteServer } from "./suite-server.ts";

const releases: readonly Release[] = ["3.8.1", "3.17.2"];

const everyCharacter =
  " \tGrüße, {{ name }}!\r\n'single' \"double\" `back` \\ % _ ; -- {{x-y}} 漢字 עברית 👩‍👩‍👧\u00a0\u2028 \u007f\n";
const messages = [
  { role: "system", content: everyCharacter },
  { role: "user", content: "{{ question }}" },
];
const modelConfig = { model_name: "gpt-9", temperature: 0.2, stop_sequences: ["é", "###"] };
const responseFormat = { type: "object", properties: { 答え: { type: "string" } } };

/** Python literals: JSON's own spelling, but for what JSON has and Python has not. */
function py(value: unknown): string {
  return `json.loads(${JSON.stringify(JSON.stringify(value))})`;
}

const preamble = "import json, mlflow\nfrom mlflow import MlflowClient\nclient = MlflowClient()\n";

/** A version as MLflow's client sees it, as JSON. */
const seen = `
def seen(p):
    return {"name": p.name, "version": p.version, "template": p.template,
            "commit_message": p.commit_message, "tags": dict(p.tags),
            "aliases": sorted(p.aliases or []), "response_format": p.response_format,
            "model_config": p.model_config, "is_text": p.is_text_prompt,
            "variables": sorted(p.variables)}
`;

for (const release of releases) {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title(`MLflow ${release}'s Python client`, mlflow), () => {
    const server = suiteServer({ release });
    let registry: PromptRegistry;

    beforeAll(() => {
      registry = server.client.registry();
    });

    it("registers what is read here", async () => {
      await server.python(`${preamble}
mlflow.genai.register_prompt(name="from-python", template=${py(everyCharacter)},
    commit_message=${py(everyCharacter)}, tags={"team": ${py(everyCharacter)}, "a b": "c"})
mlflow.genai.register_prompt(name="from-python", template=${py(messages)},
    model_config=${py(modelConfig)}, response_format=${py(responseFormat)})
mlflow.genai.set_prompt_alias("from-python", alias="production", version=1)
client.set_prompt_tag("from-python", "owner", "Zoë")
client.set_prompt_version_tag("from-python", "2", "checked", "yes")
`);

      const prompt = await registry.getPrompt("from-python");
      const first = await registry.getVersion("from-python", { alias: "production" });

      expect(prompt).toMatchObject({
        description: everyCharacter,
        tags: { team: everyCharacter, "a b": "c", owner: "Zoë" },
        aliases: { production: 1 },
        latest: {
          version: 2,
          template: { kind: "chat", messages },
          commitMessage: "",
          tags: { checked: "yes" },
          modelConfig,
          responseFormat,
        },
      });
      expect(first).toMatchObject({
        version: 1,
        template: { kind: "text", text: everyCharacter },
        commitMessage: everyCharacter,
        tags: { team: everyCharacter, "a b": "c" },
        aliases: ["production"],
      });
      expect(first).not.toHaveProperty("modelConfig");
      expect((await registry.listVersions("from-python", { limit: 9 })).items).toEqual([
        prompt.latest,
        first,
      ]);
    });

    it("reads what is registered here", async () => {
      const drafts: VersionDraft[] = [
        {
          template: { kind: "text", text: everyCharacter },
          commitMessage: everyCharacter,
          tags: { team: everyCharacter, "a b": "c" },
        },
        {
          template: { kind: "chat", messages },
          modelConfig,
          responseFormat,
        },
        { template: { kind: "text", text: '[{"role": "user", "content": "no chat"}]' } },
      ];
      for (const draft of drafts) await registry.registerVersion("from-here", draft);
      await registry.setAlias("from-here", "production", 1);
      await registry.tagPrompt("from-here", { owner: "Zoë" });
      await registry.tagVersion("from-here", 2, { checked: "yes" });

      const out = await server.python(`${preamble}${seen}
found = client.search_prompts(filter_string="name = 'from-here'")[0]
print(json.dumps({
    "description": found.description, "tags": dict(found.tags),
    "versions": [seen(client.get_prompt_version("from-here", str(n))) for n in (1, 2, 3)],
    "production": mlflow.genai.load_prompt("prompts:/from-here@production").format(name="Ann"),
    "latest": mlflow.genai.load_prompt("prompts:/from-here@latest").version,
}))`);

      expect(JSON.parse(out)).toMatchObject({
        description: everyCharacter,
        tags: { team: everyCharacter, "a b": "c", owner: "Zoë" },
        versions: [
          {
            version: 1,
            template: everyCharacter,
            commit_message: everyCharacter,
            tags: { team: everyCharacter, "a b": "c" },
            aliases: ["production"],
            is_text: true,
            variables: ["name"],
          },
          {
            version: 2,
            template: messages,
            tags: { checked: "yes" },
            aliases: [],
            model_config: modelConfig,
            response_format: responseFormat,
            is_text: false,
            variables: ["name", "question"],
          },
          { version: 3, template: '[{"role": "user", "content": "no chat"}]', is_text: true },
        ],
        production: everyCharacter.replace("{{ name }}", "Ann"),
        latest: 3,
      });
    });

    it("stores what is stored here, byte for byte, but for escaped characters in JSON", async () => {
      const messages = [{ role: "user", content: "'{{ name }}' \"quoted\"\r\n" }];
      const modelConfig = { model_name: "gpt-9", temperature: 0.2, stop_sequences: ["###"] };
      const responseFormat = { type: "object", properties: {} };
      await server.python(`${preamble}
mlflow.genai.register_prompt(name="bytes-python", template=${py(messages)},
    commit_message="x", tags={"a": "b"},
    model_config=${py(modelConfig)}, response_format=${py(responseFormat)})
mlflow.genai.register_prompt(name="bytes-python", template=${py(everyCharacter)})
`);
      await registry.registerVersion("bytes-here", {
        template: { kind: "chat", messages },
        commitMessage: "x",
        tags: { a: "b" },
        modelConfig,
        responseFormat,
      });
      await registry.registerVersion("bytes-here", {
        template: { kind: "text", text: everyCharacter },
      });

      const [python, here] = await Promise.all(
        ["bytes-python", "bytes-here"].map((name) => rows(server, name)),
      );

      expect(here).toEqual(python);
    });

    it("reads what it stored itself and was stored again here, byte for byte", async () => {
      const odd = '{"a":1.0,"b": 1e3, "max": 9223372036854775807, "\\u00e9": "é"}';
      await server.python(`${preamble}
mlflow.genai.register_prompt(name="again", template=${py(messages)}, model_config={"temperature": 1.0},
    response_format={"type": "object"})
client.set_prompt_version_tag("again", "1", "_mlflow_prompt_response_format", ${JSON.stringify(odd)})
mlflow.genai.register_prompt(name="again", template="Another")
`);
      const { template, modelConfig, responseFormat, stored } = await registry.getVersion("again", {
        version: 1,
      });
      if (template.kind === "unreadable") throw new Error(template.problem);

      await registry.registerVersion("again", {
        template,
        ...(modelConfig === undefined ? {} : { modelConfig }),
        ...(responseFormat === undefined ? {} : { responseFormat }),
        ...(stored === undefined ? {} : { stored }),
      });

      const out = await server.python(`${preamble}
import requests
def content(n):
    url = "${server.url}/api/2.0/mlflow/model-versions/get"
    version = requests.get(url, params={"name": "again", "version": n}).json()["model_version"]
    return {t["key"]: t["value"] for t in version["tags"] if t["key"] != "mcp.write_id"}
print(json.dumps([content("1"), content("3"), client.get_prompt_version("again", "3").response_format]))
`);
      const [first, third, read] = JSON.parse(out);
      expect(third).toEqual(first);
      expect(first).toMatchObject({
        _mlflow_prompt_response_format: odd,
        _mlflow_prompt_model_config: '{"temperature": 1.0}',
      });
      expect(read).toMatchObject({ a: 1, b: 1_000, é: "é" });
    });

    it("deletes what is no longer seen here, and the other way round", async () => {
      for (const wording of ["One", "Two", "Three"]) {
        await registry.registerVersion("deleted", { template: { kind: "text", text: wording } });
      }
      await registry.setAlias("deleted", "production", 3);
      await registry.setAlias("deleted", "canary", 2);

      await registry.deleteVersion("deleted", 1);
      const out = await server.python(`${preamble}
from mlflow.exceptions import MlflowException
try:
    print(client.get_prompt_version("deleted", "1"))
except MlflowException as e:
    print(e.error_code)
client.delete_prompt_version("deleted", "3")`);

      expect(out).toMatch(/^(None|RESOURCE_DOES_NOT_EXIST)\n$/);
      expect(await registry.getPrompt("deleted")).toMatchObject({
        aliases: { canary: 2 },
        latest: { version: 2 },
      });
      expect((await registry.getPrompt("deleted")).aliases).not.toHaveProperty("production");
      await refused(
        registry.getVersion("deleted", { alias: "production" }),
        "not_found",
        "production",
      );
      await server.python(`${preamble}
client.delete_prompt("deleted")`);
      await refused(registry.getPrompt("deleted"), "not_found");
    });

    it("may be used with names that are read here", async () => {
      const names = [
        "two words",
        "é",
        "it's",
        'say "so"',
        `it's "both"`,
        "back\\slash",
        "new\nline",
        "a%b_c",
      ];
      const tags = [{ key: "mlflow.prompt.is_prompt", value: "true" }];
      const text = { key: "mlflow.prompt.text", value: "One" };
      for (const name of names) {
        const version = { name, source: "prompt-template", tags: [...tags, text] };
        await rest(server.url, "POST", `${api}/registered-models/create`, { name, tags });
        await rest(server.url, "POST", `${api}/model-versions/create`, version);
        await rest(server.url, "POST", `${api}/model-versions/create`, version);
      }

      for (const name of names) {
        expect(await registry.getPrompt(name)).toMatchObject({ name, latest: { version: 2 } });
        expect(await registry.getVersion(name, { version: 1 })).toMatchObject({ version: 1 });
        const { items } = await registry.listVersions(name, { limit: 5 });
        expect(items).toMatchObject([
          { name, version: 2 },
          { name, version: 1 },
        ]);
        const found = await registry.searchPrompts({ nameContains: name, limit: 5 });
        const holders = names.filter((other) => other.includes(name)).toSorted();
        expect(found.items.map((one) => one.name)).toEqual(holders);
        await registry.setAlias(name, "production", 1);
        const { version } = await registry.registerVersion(name, {
          template: { kind: "text", text: "Three" },
        });
        expect(version.version).toBe(3);
        const wanted = [1, 3].map((number) => ({ name, version: number }));
        expect(await registry.getVersions(wanted)).toMatchObject([
          { version: 1, aliases: ["production"] },
          { version: 3 },
        ]);
      }
    });
  });
}

/**
 * Everything that MLflow stores of a prompt and its versions, but for names, times, and which of its
 * placeholders stands for the source.
 */
async function rows(server: SuiteServer, name: string): Promise<unknown> {
  const out = await server.python(`
import json, requests
base = "${server.url}/api/2.0/mlflow"
# Of the experiment of that client, and by which a version of ours is found again.
apart = ("_mlflow_experiment_ids", "mcp.write_id")
def get(path, **query):
    return requests.get(base + path, params=query).json()
def strip(entity):
    kept = {k: v for k, v in entity.items() if "timestamp" not in k and k not in ("name", "source")}
    kept["tags"] = sorted((t["key"], t["value"]) for t in kept.get("tags", []) if t["key"] not in apart)
    kept.pop("latest_versions", None)
    return kept
model = get("/registered-models/get", name="${name}")["registered_model"]
versions = [get("/model-versions/get", name="${name}", version=str(n))["model_version"] for n in (1, 2)]
print(json.dumps([strip(model), *map(strip, versions)]))
`);
  return JSON.parse(out);
}
