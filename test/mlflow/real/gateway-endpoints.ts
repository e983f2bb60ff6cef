import * as z from "zod";
import type { FakeModel } from "../../support/fake-model.ts";

const gateway = "/api/3.0/mlflow/gateway";

/** An endpoint of MLflow's AI Gateway before a model. Resolves with its ID. */
export async function createEndpoint(
  url: string,
  name: string,
  model: FakeModel,
  headers = {},
): Promise<string> {
  const create = async (path: string, body: object) => {
    const response = await fetch(`${url}${gateway}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return z
      .object({
        secret: z.object({ secret_id: z.string() }).optional(),
        model_definition: z.object({ model_definition_id: z.string() }).optional(),
        endpoint: z.object({ endpoint_id: z.string() }).optional(),
      })
      .parse(await response.json());
  };
  const { secret } = await create("secrets/create", {
    secret_name: `${name}-key`,
    secret_value: { api_key: "sk-provider-key" },
    provider: "openai",
    auth_config: { api_base: model.url },
  });
  const { model_definition } = await create("model-definitions/create", {
    name: `${name}-model`,
    secret_id: secret?.secret_id,
    provider: "openai",
    model_name: "upstream",
  });
  const { endpoint } = await create("endpoints/create", {
    name,
    model_configs: [
      {
        model_definition_id: model_definition?.model_definition_id,
        linkage_type: "PRIMARY",
        weight: 1,
      },
    ],
  });
  if (endpoint === undefined) throw new Error(`MLflow did not create the endpoint ${name}.`);
  return endpoint.endpoint_id;
}

/** Lets the gateway call a model on loopback. */
export const gatewayEnvironment = {
  MLFLOW_GATEWAY_API_BASE_ALLOWED_SCHEMES: "http,https",
  MLFLOW_GATEWAY_API_BASE_ALLOW_PRIVATE_IPS: "true",
  MLFLOW_CRYPTO_KEK_PASSPHRASE: "a passphrase for tests",
  MLFLOW_MODEL_CATALOG_URI: "",
};
