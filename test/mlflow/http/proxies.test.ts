import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { proxyConfig } from "../../../src/config/proxy-config.ts";
import { failed } from "../failed.ts";
import { certificate, clientFor, startStub } from "../stub.ts";
import { modelReply, routes } from "../wire-data.ts";

const authorization = `Basic ${Buffer.from("user:se cret").toString("base64")}`;

/** A proxy that forwards to 127.0.0.1 whatever host a request names. */
async function startProxy({ status = 200 } = {}) {
  /** "GET http://host:1/path" and "CONNECT host:1", with the credentials that came along. */
  const requests: { readonly line: string; readonly authorization: string | undefined }[] = [];
  const sockets = new Set<Duplex>();
  const note = ({ method, url, headers }: IncomingMessage) =>
    requests.push({ line: `${method} ${url}`, authorization: headers["proxy-authorization"] });
  const server = createServer((request, response) => {
    note(request);
    if (status !== 200) {
      response.writeHead(status).end("no");
      return;
    }
    const target = new URL(request.url ?? "");
    void fetch(`http://127.0.0.1:${target.port}${target.pathname}${target.search}`).then(
      async (answer) => response.writeHead(answer.status).end(await answer.text()),
    );
  });
  server.on("connect", (request: IncomingMessage, socket: Duplex) => {
    note(request);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const target = connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(target).pipe(socket);
    });
    for (const end of [socket, target]) end.on("error", () => {});
    sockets.add(target);
  });
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://user:se%20cret@127.0.0.1:${port}`, requests };
}

function proxyOf(url: string, { variable = "HTTP_PROXY", noProxy = "" } = {}) {
  return { proxy: { url, variable, noProxy } };
}

describe("a proxy", () => {
  it("gets requests over plain http, with its credentials", async () => {
    const [stub, proxy] = [await startStub(), await startProxy()];
    stub.on(routes.getModel, modelReply("x"));
    const url = `http://mlflow.invalid:${new URL(stub.url).port}`;

    const prompt = await clientFor(url, proxyOf(proxy.url)).registry().getPrompt("x");

    expect(prompt.name).toBe("x");
    expect(proxy.requests).toEqual([
      { line: `GET ${url}/api/2.0/mlflow/registered-models/get?name=x`, authorization },
    ]);
    expect(stub.arrived[0]?.headers["proxy-authorization"]).toBeUndefined();
  });

  it("tunnels https, and does not get the requests", async () => {
    const [stub, proxy] = [await startStub({ tls: true }), await startProxy()];
    stub.on(routes.getModel, modelReply("x"));
    const client = clientFor(stub.url, {
      ...proxyOf(proxy.url, { variable: "HTTPS_PROXY" }),
      tls: { caPath: certificate("authority") },
    });

    const prompt = await client.registry().getPrompt("x");

    expect(prompt.name).toBe("x");
    expect(proxy.requests).toEqual([{ line: `CONNECT ${new URL(stub.url).host}`, authorization }]);
  });

  it.each(["127.0.0.1", "other, 127.0.0.1", "*"])(
    "is not used where NO_PROXY is %j",
    async (noProxy) => {
      const [stub, proxy] = [await startStub(), await startProxy()];
      stub.on(routes.getModel, modelReply("x"));

      await clientFor(stub.url, proxyOf(proxy.url, { noProxy })).registry().getPrompt("x");

      expect(proxy.requests).toEqual([]);
    },
  );

  it.each(["http", "https"])(
    "that does not run is named by its variable, over %s",
    async (scheme) => {
      const variable = `${scheme}_proxy`;
      const client = clientFor(
        `${scheme}://mlflow.invalid`,
        proxyOf("http://user:secret@127.0.0.1:9", { variable }),
      );

      const read = await failed(client.registry().getPrompt("x"));
      const write = await failed(client.registry().createPrompt("x", {}));

      for (const error of [read, write]) {
        expect(error.message).toBe(
          `MLflow at ${scheme}://mlflow.invalid cannot be reached: the proxy that ${variable} names refused the connection. Check ${variable} and that the proxy is running, or list MLflow's host in NO_PROXY.`,
        );
      }
    },
  );

  it.each(["http", "https"])("that refuses the credentials is named, over %s", async (scheme) => {
    const proxy = await startProxy({ status: 407 });
    const client = clientFor(`${scheme}://mlflow.invalid`, proxyOf(proxy.url));

    const error = await failed(client.registry().createPrompt("x", {}));

    expect(error.message).toContain("the proxy that HTTP_PROXY names");
    expect(error.message).toContain("407");
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toMatch(
      /se.{1,3}cret|user/,
    );
  });
});

describe("the proxy variables", () => {
  const [plain, secure] = [new URL("http://mlflow"), new URL("https://mlflow")];
  const noProxy = "";

  it("are those of the server's scheme, and the lower-case ones win", () => {
    const url = "http://a:1";
    expect(proxyConfig(plain, {})).toBeUndefined();
    expect(proxyConfig(plain, { HTTPS_PROXY: url, HTTP_PROXY: "" })).toBeUndefined();
    expect(proxyConfig(plain, { HTTP_PROXY: "a:1", NO_PROXY: "b" })).toEqual({
      url,
      variable: "HTTP_PROXY",
      noProxy: "b",
    });
    expect(proxyConfig(secure, { HTTPS_PROXY: "http://b", https_proxy: url })).toEqual({
      url,
      variable: "https_proxy",
      noProxy,
    });
  });

  it.each(["socks5://user:secret@a", "http://user:secret%@a", "http://user:secret@"])(
    "refuse %s without repeating it",
    (url) => {
      expect(() => proxyConfig(plain, { HTTP_PROXY: url })).toThrow(
        /^HTTP_PROXY must be http\(s\):\/\/(?!.*secret)/,
      );
    },
  );
});
