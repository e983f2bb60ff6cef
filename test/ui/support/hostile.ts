import { join } from "node:path";
import type Database from "libsql";
import * as z from "zod";
import { reviewTag } from "../../../src/registry/discussion/reviews.ts";
import { withDatabase } from "../../support/database.ts";
import { fakeModel } from "../../support/fake-model.ts";
import { says } from "../../support/judging.ts";
import { isolated } from "../../support/program.ts";
import { openView, type View } from "./view.ts";

/** What a browser would run, and what nobody sees or turns the reading direction. */
export const hostile =
  '<img src=x onerror="window.ran=1"><script>window.ran=1</script> [x](javascript:ran=1) \u202e\u200b\u2066';

/**
 * A prompt of one text and one of a chat, with a hostile text wherever the registry takes one, and
 * the runs that measured the versions of the first.
 */
export async function openHostile(): Promise<View & { readonly runs: readonly string[] }> {
  const { url } = await fakeModel(({ body }) => {
    if ("response_format" in body) return says("yes", hostile);
    const asked = JSON.stringify(body);
    if (asked.includes("fails")) return { status: 400, body: { error: { message: hostile } } };
    return hostile;
  });
  const path = join(isolated().home, "registry.db");
  const view = await openView({
    MLFLOW_TRACKING_URI: `sqlite:///${path}`,
    MLFLOW_PROMPTS_MODEL_URL: url,
    MLFLOW_PROMPTS_MODELS: `small,${hostile.replaceAll(" ", "")}`,
    MLFLOW_PROMPTS_MAX_MODEL_CALLS: "1",
  });
  const runs = await seedText(view.call);
  await seedChat(view.call);
  withDatabase(path, signAll);
  return { ...view, runs };
}

const name = "hostile";
const stored = z.object({ versions: z.array(z.object({ run_id: z.string() })) });
const answered = z.object({ rows: z.array(z.object({ trace_id: z.string() })) });

async function seedText(call: View["call"]): Promise<readonly string[]> {
  const first = {
    template: `${hostile} {{ question }} {# ${hostile} #}`,
    commit_message: hostile,
    arguments: {
      question: { description: hostile, default: hostile, enum: [hostile, "fails"] },
    },
    llm_config: { model_name: "small", provider: hostile, extra: hostile },
    response_format: { type: "object", description: hostile },
    tags: { note: hostile },
    force: true,
  };
  await call("register_prompt", { name, ...first });
  const reason = hostile;
  await call("set_prompt_alias", { name, alias: "production", version: 1, reason });
  await call("register_prompt", {
    ...{ ...first, name, base_version: 1, template: `${hostile}\n${hostile} {{ question }}` },
    llm_config: { model_name: "small", provider: `${hostile}2` },
    allow_breaking: true,
  });
  await call("set_prompt_alias", { name, alias: "staging", version: 2, reason });
  await call("update_prompt", {
    name,
    title: hostile,
    description: hostile,
    tags: { note: hostile },
  });
  const of = { name, version: 2 };
  const passage = { quote: hostile };
  const { structured } = await call("comment_on_prompt", { ...of, text: hostile, passage });
  const { id } = z.object({ id: z.string() }).parse(structured);
  await call("comment_on_prompt", { ...of, text: hostile, reply_to: id });
  await call("review_prompt", { ...of, action: "request", reviewers: [hostile], reason });
  const rows = ["works", "fails"].map((question) => ({
    inputs: { question: question === "fails" ? "fails" : hostile, [hostile]: hostile },
    expectations: { expected_response: hostile, [hostile]: hostile },
  }));
  await call("add_to_dataset", { dataset: hostile, prompt: name, rows });
  const measured = await call("evaluate_prompt", {
    ...{ name, versions: [1, 2], dataset: hostile },
    scorers: [
      { type: "contains", text: "img", name: hostile },
      { type: "judge", name: `${hostile}2`, instructions: hostile },
    ],
  });
  const runs = stored.parse(measured.structured).versions.map(({ run_id }) => run_id);
  const { structured: read } = await call("evaluation_rows", { run: runs[0] });
  const labels = answered
    .parse(read)
    .rows.map(({ trace_id }) => ({ trace_id, value: true, reason: hostile }));
  await call("label_answers", { run: runs[0], name: hostile, labels });
  return runs;
}

async function seedChat(call: View["call"]): Promise<void> {
  await call("register_prompt", {
    name: "hostile-chat",
    messages: [
      { role: hostile, content: `${hostile} {{ question }}` },
      {
        role: "user",
        content: [
          { type: "text", text: hostile },
          { type: hostile, [hostile]: hostile },
        ],
      },
      { role: "assistant", content: hostile, name: hostile },
    ],
    commit_message: hostile,
    force: true,
  });
}

/** As somebody with a hostile name would have left everything, whom the server does not know. */
function signAll(db: Database.Database): void {
  db.prepare("UPDATE registered_model_tags SET value = replace(value, ?, ?)").run(
    '"agent/1.0.0"',
    JSON.stringify(hostile),
  );
  db.prepare(
    "UPDATE model_version_tags SET value = json_set(value, '$.by', ?) WHERE key LIKE 'mcp.comment%' OR key LIKE 'mcp.review%'",
  ).run(hostile);
  const add = db.prepare(
    "INSERT OR REPLACE INTO model_version_tags (name, version, key, value) SELECT name, version, ?, ? FROM model_versions WHERE name LIKE 'hostile%'",
  );
  add.run("mcp.registered_by", hostile);
  db.prepare(
    "INSERT INTO registered_model_aliases (name, alias, version) SELECT name, ?, 1 FROM registered_models WHERE name LIKE 'hostile%'",
  ).run(hostile);
  const review = {
    by: hostile,
    at: new Date().toISOString(),
    verdict: "declined",
    reason: hostile,
  };
  add.run(reviewTag(hostile), JSON.stringify(review));
}
