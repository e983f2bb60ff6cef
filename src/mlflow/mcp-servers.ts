import * as z from "zod";
import { RegistryError } from "../registry/errors.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { MlflowApi } from "./api.ts";
import { type Answer, isMissing, valueOrThrow } from "./errors/refusal.ts";

/** The address of a server, for one of its versions. */
const endpoint = z.object({
  id: z.string(),
  url: z.string(),
  server_version: z.string().nullish(),
});

const server = z.object({ name: z.string(), access_endpoints: z.array(endpoint).default([]) });

const version = z.object({ version: z.string(), status: z.string() });

const versions = z.object({
  mcp_server_versions: z.array(version).default([]),
  next_page_token: z.string().nullish(),
});

export type McpServer = z.infer<typeof server>;
export type McpServerVersion = z.infer<typeof version>;

/** The part of a server.json that MLflow needs. */
export interface ServerJson {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly websiteUrl: string;
}

const anything = z.object({});

/**
 * MLflow's registry of MCP servers (/api/3.0/mlflow/mcp-servers, since 3.15, experimental there), that
 * of one workspace.
 */
export class MlflowMcpServers {
  readonly #api: MlflowApi;

  constructor(api: MlflowApi) {
    this.#api = api;
  }

  /** Undefined when there is none of this name. */
  async find(name: string, options?: CallOptions): Promise<McpServer | undefined> {
    return valueOrMissing(await this.#api.get(pathOf(name), {}, server, options));
  }

  /** Undefined when the server has no such version. */
  async findVersion(
    name: string,
    number: string,
    options?: CallOptions,
  ): Promise<McpServerVersion | undefined> {
    const path = `${pathOf(name)}/versions/${encodeURIComponent(number)}`;
    return valueOrMissing(await this.#api.get(path, {}, version, options));
  }

  /** All versions of a server. */
  async listVersions(name: string, options?: CallOptions): Promise<readonly McpServerVersion[]> {
    const found: McpServerVersion[] = [];
    let token: string | null | undefined;
    do {
      const query: Record<string, string> = token ? { page_token: token } : {};
      const answer = await this.#api.get(`${pathOf(name)}/versions`, query, versions, options);
      const { mcp_server_versions, next_page_token } = valueOrThrow(answer);
      found.push(...mcp_server_versions);
      token = next_page_token;
    } while (token);
    return found;
  }

  async create(name: string, description: string): Promise<void> {
    valueOrThrow(await this.#api.post(root, { name, description }, anything));
  }

  async createVersion(serverJson: ServerJson): Promise<void> {
    const body = { server_json: { ...serverJson }, status: "active" };
    valueOrThrow(await this.#api.post(`${pathOf(serverJson.name)}/versions`, body, anything));
  }

  async setStatus(name: string, number: string, status: "active" | "deprecated"): Promise<void> {
    const path = `${pathOf(name)}/versions/${encodeURIComponent(number)}`;
    valueOrThrow(await this.#api.patch(path, { status }, anything));
  }

  async createEndpoint(name: string, url: string, number: string): Promise<void> {
    const body = { url, transport_type: "streamable-http", server_version: number };
    valueOrThrow(await this.#api.post(`${pathOf(name)}/endpoints`, body, anything));
  }

  async moveEndpoint(name: string, id: string, number: string): Promise<void> {
    const path = `${pathOf(name)}/endpoints/${encodeURIComponent(id)}`;
    valueOrThrow(await this.#api.patch(path, { server_version: number }, anything));
  }

  async deleteEndpoint(name: string, id: string): Promise<void> {
    const path = `${pathOf(name)}/endpoints/${encodeURIComponent(id)}`;
    valueOrThrow(await this.#api.delete(path, {}));
  }

  /** With its versions. MLflow refuses it while one of them is active. */
  async delete(name: string): Promise<void> {
    valueOrThrow(await this.#api.delete(pathOf(name), {}));
  }
}

const root = "/api/3.0/mlflow/mcp-servers";

/** A name is a namespace and a word with one slash between them, which stays. */
function pathOf(name: string): string {
  return `${root}/${name.split("/").map(encodeURIComponent).join("/")}`;
}

function valueOrMissing<T>(answer: Answer<T>): T | undefined {
  return !answer.ok && isMissing(answer.refusal) ? undefined : valueOrThrow(answer);
}

/** The first release with the registry. */
const oldestMinor = 15;

/** @throws RegistryError `invalid` for a release without the registry */
export function requireMcpServers(release: string | undefined): void {
  const [major = 0, minor = 0] = (release ?? "3.15").split(".").map(Number);
  if (major > 3 || (major === 3 && minor >= oldestMinor)) return;
  throw new RegistryError(
    "invalid",
    `MLflow is ${release}, which has no registry of MCP servers: that came with 3.${oldestMinor}. Upgrade MLflow.`,
  );
}
