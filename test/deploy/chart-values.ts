/** Values with which the chart is rendered in the tests. Each renders something that the others do not. */
export const installations: Readonly<Record<string, object>> = {
  "forward, with the least values": { mlflow: { uri: "http://mlflow:5000" } },
  "oauth with token exchange, TLS and an existing secret": {
    mlflow: {
      uri: "https://mlflow.example.com/prefix",
      uiUrl: "https://mlflow.example.com/prefix",
      workspace: "red",
      existingSecret: "mlflow",
    },
    auth: {
      mode: "oauth",
      oauth: {
        issuer: "https://login.example.com/realms/team",
        tokenUrl: "https://login.example.com/token",
        clientId: "prompts",
        mlflowAudience: "mlflow",
      },
    },
    publicUrl: "https://prompts.example.com",
    existingSecret: "prompts",
    secretKeys: ["oauth-client-secret", "redis-url", "audit-secret", "webhook-secret"],
    tls: { secretName: "prompts-tls", caSecretName: "company-ca" },
  },
  "none behind a proxy that signs people in, with everything that is optional": {
    mlflow: { uri: "http://mlflow:5000" },
    auth: { mode: "none", allowUnauthenticated: true },
    publicUrl: "https://prompts.example.com",
    externalSecret: { enabled: true, storeName: "vault", remoteKey: "prompts" },
    secretKeys: ["redis-url"],
    stateless: true,
    trustProxy: ["10.0.0.0/8"],
    extraEnv: [{ name: "MLFLOW_PROMPTS_READ_ONLY", value: "true" }],
    autoscaling: { enabled: true },
    ingress: {
      enabled: true,
      className: "nginx",
      host: "prompts.example.com",
      tlsSecretName: "tls",
    },
    httpRoute: {
      enabled: true,
      parentRefs: [{ name: "gateway" }],
      hostnames: ["prompts.example.com"],
    },
    networkPolicy: {
      from: [{ podSelector: {} }],
      operationsFrom: [{ namespaceSelector: {} }],
      egress: [{ to: [{ podSelector: {} }] }],
    },
    serviceMonitor: { enabled: true },
    shutdownTimeoutSeconds: 60,
    preStopSeconds: 10,
  },
};

const plain = { mlflow: { uri: "http://mlflow:5000" } };

/** Values that the chart refuses, and what it then says. */
export const refused: readonly (readonly [string, object, string])[] = [
  ["no MLflow", {}, "/mlflow/uri"],
  ["a credential in the address", { mlflow: { uri: "http://a:b@mlflow" } }, "/mlflow/uri"],
  ["a value that there is not", { ...plain, replicas: 3 }, "replicas"],
  ["a value of another type", { ...plain, replicaCount: "three" }, "/replicaCount"],
  ["a mode that there is not", { ...plain, auth: { mode: "basic" } }, "/auth/mode"],
  ["none without saying that it is meant", { ...plain, auth: { mode: "none" } }, "/auth"],
  ["forward with a credential", { mlflow: { ...plain.mlflow, existingSecret: "m" } }, "/mlflow"],
  ["oauth without an issuer", { ...plain, auth: { mode: "oauth" } }, "/auth/oauth/issuer"],
  [
    "an ingress without the address of clients",
    { ...plain, ingress: { enabled: true, host: "a" } },
    "/publicUrl",
  ],
  ["keys of no secret", { ...plain, secretKeys: ["redis-url"] }, "existingSecret"],
  [
    "two secrets",
    {
      ...plain,
      existingSecret: "a",
      secretKeys: ["redis-url"],
      externalSecret: { enabled: true, storeName: "a", remoteKey: "b" },
    },
    "choose one",
  ],
  ["a secret of which nothing is read", { ...plain, existingSecret: "a" }, "secretKeys"],
];
