/** A prompt as MLflow's REST API writes it. */
export interface Model {
  readonly name: string;
  readonly creation_timestamp: number;
  last_updated_timestamp: number;
  description: string;
  readonly tags: Map<string, string>;
  readonly aliases: Map<string, string>;
  readonly versions: Version[];
}

export interface Version {
  readonly name: string;
  readonly number: number;
  readonly creation_timestamp: number;
  readonly description: string;
  readonly tags: Map<string, string>;
}

/** What MLflow refuses a request with. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type Tags = readonly { readonly key: string; readonly value: string }[];

/** The prompts of a registry, with the rules of MLflow 3.17 as far as the attacks need them. */
export class FakeStore {
  readonly models = new Map<string, Model>();
  /** Each set of an alias that was carried out, in order; `from` is undefined for a new alias. */
  readonly moves: { alias: string; from: string | undefined; to: string }[] = [];

  model(name: string): Model {
    const model = this.models.get(name);
    if (model) return model;
    throw missing(`Registered Model with name=${name} not found`);
  }

  version(name: string, number: string): Version {
    const found = this.model(name).versions.find((one) => String(one.number) === number);
    if (found) return found;
    throw missing(`Model Version (name=${name}, version=${number}) not found`);
  }

  versionByAlias(name: string, alias: string): Version {
    const number = this.model(name).aliases.get(alias);
    if (number !== undefined) return this.version(name, number);
    const text = `Registered model alias ${alias} not found.`;
    throw new Refused(400, "INVALID_PARAMETER_VALUE", text);
  }

  create(name: string, description: string, tags: Tags): Model {
    if (this.models.has(name)) {
      throw new Refused(400, "RESOURCE_ALREADY_EXISTS", `Prompt (name=${name}) already exists.`);
    }
    const now = Date.now();
    const times = { creation_timestamp: now, last_updated_timestamp: now };
    const aliases = new Map<string, string>();
    const model = { name, ...times, description, tags: mapOf(tags), aliases, versions: [] };
    this.models.set(name, model);
    return model;
  }

  addVersion(name: string, description: string, tags: Tags): Version {
    const model = this.model(name);
    const number = (model.versions.at(-1)?.number ?? 0) + 1;
    const now = Date.now();
    const version = { name, number, creation_timestamp: now, description, tags: mapOf(tags) };
    model.versions.push(version);
    model.last_updated_timestamp = now;
    return version;
  }

  setAlias(name: string, alias: string, to: string): void {
    this.version(name, to);
    const { aliases } = this.model(name);
    this.moves.push({ alias, from: aliases.get(alias), to });
    aliases.set(alias, to);
  }

  /** A prompt with versions, for a test that begins with some. */
  plant(name: string, ...texts: readonly string[]): void {
    const isPrompt = { key: "mlflow.prompt.is_prompt", value: "true" };
    this.create(name, "", [isPrompt]);
    for (const value of texts) {
      const text = { key: "mlflow.prompt.text", value };
      this.addVersion(name, "", [isPrompt, text, { key: "_mlflow_prompt_type", value: "text" }]);
    }
  }
}

export function modelJson(model: Model): Readonly<Record<string, unknown>> {
  const newest = model.versions.at(-1);
  const { name, creation_timestamp, last_updated_timestamp, description } = model;
  const aliases = [...model.aliases].map(([alias, version]) => ({ alias, version }));
  return {
    ...{ name, creation_timestamp, last_updated_timestamp, description },
    ...(newest ? { latest_versions: [versionJson(newest)] } : {}),
    ...{ tags: listOf(model.tags), aliases },
  };
}

export function versionJson(version: Version, aliases?: readonly string[]) {
  const { name, number, creation_timestamp, description, tags } = version;
  return {
    ...{ name, version: String(number), creation_timestamp, description },
    ...{ last_updated_timestamp: creation_timestamp, current_stage: "None" },
    ...{ source: "prompt-template", run_id: "", status: "READY", run_link: "" },
    ...{ tags: listOf(tags), ...(aliases ? { aliases } : {}) },
  };
}

function mapOf(tags: Tags): Map<string, string> {
  return new Map(tags.map(({ key, value }) => [key, value]));
}

function listOf(tags: ReadonlyMap<string, string>) {
  return [...tags].map(([key, value]) => ({ key, value }));
}

function missing(message: string): Refused {
  return new Refused(404, "RESOURCE_DOES_NOT_EXIST", message);
}
