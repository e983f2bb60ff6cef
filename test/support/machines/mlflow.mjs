import { readFileSync } from "node:fs";
import { request as call, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";

/**
 * An MLflow without prompts, at http://mlflow:5000 and at the https addresses of the documents, which
 * accepts every credential and nobody without one; and the proxy in front of the server at
 * https://prompts.example.com.
 */
const pem = readFileSync(new URL("../../mlflow/certificates/server.pem", import.meta.url));
const identity = { cert: pem, key: pem };

function answer(request, response) {
  if (request.url === "/version") return response.end("3.17.2");
  const isKnown = request.headers.authorization !== undefined;
  response.writeHead(isKnown ? 200 : 401, { "content-type": "application/json" }).end("{}");
}

function forward(request, response) {
  const { method, url: path, headers } = request;
  const target = { host: "127.0.0.1", port: 8080, method, path, headers };
  const onward = call(target, (answered) => {
    response.writeHead(answered.statusCode, answered.headers);
    answered.pipe(response);
  });
  onward.on("error", () => response.writeHead(502).end());
  request.pipe(onward);
}

const listening = [
  createServer(answer).listen(5000, "127.0.0.1"),
  createTlsServer(identity, answer).listen(443, "127.0.0.1"),
  createTlsServer(identity, forward).listen(443, "10.213.77.1"),
];
await Promise.all(listening.map((server) => new Promise((done) => server.once("listening", done))));
process.stdout.write("ready\n");
