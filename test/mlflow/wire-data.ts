import type { Reply } from "./stub.ts";

/** Answers as MLflow 3.17.2 writes them. */
const api = "/api/2.0/mlflow";

export const routes = {
  info: "GET /api/3.0/mlflow/server-info",
  workspaces: "GET /api/3.0/mlflow/workspaces",
  release: "GET /version",
  health: "GET /health",
  getModel: `GET ${api}/registered-models/get`,
  searchModels: `GET ${api}/registered-models/search`,
  createModel: `POST ${api}/registered-models/create`,
  deleteModel: `DELETE ${api}/registered-models/delete`,
  updateModel: `PATCH ${api}/registered-models/update`,
  renameModel: `POST ${api}/registered-models/rename`,
  tagModel: `POST ${api}/registered-models/set-tag`,
  untagModel: `DELETE ${api}/registered-models/delete-tag`,
  getAlias: `GET ${api}/registered-models/alias`,
  setAlias: `POST ${api}/registered-models/alias`,
  deleteAlias: `DELETE ${api}/registered-models/alias`,
  getVersion: `GET ${api}/model-versions/get`,
  searchVersions: `GET ${api}/model-versions/search`,
  createVersion: `POST ${api}/model-versions/create`,
  deleteVersion: `DELETE ${api}/model-versions/delete`,
  tagVersion: `POST ${api}/model-versions/set-tag`,
  untagVersion: `DELETE ${api}/model-versions/delete-tag`,
};

export interface VersionData {
  readonly text?: string;
  readonly prompt?: boolean;
  readonly description?: string;
  readonly aliases?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly stage?: string;
}

export function version(name: string, number: number, data: VersionData = {}) {
  const { text = `Wording ${number}`, prompt = true, tags = {} } = data;
  return {
    name,
    version: String(number),
    creation_timestamp: 1_000 * number,
    last_updated_timestamp: 1_000 * number + 1,
    current_stage: data.stage ?? "None",
    description: data.description ?? "",
    source: "prompt-template",
    run_id: "",
    status: "READY",
    tags: list({
      ...(prompt ? { "mlflow.prompt.is_prompt": "true" } : {}),
      "mlflow.prompt.text": text,
      _mlflow_prompt_type: "text",
      ...tags,
    }),
    run_link: "",
    ...(data.aliases ? { aliases: data.aliases } : {}),
  };
}

export interface ModelData {
  readonly updatedAt?: number;
  readonly prompt?: boolean;
  readonly description?: string;
  readonly latest?: readonly ReturnType<typeof version>[];
  readonly aliases?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export function model(name: string, data: ModelData = {}) {
  const { prompt = true, latest = [], aliases = {}, tags = {}, updatedAt = 2 } = data;
  const all = list({ ...(prompt ? { "mlflow.prompt.is_prompt": "true" } : {}), ...tags });
  const pointers = Object.entries(aliases).map(([alias, to]) => ({ alias, version: String(to) }));
  return {
    name,
    creation_timestamp: 1,
    last_updated_timestamp: updatedAt,
    ...(data.description === undefined ? {} : { description: data.description }),
    ...(latest.length > 0 ? { latest_versions: latest } : {}),
    ...(all.length > 0 ? { tags: all } : {}),
    ...(pointers.length > 0 ? { aliases: pointers } : {}),
  };
}

export function modelReply(...parameters: Parameters<typeof model>): Reply {
  return { json: { registered_model: model(...parameters) } };
}

export function versionReply(...parameters: Parameters<typeof version>): Reply {
  return { json: { model_version: version(...parameters) } };
}

export function refusal(status: number, error_code: string, message = ""): Reply {
  return { status, json: { error_code, message, sqlstate: "KAM00" } };
}

export function missingModel(name: string): Reply {
  const message = `Registered Model with name=${name} not found`;
  return refusal(404, "RESOURCE_DOES_NOT_EXIST", message);
}

export function missingVersion(name: string, number: number): Reply {
  const message = `Model Version (name=${name}, version=${number}) not found`;
  return refusal(404, "RESOURCE_DOES_NOT_EXIST", message);
}

export const denied: Reply = { status: 403, text: "Permission denied" };

function list(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
