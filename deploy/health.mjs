// The container's health check: exit code 0 when the server in the same container answers the path
// (/healthz when none is given) with status 200. Reads the settings that the server reads as variables.
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";

const {
  MLFLOW_PROMPTS_PORT: port = "",
  MLFLOW_PROMPTS_OPERATIONS_PORT: operationsPort = "",
  MLFLOW_PROMPTS_TLS_CERT: certificate = "",
} = process.env;
const path = process.argv[2] ?? "/healthz";
const request = certificate === "" ? requestPlain : requestTls;
const target = {
  host: "127.0.0.1",
  // /healthz is on the main port, and the operations port has /readyz when there is one.
  port: (path === "/healthz" ? "" : operationsPort) || port || "8080",
  path,
  // The certificate names the host that clients use.
  rejectUnauthorized: false,
  signal: AbortSignal.timeout(4_000),
};

request(target, (response) => {
  response.resume();
  if (response.statusCode === 200) return;
  process.stderr.write(`${path} answers ${response.statusCode}.\n`);
  process.exitCode = 1;
})
  .on("error", (error) => {
    process.stderr.write(`${path} does not answer: ${error.message}\n`);
    process.exitCode = 1;
  })
  .end();
