import { once } from "node:events";
import { createServer, request } from "node:http";

export interface CountingProxy {
  readonly url: string;
  /** Requests since the last call. */
  taken(): number;
  close(): Promise<void>;
}

/** Forwards requests and counts them. No timed run uses it. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    count += 1;
    const { method, headers } = incoming;
    const onward = request(`${target}${incoming.url}`, { method, headers, agent: false });
    onward.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The proxy has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    taken() {
      const taken = count;
      count = 0;
      return taken;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
